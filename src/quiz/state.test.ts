import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
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

test('an open exam is kept until it is dropped, and one that cannot be read is none', async () => {
  expect(await readOpenExam(folder)).toBeUndefined();
  const open = {
    exam: 'C03' as const,
    questions: [{ id: 'Q01', order: [1, 0, 3, 2], chosen: [3] }],
    leftMs: 60_000,
    current: 0,
  };
  await writeOpenExam(open, folder);
  expect(await readOpenExam(folder)).toEqual(open);
  await writeFile(join(folder, 'exam.json'), '{"exam":"C03"}');
  expect(await readOpenExam(folder)).toBeUndefined();
  await dropOpenExam(folder);
  expect(await readdir(folder)).toEqual([]);
});
