import { afterEach, expect, test, vi } from 'vitest';
import { aFewAtATime, TooLateError, withTimeLimit } from './time-limit.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('withTimeLimit() gives what the work gives, and its error', async () => {
  expect(await withTimeLimit(1000, async () => 'done')).toBe('done');
  await expect(withTimeLimit(1000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('withTimeLimit() ends work that does not end, and tells it so', async () => {
  vi.useFakeTimers();
  let told = false;
  const work = withTimeLimit(30_000, (signal) => {
    signal.addEventListener('abort', () => (told = true));
    return new Promise<never>(() => undefined);
  });
  const ended = work.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await ended).toEqual(new TooLateError(30_000));
  expect(String(await ended)).toContain('no answer within 30 s');
  expect(told).toBe(true);
});

test('withTimeLimit() leaves no timer behind', async () => {
  vi.useFakeTimers();
  await withTimeLimit(30_000, async () => undefined);
  expect(vi.getTimerCount()).toBe(0);
});

test('aFewAtATime() keeps the order, and does no more at once than it may', async () => {
  let [now, most] = [0, 0];
  const results = await aFewAtATime([1, 2, 3, 4, 5], 2, async (item) => {
    now += 1;
    most = Math.max(most, now);
    await Promise.resolve();
    now -= 1;
    return item * 10;
  });
  expect(results).toEqual([10, 20, 30, 40, 50]);
  expect(most).toBe(2);
  expect(await aFewAtATime([], 2, async () => 1)).toEqual([]);
});
