import type { MetricSeries, MetricsApi, World } from '../types.ts';
import { attributeBytes } from './message-attributes.ts';
import type { MessageAttributes } from './message-attributes.ts';
import type { Queue } from './queues.ts';

const minuteMs = 60_000;
/** CloudWatch takes a queue for active while it has messages, and for so long after its last activity. */
const activeMs = 6 * 60 * minuteMs;
/** On a standard queue a message that was received so often no longer counts as the oldest one. */
const receivesOfPoison = 3;

/** At most so many minutes are looked at in retrospect: two days. */
const mostLooks = 2880;

/** What is counted as it happens. */
const counters = [
  'NumberOfEmptyReceives',
  'NumberOfMessagesDeleted',
  'NumberOfMessagesReceived',
  'NumberOfMessagesSent',
] as const;
export type QueueCounter = (typeof counters)[number];

/** So many at the first look at a queue of a store that is older than these metrics. */
const looksBeforeFirst = 180;

function minuteOf(time: number): number {
  return Math.floor(time / minuteMs) * minuteMs;
}

interface QueueMeter {
  readonly queue: Queue;
  readonly counted: Readonly<Record<QueueCounter, MetricSeries>>;
  /** Start of the minute up to which the queue was looked at. */
  lookedAt: number;
  activeAt: number;
}

/**
 * The metrics of AWS/SQS. Nothing looks at a queue when a minute begins: between two changes its state at any minute
 * follows from its messages, so it is worked out before the next change, or when somebody reads the metrics.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export class QueueMetrics {
  readonly #world: World;
  readonly #metrics: MetricsApi;
  readonly #meters = new Map<number, QueueMeter>();

  /** @param queues all that there are: those that nobody has touched since the start too */
  constructor(world: World, metrics: MetricsApi, queues: () => readonly Queue[]) {
    this.#world = world;
    this.#metrics = metrics;
    metrics.beforeReading(() => {
      for (const queue of queues()) this.#look(this.#meterOf(queue));
    });
  }

  /** @param times how many messages, or requests */
  count(queue: Queue, counter: QueueCounter, times = 1): void {
    this.countAt(queue, counter, { times, at: this.#world.clock.now() });
  }

  countAt(
    queue: Queue,
    counter: QueueCounter,
    { times, at }: { readonly times: number; readonly at: number },
  ): void {
    const meter = this.#meterOf(queue);
    meter.counted[counter].add(times, at);
    meter.activeAt = Math.max(meter.activeAt, at);
  }

  /** Of a message that a FIFO queue takes for a duplicate nothing is added, so nothing is counted. */
  countSent(queue: Queue, body: string, attributes: MessageAttributes): void {
    const bytes = Buffer.byteLength(body) + attributeBytes(attributes);
    this.count(queue, 'NumberOfMessagesSent');
    this.#series(queue, 'SentMessageSize', 'Bytes').add(bytes, this.#world.clock.now());
  }

  /** To be called before anything changes in the queue. */
  beforeChange(queue: Queue): void {
    const meter = this.#meterOf(queue);
    this.#look(meter);
    meter.activeAt = this.#world.clock.now();
  }

  /** No more looks at a queue that is gone. */
  forget(queue: Queue): void {
    this.#meters.delete(queue.id);
  }

  #look(meter: QueueMeter): void {
    const now = minuteOf(this.#world.clock.now());
    if (meter.lookedAt >= now) return;
    const first = Math.max(meter.lookedAt + minuteMs, now - mostLooks * minuteMs);
    for (let minute = first; minute <= now; minute += minuteMs) {
      const messages = this.#lookAt(meter, minute);
      if (messages === 0 && minute >= meter.activeAt + activeMs) break;
    }
    meter.lookedAt = now;
  }

  /** @returns how many messages the queue has then */
  #lookAt({ queue, counted }: QueueMeter, minute: number): number {
    for (const series of Object.values(counted)) {
      if (!series.has(minute - minuteMs)) series.add(0, minute - minuteMs);
    }
    const { oldest, ...counts } = this.#countsAt(queue, minute);
    for (const [name, count] of Object.entries(counts)) {
      this.#series(queue, name, 'Count').add(count, minute);
    }
    if (oldest !== undefined) {
      const age = Math.floor((minute - oldest) / 1000);
      this.#series(queue, 'ApproximateAgeOfOldestMessage', 'Seconds').add(age, minute);
    }
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  /** What the queue holds at that time, with the time since when the oldest message that counts is there. */
  #countsAt(queue: Queue, time: number) {
    const row = this.#world.store
      .sql(
        `SELECT COALESCE(SUM(visible_at <= ?1), 0) AS visible,
           COALESCE(SUM(visible_at > ?1 AND receives_here > 0), 0) AS in_flight,
           COALESCE(SUM(visible_at > ?1 AND receives_here = 0), 0) AS delayed,
           MIN(CASE WHEN ?2 OR receives_here < ?3 THEN COALESCE(moved_at, stored_at) END) AS oldest
         FROM sqs_messages WHERE queue_id = ?4 AND stored_at > ?5`,
      )
      .get(
        time,
        queue.fifo ? 1 : 0,
        receivesOfPoison,
        queue.id,
        time - queue.retentionSeconds * 1000,
      );
    const oldest = row?.['oldest'];
    return {
      ApproximateNumberOfMessagesDelayed: Number(row?.['delayed']),
      ApproximateNumberOfMessagesNotVisible: Number(row?.['in_flight']),
      ApproximateNumberOfMessagesVisible: Number(row?.['visible']),
      oldest: typeof oldest === 'number' ? oldest : undefined,
    };
  }

  #meterOf(queue: Queue): QueueMeter {
    const known = this.#meters.get(queue.id);
    if (known?.queue === queue) return known;
    const now = this.#world.clock.now();
    const counted = Object.fromEntries(
      counters.map((name) => [name, this.#series(queue, name, 'Count')]),
    ) as QueueMeter['counted'];
    const meter = {
      queue,
      counted,
      // After a restart it goes on where the sandbox before stopped.
      lookedAt: known?.lookedAt ?? this.#lastLook(queue) ?? this.#firstLook(queue),
      activeAt: known?.activeAt ?? now,
    };
    this.#meters.set(queue.id, meter);
    return meter;
  }

  #lastLook(queue: Queue): number | undefined {
    const last = this.#series(queue, 'ApproximateNumberOfMessagesVisible', 'Count').last;
    return last !== undefined && last > queue.createdAt ? last : undefined;
  }

  #firstLook({ createdAt }: Queue): number {
    const longest = this.#world.clock.now() - looksBeforeFirst * minuteMs;
    return minuteOf(Math.max(createdAt, longest));
  }

  #series({ arn, name }: Queue, metric: string, unit: string): MetricSeries {
    const region = arn.split(':')[3] ?? '';
    const dimensions = [{ Name: 'QueueName', Value: name }];
    return this.#metrics.series({ region, namespace: 'AWS/SQS', metric, unit, dimensions });
  }
}
