import type { Timeline } from '../pictures/types.ts';
import type { Ran } from './run.ts';

/** A run in the terms of the timeline picture. */
export function timelineOf(
  { wish, observed, queueName, deadLetterQueueName }: Ran,
  stamp: Timeline['stamp'],
): Timeline {
  const { visibilityTimeoutSeconds, maxReceiveCount } = wish.settings;
  const most = maxReceiveCount ?? Infinity;
  return {
    queueName,
    deadLetterQueueName,
    visibilityTimeoutSeconds,
    maxReceiveCount: most,
    notSeenYet: 0,
    stamp,
    messages: observed.messages.map(({ messageId, name, deliveries, fate }) => {
      const line = observed.lines.find((one) => one['messageId'] === messageId);
      const last = deliveries.find(({ receiveCount }) => receiveCount === most);
      return {
        messageId,
        name,
        sentAt: typeof line?.['sentAt'] === 'number' ? line['sentAt'] : undefined,
        // The picture knows two ends of a receive; work that never ended is none that ended well.
        receives: deliveries.map(({ at, receiveCount, outcome, batchSize }) => ({
          at,
          receiveCount,
          outcome: outcome === 'OK' ? outcome : 'FAILED',
          batchSize,
        })),
        end: fate === 'dead-lettered' ? 'dead-letter queue' : fate,
        predictedMoveAt:
          fate === 'dead-lettered' && last !== undefined
            ? last.at + visibilityTimeoutSeconds * 1000
            : undefined,
        seenInDeadLetterQueueAt: undefined,
      };
    }),
  };
}
