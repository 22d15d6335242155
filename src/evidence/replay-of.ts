import type { Delivery } from '../lab/aws/observe.ts';
import type { Replay, ReplayEvent } from '../page/replay/model.ts';
import type { TimelineMessage, TimelineReceive } from '../pictures/picture-facts.ts';
import { labThen } from './judge-recorded.ts';
import type { SeenThen } from './judge-recorded.ts';
import type { Evidence } from './evidence.ts';
import { findRun, runOf } from './timeline.ts';
import type { Found } from './timeline.ts';

/**
 * The latest run of recorded evidence as a list of what happened, for the animation: from the same record as the
 * timeline, and with the same times.
 * @returns undefined when the evidence holds no run
 */
export function replayOf(evidence: Evidence, seen: SeenThen): Replay | undefined {
  const found = findRun(evidence, seen);
  if (found === undefined) return undefined;
  const { queueName, deadLetterQueueName, visibilityTimeoutSeconds, maxReceiveCount, messages } =
    runOf(found);
  if (messages.length === 0) return undefined;
  const zero = Math.min(...messages.map((message) => startOf(message)));
  return {
    queueName,
    deadLetterQueueName,
    functionName: labThen(evidence).functionName,
    visibilityTimeoutSeconds,
    maxReceiveCount,
    messages: messages.map(({ messageId, name }) => ({ id: messageId, name })),
    events: messages
      .flatMap((message) => eventsOf(message, found))
      .map((event) => ({ ...event, at: event.at - zero })),
  };
}

function startOf({ sentAt, receives }: TimelineMessage): number {
  return Math.min(...[sentAt, receives[0]?.at].filter((at) => at !== undefined));
}

/** At times of the target's clock. */
function eventsOf(message: TimelineMessage, found: Found): ReplayEvent[] {
  const { messageId, receives, predictedMoveAt, seenInDeadLetterQueueAt: seenAt } = message;
  const event = (kind: ReplayEvent['kind'], at: number, receiveCount = 0): ReplayEvent => ({
    at,
    message: messageId,
    kind,
    receiveCount,
  });
  const last = receives.at(-1)?.receiveCount ?? 0;
  const isUsedUp = last >= found.maxReceiveCount && predictedMoveAt !== undefined;
  // What was seen before it was due moved earlier than predicted.
  const isDue = isUsedUp && predictedMoveAt <= (seenAt ?? found.lookedAt);
  return [
    event('sent', startOf(message)),
    ...receives.flatMap((receive) => [
      { ...event('received', receive.at, receive.receiveCount), batchSize: receive.batchSize },
      event(
        receive.outcome === 'OK' ? 'handled' : 'failed',
        loggedAt(messageId, receive, found.deliveries),
        receive.receiveCount,
      ),
    ]),
    ...(isDue ? [event('due', predictedMoveAt, last)] : []),
    ...(seenAt === undefined ? [] : [event('seen', seenAt, last)]),
  ];
}

/** The worker logs a line when it has handled a message, or failed to. */
function loggedAt(
  messageId: string,
  { at, receiveCount }: TimelineReceive,
  deliveries: readonly Delivery[],
): number {
  const line = deliveries.find(
    (one) =>
      one.messageId === messageId && one.receiveCount === receiveCount && one.timestamp >= at,
  );
  return line?.timestamp ?? at;
}
