import { expect, test } from 'vitest';
import { aheadText, pausedText, paceText, stoppedText } from './lab-clock.ts';

test.each([
  [0, "the same as this machine's clock"],
  [999, "the same as this machine's clock"],
  [662_000, "11 min 2 s ahead of this machine's clock"],
])('a clock that has skipped %i ms is %s', (offsetMs, text) => {
  expect(aheadText({ offsetMs })).toBe(text);
});

test('a clock that has stopped skipping says why, and how it is moved by hand', () => {
  const reason = 'Message m in queue "work" was received 20 times and was never deleted.';
  expect(stoppedText({ stopped: { at: 0, reason } })).toBe(
    `The sandbox clock no longer skips and runs in real time. ${reason} ` +
      'To move it yourself: npx lab sandbox advance 60',
  );
});

test('a clock that skips has nothing to explain', () => {
  expect(stoppedText({})).toBeUndefined();
});

test('the pace is real time when it was asked for, and for now when the clock has stopped skipping', () => {
  const stopped = { at: 0, reason: 'x' };
  expect(paceText({ skipping: true })).toBe('skips waits');
  expect(paceText({ skipping: true, stopped })).toBe('real time for now');
  expect(paceText({ skipping: false })).toBe('real time');
});

test('only a clock that is paused keeps a wait from ending, and the text says how it runs again', () => {
  expect(pausedText({ pace: 'paused' })).toMatch(/is paused: .* npx lab sandbox clock skip$/);
  for (const pace of ['skipping', 'tenfold', 'real time'] as const)
    expect(pausedText({ pace })).toBeUndefined();
});
