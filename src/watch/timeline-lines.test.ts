import { expect, test } from 'vitest';
import type { Run } from '../evidence/timeline.ts';
import { timelineLines } from './timeline-lines.ts';

const sentAt = 1_000_000;
const receive = (seconds: number, receiveCount: number, outcome: 'FAILED' | 'OK') => ({
  at: sentAt + seconds * 1000,
  receiveCount,
  outcome,
  batchSize: receiveCount === 1 ? 2 : 1,
});

/** A good message, and a poison that the dead-letter queue has shown, or not yet. */
function runWith(seen: number | undefined): Run {
  const receives = [0, 30, 60].map((seconds, i) => receive(seconds, i + 1, 'FAILED'));
  return {
    queueName: 'lab01-worker-queue',
    deadLetterQueueName: 'lab01-worker-dlq',
    visibilityTimeoutSeconds: 30,
    maxReceiveCount: 3,
    notSeenYet: 0,
    messages: [
      {
        messageId: '11111111-0000-4000-8000-000000000000',
        name: 'good 1',
        sentAt,
        receives: [receive(0.1, 1, 'OK')],
        end: 'deleted',
        predictedMoveAt: undefined,
        seenInDeadLetterQueueAt: undefined,
      },
      {
        messageId: '22222222-0000-4000-8000-000000000000',
        name: 'FAIL-please-retry-me',
        sentAt,
        receives,
        end: seen === undefined ? 'still there' : 'dead-letter queue',
        predictedMoveAt: sentAt + 90_000,
        seenInDeadLetterQueueAt: seen,
      },
    ],
  };
}

const view = { width: 60, manual: false };

test('what became of each message is told in seconds since it was sent, and how to go on', () => {
  expect(timelineLines(runWith(sentAt + 94_580), view)).toEqual([
    '',
    '  What happened to the messages, in seconds after each was sent',
    '  good 1 (11111111)',
    '      +0.1  receive 1 OK, in a batch of 2',
    '            deleted',
    '  FAIL-please-retry-me (22222222)',
    '      +0.0  receive 1 FAILED, in a batch of 2',
    '     +30.0  receive 2 FAILED, in a batch of 1',
    '     +60.0  receive 3 FAILED, in a batch of 1',
    '     +94.6  seen in the dead-letter queue',
    '  n or Enter continues, b goes back.',
  ]);
});

test('before anybody has looked into the dead-letter queue it says when the move is due', () => {
  expect(timelineLines(runWith(undefined), view)).toContain(
    '     +90.0  at the next receive SQS moves it',
  );
});
