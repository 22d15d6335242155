import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  addAnswers,
  answered,
  dropOpenExam,
  readCards,
  readOpenExam,
  writeCards,
  writeOpenExam,
} from './state.ts';
import type { Grade, KnownCard } from './state.ts';

const start = Date.parse('2026-11-28T08:00:00.000Z');
const dayMs = 86_400_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-quiz-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Answers each time on the day that it is due. */
function after(...grades: readonly Grade[]): KnownCard {
  let card: KnownCard | undefined;
  for (const grade of grades)
    card = answered(card, { at: card?.due ?? new Date(start).toISOString(), grade });
  if (card === undefined) throw new Error('no answer');
  return card;
}

const waitDays = (card: KnownCard) =>
  (Date.parse(card.due) - Date.parse(card.lastReview ?? '')) / dayMs;

describe('repetition', () => {
  test('asks sooner what was wrong than what was guessed, and that sooner than what was known', () => {
    const [wrong, guessed, right] = [after('wrong'), after('guessed'), after('right')].map(
      waitDays,
    );
    expect(wrong).toBe(1);
    expect(guessed).toBeGreaterThanOrEqual(wrong ?? 0);
    expect(right).toBeGreaterThan(guessed ?? 0);
  });

  test('waits longer after every right answer, and begins anew after a wrong one', () => {
    const waits = [1, 2, 3, 4].map((times) =>
      waitDays(after(...Array.from({ length: times }, () => 'right' as const))),
    );
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(new Set(waits).size).toBe(4);
    const lapsed = after('right', 'right', 'right', 'wrong');
    expect(waitDays(lapsed)).toBeLessThan(waits[2] ?? 0);
    expect(lapsed).toMatchObject({ lapses: 1, reps: 4 });
  });

  test('gives the same answers the same day', () => {
    expect(after('right', 'wrong', 'right')).toEqual(after('right', 'wrong', 'right'));
  });

  test('keeps when and how each answer was', () => {
    const { answers } = after('wrong', 'right');
    expect(answers).toEqual([
      { at: '2026-11-28T08:00:00.000Z', grade: 'wrong' },
      { at: '2026-11-29T08:00:00.000Z', grade: 'right' },
    ]);
  });
});

describe('the file of the state', () => {
  test('gives back what was written, and says in it what it is', async () => {
    const cards = { Q01: after('right', 'wrong'), Q02: after('guessed') };
    await writeCards(cards, folder);
    expect(await readCards(folder)).toEqual({ cards, problem: undefined });
    const text = await readFile(join(folder, 'cards.json'), 'utf8');
    expect(text).toContain('You may delete this file.');
    expect(text.split('\n').length).toBeGreaterThan(20);
  });

  test('may be missing: then nothing was asked yet', async () => {
    expect(await readCards(join(folder, 'nowhere'))).toEqual({ cards: {}, problem: undefined });
  });

  test.each([
    ['{"cards":', /Cannot use .*cards\.json/],
    ['null', /it has no "cards"/],
    ['{"cards":[]}', /it has no "cards"/],
  ])('that holds %s is kept beside, and the quiz begins anew', async (text, says) => {
    await writeFile(join(folder, 'cards.json'), text);
    const { cards, problem } = await readCards(folder);
    expect(cards).toEqual({});
    expect(problem).toMatch(says);
    expect(await readdir(folder)).toEqual(['cards.json.unreadable']);
    expect(await readCards(folder)).toEqual({ cards: {}, problem: undefined });
  });
});

test.each([
  ['a time that is none', { due: 'never' }],
  ['a stability of 0', { stability: 0 }],
  ['a negative stability', { stability: -1 }],
  ['a difficulty of 0', { difficulty: 0 }],
  ['a difficulty of 11', { difficulty: 11 }],
  ['a negative number of days', { scheduledDays: -1 }],
  ['a state that no answer leaves', { state: 'New' as never }],
  ['an answer that is none', { answers: [null as never] }],
])('a card with %s is left out and said, and the others stay', async (_, change) => {
  const good = after('right');
  await writeCards({ Q01: { ...good, ...change }, Q02: good }, folder);
  const { cards, problem } = await readCards(folder);
  expect(cards).toEqual({ Q02: good });
  expect(problem).toMatch(/Cannot use the card of Q01 in .*cards\.json: .* counts as never asked/);
  expect((await readdir(folder)).toSorted()).toEqual(['cards.json', 'cards.json.unreadable']);
});

