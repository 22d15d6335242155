import { randomUUID } from 'node:crypto';
import type { FilterLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import type {
  EventSourceMappingConfiguration,
  ListEventSourceMappingsCommandOutput,
} from '@aws-sdk/client-lambda';
import type {
  GetQueueAttributesCommandOutput,
  GetQueueUrlCommandOutput,
} from '@aws-sdk/client-sqs';
import { deliveryOf, questions } from '../lab/aws/observe.ts';
import type { Delivery } from '../lab/aws/observe.ts';
import { describeError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { labInfo } from './facts.ts';
import type { LabInfo } from './facts.ts';
import type {
  BoardEvent,
  FeedPiece,
  MappingPart,
  QueueCounts,
  QueuePart,
  ReadingCost,
  Snapshot,
} from './model/wire.ts';

/** Whoever is told, as long as the signal is not aborted. */
type Listener = (piece: FeedPiece) => void;

/** Between two rounds of reads, however many pages are open. */
const roundMs = 2000;

/**
 * What AWS shows of a lab, as the events that a page understands: later and coarser than what happens. It reads
 * attributes, the mapping and the log; it receives, deletes and hides nothing. It reads only while somebody listens.
 */
export function createAwsFeed(lab: Lab, { pauseMs = roundMs } = {}) {
  const listeners = new Set<Listener>();
  const epoch = randomUUID();
  let reader: Promise<AwsReader> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isReading = false;

  const tell = (piece: FeedPiece) => {
    for (const listener of listeners) listener(piece);
  };

  async function round(): Promise<void> {
    if (isReading || listeners.size === 0) return;
    isReading = true;
    try {
      reader ??= labInfo(lab).then((info) => createReader(lab, info));
      const events = await (await reader).read();
      tell({ event: 'events', data: { events, clock: wallClock() } });
      tell({ event: 'cost', data: (await reader).cost() });
    } catch (error) {
      tell({ event: 'unknown', data: { problem: describeError(error) } });
    } finally {
      isReading = false;
      if (listeners.size > 0) timer = setTimeout(() => void round(), pauseMs);
    }
  }

  return {
    /** Tells this listener where the feed stands, and goes on. */
    async listen(listener: Listener, signal: AbortSignal): Promise<void> {
      const known = await reader?.catch(() => undefined);
      if (signal.aborted) return;
      listener({ event: 'snapshot', data: known?.snapshot(epoch) ?? emptySnapshot(epoch) });
      listener({ event: 'ready', data: { seq: 0 } });
      listeners.add(listener);
      signal.addEventListener('abort', () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearTimeout(timer);
      });
      await round();
    },
  };
}

const wallClock = () => ({ now: Date.now(), wall: Date.now(), pace: 'real time' as const });

function emptySnapshot(epoch: string): Snapshot {
  return { epoch, seq: 0, tallies: {}, parts: {}, clock: wallClock(), coarse: true };
}

interface AwsReader {
  read(): Promise<BoardEvent[]>;
  snapshot(epoch: string): Snapshot;
  cost(): ReadingCost;
}

/** An event before it has its number. */
type Untold = BoardEvent extends infer E ? (E extends BoardEvent ? Omit<E, 'seq'> : never) : never;

function createReader(lab: Lab, info: LabInfo): AwsReader {
  const cost = { rounds: 0, sqsRequests: 0, otherRequests: 0 };
  const urls = new Map<string, string>();
  const queues = new Map<string, QueuePart>();
  const counts = new Map<string, QueueCounts>();
  const told = new Set<string>();
  let mappings: readonly MappingPart[] = [];
  let readUpTo = Date.now() - 15 * 60_000;
  let seq = 0;

  const ask = async <T>(service: 'other' | 'sqs', question: Parameters<typeof lab.look.ask>[0]) => {
    cost[service === 'sqs' ? 'sqsRequests' : 'otherRequests'] += 1;
    return (await lab.look.ask<T>(question)).output;
  };

  async function attributesOf(name: string) {
    const url =
      urls.get(name) ??
      (await ask<GetQueueUrlCommandOutput>('sqs', questions.queueUrl(name)))?.QueueUrl;
    if (url === undefined) return undefined;
    urls.set(name, url);
    const output = await ask<GetQueueAttributesCommandOutput>(
      'sqs',
      questions.queueAttributes(url),
    );
    if (output === undefined) urls.delete(name);
    return output?.Attributes as Record<string, string> | undefined;
  }

  async function queueEvents(name: string, queue: string, at: number): Promise<Untold[]> {
    const attributes = await attributesOf(name);
    if (attributes === undefined) {
      return queues.delete(queue) ? [{ kind: 'emptied', at, queue, count: 0, gone: true }] : [];
    }
    const count = (kind: string) => Number(attributes[`ApproximateNumberOfMessages${kind}`] ?? 0);
    const now = { visible: count(''), inFlight: count('NotVisible'), delayed: count('Delayed') };
    counts.set(queue, now);
    const events: Untold[] = [{ kind: 'counts', at, queue, ...now }];
    if (settingsIn(queues.get(queue)?.attributes) !== settingsIn(attributes))
      events.unshift({ kind: 'queue', at, queue, attributes });
    queues.set(queue, { queue, attributes });
    return events;
  }

  async function mappingEvents(at: number): Promise<Untold[]> {
    const output = await ask<ListEventSourceMappingsCommandOutput>(
      'other',
      questions.mappings(lab),
    );
    const now = (output?.EventSourceMappings ?? []).map((one) => mappingPart(one));
    const gone = mappings.filter(({ uuid }) => now.every((one) => one.uuid !== uuid));
    const changed = now.filter(
      (one) =>
        JSON.stringify(one) !== JSON.stringify(mappings.find(({ uuid }) => uuid === one.uuid)),
    );
    mappings = now;
    return [...gone.map((one) => ({ ...one, state: 'gone' })), ...changed].map(
      (mapping) => ({ kind: 'mapping', at, mapping }) as const,
    );
  }

  /** What the worker logged since the last round. Lines come late, and one round may see what an earlier one saw. */
  async function deliveryEvents(): Promise<Untold[]> {
    const output = await ask<FilterLogEventsCommandOutput>('other', {
      ...questions.workerLog(lab),
      input: { ...questions.workerLog(lab).input, startTime: readUpTo - 60_000 },
    });
    const deliveries = (output?.events ?? [])
      .flatMap(({ message, timestamp }) => deliveryOf(message, timestamp))
      .filter((one) => !told.has(keyOf(one)));
    for (const one of deliveries) {
      told.add(keyOf(one));
      readUpTo = Math.max(readUpTo, one.timestamp);
    }
    const visibilityMs =
      1000 * Number(queues.get(info.queueArn)?.attributes['VisibilityTimeout'] ?? 30);
    return deliveries
      .toSorted((a, b) => a.timestamp - b.timestamp)
      .flatMap((one) => eventsOf(one, { queue: info.queueArn, visibilityMs }));
  }

  return {
    async read() {
      cost.rounds += 1;
      const at = Date.now();
      const rounds = await Promise.all([
        queueEvents(info.queueName, info.queueArn, at),
        queueEvents(info.deadLetterQueueName, info.deadLetterQueueArn, at),
        mappingEvents(at),
      ]);
      const events = [...rounds.flat(), ...(await deliveryEvents())];
      return events.map((event) => ({ ...event, seq: (seq += 1) }));
    },
    snapshot: (epoch) => ({
      ...emptySnapshot(epoch),
      seq,
      parts: { queues: [...queues.values()], mappings },
    }),
    cost: () => ({ ...cost }),
  };
}

const keyOf = ({ messageId, receiveCount, requestId }: Delivery) =>
  `${messageId} ${receiveCount} ${requestId}`;

function settingsIn(attributes: Readonly<Record<string, string>> | undefined): string {
  return JSON.stringify(
    Object.entries(attributes ?? {}).filter(([name]) => !/^Approximate|Timestamp$/.test(name)),
  );
}

function mappingPart(one: EventSourceMappingConfiguration): MappingPart {
  const most = one.ScalingConfig?.MaximumConcurrency;
  return {
    uuid: one.UUID ?? '',
    queue: one.EventSourceArn ?? '',
    functionArn: one.FunctionArn ?? '',
    state: one.State ?? '',
    batchSize: one.BatchSize ?? 0,
    windowSeconds: one.MaximumBatchingWindowInSeconds ?? 0,
    ...(most !== undefined && { maximumConcurrency: most }),
    reportsItemFailures: one.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
  };
}

/** A line of the worker tells that it had the message, and how that ended; when it was received, only about. */
function eventsOf(
  { messageId: id, receiveCount, outcome, requestId, timestamp: at }: Delivery,
  { queue, visibilityMs }: { readonly queue: string; readonly visibilityMs: number },
): Untold[] {
  const until = at + visibilityMs;
  const common = { at, queue, id };
  return [
    { kind: 'received', ...common, receiveCount, until, by: '', isMapping: true },
    {
      kind: 'batch ended',
      at,
      mapping: '',
      queue,
      batch: 0,
      ids: [id],
      failedIds: outcome === 'OK' ? [] : [id],
      requestId,
      answer: '',
      outcome: 'answered',
    },
    ...(outcome === 'OK' ? [{ kind: 'deleted', ...common } as const] : []),
  ];
}
