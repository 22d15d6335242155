import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Experiment } from '../experiments/experiment.ts';
import { judgeRun, valueText } from '../experiments/judge.ts';
import type { Judgement } from '../experiments/judge.ts';
import { listExperiments, loadExperiment } from '../experiments/list.ts';
import { observedOf } from '../experiments/observed.ts';
import { booksLines, timelineLines } from '../experiments/report.ts';
import type { Target } from '../lab/session.ts';
import { namesOf } from '../lab/settings.ts';
import { printable } from '../lab/terminal.ts';
import type { DrawnExperiment } from '../pictures/experiment.ts';
import { recordIn, recordPath } from './experiment-record.ts';
import type { ExperimentRecord } from './experiment-record.ts';
import { sha256 } from './manifest.ts';
import { readPlain } from './read-evidence.ts';
import type { ReadText } from './read-evidence.ts';
import { isSampleRecord } from './sample.ts';

/** A file that calls itself the record of an experiment. */
export interface ExperimentFile {
  /** Relative to `docs/`. */
  readonly path: string;
  readonly text: string;
  readonly record: ExperimentRecord | undefined;
  readonly problem: string | undefined;
}

/** It, predicted and judged again. */
export interface JudgedExperiment extends ExperimentFile {
  readonly experiment: Experiment | undefined;
  readonly judgement: Judgement | undefined;
}

/** All records of experiments of a target, in the order of their numbers. Files may come from anybody. */
export async function readExperiments(
  docs: string,
  target: Target,
  read: ReadText = readPlain,
): Promise<ExperimentFile[]> {
  const folder = `evidence/${target}/experiments`;
  const names = await readdir(join(docs, folder)).catch(() => []);
  const files = names.filter((name) => /^\d\d-.*\.json$/.test(name)).toSorted();
  return Promise.all(
    files.map(async (name) => {
      const path = `${folder}/${name}`;
      try {
        return experimentFile(path, await read(docs, path));
      } catch (error) {
        return { path, text: '', record: undefined, problem: reasonIn(error) };
      }
    }),
  );
}

/** @throws Error when the text is no record */
export function experimentFile(path: string, text: string): ExperimentFile {
  return { path, text, record: recordIn(text), problem: undefined };
}

/** Predicts and measures again, from what was recorded. Asks nobody. */
export async function judgeExperiment(
  file: ExperimentFile,
  target: Target,
): Promise<JudgedExperiment> {
  const { record, path } = file;
  const nothing = { ...file, experiment: undefined, judgement: undefined };
  if (record === undefined) return nothing;
  try {
    const all = await listExperiments();
    const entry = all.find(({ number }) => number === record.experiment);
    if (entry === undefined) throw new Error(`this kit has no experiment ${record.experiment}`);
    const place = recordPath(target, `${entry.number}-${entry.name}.ts`);
    if (path !== place)
      throw new Error(`it is of experiment ${entry.number}, whose file is ${place}`);
    if (record.target.toLowerCase() !== target)
      throw new Error(`it says ${record.target} in the folder of ${target}`);
    const experiment = await loadExperiment(namesOf(record.prefix), entry);
    return { ...file, experiment, judgement: judgeRun(experiment, record.sides, record.ofLab) };
  } catch (error) {
    return { ...nothing, problem: reasonIn(error) };
  }
}

/** What is wrong with a record, a sentence each. Empty: what was recorded gives every number that the rule predicts. */
export function experimentProblems(file: JudgedExperiment, kit: string): string[] {
  const { problem, record, experiment, judgement } = file;
  if (record === undefined || experiment === undefined || judgement === undefined)
    return [problem ?? 'it cannot be read'];
  const title =
    record.versions.kit === kit && record.title !== experiment.title
      ? [`its title is not that of experiment ${record.experiment}`]
      : [];
  return [...title, ...judgement.reasons];
}

/** What the picture of a run shows, and its text twin; undefined when it could not be judged. */
export function drawnExperiment(file: JudgedExperiment): DrawnExperiment | undefined {
  const { record, experiment, judgement, text } = file;
  if (record === undefined || experiment === undefined || judgement === undefined) return undefined;
  const { number, title, rules, headline, rule, source, sides } = experiment;
  const rows = judgement.rows.map((row) => ({
    label: row.label,
    predicted: withUnit(valueText(row.predicted), row.unit),
    measured: withUnit(String(row.measured ?? 'nothing'), row.unit),
    rule: row.rule,
    holds: row.holds,
    open: row.open,
  }));
  const { target, region, time, versions } = record;
  return {
    number,
    title,
    rules,
    rule,
    rows,
    headline: headline.map((id) => {
      const at = judgement.rows.findIndex((row) => row.id === id);
      const { label = id, side } = experiment.numbers.find((one) => one.id === id) ?? {};
      const title = side === undefined ? '' : (sides[side]?.title ?? side);
      return { title, label, value: rows[at]?.measured ?? '' };
    }),
    sides: Object.entries(record.sides).map(([name, side]) => {
      const observed = observedOf(side);
      const lines = [...timelineLines(observed), ...booksLines(observed)];
      return { title: sides[name]?.title ?? name, lines };
    }),
    source: `${source.url} (${source.date})`,
    stamp: {
      target,
      region,
      time,
      kit: versions.kit,
      awsCli: versions.awsCli,
      digest: sha256(text),
      sample: isSampleRecord(record),
    },
  };
}

const withUnit = (text: string, unit: string) => (unit === '' ? text : `${text} ${unit}`);

/** The text twin of a record: the picture in words, and the commands of the step. */
export function experimentTranscript(txt: string, { commands }: ExperimentRecord): string {
  const typed = commands.map((command) => `$ ${command}`).join('\n');
  return printable(typed === '' ? txt : `${txt}\n${typed}\n`);
}

/** `screenshots/sandbox/experiments/20-report-batch-item-failures`, relative to `docs/`. */
export function experimentPicturePath(path: string): string {
  return path.replace(/^evidence\//, 'screenshots/').replace(/\.json$/, '');
}

function reasonIn(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
