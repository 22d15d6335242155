import { LabError } from './errors.ts';
import { worst } from './judge.ts';
import { options } from './options.ts';
import { exitCodes, runCheck } from './run-check.ts';
import type { CheckRun } from './run-check.ts';
import { findStep, listSteps, loadCheck } from './steps.ts';
import { bold, say } from './terminal.ts';
import type { Answers } from './witness.ts';

/** One check, or all that judge a built lab (the teardown certificate only by name). */
export async function runChecks(words: readonly string[]): Promise<number> {
  if (words.length > 1)
    throw new LabError('"check" takes one number, or none for all', { exitCode: 2 });
  const [word] = words;
  const entries =
    word === undefined
      ? (await listSteps()).filter(({ number }) => number !== '11')
      : [await findStep(word)];
  const runs: CheckRun[] = [];
  const answers: Answers = new Map();
  for (const entry of entries) {
    const earlier = runs.map(({ result }) => result);
    runs.push(await runCheck(await loadCheck(entry), { earlier, answers }));
  }
  const results = runs.map(({ result }) => result);
  const outcome = worst(results);
  if (options().json) {
    say(JSON.stringify({ outcome, checks: results }, null, 2));
  } else if (word === undefined) {
    const passed = results.filter((result) => result.outcome === 'pass').length;
    say(bold(`${passed} of ${results.length} checks passed`));
  }
  return exitCodes[outcome];
}
