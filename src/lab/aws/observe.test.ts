import { expect, test } from 'vitest';
import { messageCount } from './observe.ts';
import type { ObservedQueue } from './observe.ts';

test('messageCount() adds visible, hidden and delayed messages; what is not told counts as none', () => {
  const queue = (attributes: Record<string, string>) =>
    ({ attributes }) as unknown as ObservedQueue;
  const some = {
    ApproximateNumberOfMessages: '1',
    ApproximateNumberOfMessagesNotVisible: '2',
    ApproximateNumberOfMessagesDelayed: '4',
  };
  expect(messageCount(queue(some))).toBe(7);
  expect(messageCount(queue({}))).toBe(0);
});
