import type { DeliveryOutcome, Kind, Settings } from './model.ts';

/** One message that a side was sent, by its entry id: `good-1`. */
export interface Sent {
  readonly messageId: string;
  readonly name: string;
}

/** What AWS showed of one side at the end of a run, before anything is made of it. This is recorded. */
export interface RecordedSide {
  /** As AWS says them at the end; without those of parts that the copy does not have. */
  readonly settings: Partial<Settings>;
  readonly sent: readonly Sent[];
  /** The whole log, oldest first; lab clock, epoch milliseconds. */
  readonly events: readonly { readonly timestamp: number; readonly message: string }[];
  /** Messages in each queue by its attributes: visible, in flight and delayed together. */
  readonly sourceCount: number;
  readonly deadLetterCount: number;
  /** Ids that were read from each queue. */
  readonly inSource: readonly string[];
  readonly deadLetters: readonly {
    readonly messageId: string;
    readonly attributes: Readonly<Record<string, string>>;
  }[];
  /** Ids that the step itself received and deleted, as its own consumer; or of whose work it saw the effect, where no log tells. */
  readonly handled: readonly string[];
  /** What the step kept for its numbers: the output of a command, an error code, a time. */
  readonly kept: Readonly<Record<string, string>>;
  /** How many messages a redrive of the step has moved, as AWS counts them. Left out: there was none. */
  readonly redriven?: number;
}

/** A side of which only the messages that were sent and the log are looked at. */
export const nothingRead: Omit<RecordedSide, 'events' | 'sent'> = {
  settings: {},
  sourceCount: 0,
  deadLetterCount: 0,
  inSource: [],
  deadLetters: [],
  handled: [],
  kept: {},
};

export interface ObservedDelivery {
  readonly messageId: string;
  readonly name: string;
  readonly receiveCount: number;
  readonly requestId: string;
  readonly batchSize: number;
  /** Lab clock, epoch milliseconds: when SQS gave it for the first time, later the first log line of the delivery. */
  readonly at: number;
  readonly outcome: DeliveryOutcome;
}

/** One invocation, as the log tells it. */
export interface ObservedRun {
  readonly requestId: string;
  /** Lab clock, epoch milliseconds; the end is undefined while its REPORT is not there. */
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly failed: boolean;
  /** What the handler logged of its batch, in the order of the log. */
  readonly deliveries: readonly ObservedDelivery[];
}

export interface ObservedMessage extends Sent {
  readonly kind: Kind;
  readonly deliveries: readonly ObservedDelivery[];
  /**
   * `redriven`: a redrive has moved it, and what arrived is a new message with another id, named `redriven-1`.
   * `unknown`: it was read from no queue, and one of them was not read to its end.
   */
  readonly fate: 'dead-lettered' | 'deleted' | 'redriven' | 'still there' | 'unknown';
  /** Nowhere any more, and no delivery of it ended well. */
  readonly lost: boolean;
}

/** One side as it was measured. */
export interface Observed {
  readonly settings: Partial<Settings>;
  readonly messages: readonly ObservedMessage[];
  readonly invocations: number;
  readonly errors: number;
  readonly timeouts: number;
  /** Of every invocation, in their order. */
  readonly batchSizes: readonly number[];
  /** The same invocations one by one; those that got nothing but duplicates are not there either. */
  readonly runs: readonly ObservedRun[];
  readonly redundant: number;
  /** Names of messages that came once more although they were deleted: what "at least once" allows. Counted nowhere else. */
  readonly duplicates: readonly string[];
  readonly deleted: number;
  readonly deadLettered: number;
  readonly stillThere: number;
  /** Sent messages that a redrive has moved. The new ones stand beside them in `messages`. */
  readonly redriven: number;
  readonly lost: number;
  /** Every JSON line of the handler, for what only this experiment logs. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly events: RecordedSide['events'];
  readonly deadLetters: RecordedSide['deadLetters'];
  readonly kept: RecordedSide['kept'];
  /** Why the books do not add up; empty when they do. */
  readonly mistakes: readonly string[];
}

type Line = Readonly<Record<string, unknown>> & { readonly timestamp: number };

/** How a message is called that a redrive has made. */
const redrivenName = /^redriven-\d+$/;

/** Whether the step sent it; or else a redrive made it out of one that was sent. */
export const wasSent = ({ name }: Sent): boolean => !redrivenName.test(name);

/** A redrive says how many messages it has moved, and not under which ids: those that nobody sent are theirs, so many of them. */
function withRedriven(side: RecordedSide, lines: readonly Line[]): RecordedSide {
  const known = side.sent.map(({ messageId }) => messageId);
  const seen = [
    ...lines.flatMap(({ messageId }) => (typeof messageId === 'string' ? [messageId] : [])),
    ...side.inSource,
    ...side.deadLetters.map(({ messageId }) => messageId),
  ];
  const made = [...new Set(seen)]
    .filter((id) => !known.includes(id))
    .slice(0, side.redriven ?? 0)
    .map((messageId, i) => ({ messageId, name: `redriven-${i + 1}` }));
  return { ...side, sent: [...side.sent, ...made] };
}

