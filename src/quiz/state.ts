/**
 * What a learner has answered, in one readable file of `.lab/quiz/`. Nothing else depends on it: whoever loses it is
 * asked everything as if for the first time.
 */
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createEmptyCard, fsrs, Rating, State } from 'ts-fsrs';
import type { Card } from 'ts-fsrs';
import { readingReasonOf } from '../lab/errors.ts';
import { oneAtATime } from '../lab/one-at-a-time.ts';
import { labHome } from '../lab/settings.ts';
import { writeWhole } from '../lab/write-whole.ts';
import { minutesPerQuestion } from './exams.ts';

export const stateFolder = join(labHome, 'quiz');

/** How an answer went: wrong, right but guessed, right. */
export type Grade = 'wrong' | 'guessed' | 'right';

/** One answer. */
export interface Answered {
  /** ISO time. */
  readonly at: string;
  readonly grade: Grade;
  /** In exam mode. */
  readonly inExam?: true;
}

/** What is known of one question, times as ISO texts: it is written as it stands. */
export interface KnownCard {
  readonly due: string;
  /** Days until the chance to know it has fallen to 90 percent. */
  readonly stability: number;
  /** 1 to 10. */
  readonly difficulty: number;
  readonly scheduledDays: number;
  readonly learningSteps: number;
  readonly reps: number;
  readonly lapses: number;
  readonly state: 'Learning' | 'Review' | 'Relearning';
  readonly lastReview?: string;
  readonly answers: readonly Answered[];
}

/** By the id of the question. */
export type Cards = Readonly<Record<string, KnownCard>>;

/** As many answers of a question as anybody reads. */
const keptAnswers = 20;

/**
 * The free spaced repetition scheduler with its published parameters. Fuzz is off: the same answers give the same days.
 * Without its steps of minutes, because a session ends before they do: what was wrong is asked again the next day.
 * @see https://github.com/open-spaced-repetition/ts-fsrs
 */
const scheduler = fsrs({ enable_fuzz: false, enable_short_term: false });

const ratings = { wrong: Rating.Again, guessed: Rating.Hard, right: Rating.Good } as const;

/** The card after an answer. A last review that is later than the answer, because a clock was set back, counts as one just now. */
export function answered(card: KnownCard | undefined, answer: Answered): KnownCard {
  const at = new Date(answer.at);
  const { card: next } = scheduler.next(cardOf(card, at), at, ratings[answer.grade]);
  return {
    due: next.due.toISOString(),
    stability: next.stability,
    difficulty: next.difficulty,
    scheduledDays: next.scheduled_days,
    learningSteps: next.learning_steps,
    reps: next.reps,
    lapses: next.lapses,
    state: State[next.state] as KnownCard['state'],
    lastReview: answer.at,
    answers: [...(card?.answers ?? []), answer].slice(-keptAnswers),
  };
}

function cardOf(card: KnownCard | undefined, now: Date): Card {
  if (card === undefined) return createEmptyCard(now);
  return {
    due: new Date(card.due),
    stability: card.stability,
    difficulty: card.difficulty,
    elapsed_days: 0,
    scheduled_days: card.scheduledDays,
    learning_steps: card.learningSteps,
    reps: card.reps,
    lapses: card.lapses,
    state: State[card.state],
    // The scheduler throws at a time that is before the last review.
    ...(card.lastReview === undefined
      ? {}
      : { last_review: new Date(Math.min(Date.parse(card.lastReview), now.getTime())) }),
  };
}

/** The state, and what was wrong with its file. */
interface ReadCards {
  readonly cards: Cards;
  readonly problem: string | undefined;
}

/**
 * The state, and what was wrong with its file: what cannot be used is kept beside it. A card that cannot be used is left out, and
 * its question counts as never asked; with a file that cannot be used the quiz begins anew.
 * @param folder of the state
 */
export async function readCards(folder = stateFolder): Promise<ReadCards> {
  const file = join(folder, cardsFile);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { cards: {}, problem: undefined };
    return {
      cards: {},
      problem: `Cannot read ${file}: ${readingReasonOf(error)}. The quiz begins anew.`,
    };
  }
  const kept = `${file}.unreadable`;
  try {
    const all = Object.entries(cardsIn(text));
    const good = all.filter((one): one is [string, KnownCard] => isCard(one[1]));
    const bad = all.filter(([, card]) => !isCard(card)).map(([id]) => id);
    if (bad.length > 0) await copyFile(file, kept).catch(() => undefined);
    return {
      cards: Object.fromEntries(good),
      problem: bad.length === 0 ? undefined : leftOut(bad, file, kept),
    };
  } catch (error) {
    await rename(file, kept).catch(() => undefined);
    return {
      cards: {},
      problem: `Cannot use ${file}: ${readingReasonOf(error)}. The quiz begins anew; the file is kept as ${kept}.`,
    };
  }
}

const leftOut = (ids: readonly string[], file: string, kept: string): string =>
  `Cannot use the card of ${ids.join(', ')} in ${file}: it has a value that no card has. It counts as never asked; the file is kept as ${kept}.`;

const cardsFile = 'cards.json';

/** @throws Error when this is no state */
function cardsIn(text: string): Readonly<Record<string, unknown>> {
  const state = JSON.parse(text) as { readonly cards?: unknown } | null;
  const cards = state?.cards;
  if (typeof cards !== 'object' || cards === null || Array.isArray(cards))
    throw new Error('it has no "cards"');
  return cards as Readonly<Record<string, unknown>>;
}

