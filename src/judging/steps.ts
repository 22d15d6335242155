import { readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Check, CheckOf } from './check.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { importStep } from '../lab/step.ts';
import type { StepRun } from '../lab/step.ts';
import { root } from '../lab/settings.ts';
import { nearest } from '../lab/nearest.ts';

/** A step and its check, found by their number: the file names are the list. */
export interface StepEntry {
  readonly number: string;
  /** `create-dead-letter-queue` */
  readonly name: string;
  /** It deletes what all others have made, so it comes last, whatever its number. */
  readonly cleansUp: boolean;
  readonly stepFile: string;
  readonly checkFile: string;
}

/** The steps of the lab, in the order in which they are run. Experiments have higher numbers, and a list of their own. */
export async function listSteps(): Promise<StepEntry[]> {
  return stepsAmong(await readdir(join(root, 'steps')));
}

/**
 * The name of a step by its number: `01` gives `create-dead-letter-queue`.
 * @returns undefined when the kit has no such step
 */
export function stepName(number: string): string | undefined {
  return stepOf(number)?.name;
}

/** Whether this is the step that deletes what all others have made. */
export function cleansUp(number: string): boolean {
  return stepOf(number)?.cleansUp === true;
}

function stepOf(number: string): StepEntry | undefined {
  return stepsAmong(readdirSync(join(root, 'steps'))).find((step) => step.number === number);
}

function stepsAmong(files: readonly string[]): StepEntry[] {
  const entries = files
    .filter((file) => /^[01]\d-[a-z-]+\.ts$/.test(file))
    .toSorted()
    .map((file) => ({
      number: file.slice(0, 2),
      name: file.slice(3, -3),
      cleansUp: file.slice(3, -3) === 'clean-up',
      stepFile: join(root, 'steps', file),
      checkFile: join(root, 'checks', file),
    }));
  return [...entries.filter((one) => !one.cleansUp), ...entries.filter((one) => one.cleansUp)];
}

/**
 * Finds a step by `1`, `01` or `create-dead-letter-queue`.
 * @throws LabError (exit code 2) that lists the steps
 */
export async function findStep(word: string): Promise<StepEntry> {
  const steps = await listSteps();
  const entry = steps.find(({ number, name }) => number === word.padStart(2, '0') || name === word);
  if (entry !== undefined) return entry;
  const meant = nearest(
    word,
    steps.map(({ name }) => name),
  );
  const all = steps.map(({ number, name }) => `${number}  ${name}`).join('\n  ');
  throw new LabError(`There is no step "${word}"`, {
    hint:
      meant === undefined
        ? `Steps:\n  ${all}`
        : `Did you mean "${meant}"? All steps: npx lab steps`,
    exitCode: 2,
  });
}

/** Runs the step's file: its commands are its top level. */
export async function runStep({ stepFile }: StepEntry, run: StepRun): Promise<void> {
  await importStep(pathToFileURL(stepFile).href, run);
}

export async function loadCheck(lab: Lab, { checkFile }: StepEntry): Promise<Check> {
  const { check } = (await import(pathToFileURL(checkFile).href)) as { check: CheckOf };
  return check(lab);
}
