import { writeFile } from 'node:fs/promises';
import type { Check, CheckResult } from '../judging/check.ts';
import { LabError, reasonOf } from '../lab/errors.ts';
import { countedWords } from '../lab/options.ts';
import { keepEvidence } from '../evidence/keep.ts';
import { holdsRun } from '../evidence/proof-names.ts';
import { publishedRun, sayTimeline } from './show-timeline.ts';
import { publishDocs } from './publish-docs.ts';
import { kitVersion } from '../evidence/record.ts';
import { worst } from '../judging/judge.ts';
import { sayNext } from '../lab/next.ts';
import { jsonReport } from '../judging/report-json.ts';
import { junitReport } from '../judging/report-junit.ts';
import { printResult } from '../judging/report-terminal.ts';
import { evidenceLine, exitCodes } from '../evidence/judge-and-keep.ts';
import type { Lab } from '../lab/lab.ts';
import { findStep, listSteps } from '../judging/steps.ts';
import { bold, dim, say } from '../lab/terminal.ts';
import { whatNext } from '../judging/what-next.ts';
import { judgeSteps } from '../judging/judge-steps.ts';
import type { JudgedCheck } from '../judging/judge-steps.ts';

/** `lab check [N]`: one check, or all that judge a built lab (the teardown certificate only by name). */
export async function runChecks(lab: Lab, args: readonly string[]): Promise<number> {
  if (args.length > 1)
    throw new LabError(`"check" takes at most one number, and here are ${countedWords(args)}`, {
      hint: 'npx lab check 1, or for all steps: npx lab check',
      exitCode: 2,
    });
  const [argument] = args;
  return checkAndReport(
    lab,
    argument === undefined ? undefined : (await findStep(argument)).number,
  );
}

/**
 * Judges, prints the results, and records the evidence of checks that passed.
 * @param step undefined: all of the built lab
 * @returns the exit code
 */
export async function checkAndReport(lab: Lab, step?: string, own?: Check): Promise<number> {
  const all = await judgeSteps(lab, step, own);
  const shown = step === undefined ? all : all.filter(({ check }) => check.step === step);
  const results = shown.map(({ result }) => result);
  const { target, region, accountId } = await lab.session();
  if (lab.options.json) {
    const kit = await kitVersion();
    const where = { kit, target, region, accountId, prefix: lab.prefix };
    say(JSON.stringify(jsonReport(where, results), null, 2));
  } else {
    for (const result of results) printResult(result, target);
    if (step === undefined) {
      const passed = results.filter(({ outcome }) => outcome === 'pass').length;
      say(bold(`${passed} of ${results.length} checks passed`));
    }
  }
  await writeJunit(lab, results);
  await keepAll(lab, shown);
  if (!lab.options.json) {
    const judged = all.map(({ result }) => result);
    sayNext(lab, whatNext(judged, await listSteps(), step));
  }
  return exitCodes[worst(results)];
}

async function writeJunit(lab: Lab, results: readonly CheckResult[]): Promise<void> {
  const { junit } = lab.options;
  if (junit === undefined) return;
  await writeFile(junit, junitReport(results)).catch((cause: unknown) => {
    throw new LabError(`Cannot write the JUnit report: ${reasonOf(cause)}`, {
      hint: 'Name a file in a folder that exists and is writable.',
      exitCode: 2,
      cause,
    });
  });
}

async function keepAll(lab: Lab, shown: readonly JudgedCheck[]): Promise<void> {
  const kept = [];
  for (const { check, judged, result } of shown) {
    if (result.outcome === 'pass') kept.push(await keepEvidence(lab, check, judged));
  }
  const published = kept.length > 0 ? await publishDocs(lab) : undefined;
  if (lab.options.json) return;
  if (kept.some(holdsRun)) {
    const timeline = publishedRun((await lab.session()).target, published);
    if (timeline !== undefined) sayTimeline(timeline);
  }
  for (const { file, proofs, upToDate } of kept) {
    if (file !== undefined && !upToDate) say(evidenceLine(file, proofs));
  }
  const unchanged = kept.filter(({ upToDate }) => upToDate).length;
  if (unchanged > 0)
    say(dim(`The evidence of ${unchanged} ${unchanged === 1 ? 'check' : 'checks'} is up to date`));
}
