import { expect, test } from 'vitest';
import { afterFairTime, fairTime } from './fair-time.ts';

/** A process of which we know each moment: the time, and how long it had waited for a CPU by then. */
function moments(...all: readonly (readonly [time: number, waited: number | undefined])[]) {
  let at = 0;
  return {
    now: () => all[at]?.[0] ?? 0,
    waitedForCpuMs: () => all[at++]?.[1],
  };
}

test('time in which a process had the machine to itself counts', () => {
  const elapsed = fairTime(1, moments([0, 0], [50, 0], [100, 0], [150, 0]));
  expect([elapsed(), elapsed(), elapsed()]).toEqual([50, 100, 150]);
});

test('time in which it waited for a CPU does not count', () => {
  const elapsed = fairTime(1, moments([0, 7], [50, 37], [100, 87], [150, 87]));
  expect([elapsed(), elapsed(), elapsed()]).toEqual([20, 20, 70]);
});

test('time in which we ourselves could not look counts for little', () => {
  const elapsed = fairTime(1, moments([0, undefined], [50, undefined], [9_000, undefined]));
  expect([elapsed(), elapsed()]).toEqual([50, 150]);
});

test('a process that is gone has waited for nothing more', () => {
  const elapsed = fairTime(1, moments([0, 500], [50, undefined], [100, undefined]));
  expect([elapsed(), elapsed()]).toEqual([50, 100]);
});

test('afterFairTime() is over when the process has had its time, however long that took', async () => {
  let time = 0;
  let looks = 0;
  const clocks = {
    // Each look finds that 50 ms have passed; of the first forty the process got nothing.
    now: () => (time += 50),
    waitedForCpuMs: () => Math.min((looks += 1), 40) * 50,
  };
  await afterFairTime(1, 100, clocks).over;
  expect(looks).toBeGreaterThan(40);
});
