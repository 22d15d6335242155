import type { Timeline, TimelineMessage, TimelineReceive } from './picture-facts.ts';

export interface ReceiveFacts extends Omit<TimelineReceive, 'at'> {
  readonly seconds: number;
  /** A retry comes when the visibility timeout of the failed receive before it ends. */
  readonly predictedSeconds: number | undefined;
  /** Until when the message stayed hidden after this receive; undefined when it was handled. */
  readonly hiddenUntilSeconds: number | undefined;
}

/** One message, all its times in seconds since it was sent. */
export interface MessageFacts {
  readonly messageId: string;
  readonly name: string;
  /** What 0 s is: the moment of sending, or of the first receive when that is not known. */
  readonly zero: { readonly at: number; readonly is: 'first receive' | 'sent' } | undefined;
  readonly receives: readonly ReceiveFacts[];
  readonly end: TimelineMessage['end'];
  readonly predictedMoveSeconds: number | undefined;
  readonly seenSeconds: number | undefined;
}

/** What picture and text twin both say about each message. */
export function messageFacts(timeline: Timeline): MessageFacts[] {
  return timeline.messages.map((message) => {
    const receives = message.receives.toSorted(
      (a, b) => a.at - b.at || a.receiveCount - b.receiveCount,
    );
    const zero = zeroOf(message.sentAt, receives);
    const since = (at: number | undefined): number | undefined =>
      at === undefined || zero === undefined ? undefined : (at - zero.at) / 1000;
    return {
      messageId: message.messageId,
      name: message.name,
      zero,
      receives: receives.map((receive, index) => ({
        ...receive,
        seconds: since(receive.at) ?? 0,
        predictedSeconds: since(retryAt(receives[index - 1], timeline)),
        hiddenUntilSeconds: since(hiddenUntil(receives, index, timeline)),
      })),
      end: message.end,
      predictedMoveSeconds: since(message.predictedMoveAt),
      seenSeconds: since(message.seenInDeadLetterQueueAt),
    };
  });
}

function zeroOf(
  sentAt: number | undefined,
  receives: readonly TimelineReceive[],
): MessageFacts['zero'] {
  if (sentAt !== undefined) return { at: sentAt, is: 'sent' };
  const [first] = receives;
  return first === undefined ? undefined : { at: first.at, is: 'first receive' };
}

function retryAt(
  before: TimelineReceive | undefined,
  { visibilityTimeoutSeconds }: Timeline,
): number | undefined {
  return before?.outcome === 'FAILED' ? before.at + visibilityTimeoutSeconds * 1000 : undefined;
}

function hiddenUntil(
  receives: readonly TimelineReceive[],
  index: number,
  timeline: Timeline,
): number | undefined {
  const end = retryAt(receives[index], timeline);
  const next = receives[index + 1]?.at;
  return end === undefined || next === undefined ? end : Math.min(end, next);
}

export interface Account {
  readonly sent: number;
  readonly deleted: number;
  readonly deadLettered: number;
  readonly stillThere: number;
}

/** Every message that was sent is in exactly one place. */
export function accountOf({ messages, notSeenYet }: Timeline): Account {
  const count = (end: TimelineMessage['end']): number =>
    messages.filter((message) => message.end === end).length;
  return {
    sent: messages.length + notSeenYet,
    deleted: count('deleted'),
    deadLettered: count('dead-letter queue'),
    stillThere: count('still there') + notSeenYet,
  };
}

/** ISO time, or what was given when it is no time at all. */
export function isoTime(at: number): string {
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at);
}
