import { expect, test } from 'vitest';
import { staleAgainst, staleAmong } from './stale.ts';

const dated = (number: number, time: string, inputs: Record<string, unknown>) => ({
  number,
  title: `proof ${number}`,
  time: `2026-11-23T${time}:00.000Z`,
  inputs,
});

const recorded = [
  dated(5, '10:00', { 'trust policy': { a: 1 } }),
  dated(12, '10:01', { mapping: 'uuid-1' }),
  dated(14, '10:02', { mapping: 'uuid-1', code: 'digest-1' }),
];

test('nothing is stale while the lab is as it was', () => {
  const live = new Map(recorded.map(({ number, inputs }) => [number, structuredClone(inputs)]));
  expect(staleAgainst(recorded, live)).toEqual([]);
  expect(staleAmong(recorded)).toEqual([]);
});

test('exactly the proofs that depend on what has changed are stale, and say on what', () => {
  const live = new Map<number, Record<string, unknown>>([
    [5, { 'trust policy': { a: 1 } }],
    [12, { mapping: 'uuid-2' }],
    [14, { mapping: 'uuid-2', code: 'digest-1' }],
  ]);
  expect(staleAgainst(recorded, live)).toEqual([
    { number: 12, title: 'proof 12', changed: ['mapping'] },
    { number: 14, title: 'proof 14', changed: ['mapping'] },
  ]);
});

test('a later proof that has seen an input otherwise makes the earlier ones stale', () => {
  const later = dated(11, '11:00', { code: 'digest-2' });
  expect(staleAmong([later, ...recorded])).toEqual([
    { number: 14, title: 'proof 14', changed: ['code'] },
  ]);
});

test('what is gone from the lab is a change, and what was never looked at is none', () => {
  const live = new Map([[12, {}]]);
  expect(staleAgainst(recorded, live)).toEqual([
    { number: 12, title: 'proof 12', changed: ['mapping'] },
  ]);
});