/**
 * Makes the measurements of a side out of what AWS showed.
 * @param undelivered so many messages may be deleted without a delivery: what a filter does. More are a mistake in the books
 */
export function observedOf(recorded: RecordedSide, undelivered = 0): Observed {
  const lines = recorded.events.flatMap(lineOf);
  const side = withRedriven(recorded, lines);
  const all = deliveriesIn(lines, side.sent);
  const extra = duplicatesIn(side, all);
  const deliveries = all.filter((one) => !extra.has(one));
  const messages = side.sent.map((sent) => messageOf(side, sent, deliveries));
  const count = (fate: ObservedMessage['fate']) =>
    messages.filter((message) => message.fate === fate).length;
  // An invocation that got nothing but duplicates is not there either.
  const invoked = matches(side, /^START RequestId: (\S+)/);
  const onlyExtra = [...extra].map(({ requestId }) => requestId);
  const starts = new Set(
    [...invoked].filter(
      (id) => !onlyExtra.includes(id) || deliveries.some(({ requestId }) => requestId === id),
    ),
  );
  const timeouts = matches(side, /(\S+) Task timed out after/);
  const errors = new Set([
    ...matches(side, /^\S+\t(\S+)\tERROR\tInvoke Error\b/),
    ...failedReports(side),
    ...timeouts,
  ]);
  return {
    settings: side.settings,
    messages,
    invocations: starts.size,
    errors: errors.size,
    timeouts: timeouts.size,
    batchSizes: [...starts].map(
      (id) => deliveries.find(({ requestId }) => requestId === id)?.batchSize ?? 0,
    ),
    runs: [...starts].map((requestId) => ({
      requestId,
      startedAt: timeOf(side, `START RequestId: ${requestId}`) ?? 0,
      endedAt: timeOf(side, `REPORT RequestId: ${requestId}`),
      failed: errors.has(requestId),
      deliveries: all.filter((one) => one.requestId === requestId),
    })),
    redundant: messages
      .filter(({ kind }) => kind === 'good')
      .reduce((sum, message) => sum + Math.max(0, message.deliveries.length - 1), 0),
    duplicates: [...extra].map(({ name }) => name),
    deleted: count('deleted'),
    deadLettered: count('dead-lettered'),
    stillThere: count('still there'),
    redriven: count('redriven'),
    lost: messages.filter(({ lost }) => lost).length,
    lines,
    events: side.events,
    deadLetters: side.deadLetters,
    kept: side.kept,
    mistakes: mistakesIn(side, { messages, deliveries, undelivered }),
  };
}

/** The request ids of the lines that this matches. */
function matches({ events }: RecordedSide, pattern: RegExp): Set<string> {
  return new Set(events.flatMap(({ message }) => pattern.exec(message)?.[1] ?? []));
}

/** When the first line that begins so was written. */
function timeOf({ events }: RecordedSide, beginning: string): number | undefined {
  return events.find(({ message }) => message.startsWith(beginning))?.timestamp;
}

/** A runtime that ended, or never came back, says so in its REPORT. */
function failedReports(side: RecordedSide): Set<string> {
  return matches(side, /^REPORT RequestId: (\S+)[\s\S]*\tStatus: (?:error|timeout)/);
}

/** Lines of the handlers are JSON, behind the prefix of the runtime. */
function lineOf({ message, timestamp }: RecordedSide['events'][number]): Line[] {
  const start = message.indexOf('{');
  if (start < 0) return [];
  try {
    const value: unknown = JSON.parse(message.slice(start));
    return typeof value === 'object' && value !== null ? [{ ...value, timestamp }] : [];
  } catch {
    return [];
  }
}

/**
 * A delivery is one receive of a message in an invocation: a batch that is gathered for longer than the visibility timeout
 * has a message more than once. The handlers write a line when they begin with it, and one when they are done.
 */
