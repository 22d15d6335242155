import { expect, test } from 'vitest';
import { BatchConcurrency } from './batch-concurrency.ts';

/** A limit with a time of its own. */
function limited(maximumConcurrency?: number) {
  const time = { now: 0 };
  const concurrency = new BatchConcurrency(() => time.now, maximumConcurrency);
  const fill = () => {
    while (!concurrency.isFull()) concurrency.countStart();
    return concurrency.running;
  };
  return { time, concurrency, fill };
}

test('five batches at first, then 300 more a minute while messages wait', () => {
  const { time, concurrency, fill } = limited();
  expect(fill()).toBe(5);
  expect(concurrency.nextGrowth()).toBe(200);
  time.now = 199;
  expect(fill()).toBe(5);
  time.now = 200;
  expect(fill()).toBe(6);
  time.now = 60_000;
  expect(fill()).toBe(305);
});

test('at most 1,250 batches', () => {
  const { time, fill } = limited();
  fill();
  time.now = 3_600_000;
  expect(fill()).toBe(1250);
});

test('at most MaximumConcurrency, from the start', () => {
  const { time, concurrency, fill } = limited(2);
  expect(fill()).toBe(2);
  expect(concurrency.nextGrowth()).toBeUndefined();
  time.now = 60_000;
  expect(fill()).toBe(2);
});

test('back to five when nothing waits any more', () => {
  const { time, concurrency, fill } = limited();
  fill();
  time.now = 60_000;
  fill();
  while (concurrency.running > 0) concurrency.countEnd();
  concurrency.rest();
  expect(fill()).toBe(5);
});

test('errors halve it down to one batch, and success gives it back', () => {
  const { concurrency } = limited();
  const limits = [false, false, false, true, true, true, true, true].map((wentWell) => {
    concurrency.learn(wentWell);
    return concurrency.limit;
  });
  expect(limits).toEqual([2, 1, 1, 2, 3, 4, 5, 5]);
});
