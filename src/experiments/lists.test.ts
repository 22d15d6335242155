import { expect, test } from 'vitest';
import { batchesText, listed } from './lists.ts';

test('few batches are listed as they came, many by their size', () => {
  expect(batchesText([])).toBe('none');
  expect(batchesText([2, 5, 1])).toBe('2, 5, 1');
  const many = Array.from({ length: 56 }, (_, i) => (i % 8 === 0 ? 1 : 2));
  expect(batchesText(many)).toBe('49 of 2, 7 of 1');
});

test('of many names the first ones are said, and how many more', () => {
  const names = Array.from({ length: 12 }, (_, i) => `good-${i + 1}`);
  expect(listed(names.slice(0, 2))).toBe('good-1, good-2');
  expect(listed(names)).toMatch(/^good-1, .+, good-10 and 2 more$/);
});
