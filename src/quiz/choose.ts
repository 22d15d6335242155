/** Which questions are asked, and in which order. */
import { domainOf } from './question.ts';
import type { Exam } from '../exam/rules.ts';
import type { Question } from './question.ts';
import { weights } from './exams.ts';
import type { Cards } from './state.ts';

/** What a learner wants to be asked. */
export interface Wanted {
  readonly exam: Exam;
  /** `1` to `4` */
  readonly domain?: string | undefined;
  /** `G06` */
  readonly rule?: string | undefined;
}

/** A number from 0 up to 1, without 1: `Math.random`, or one that can be repeated. */
export type Chance = () => number;

/** The questions of this domain and rule. */
export function matching(questions: readonly Question[], wanted: Wanted): Question[] {
  const { exam, domain, rule } = wanted;
  return questions.filter(
    (question) =>
      (domain === undefined || domainOf(question, exam) === domain) &&
      (rule === undefined || question.rule === rule),
  );
}

/** In another order; every order is as likely as any other. */
export function shuffled<T>(list: readonly T[], chance: Chance): T[] {
  const result = [...list];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(chance() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

/** Why a question is asked now. */
export type Reason = 'due' | 'new' | 'early';

/**
 * First what is due, longest overdue first; then what was never asked, in chance order; then, if there is still room,
 * what is due next.
 */
export function chosen(
  questions: readonly Question[],
  {
    cards,
    now,
    count,
    chance,
  }: {
    readonly cards: Cards;
    readonly now: Date;
    readonly count: number;
    readonly chance: Chance;
  },
): { readonly question: Question; readonly reason: Reason }[] {
  const dueAt = ({ id }: Question) => Date.parse(cards[id]?.due ?? '');
  const known = questions
    .filter(({ id }) => cards[id] !== undefined)
    .toSorted((a, b) => dueAt(a) - dueAt(b));
  const isDue = (question: Question) => dueAt(question) <= now.getTime();
  const unknown = questions.filter(({ id }) => cards[id] === undefined);
  const of = (reason: Reason, list: readonly Question[]) =>
    list.map((question) => ({ question, reason }));
  return [
    ...of('due', known.filter(isDue)),
    ...of('new', shuffled(unknown, chance)),
    ...of(
      'early',
      known.filter((question) => !isDue(question)),
    ),
  ].slice(0, count);
}

/**
 * The questions of an exam: as many of each domain as its weight says, filled up from the others where a domain has
 * too few.
 */
export function examined(
  questions: readonly Question[],
  { exam, count, chance }: { readonly exam: Exam; readonly count: number; readonly chance: Chance },
): Question[] {
  const mixed = shuffled(questions, chance);
  const picked = Object.entries(weights[exam]).flatMap(([domain, percent]) =>
    mixed
      .filter((question) => domainOf(question, exam) === domain)
      .slice(0, Math.round((count * percent) / 100)),
  );
  const rest = mixed.filter((question) => !picked.includes(question));
  return shuffled([...picked, ...rest].slice(0, count), chance);
}
