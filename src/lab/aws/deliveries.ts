import { settings } from '../settings.ts';

/** One structured line of the worker: one delivery of one message. */
export interface Delivery {
  readonly messageId: string;
  readonly receiveCount: number;
  readonly outcome: 'FAILED' | 'OK';
  /** Empty when neither the line nor the log event names it. */
  readonly requestId: string;
  /** A worker of the learner's own may not log it. */
  readonly batchSize?: number;
  /** Epoch milliseconds, as SQS told the worker; a worker of the learner's own may not log it. */
  readonly sentAt?: number;
  /** As `sentAt`; the same in every delivery of a message. */
  readonly firstReceivedAt?: number;
  /** Lab clock of the log event, epoch milliseconds. */
  readonly timestamp: number;
}

/** What a line of the worker must hold so that it can be read. */
export const readableLine =
  'messageId, receiveCount (a number, or the text that SQS gives) and outcome ("OK" or "FAILED") as one JSON object';

const texts = ['messageId', 'outcome', 'requestId', 'error'] as const;
const counts = ['receiveCount', 'batchSize', 'sentAt', 'firstReceivedAt'] as const;

/**
 * Reads one event of the worker's log: JSON behind the runtime's own `<time> <request id> INFO` prefix, the object as
 * `console.log(object)` prints it, or either of them in an event of the log format JSON. Other lines give nothing.
 */
export function deliveryOf(message: string | undefined, timestamp: number | undefined): Delivery[] {
  if (message === undefined || timestamp === undefined) return [];
  const line = membersOf(message);
  const { messageId, outcome, receiveCount } = line;
  if (typeof messageId !== 'string' || typeof receiveCount !== 'number') return [];
  if (outcome !== 'OK' && outcome !== 'FAILED') return [];
  const requestId = line['requestId'] ?? message.split('\t')[1] ?? '';
  return [{ ...line, requestId, timestamp } as Delivery];
}