test.each(['wrong', 'guessed', 'right'] as const)(
  'an answer before the last review, after a clock was set back, counts from now: %s',
  (grade) => {
    const at = new Date(start).toISOString();
    const ahead = {
      ...after('right', 'right'),
      lastReview: new Date(start + 7 * dayMs).toISOString(),
    };
    const card = answered(ahead, { at, grade });
    expect(card).toMatchObject({ lastReview: at, reps: 3 });
    expect(Date.parse(card.due)).toBeGreaterThan(start);
    expect(Date.parse(card.due)).toBeLessThanOrEqual(start + 60 * dayMs);
  },
);

const none = { open: undefined, problem: undefined };

test('answers are added to what the file holds by then, also when many are added at once', async () => {
  const at = new Date(start).toISOString();
  await addAnswers([{ id: 'Q01', answer: { at, grade: 'right' } }], folder);
  const ids = Array.from({ length: 8 }, (_, i) => `Q1${i}`);
  await Promise.all(ids.map((id) => addAnswers([{ id, answer: { at, grade: 'wrong' } }], folder)));
  const { cards } = await addAnswers([{ id: 'Q01', answer: { at, grade: 'wrong' } }], folder);
  expect(Object.keys(cards).toSorted()).toEqual(['Q01', ...ids]);
  expect(cards['Q01']?.answers.map(({ grade }) => grade)).toEqual(['right', 'wrong']);
  expect((await readCards(folder)).cards).toEqual(cards);
});

test('an open exam is kept until it is dropped', async () => {
  expect(await readOpenExam(folder)).toEqual(none);
  const open = {
    exam: 'C03' as const,
    questions: [{ id: 'Q01', order: [1, 0, 3, 2], chosen: [3] }],
    leftMs: 60_000,
    current: 0,
  };
  await writeOpenExam(open, folder);
  expect(await readOpenExam(folder)).toEqual({ open, problem: undefined });
  await dropOpenExam(folder);
  expect(await readdir(folder)).toEqual([]);
});

const sheet = { id: 'Q01', order: [1, 0, 3, 2], chosen: [3] };

test.each([
  ['more time than an exam has', { leftMs: 1e300 }, /its "leftMs" is 1e\+300, .* at most 120000/],
  ['one millisecond too much', { leftMs: 120_001 }, /its "leftMs" is 120001/],
  ['a negative time', { leftMs: -5 }, /its "leftMs" is -5, and must be above 0/],
  ['no time left', { leftMs: 0 }, /its "leftMs" is 0/],
  ['a time in words', { leftMs: 'long' }, /its "leftMs" is "long"/],
  ['another exam', { exam: 'C01' }, /its "exam" is "C01"/],
  ['no questions', { questions: [] }, /it has no "questions"/],
  ['a question that is none', { questions: [null] }, /question 1 has a value/],
  ['an answer twice', { questions: [{ ...sheet, chosen: [3, 3] }] }, /question 1 has a value/],
  ['half a question', { current: 0.5 }, /its "current" is 0.5/],
])('an open exam with %s is said and kept beside, and is none', async (_, change, says) => {
  const good = { exam: 'C03', questions: [sheet], leftMs: 120_000, current: 0 };
  const text = JSON.stringify({ ...good, ...change });
  await writeFile(join(folder, 'exam.json'), text);
  const { open, problem } = await readOpenExam(folder);
  expect(open).toBeUndefined();
  expect(problem).toMatch(says);
  expect(problem).toContain('exam.json.unreadable');
  expect(await readFile(join(folder, 'exam.json.unreadable'), 'utf8')).toBe(text);
  expect(await readOpenExam(folder)).toEqual(none);
});

test.each(['{"exam":', 'null', '[]'])('an exam file that holds %s is no exam', async (text) => {
  await writeFile(join(folder, 'exam.json'), text);
  expect((await readOpenExam(folder)).problem).toMatch(/Cannot use the open exam in .*exam\.json/);
  expect(await readdir(folder)).toEqual(['exam.json.unreadable']);
});
