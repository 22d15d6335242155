/**
 * What there is in this checkout to learn a rule with: experiments, questions and drills. Each is read where it is
 * written; a kind that is not in the checkout at all is `undefined`, which is something else than an empty list.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { namesOf, root } from '../lab/settings.ts';
import type { LabNames } from '../lab/settings.ts';
import { linkExperiments, notBuiltOf, readNotes, rulesOf, topicsOf } from './rules.ts';
import type { Rule, Skills, Topic } from './rules.ts';

export interface ExperimentEntry {
  readonly number: string;
  readonly title: string;
  /** `G06` */
  readonly rules: readonly string[];
}

export interface QuestionEntry {
  readonly id: string;
  readonly rule: string;
  readonly skills: Skills;
  /** Numbers of the experiments that it names. */
  readonly experiments: readonly string[];
  readonly source: { readonly url: string; readonly date: string };
}

export interface DrillEntry {
  readonly id: string;
  readonly level: number;
  readonly rules: readonly string[];
}

export interface Inventory {
  /** docs/exam-notes.md as it is. */
  readonly notes: string;
  readonly rules: readonly Rule[];
  readonly topics: readonly Topic[];
  /** Names of `docs/manual/`. */
  readonly pages: readonly string[];
  readonly experiments: readonly ExperimentEntry[] | undefined;
  /** Of the experiments those that the notes say are not there yet. */
  readonly notBuilt: readonly string[];
  readonly questions: readonly QuestionEntry[] | undefined;
  readonly drills: readonly DrillEntry[] | undefined;
}

/**
 * Reads everything.
 * @param folder the checkout
 * @throws Error naming what is there and cannot be read
 */
export async function readInventory(folder = root): Promise<Inventory> {
  const [notes, pages, experiments, questions, drills] = await Promise.all([
    readNotes(),
    readdir(join(folder, 'docs', 'manual')),
    readExperiments(folder),
    readQuestions(folder),
    readDrills(folder),
  ]);
  return {
    notes: linkExperiments(notes, pages),
    rules: rulesOf(notes),
    topics: topicsOf(notes),
    notBuilt: notBuiltOf(notes),
    pages,
    experiments,
    questions,
    drills,
  };
}

const names = async (folder: string): Promise<readonly string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });

const load = async (file: string) =>
  (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;

/** The checks from 20 on export an `experiment`; they are data, and run nothing when they are loaded. */
async function readExperiments(folder: string): Promise<Inventory['experiments']> {
  const files = (await names(join(folder, 'checks'))).filter((name) =>
    /^[2-9]\d-[\w-]+\.ts$/.test(name),
  );
  if (files.length === 0) return undefined;
  const entries = files.toSorted().map(async (name) => {
    const { experiment } = await load(join(folder, 'checks', name));
    if (typeof experiment !== 'function') throw new Error(`checks/${name} exports no experiment`);
    const { number, title, rules } = (experiment as (lab: LabNames) => ExperimentEntry)(
      namesOf(''),
    );
    return { number, title, rules };
  });
  return Promise.all(entries);
}

async function readQuestions(folder: string): Promise<Inventory['questions']> {
  const files = (await names(join(folder, 'src', 'quiz', 'questions'))).filter((name) =>
    name.endsWith('.json'),
  );
  if (files.length === 0) return undefined;
  const lists = await Promise.all(
    files.map(
      async (name) =>
        JSON.parse(
          await readFile(join(folder, 'src', 'quiz', 'questions', name), 'utf8'),
        ) as QuestionEntry[],
    ),
  );
  return lists.flat().toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
}

/** The module that has the list of drills: each with `id`, `level` and `rules`. */
async function readDrills(folder: string): Promise<Inventory['drills']> {
  if (!(await names(join(folder, 'src', 'drills'))).includes('drills.ts')) return undefined;
  const lists = Object.values(await load(join(folder, 'src', 'drills', 'drills.ts'))).filter(
    (value) => isDrills(value),
  );
  const [drills] = lists;
  if (drills === undefined)
    throw new Error('src/drills/drills.ts exports no list of drills with id, level and rules');
  return drills;
}

const isDrills = (value: unknown): value is readonly DrillEntry[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(
    (one: Partial<DrillEntry> | null) =>
      typeof one?.id === 'string' && typeof one.level === 'number' && Array.isArray(one.rules),
  );

/** What an inventory has for one rule. */
export interface Covered {
  readonly experiments: readonly string[];
  readonly questions: readonly string[];
  readonly drills: readonly string[];
}

/** Of the experiments those that the rule names, and those that name the rule, as far as they are in the checkout. */
export function coverOf(rule: Rule, { experiments, questions, drills }: Inventory): Covered {
  return {
    experiments: (experiments ?? [])
      .filter((one) => rule.experiments.includes(one.number) || one.rules.includes(rule.id))
      .map(({ number }) => number),
    questions: (questions ?? []).filter((one) => one.rule === rule.id).map(({ id }) => id),
    drills: (drills ?? []).filter((one) => one.rules.includes(rule.id)).map(({ id }) => id),
  };
}