/** The members of a line, numbers as numbers: SQS gives every attribute of a message as a text. */
function membersOf(text: string): Record<string, unknown> {
  const [start, end] = [text.indexOf('{'), text.lastIndexOf('}')];
  if (start < 0 || end < start) return {};
  const object = parsed(text.slice(start, end + 1)) ?? inspected(text.slice(start, end + 1));
  const inner = object['message'];
  if (object['messageId'] === undefined && inner !== undefined) {
    // Log format JSON: the runtime wraps what was logged, and names the request.
    const line = membersOf(typeof inner === 'string' ? inner : JSON.stringify(inner));
    return { requestId: object['requestId'], ...line };
  }
  const read = counts.flatMap((name) => {
    const value = object[name];
    const isNumeric =
      typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
    return isNumeric ? [[name, Number(value)] as const] : [];
  });
  return {
    ...object,
    ...Object.fromEntries(counts.map((name) => [name, undefined])),
    ...Object.fromEntries(read),
  };
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** What `console.log(object)` prints is no JSON: names without quotes, texts in single ones, over several lines. */
function inspected(text: string): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const name of [...texts, ...counts]) {
    const member = new RegExp(
      `[{,\\s]['"]?${name}['"]?:\\s*(?:'([^']*)'|"([^"]*)"|\`([^\`]*)\`|(\\d+(?:\\.\\d+)?))`,
    );
    const [, single, double, template, number] = member.exec(text) ?? [];
    const value =
      single ?? double ?? template ?? (number === undefined ? undefined : Number(number));
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** The deliveries of messages that were sent together. */
export interface MessageRun {
  readonly poison: readonly Delivery[];
  readonly good: readonly Delivery[];
}

/** The run that was sent last: its newest failing message, and the good ones that were sent with it. */
export function newestRun(deliveries: readonly Delivery[]): MessageRun {
  return runsOf(deliveries)[0] ?? { poison: [], good: [] };
}

/**
 * The run to judge by: the one that was sent last. When that one is not over, or was not sent whole, a finished run
 * before it still stands if it is right: a poison sent later, or a redrive, takes nothing away from it.
 */
export function latestRun(deliveries: readonly Delivery[]): MessageRun {
  const [newest = { poison: [], good: [] }, ...before] = runsOf(deliveries);
  if (isOver(newest)) return newest;
  const finished = before.find(isOver);
  return finished !== undefined && isRight(finished) ? finished : newest;
}

export const distinctMessages = (deliveries: readonly Delivery[]): number =>
  new Set(deliveries.map(({ messageId }) => messageId)).size;

function isOver({ poison, good }: MessageRun): boolean {
  return (
    distinctMessages(good) >= 2 && (poison.at(-1)?.receiveCount ?? 0) >= settings.maxReceiveCount
  );
}

/** Shows all that the lab is about; what exactly is missing otherwise is for check 09 to say. */
function isRight({ poison, good }: MessageRun): boolean {
  return (
    good.length === distinctMessages(good) &&
    good.every(({ receiveCount }) => receiveCount === 1) &&
    poison.length === settings.maxReceiveCount &&
    poison.every(({ receiveCount }, i) => receiveCount === i + 1) &&
    (poison[0]?.batchSize ?? 0) >= 2 &&
    earlyReceives(poison) === 0 &&
    secondsBetween(poison).every((gap) => gap < 2 * settings.visibilityTimeoutSeconds)
  );
}

/** Newest first. Good messages without any poison are a run of their own. */
function runsOf(deliveries: readonly Delivery[]): readonly MessageRun[] {
  const firstOf = new Map<string, Delivery>();
  for (const delivery of deliveries) {
    if (!firstOf.has(delivery.messageId)) firstOf.set(delivery.messageId, delivery);
  }
  const first = [...firstOf.values()];
  const poisons = first.filter(({ outcome }) => outcome === 'FAILED');
  const goods = first.filter(({ outcome }) => outcome === 'OK');
  const all = (ids: ReadonlySet<string>) =>
    deliveries.filter(({ messageId }) => ids.has(messageId));
  if (poisons.length === 0) return [{ poison: [], good: all(idsOf(goods)) }];
  return poisons
    .map((poison) => ({
      poison: all(idsOf([poison])),
      good: all(
        idsOf(
          sentWith(
            poison,
            goods.filter((good) => nearest(good, poisons) === poison),
          ),
        ),
      ),
    }))
    .toReversed();
}

const idsOf = (deliveries: readonly Delivery[]): ReadonlySet<string> =>
  new Set(deliveries.map(({ messageId }) => messageId));

const sameBatch = (one: Delivery, other: Delivery): boolean =>
  one.requestId !== '' && one.requestId === other.requestId;

/** Between the sends of two messages; of their first deliveries when a worker does not log when they were sent. */
function apartMs(one: Delivery, other: Delivery): number {
  return one.sentAt === undefined || other.sentAt === undefined
    ? Math.abs(one.timestamp - other.timestamp)
    : Math.abs(one.sentAt - other.sentAt);
}

/** A good message belongs to the poison of its batch, else to the one that was sent nearest to it. */
function nearest(good: Delivery, poisons: readonly Delivery[]): Delivery | undefined {
  const distance = (poison: Delivery) => (sameBatch(good, poison) ? -1 : apartMs(good, poison));
  const later = (poison: Delivery) => Math.abs(poison.timestamp - good.timestamp);
  // A redriven message may carry the time when it was first sent: the one that was delivered nearer is the original.
  // The later one of two that are equally near, as when two of them share a batch.
  return poisons.toSorted(
    (a, b) =>
      distance(a) - distance(b) ||
      (sameBatch(good, a) ? 0 : later(a) - later(b)) ||
      b.timestamp - a.timestamp,
  )[0];
}

/** Of one SendMessageBatch, or typed right after each other by a script. */
const togetherMs = 5000;

/**
 * The good messages that were sent with this poison. Good messages of an earlier run whose poison the log never showed
 * are nearest to it too, and do not belong here.
 */
function sentWith(poison: Delivery, goods: readonly Delivery[]): readonly Delivery[] {
  const together = goods.filter(
    (good) => sameBatch(good, poison) || apartMs(good, poison) <= togetherMs,
  );
  if (together.length >= 2) return together;
  // Sent one by one, by hand: then the nearest ones.
  return goods.toSorted((a, b) => apartMs(a, poison) - apartMs(b, poison)).slice(0, 2);
}

/**
 * The id of the poison among these messages of the dead-letter queue; when none of them is it, the id to look for. A
 * redrive gives the message a new id, so one that failed as often in the same log is the poison too.
 */
export function poisonAmong(
  ids: readonly (string | undefined)[],
  deliveries: readonly Delivery[],
): string | undefined {
  const poison = latestRun(deliveries).poison[0]?.messageId;
  if (poison === undefined || ids.includes(poison)) return poison;
  const failedAsOften = deliveries.find(
    ({ messageId, outcome, receiveCount }) =>
      outcome === 'FAILED' && receiveCount === settings.maxReceiveCount && ids.includes(messageId),
  );
  return failedAsOften?.messageId ?? poison;
}

/** How many messages of a batch the log has no line of; 0 when the worker does not log how big its batches are. */
export function unloggedMessages(deliveries: readonly Delivery[]): number {
  const batches = Map.groupBy(
    deliveries.filter(({ requestId }) => requestId !== ''),
    ({ requestId }) => requestId,
  );
  const missing = [...batches.values()].map(
    (lines) => (lines[0]?.batchSize ?? 0) - distinctMessages(lines),
  );
  return Math.max(0, ...missing.filter((count) => !Number.isNaN(count)));
}

/** Of times that were taken by different clocks. */
const toleranceSeconds = 0.9;

/**
 * When each receive of one message was: of the first SQS says so, of the others the log, which is a little later. The
 * rules, the pictures and the timeline all take their times from here.
 */
export const receiveTimes = (deliveries: readonly Delivery[]): number[] =>
  deliveries.map(({ receiveCount, firstReceivedAt, timestamp }) =>
    // A worker of the learner's own may log what it likes: nothing is received after it was handled.
    receiveCount === 1 && firstReceivedAt !== undefined && firstReceivedAt <= timestamp
      ? firstReceivedAt
      : timestamp,
  );

/** Between the receives of one message. */
export function secondsBetween(deliveries: readonly Delivery[]): number[] {
  const times = receiveTimes(deliveries);
  return times.slice(1).map((time, i) => (time - (times[i] ?? 0)) / 1000);
}

/**
 * How many receives came before the visibility timeout of the one before was over. A handler that started late makes the
 * next gap shorter, but not the way from the first receive.
 */
export function earlyReceives(deliveries: readonly Delivery[]): number {
  const times = receiveTimes(deliveries);
  const isEarly = (gap: number, i: number) => {
    const fromFirst = ((times[i + 1] ?? 0) - (times[0] ?? 0)) / 1000;
    const hidden = settings.visibilityTimeoutSeconds;
    return gap < hidden - toleranceSeconds && fromFirst < (i + 1) * hidden - toleranceSeconds;
  };
  return secondsBetween(deliveries).filter(isEarly).length;
}
