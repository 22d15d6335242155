/**
 * What a question of the quiz is, and how the files of `src/quiz/questions/` are read.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exams } from '../exam/rules.ts';
import type { Exam } from '../exam/rules.ts';
import { LabError } from '../lab/errors.ts';

/** An option of a question. A wrong one says why it is wrong, and why it tempts. */
export type Option = RightOption | WrongOption;

export interface RightOption {
  readonly text: string;
  readonly right: true;
}

export interface WrongOption {
  readonly text: string;
  readonly right?: undefined;
  readonly why: string;
  readonly tempts: string;
}

export interface Question {
  /** `Q01`: never given to another question, because the state of a learner knows it by this. */
  readonly id: string;
  /** Of docs/exam-notes.md: `G06`. */
  readonly rule: string;
  /** As in the exam: `single` has one right option of four; `multiple` has two or more of at least five. */
  readonly type: 'single' | 'multiple';
  /** Numbers of the exam guides, the main one first. Its first digit is the domain. */
  readonly skills: Readonly<Record<Exam, readonly string[]>>;
  readonly question: string;
  readonly options: readonly Option[];
  /** Of the right answer. */
  readonly explanation: string;
  /** A page, and the day on which somebody looked. */
  readonly source: { readonly url: string; readonly date: string };
  /** Numbers of the experiments that show it. */
  readonly experiments: readonly string[];
  /** Why no experiment shows it. */
  readonly notShown?: string;
  /** The day of the numbers in it that AWS may change. */
  readonly limitsAsOf?: string;
  /** What else to know: a public twin with a wrong key, for example. */
  readonly warning?: string;
}

export const questionsFolder = join(import.meta.dirname, 'questions');

/**
 * All questions, in the order of their ids.
 * @throws LabError that names the file, the question and what its shape lacks
 */
export async function loadQuestions(folder = questionsFolder): Promise<Question[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const lists = await Promise.all(
    names.map(async (name) => questionsIn(name, await readFile(join(folder, name), 'utf8'))),
  );
  return lists.flat().toSorted((a, b) => a.id.localeCompare(b.id));
}

/** @throws LabError when this is no list of questions */
export function questionsIn(name: string, text: string): Question[] {
  const wrong = (what: string, cause?: unknown) =>
    new LabError(`Cannot read the questions of src/quiz/questions/${name}: ${what}`, {
      hint: `Restore the file: git checkout -- src/quiz/questions/${name}`,
      cause,
    });
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (cause) {
    throw wrong(cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (!Array.isArray(list)) throw wrong('it holds no list');
  for (const [i, one] of list.entries()) {
    const [problem] = shapeProblems(one);
    if (problem !== undefined) throw wrong(`${nameOf(one) ?? `question ${i + 1}`}: ${problem}`);
  }
  return list as Question[];
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => isText(one));
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const nameOf = (value: unknown): string | undefined =>
  isObject(value) && isText(value['id']) ? value['id'] : undefined;

/** What keeps the quiz from showing this as a question. What a good question needs beyond that, `lint.ts` says. */
export function shapeProblems(value: unknown): string[] {
  if (!isObject(value)) return ['it is no object'];
  const { skills, options, source, type } = value;
  const texts = ['id', 'rule', 'question', 'explanation'].filter((name) => !isText(value[name]));
  const extra = ['notShown', 'limitsAsOf', 'warning'].filter(
    (name) => value[name] !== undefined && !isText(value[name]),
  );
  return [
    ...[...texts, ...extra].map((name) => `"${name}" is no text`),
    ...(type === 'single' || type === 'multiple' ? [] : ['"type" is neither single nor multiple']),
    ...(isObject(skills) && exams.every((exam) => isTexts(skills[exam]))
      ? []
      : ['"skills" has no list for each exam']),
    ...(isObject(source) && isText(source['url']) && isText(source['date'])
      ? []
      : ['"source" has no url and date']),
    ...(isTexts(value['experiments']) ? [] : ['"experiments" is no list of numbers']),
    ...(Array.isArray(options) && options.every((one) => isOption(one))
      ? []
      : ['an option has no text, or says "right" in another way than true']),
  ];
}

function isOption(value: unknown): boolean {
  if (!isObject(value) || !isText(value['text'])) return false;
  const { right, why, tempts } = value;
  return (right === undefined || right === true) && [why, tempts].every(isTextOrMissing);
}

const isTextOrMissing = (value: unknown) => value === undefined || typeof value === 'string';

/** `1` to `4`: the domain of a question in this exam. */
export const domainOf = ({ skills }: Question, exam: Exam): string =>
  skills[exam][0]?.split('.')[0] ?? '';

/** The places of the right options. */
export const rightOf = ({ options }: Question): number[] =>
  options.flatMap(({ right }, i) => (right === true ? [i] : []));

/** As in the exam: all right options and no other, or nothing. */
export function isRight(question: Question, chosen: readonly number[]): boolean {
  const right = rightOf(question);
  return right.length === new Set(chosen).size && right.every((place) => chosen.includes(place));
}
