import { LabError } from '../lab/errors.ts';
import type { ObservedMessage } from '../experiments/observed.ts';
import type { Timeline, TimelineMessage } from '../pictures/picture-facts.ts';
import type { Ran } from './run.ts';

/** What becomes of a message, in the words of the picture. No what-if redrives anything. */
function endOf(fate: ObservedMessage['fate']): TimelineMessage['end'] {
  if (fate === 'redriven') throw new Error('a what-if was redriven');
  if (fate === 'unknown')
    throw new LabError('The picture is not drawn: what has become of a message is not known', {
      hint: 'The answer above says which queue could not be read to its end.',
      exitCode: 2,
    });
  return fate === 'dead-lettered' ? 'dead-letter queue' : fate;
}

/** A run in the terms of the timeline picture. */
export function timelineOf(
  { question, observed, queueName, deadLetterQueueName }: Ran,
  stamp: Timeline['stamp'],
): Timeline {
  const { visibilityTimeoutSeconds, maxReceiveCount } = question.settings;
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
        end: endOf(fate),
        predictedMoveAt:
          fate === 'dead-lettered' && last !== undefined
            ? last.at + visibilityTimeoutSeconds * 1000
            : undefined,
        seenInDeadLetterQueueAt: undefined,
      };
    }),
  };
}
