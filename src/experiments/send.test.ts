import { expect, test } from 'vitest';
import { entriesFor } from './send.ts';

test('one call carries at most 1 MiB of bodies, counted in bytes', () => {
  const half = 'x'.repeat(524_288);
  const bodies = { 'good-1': half, 'good-2': half, 'good-3': '\u00e9'.repeat(524_288) };
  const calls = entriesFor({ good: 4, poison: 0, bodies });
  expect(calls.map((call) => call.map(({ Id }) => Id))).toEqual([
    ['good-1', 'good-2'],
    ['good-3'],
    ['good-4'],
  ]);
});
