import { expect, test } from 'vitest';
import { growth } from './soak-books.ts';
import { soak } from './soak-run.ts';

const seed = Number(process.env['SEED'] ?? 20_261_123);

test(`20 seconds of faults and kills at full speed lose nothing (SEED=${seed})`, async () => {
  const { books, samples, left, storeInUseMb } = await soak({
    seconds: 20,
    seed,
    lifeSeconds: { least: 1, most: 3 },
    onSample: () => {},
  });
  expect(left).toBe(0);
  expect(books.missing).toEqual([]);
  expect(books.unacknowledged).toBeLessThanOrEqual(books.unanswered);
  // What was deleted has freed its pages.
  expect(storeInUseMb).toBeLessThan(2);
  // The test is one only when much was done and much went wrong.
  expect(books.kills).toBeGreaterThan(1);
  expect(books.processed.size).toBeGreaterThan(1_000);
  expect(books.deadLettered.size).toBeGreaterThan(0);
  expect(Math.max(...samples.map(({ residentMb }) => residentMb))).toBeLessThan(300);
});

test('growth() compares the last third with the third before', () => {
  expect(growth([1, 1, 9, 5, 5, 5, 10, 10, 10])).toBe(1);
  expect(growth([1, 5, 9, 10, 10, 10, 10, 10, 10])).toBe(0);
  expect(growth([1])).toBe(0);
});
