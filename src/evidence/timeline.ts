import { latestRun, messageCount, receiveTimes } from '../lab/aws/observe.ts';
import type { Delivery } from '../lab/aws/observe.ts';
import { inSendOrder, messageNames } from '../pictures/message-names.ts';
import type { Stamp, Timeline, TimelineMessage } from '../pictures/picture-facts.ts';
import { pick, pickList, printedJson } from '../judging/printed.ts';
import type { SeenThen } from './judge-recorded.ts';
import type { Evidence } from './evidence.ts';

/** What the dead-letter queue says of a message. */
interface DeadLetter {
  readonly messageId: string;
  readonly body?: string | undefined;
  readonly sentAt: number | undefined;
  readonly firstReceivedAt: number | undefined;
}

/** Everything that a timeline is made of, as it was found. */
export interface Found {
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  readonly visibilityTimeoutSeconds: number;
  readonly maxReceiveCount: number;
  /** All deliveries of the log, of whatever run. */
  readonly deliveries: readonly Delivery[];
  readonly deadLetters: readonly DeadLetter[];
  /** Messages that the source queue counts: visible, hidden and delayed. */
  readonly waiting: number;
  /** When the queues were looked at, epoch milliseconds. */
  readonly lookedAt: number;
}

export type Run = Omit<Timeline, 'stamp'>;

/**
 * The latest run in recorded evidence: logs and attributes alone, so the same on a real account. Evidence of
 * check 10 has all of it.
 * @returns undefined when the evidence has no source queue, or nothing was sent
 */
export function timelineOf(evidence: Evidence, seen: SeenThen, stamp: Stamp): Timeline | undefined {
  const found = findRun(evidence, seen);
  if (found === undefined) return undefined;
  const timeline = { ...runOf(found), stamp };
  return timeline.messages.length + timeline.notSeenYet === 0 ? undefined : timeline;
}

/** @returns undefined when the evidence has no source queue with a redrive policy */
export function findRun({ observations, time }: Evidence, seen: SeenThen): Found | undefined {
  const { queueName, deadLetterQueueName, queue, deliveries = [] } = seen;
  const policy = printedJson(queue?.attributes['RedrivePolicy'] ?? '');
  if (queue === undefined || policy === undefined) return undefined;
  return {
    queueName,
    deadLetterQueueName,
    visibilityTimeoutSeconds: Number(queue.attributes['VisibilityTimeout']),
    maxReceiveCount: Number(pick(policy, 'maxReceiveCount')),
    deliveries,
    deadLetters: deadLettersOf(
      observations
        .filter((one) => 'question' in one && one.question.operation === 'ReceiveMessage')
        .flatMap((one) => pickList(one, 'output', 'Messages')),
    ),
    waiting: messageCount(queue),
    lookedAt: Date.parse(time),
  };
}

/** @param messages as ReceiveMessage showed them */
export function deadLettersOf(messages: readonly unknown[]): DeadLetter[] {
  return messages.map((message) => ({
    messageId: String(pick(message, 'MessageId')),
    body: textOrNothing(pick(message, 'Body')),
    sentAt: milliseconds(pick(message, 'Attributes', 'SentTimestamp')),
    firstReceivedAt: milliseconds(pick(message, 'Attributes', 'ApproximateFirstReceiveTimestamp')),
  }));
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function milliseconds(value: unknown): number | undefined {
  const number = Number(value);
  return Number.isFinite(number) && number > 0 ? number : undefined;
}

/** Puts the messages of the latest run in the order in which they were sent, as far as that is known. */
export function runOf(found: Found): Run {
  const { queueName, deadLetterQueueName, visibilityTimeoutSeconds, maxReceiveCount } = found;
  const inOrder = found.deliveries.toSorted((a, b) => a.timestamp - b.timestamp);
  const { good, poison } = latestRun(inOrder);
  const byMessage = Map.groupBy([...good, ...poison], ({ messageId }) => messageId);
  const messages = inSendOrder(
    [...byMessage.values()].map((deliveries) => messageOf(deliveries, found)),
    startOf,
  );
  const names = namesIn(messages, found);
  const stillThere = messages.filter(({ end }) => end === 'still there').length;
  return {
    queueName,
    deadLetterQueueName,
    visibilityTimeoutSeconds,
    maxReceiveCount,
    messages: messages.map((message) => ({
      ...message,
      name: names.get(message.messageId) ?? message.messageId,
    })),
    notSeenYet: Math.max(0, found.waiting - stillThere),
  };
}

type Unnamed = Omit<TimelineMessage, 'name'>;

const startOf = ({ sentAt, receives }: Pick<Unnamed, 'receives' | 'sentAt'>) =>
  sentAt ?? receives[0]?.at ?? 0;

function namesIn(messages: readonly Unnamed[], { deadLetters }: Found): Map<string, string> {
  return messageNames(
    messages.map(({ messageId, sentAt, receives }) => ({
      messageId,
      failed: receives.some(({ outcome }) => outcome === 'FAILED'),
      start: startOf({ sentAt, receives }),
    })),
    new Map(
      deadLetters.flatMap(({ messageId, body }) => (body === undefined ? [] : [[messageId, body]])),
    ),
  );
}

function messageOf(deliveries: readonly Delivery[], found: Found): Unnamed {
  const last = deliveries.at(-1) as Delivery;
  const dead = found.deadLetters.find(({ messageId }) => messageId === last.messageId);
  const times = receiveTimes(deliveries.map((delivery) => withFirstReceive(delivery, dead)));
  const receives = deliveries.map((delivery, i) => ({
    at: times[i] ?? delivery.timestamp,
    receiveCount: delivery.receiveCount,
    outcome: delivery.outcome,
    batchSize: delivery.batchSize,
  }));
  return {
    messageId: last.messageId,
    sentAt: milliseconds(last.sentAt) ?? dead?.sentAt,
    receives,
    end: endOf(last, dead),
    predictedMoveAt: last.outcome === 'FAILED' ? predictedMove(last, found) : undefined,
    seenInDeadLetterQueueAt: dead === undefined ? undefined : found.lookedAt,
  };
}

/** A worker of the learner's own may not log when SQS says that the first receive was; a dead letter says it too. */
function withFirstReceive(delivery: Delivery, dead: DeadLetter | undefined): Delivery {
  const { firstReceivedAt, ...logged } = delivery;
  const first = milliseconds(firstReceivedAt) ?? dead?.firstReceivedAt;
  return first === undefined ? logged : { ...logged, firstReceivedAt: first };
}

/** Lambda deletes what was handled; what failed last is on its way until the dead-letter queue shows it. */
function endOf({ outcome }: Delivery, dead: DeadLetter | undefined): TimelineMessage['end'] {
  if (dead !== undefined) return 'dead-letter queue';
  return outcome === 'OK' ? 'deleted' : 'still there';
}

/** One visibility timeout for each receive that is left, and one more: the move is made by the receive after the last. */
function predictedMove(last: Delivery, found: Found): number {
  const left = Math.max(0, found.maxReceiveCount - last.receiveCount);
  return last.timestamp + (left + 1) * found.visibilityTimeoutSeconds * 1000;
}
