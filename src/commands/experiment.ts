import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { judgeRun } from '../experiments/judge.ts';
import { sayReport } from '../experiments/report.ts';
import { readRun } from '../evidence/experiment-record.ts';
import { LabError } from '../lab/errors.ts';
import { sayNext } from '../lab/next.ts';
import { namesOf, root } from '../lab/settings.ts';
import { findExperiment, listExperiments, loadExperiment } from '../experiments/list.ts';
import type { ExperimentEntry } from '../experiments/list.ts';
import { exitCodes } from '../evidence/judge-and-keep.ts';
import { ownLab } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import { importStep } from '../lab/step.ts';
import type { Outcome } from '../lab/step.ts';
import { bold, duration, green, red, say, yellow } from '../lab/terminal.ts';
import { publishDocs } from './publish-docs.ts';

/** How often an experiment is run again when AWS's own choice of batches leaves nothing to judge. */
const mostRepetitions = 5;

/** `lab experiment N`. @returns 0 when every number is as predicted, 1 when not, 2 when it could not be judged */
export async function experimentCommand(lab: Lab, word: string): Promise<number> {
  const entry = await findExperiment(word);
  return exitCodes[await runExperiment(lab, entry, false)];
}

/** `lab experiments`: all in a row, from one lab. @returns as above, the worst of all */
export async function experimentsCommand({ options }: Lab): Promise<number> {
  const lab = ownLab({ ...options, ask: false }, { exactMode: true });
  const rows: { entry: ExperimentEntry; outcome: Outcome; milliseconds: number }[] = [];
  for (const entry of await listExperiments()) {
    const start = performance.now();
    const outcome = await runExperiment(lab, entry, true);
    rows.push({ entry, outcome, milliseconds: performance.now() - start });
  }
  if (options.dryRun) return 0;
  await publishDocs(lab);
  say(bold('What the experiments showed'));
  for (const { entry, outcome, milliseconds } of rows) {
    const { title } = await loadExperiment(lab, entry);
    say(`  ${signs[outcome]} ${entry.number}  ${title}  ${duration(milliseconds)}`);
  }
  const whole = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const passed = rows.filter(({ outcome }) => outcome === 'pass').length;
  say(`  ${passed} of ${rows.length} are as AWS's rules say, in ${duration(whole)}`);
  return Math.max(0, ...rows.map(({ outcome }) => (outcome === 'fail' ? 1 : exitCodes[outcome])));
}

const signs: Record<Outcome, string> = {
  pass: green('✓ as predicted '),
  fail: red('✗ NOT         '),
  'not judged': yellow('– not judged  '),
};

/**
 * `lab check N` of an experiment: predicts and measures again from its record. Asks nobody.
 * @returns as `experimentCommand`
 * @throws LabError (exit code 2) when it was never recorded
 */
export async function checkExperiment(lab: Lab, entry: ExperimentEntry): Promise<number> {
  const { number, name, stepFile } = entry;
  const record = await readRun(join(root, 'docs'), lab.target(), basename(stepFile));
  if (record === undefined) {
    throw new LabError(`Experiment ${number} has no record: it was never run here`, {
      hint: `npx lab experiment ${number}`,
      exitCode: 2,
    });
  }
  const experiment = await loadExperiment(namesOf(record.prefix), entry);
  const judgement = judgeRun(experiment, record.sides, record.ofLab);
  say(`${bold(`Experiment ${number}: ${experiment.title}`)}  [${record.target}]  ${record.time}`);
  sayReport(experiment, judgement, record.sides, undefined);
  sayNext(lab, { command: `npx lab experiment ${number}`, why: `Runs ${name} anew.` });
  return exitCodes[judgement.outcome];
}

/** Runs its step, and again when AWS chose other batches than it needs. @throws as the step */
async function runExperiment(
  lab: Lab,
  { stepFile }: ExperimentEntry,
  inWholeLab: boolean,
): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  const onOutcome = (outcome: Outcome) => outcomes.push(outcome);
  for (let times = 0; times < mostRepetitions; times += 1) {
    await importStep(pathToFileURL(stepFile).href, { lab, inWholeLab, onOutcome });
    if (lab.options.dryRun) return 'pass';
    // The numbers, and after them the lab itself, if that is not as it was.
    const worst = (['fail', 'not judged', 'pass'] as const).find((one) => outcomes.includes(one));
    if (worst !== 'not judged') return worst ?? 'fail';
    if (times < mostRepetitions - 1) outcomes.length = 0;
  }
  return 'not judged';
}

/** The second list of `lab steps`. */
export async function sayExperiments(lab: Lab): Promise<void> {
  say();
  say(
    'Act 2: break it. Experiments on copies of the lab: npx lab experiment N, or all: npx lab experiments',
  );
  for (const entry of await listExperiments()) {
    const { title } = await loadExperiment(lab, entry);
    say(`${entry.number}  ${title}`);
  }
}