function deliveriesIn(lines: readonly Line[], sent: readonly Sent[]): ObservedDelivery[] {
  const about = lines.filter(({ messageId }) => typeof messageId === 'string');
  const groups = Map.groupBy(
    about,
    ({ messageId, requestId, receiveCount }) =>
      `${String(messageId)} ${String(requestId)} ${String(receiveCount)}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const ends = group
      .map(({ outcome }) => outcome)
      .filter((one) => one === 'OK' || one === 'FAILED');
    const messageId = String(first['messageId']);
    const receiveCount = Number(first['receiveCount']);
    const firstReceivedAt = Number(first['firstReceivedAt']);
    return [
      {
        messageId,
        name: sent.find((one) => one.messageId === messageId)?.name ?? messageId,
        receiveCount,
        requestId: String(first['requestId']),
        batchSize: Number(first['batchSize']),
        at:
          receiveCount === 1 && firstReceivedAt <= first.timestamp
            ? firstReceivedAt
            : first.timestamp,
        outcome: ends.at(-1) ?? 'unfinished',
      },
    ];
  });
}

/**
 * SQS may deliver a message once more after its deletion (G01). Such a delivery comes long before the visibility timeout,
 * and its message is in no queue: nothing of the settings explains it. What was deleted ended well, or it was lost.
 */
function duplicatesIn(
  { settings, inSource, deadLetters }: RecordedSide,
  deliveries: readonly ObservedDelivery[],
): Set<ObservedDelivery> {
  const halfMs = (settings.visibilityTimeoutSeconds ?? 0) * 500;
  const kept = new Set([...inSource, ...deadLetters.map(({ messageId }) => messageId)]);
  const gone = deliveries.filter(({ messageId }) => !kept.has(messageId));
  const byMessage = Map.groupBy(gone, ({ messageId }) => messageId);
  return new Set(
    [...byMessage.values()].flatMap((own) => {
      const inOrder = own.toSorted((a, b) => a.at - b.at);
      const isLost = !own.some(({ outcome }) => outcome === 'OK');
      return inOrder.filter((one, i) => {
        const before = inOrder[i - 1];
        if (before === undefined || one.at - before.at >= halfMs) return false;
        return isLost || (before.outcome === 'OK' && one.outcome === 'OK');
      });
    }),
  );
}

/** Every message that the queues count was read: only then, one that was not read is in none of them. */
const isReadToTheEnd = (side: RecordedSide): boolean =>
  side.inSource.length >= side.sourceCount && side.deadLetters.length >= side.deadLetterCount;

function messageOf(
  side: RecordedSide,
  { messageId, name }: Sent,
  all: readonly ObservedDelivery[],
): ObservedMessage {
  const { inSource, deadLetters, handled, redriven = 0 } = side;
  const deliveries = all.filter((one) => one.messageId === messageId);
  const isDead = deadLetters.some((letter) => letter.messageId === messageId);
  const isSuccess = deliveries.some(({ outcome }) => outcome === 'OK');
  // Lambda deletes what was handled, and a redrive moves what was not.
  const isRedriven = redriven > 0 && wasSent({ messageId, name }) && !isSuccess;
  const isGone = isReadToTheEnd(side) || handled.includes(messageId);
  const deleted = isGone ? 'deleted' : 'unknown';
  const gone = isRedriven && !handled.includes(messageId) ? 'redriven' : deleted;
  const fate = isDead ? 'dead-lettered' : inSource.includes(messageId) ? 'still there' : gone;
  return {
    messageId,
    name,
    kind: name.startsWith('poison') ? 'poison' : 'good',
    deliveries,
    fate,
    lost: fate === 'deleted' && !handled.includes(messageId) && !isSuccess,
  };
}

/** Sent = deleted + dead-lettered + still there, each message once, and what AWS counts is what was read. */
function mistakesIn(
  side: RecordedSide,
  {
    messages,
    deliveries,
    undelivered,
  }: Pick<ObservedMessage, 'deliveries'> & {
    readonly messages: readonly ObservedMessage[];
    readonly undelivered: number;
  },
): string[] {
  const { inSource, deadLetters, sourceCount, deadLetterCount } = side;
  const dead = deadLetters.map(({ messageId }) => messageId);
  const known = new Set(messages.map(({ messageId }) => messageId));
  const foreign = [
    ...new Set([...inSource, ...dead, ...deliveries.map(({ messageId }) => messageId)]),
  ].filter((id) => !known.has(id));
  const { redriven = 0 } = side;
  const made = messages.filter((message) => !wasSent(message)).length;
  const left = messages.filter(({ fate }) => fate === 'redriven').length;
  const unseen = messages.filter(
    ({ fate, deliveries: own, messageId }) =>
      fate === 'deleted' && own.length === 0 && !side.handled.includes(messageId),
  );
  return [
    ...(sourceCount === inSource.length
      ? []
      : [`the source queue counts ${sourceCount}, and ${inSource.length} were read from it`]),
    ...(deadLetterCount === dead.length
      ? []
      : [`the dead-letter queue counts ${deadLetterCount}, and ${dead.length} were read from it`]),
    ...inSource.filter((id) => dead.includes(id)).map((id) => `${id} is in both queues`),
    ...foreign.map((id) => `${id} was not sent by this experiment`),
    ...(made === redriven
      ? []
      : [`a redrive has moved ${redriven} messages, and ${made} with a new id were seen`]),
    ...(left === redriven
      ? []
      : [`a redrive has moved ${redriven} messages, and ${left} of those that were sent are gone`]),
    ...(unseen.length <= undelivered ? [] : unseen).map(
      ({ name }) => `${name} is in no queue, and was never delivered`,
    ),
  ];
}

/** Seconds between the deliveries of one message, in their order. */
export function gapsOf({ deliveries }: Pick<ObservedMessage, 'deliveries'>): number[] {
  const times = deliveries.map(({ at }) => at).toSorted((a, b) => a - b);
  return times.slice(1).map((time, i) => (time - (times[i] ?? 0)) / 1000);
}
