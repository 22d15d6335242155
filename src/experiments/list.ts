import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LabError } from '../lab/errors.ts';
import { nearest } from '../lab/nearest.ts';
import { root } from '../lab/settings.ts';
import type { LabNames } from '../lab/settings.ts';
import type { Experiment, ExperimentOf } from './experiment.ts';

/** Steps from this number on are experiments; below it is the lab. */
const firstNumber = 20;

/** An experiment, found by its number: the file names are the list. */
export interface ExperimentEntry {
  readonly number: string;
  /** `report-batch-item-failures` */
  readonly name: string;
  readonly stepFile: string;
  readonly checkFile: string;
}

/** Whether a file of `steps/` or `checks/` belongs to an experiment. */
export const isExperimentFile = (name: string): boolean =>
  /^\d\d-[a-z0-9-]+\./.test(name) && Number(name.slice(0, 2)) >= firstNumber;

/** In the order of their numbers. */
export async function listExperiments(): Promise<ExperimentEntry[]> {
  const files = await readdir(join(root, 'steps'));
  return files
    .filter((file) => isExperimentFile(file) && file.endsWith('.ts'))
    .toSorted()
    .map((file) => ({
      number: file.slice(0, 2),
      name: file.slice(3, -3),
      stepFile: join(root, 'steps', file),
      checkFile: join(root, 'checks', file),
    }));
}

/** @returns undefined when no experiment has this number or name */
export async function experimentOf(word: string): Promise<ExperimentEntry | undefined> {
  return (await listExperiments()).find(({ number, name }) => number === word || name === word);
}

/**
 * Finds an experiment by `20` or `report-batch-item-failures`.
 * @throws LabError (exit code 2) that says which there are
 */
export async function findExperiment(word: string): Promise<ExperimentEntry> {
  const entry = await experimentOf(word);
  if (entry !== undefined) return entry;
  const all = await listExperiments();
  const meant = nearest(
    word,
    all.map(({ name }) => name),
  );
  const numbers = `${all[0]?.number} to ${all.at(-1)?.number}`;
  throw new LabError(`There is no experiment "${word}"`, {
    hint: `${meant === undefined ? `Experiments have the numbers ${numbers}.` : `Did you mean "${meant}"?`} All of them: npx lab steps`,
    exitCode: 2,
  });
}

/** Reads the data of an experiment. */
export async function loadExperiment(
  lab: LabNames,
  { checkFile }: Pick<ExperimentEntry, 'checkFile'>,
): Promise<Experiment> {
  const { experiment } = (await import(pathToFileURL(checkFile).href)) as {
    experiment: ExperimentOf;
  };
  return experiment(lab);
}
