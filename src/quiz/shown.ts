/**
 * What shows the answer of a question: what the evidence in `docs/` measured about its rule, and the experiments.
 * Every value is read from evidence; without evidence nothing is said.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeTargets, readSources } from '../evidence/derive.ts';
import { measuredSentence } from '../evidence/measured-page.ts';
import type { Recorded } from '../evidence/measured.ts';
import { isSample } from '../evidence/sample.ts';
import { root } from '../lab/settings.ts';
import type { TargetName } from '../lab/target-name.ts';
import type { Question } from './question.ts';

/** What a run measured about a rule. */
export interface Measurement {
  /** `3 deliveries of ...`, plain text. */
  readonly says: string;
  readonly target: TargetName;
  /** `2026-11-28` */
  readonly day: string;
  /** The proofs that show it. */
  readonly proofs: readonly number[];
  /** Their pictures, relative to `docs/`. */
  readonly pictures: readonly string[];
  /** The run that the kit comes with, not the learner's own. */
  readonly ofSample: boolean;
}

/** A recorded run of an experiment. */
export interface RecordedExperiment {
  readonly title: string;
  readonly target: TargetName;
  readonly day: string;
}

/** Everything that can be said about what shows a rule. */
export interface Shown {
  /** By rule. */
  readonly measured: ReadonlyMap<string, Measurement>;
  /** By number: experiments that can be run. */
  readonly runnable: ReadonlySet<string>;
  /** By number: experiments that were run. */
  readonly recorded: ReadonlyMap<string, RecordedExperiment>;
}

export const nothingShown: Shown = {
  measured: new Map(),
  runnable: new Set(),
  recorded: new Map(),
};

/**
 * Reads the evidence of a checkout.
 * @param rules asked about
 * @param folder the checkout
 */
export async function readShown(rules: readonly string[], folder = root): Promise<Shown> {
  const docs = join(folder, 'docs');
  const [measured, recorded, steps] = await Promise.all([
    measurements(docs, rules),
    recordedExperiments(docs),
    readdir(join(folder, 'steps')).catch((): string[] => []),
  ]);
  const numbers = steps.flatMap((name) => /^([2-4]\d)-.*\.ts$/.exec(name)?.[1] ?? []);
  return { measured, recorded, runnable: new Set(numbers) };
}

/** What one's own run has not measured, the sample run has. */
async function measurements(
  docs: string,
  rules: readonly string[],
): Promise<Map<string, Measurement>> {
  const [sample, own] = await Promise.all([
    measurementsIn(join(docs, 'sample'), rules, 'sample/'),
    measurementsIn(docs, rules),
  ]);
  return new Map([...sample, ...own]);
}

async function measurementsIn(
  docs: string,
  rules: readonly string[],
  folder = '',
): Promise<Map<string, Measurement>> {
  const judged = await judgeTargets(await readSources(docs));
  const targets = judged.map(({ counting }) =>
    counting.flatMap(({ evidence, seen }): Recorded[] =>
      evidence === undefined || seen === undefined ? [] : [{ evidence, seen }],
    ),
  );
  return new Map(
    rules.flatMap((rule) => {
      const found = measuredSentence(rule, targets);
      if (found === undefined) return [];
      const { says, evidence, proofs, pictures } = found;
      const measurement: Measurement = {
        says: says.replaceAll('`', ''),
        target: evidence.target,
        day: evidence.time.slice(0, 10),
        proofs,
        pictures: pictures.map((picture) => `${folder}${picture}`),
        ofSample: isSample(evidence),
      };
      return [[rule, measurement] as const];
    }),
  );
}

/** Records of experiments: `docs/evidence/<target>/experiments/NN-name.json`. A real account has priority. */
async function recordedExperiments(docs: string): Promise<Map<string, RecordedExperiment>> {
  const found = new Map<string, RecordedExperiment>();
  for (const target of ['emulator', 'sandbox', 'aws']) {
    const folder = join(docs, 'evidence', target, 'experiments');
    for (const name of await readdir(folder).catch((): string[] => [])) {
      const number = /^([2-4]\d)-.*\.json$/.exec(name)?.[1];
      const record = number === undefined ? undefined : await experimentIn(join(folder, name));
      if (number !== undefined && record !== undefined) found.set(number, record);
    }
  }
  return found;
}

async function experimentIn(file: string): Promise<RecordedExperiment | undefined> {
  try {
    const { title, target, time } = JSON.parse(await readFile(file, 'utf8')) as Record<
      string,
      unknown
    >;
    const isRecord = typeof title === 'string' && typeof time === 'string';
    const known = Object.keys(where).find((one): one is TargetName => one === target);
    if (!isRecord || known === undefined) return undefined;
    return { title, target: known, day: time.slice(0, 10) };
  } catch {
    return undefined;
  }
}

const where: Readonly<Record<TargetName, string>> = {
  AWS: 'on AWS',
  EMULATOR: 'on an emulator',
  SANDBOX: 'in the sandbox',
};

/**
 * `On G06 you measured, on 2026-11-28 in the sandbox (proof 14): 3 deliveries ...`, as far as it is so. A rule has several
 * questions, and what was measured need not answer this one: so it names the rule.
 */
export function measuredText(rule: string, measurement: Measurement): string {
  const { says, target, day, proofs, ofSample } = measurement;
  const proof = proofs.length === 0 ? '' : ` (proof ${proofs.join(', ')})`;
  const who = ofSample
    ? `On ${rule} the sample run that comes with the kit measured`
    : `On ${rule} you measured`;
  return `${who}, on ${day} ${where[target]}${proof}: ${says}`;
}

/** What shows the answer, one sentence each. */
export function shownTexts(question: Question, shown: Shown): string[] {
  const { rule, experiments, notShown } = question;
  const measurement = shown.measured.get(rule);
  return [
    ...(measurement === undefined ? [] : [measuredText(rule, measurement)]),
    ...experiments.map((number) => experimentText(number, shown)),
    ...(experiments.length === 0 && notShown !== undefined ? [`No experiment. ${notShown}`] : []),
  ];
}

function experimentText(number: string, { runnable, recorded }: Shown): string {
  const run = recorded.get(number);
  const was = run === undefined ? '' : `, run on ${run.day} ${where[run.target]} (${run.title})`;
  const how = runnable.has(number) ? `: npx lab experiment ${number}` : '';
  return `Experiment ${number}${how}${was}`;
}
