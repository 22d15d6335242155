import { expect, test } from 'vitest';
import { questionOn } from '../testing/quiz.ts';
import { chosen, examined, matching, shuffled } from './choose.ts';
import type { Question } from './question.ts';
import { answered } from './state.ts';
import type { Cards } from './state.ts';

const ids = (list: readonly Question[]) => list.map(({ id }) => id);
const now = new Date('2026-11-28T08:00:00.000Z');

test('a domain is that of the main skill in the exam that was chosen', () => {
  const questions = [
    questionOn('G01', 'Q01', { skills: { C03: ['1.1.3', '2.1.6'], C02: ['4.1.1'] } }),
    questionOn('G02', 'Q02', { skills: { C03: ['4.1.1'], C02: ['1.1.5'] } }),
  ];
  expect(ids(matching(questions, { exam: 'C03', domain: '1' }))).toEqual(['Q01']);
  expect(ids(matching(questions, { exam: 'C02', domain: '1' }))).toEqual(['Q02']);
  expect(ids(matching(questions, { exam: 'C03', domain: '2' }))).toEqual([]);
  expect(ids(matching(questions, { exam: 'C03', rule: 'G02' }))).toEqual(['Q02']);
  expect(ids(matching(questions, { exam: 'C03' }))).toEqual(['Q01', 'Q02']);
});

test('a shuffled list has every order equally often', () => {
  const counts = new Map<string, number>();
  let seed = 7;
  const chance = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let i = 0; i < 6000; i++) {
    const order = shuffled(['a', 'b', 'c'], chance).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
});

test('what is due comes first, the longest overdue before the others; then new ones, then what is not due', () => {
  const card = (daysAgo: number) =>
    answered(undefined, {
      at: new Date(now.getTime() - daysAgo * 86_400_000).toISOString(),
      grade: 'wrong',
    });
  const cards: Cards = { Q01: card(0), Q02: card(3), Q03: card(9) };
  const questions = ['Q01', 'Q02', 'Q03', 'Q04', 'Q05'].map((id) => questionOn('G01', id));
  const all = chosen(questions, { cards, now, count: 9, chance: Math.random });
  expect(all.map(({ reason }) => reason)).toEqual(['due', 'due', 'new', 'new', 'early']);
  const asked = ids(all.map(({ question }) => question));
  expect(asked.slice(0, 2)).toEqual(['Q03', 'Q02']);
  expect(asked.slice(2, 4).toSorted()).toEqual(['Q04', 'Q05']);
  expect(asked[4]).toBe('Q01');
  expect(chosen(questions, { cards, now, count: 1, chance: Math.random })).toHaveLength(1);
});

test('an exam has the domains by their weight, no question twice, and as many as wanted', () => {
  const questions = ['1', '2', '3', '4'].flatMap((domain) =>
    Array.from({ length: 40 }, (_, i) =>
      questionOn('G01', `Q${domain}${i}`, { skills: { C03: [`${domain}.1.1`], C02: ['1.1.1'] } }),
    ),
  );
  const drawn = examined(questions, { exam: 'C03', count: 50, chance: Math.random });
  expect(new Set(ids(drawn)).size).toBe(50);
  const count = (domain: string) =>
    drawn.filter(({ skills }) => skills.C03[0]?.startsWith(domain)).length;
  expect(['1', '2', '3', '4'].map(count)).toEqual([15, 13, 11, 11]);
});

test('an exam is filled up where a domain has too few questions, and has no more than there are', () => {
  const questions = Array.from({ length: 12 }, (_, i) => questionOn('G01', `Q${i + 10}`));
  expect(examined(questions, { exam: 'C03', count: 10, chance: Math.random })).toHaveLength(10);
  expect(examined(questions, { exam: 'C03', count: 65, chance: Math.random })).toHaveLength(12);
});