/** Whether the scheduler takes it: it throws at a memory that no answer can leave. */
function isCard(value: unknown): value is KnownCard {
  const card = value as Partial<Record<keyof KnownCard, unknown>> | null;
  if (typeof card !== 'object' || card === null) return false;
  const counts = [card.scheduledDays, card.learningSteps, card.reps, card.lapses];
  return (
    isBetween(card.stability, [Number.MIN_VALUE, Number.MAX_VALUE]) &&
    isBetween(card.difficulty, [1, 10]) &&
    counts.every((count) => isBetween(count, [0, Number.MAX_VALUE])) &&
    [card.due, card.lastReview ?? card.due].every(isTime) &&
    ['Learning', 'Review', 'Relearning'].includes(String(card.state)) &&
    Array.isArray(card.answers) &&
    card.answers.every(isAnswer)
  );
}

const isBetween = (value: unknown, [least, most]: readonly [number, number]): boolean =>
  typeof value === 'number' && value >= least && value <= most;

function isAnswer(value: unknown): value is Answered {
  const answer = value as Partial<Record<keyof Answered, unknown>> | null;
  return isTime(answer?.at) && Object.hasOwn(ratings, String(answer?.grade));
}

const isTime = (value: unknown) => typeof value === 'string' && !Number.isNaN(Date.parse(value));

export async function writeCards(cards: Cards, folder = stateFolder): Promise<void> {
  await mkdir(folder, { recursive: true });
  const about =
    'What you answered in "npx lab quiz", and when each question is due again. You may delete this file.';
  await writeWhole(join(folder, cardsFile), `${JSON.stringify({ about, cards }, null, 2)}\n`);
}

/** An answer, and the question that it answers. */
export interface AnswerTo {
  readonly id: string;
  readonly answer: Answered;
}

/**
 * Adds answers to what the file holds now, and to nothing else of it: another session may have written since this one has read
 * it. One process at a time.
 * @returns the state after it, and what was wrong with its file
 * @throws LabError when another process holds the lock for a minute; an error of the file system when the file cannot be written
 */
export const addAnswers = (
  answers: readonly AnswerTo[],
  folder = stateFolder,
): Promise<ReadCards> =>
  oneAtATime(
    'quiz',
    async () => {
      const { cards: before, problem } = await readCards(folder);
      const cards = answers.reduce<Cards>(
        (known, { id, answer }) => ({ ...known, [id]: answered(known[id], answer) }),
        before,
      );
      await writeCards(cards, folder);
      return { cards, problem };
    },
    folder,
  );

/** An exam that was left before it was handed in. */
export interface OpenExam {
  readonly exam: 'C03' | 'C02';
  readonly questions: readonly {
    readonly id: string;
    /** The order in which its options are shown: places in the file. */
    readonly order: readonly number[];
    /** Places in the file that were chosen. */
    readonly chosen: readonly number[];
  }[];
  /** Of the time; the clock stands while nobody is there. */
  readonly leftMs: number;
  /** The question to go on with. */
  readonly current: number;
}

const examFile = 'exam.json';

/** The open exam, and what was wrong with its file. */
interface ReadExam {
  readonly open: OpenExam | undefined;
  readonly problem: string | undefined;
}

/** The open exam; none when there is no file. A file that cannot be used is kept beside, as that of the cards. */
export async function readOpenExam(folder = stateFolder): Promise<ReadExam> {
  try {
    const open = JSON.parse(await readFile(join(folder, examFile), 'utf8')) as unknown;
    const fault = faultOfExam(open);
    if (fault !== undefined) throw new Error(fault);
    return { open: open as OpenExam, problem: undefined };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { open: undefined, problem: undefined };
    return { open: undefined, problem: await setExamAside(readingReasonOf(error), folder) };
  }
}

/**
 * Keeps the file of an exam that cannot be gone on with beside its place, which is free then.
 * @returns what to tell the learner
 */
export async function setExamAside(reason: string, folder = stateFolder): Promise<string> {
  const file = join(folder, examFile);
  const kept = `${file}.unreadable`;
  const told = `Cannot use the open exam in ${file}: ${reason}. A new exam begins`;
  return rename(file, kept).then(
    () => `${told}; the file is kept as ${kept}.`,
    () => `${told}.`,
  );
}

/** Why this is no open exam; undefined when it is one. */
function faultOfExam(value: unknown): string | undefined {
  const { exam, questions, leftMs, current } = (value ?? {}) as Partial<
    Record<keyof OpenExam, unknown>
  >;
  if (exam !== 'C03' && exam !== 'C02') return `its "exam" is ${JSON.stringify(exam)}`;
  if (!Array.isArray(questions) || questions.length === 0) return 'it has no "questions"';
  const bad = questions.findIndex((question) => !isSheet(question));
  if (bad >= 0) return `question ${bad + 1} has a value that no question has`;
  if (!Number.isInteger(current)) return `its "current" is ${JSON.stringify(current)}`;
  const mostMs = questions.length * minutesPerQuestion * 60_000;
  return typeof leftMs === 'number' && leftMs > 0 && leftMs <= mostMs
    ? undefined
    : `its "leftMs" is ${JSON.stringify(leftMs)}, and must be above 0 and at most ${mostMs} (${minutesPerQuestion} minutes a question)`;
}

function isSheet(value: unknown): boolean {
  const { id, order, chosen } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof id === 'string' && [order, chosen].every(arePlaces);
}

const arePlaces = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every((place) => Number.isInteger(place)) &&
  new Set(value).size === value.length;

export async function writeOpenExam(open: OpenExam, folder = stateFolder): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, examFile), `${JSON.stringify(open, null, 2)}\n`);
}

export const dropOpenExam = (folder = stateFolder): Promise<void> =>
  rm(join(folder, examFile), { force: true });
