import type { SkipVote } from '../../clock.ts';
import type { ReceivedMessage } from '../../types.ts';
import { deleteMessages, workBatch } from './batch.ts';
import type { BatchEntry, BatchResult } from './batch.ts';
import { BatchConcurrency } from './batch-concurrency.ts';
import { batchesThatFit, eventRecord, payloadMax } from './event-record.ts';
import { roleMay } from './execution-role.ts';
import { compileFilters } from './filter-criteria.ts';
import { IdlePolls } from './idle-polls.ts';
import { LabWaits } from './lab-waits.ts';
import { countEventsOf } from './mapping-metrics.ts';
import type { CountEvents } from './mapping-metrics.ts';
import type { Mapping } from './mapping-store.ts';
import type { MappingParts } from './parts.ts';
import { receiveMax } from './settings.ts';

/** How often a mapping that cannot poll looks whether it can again; nothing tells it. */
const lookAgainMs = 1000;

/** Received together, and when the first of them becomes visible again. */
interface Catch {
  readonly entries: BatchEntry[];
  readonly visibleAgainAt: number;
}

/** Receives for one enabled mapping and hands batches to its function, until stopped. */
export class Poller {
  readonly #parts: MappingParts;
  readonly #mapping: Mapping;
  readonly #closed: AbortSignal;
  readonly #stop = new AbortController();
  readonly #waits: LabWaits;
  readonly #concurrency: BatchConcurrency;
  readonly #passesFilters: (body: string) => boolean;
  readonly #countEvents: CountEvents;
  readonly #idlePolls: IdlePolls;
  /** Batches that the function has. */
  readonly #inWork = new Set<readonly BatchEntry[]>();
  #invoking = 0;
  #wakeForPlace: (() => void) | undefined;
  #drained: (() => void) | undefined;

  /** @param closed the sandbox ends */
  constructor(parts: MappingParts, mapping: Mapping, closed: AbortSignal) {
    const { clock } = parts.world;
    this.#parts = parts;
    this.#mapping = mapping;
    this.#closed = closed;
    this.#waits = new LabWaits(clock);
    this.#concurrency = new BatchConcurrency(
      () => clock.now(),
      mapping.settings.maximumConcurrency,
    );
    this.#passesFilters = compileFilters(mapping.settings.filters);
    this.#countEvents = countEventsOf(mapping, parts.metrics, () => clock.now());
    this.#idlePolls = new IdlePolls(
      () => clock.now(),
      (polls) => {
        parts.sqs.countEmptyPolls(mapping.queueArn, polls);
        this.#countEvents('PolledEventCount', 0);
      },
    );
  }

  async run(): Promise<void> {
    const { clock } = this.#parts.world;
    const pause = () => clock.sleepUntil(clock.now() + lookAgainMs, this.#stop.signal);
    while (!this.#stop.signal.aborted) {
      try {
        if (this.#mayPoll()) await this.#poll();
        else await pause();
      } catch (error) {
        // A full disk, perhaps: polling goes on when there is space again.
        console.error(`sandbox: event source mapping ${this.#mapping.uuid} cannot poll:`, error);
        await pause();
      }
    }
  }

  async #poll(): Promise<void> {
    if (this.#concurrency.isFull()) {
      await this.#placeForOneMore();
    } else if (!(await this.#takeBatch())) {
      this.#concurrency.rest();
      this.#idlePolls.begin(this.#concurrency);
      await this.#parts.sqs.whenVisible(this.#mapping.queueArn, this.#stop.signal);
      this.#idlePolls.end();
    }
  }

  /** Counts the polls in vain up to now. */
  measureIdlePolls(): void {
    this.#idlePolls.measure();
  }

  /** Takes nothing more. Resolves when the batches in work are done. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wakeForPlace?.();
    if (this.#concurrency.running === 0) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
  }

  /** For readers of the feed: ids of the messages of each batch in work. */
  describe(): { readonly uuid: string; readonly limit: number; readonly batches: string[][] } {
    const batches = [...this.#inWork].map((entries) =>
      entries.map(({ message }) => message.messageId),
    );
    return { uuid: this.#mapping.uuid, limit: this.#concurrency.limit, batches };
  }

  vote(): SkipVote {
    if (this.#invoking > 0) return { busy: true };
    const returns = this.#parts.sqs.nextReturn(this.#mapping.queueArn, this.#mapping.uuid);
    const next = Math.min(this.#waits.next ?? Infinity, returns ?? Infinity);
    return Number.isFinite(next) ? { busy: false, next } : { busy: false };
  }

  #mayPoll(): boolean {
    const { functionArn, queueArn } = this.#mapping;
    return (
      this.#parts.sqs.queue(queueArn) !== undefined &&
      roleMay(this.#parts, functionArn, queueArn, ['ReceiveMessage', 'GetQueueAttributes'])
    );
  }

  /** Until a batch ends, or the limit has grown. */
  async #placeForOneMore(): Promise<void> {
    const over = new AbortController();
    this.#wakeForPlace = () => over.abort();
    const growth = this.#concurrency.nextGrowth() ?? Number.MAX_SAFE_INTEGER;
    await this.#parts.world.clock.sleepUntil(growth, over.signal);
    this.#wakeForPlace = undefined;
  }

  /** @returns false when the queue had nothing for us */
  async #takeBatch(): Promise<boolean> {
    const { batchSize, windowSeconds } = this.#mapping.settings;
    const received = await this.#receive(Math.min(batchSize, receiveMax));
    if (received === undefined) return false;
    if (windowSeconds > 0) await this.#gather(received);
    if (this.#closed.aborted) return true;
    const batches = batchesThatFit(received.entries);
    if (this.#parts.sqs.queue(this.#mapping.queueArn)?.fifo === true) {
      this.#start(() => this.#workInOrder(batches, received.visibleAgainAt));
    } else {
      for (const entries of batches) {
        this.#start(() => this.#work(entries, received.visibleAgainAt));
      }
    }
    return true;
  }

  /** @returns undefined when nothing was visible; what the filters do not let pass is deleted */
  async #receive(max: number): Promise<Catch | undefined> {
    const { sqs, world } = this.#parts;
    const { queueArn, uuid, settings } = this.#mapping;
    const timeoutSeconds = sqs.queue(queueArn)?.visibilityTimeoutSeconds ?? 0;
    const receive = () =>
      this.#stop.signal.aborted ? [] : sqs.receive({ queueArn, max, holder: uuid });
    const messages = await world.store.grouped(receive);
    if (messages.length === 0) return undefined;
    const passes = ({ body }: ReceivedMessage) => this.#passesFilters(body);
    const filteredOut = messages.filter((message) => !passes(message));
    this.#countEvents('PolledEventCount', messages.length);
    this.#countEvents('FilteredOutEventCount', filteredOut.length);
    const keeps = world.defects?.has('filters-keep') ?? false;
    await deleteMessages(this.#parts, this.#mapping, keeps ? [] : filteredOut);
    const options = { queueArn, windowed: settings.windowSeconds > 0 };
    return {
      entries: messages
        .filter(passes)
        .map((message) => ({ message, record: eventRecord(message, options) })),
      visibleAgainAt: world.clock.now() + timeoutSeconds * 1000,
    };
  }

  /** Adds to the catch until the batch is full, the payload is, or the batching window is over. */
  async #gather({ entries }: Catch): Promise<void> {
    const { clock } = this.#parts.world;
    const { queueArn, settings } = this.#mapping;
    const end = clock.now() + settings.windowSeconds * 1000;
    let bytes = sizeOf(entries);
    while (entries.length < settings.batchSize && bytes < payloadMax) {
      if (clock.now() >= end || this.#stop.signal.aborted || !this.#mayPoll()) return;
      const more = await this.#receive(Math.min(settings.batchSize - entries.length, receiveMax));
      if (more === undefined) await this.#visibleBefore(end, queueArn);
      else entries.push(...more.entries);
      bytes += sizeOf(more?.entries ?? []);
    }
  }

  async #visibleBefore(end: number, queueArn: string): Promise<void> {
    const over = new AbortController();
    const onStop = () => over.abort();
    this.#stop.signal.addEventListener('abort', onStop);
    const windowOver = this.#waits.until(end, over.signal).then(() => over.abort());
    await this.#parts.sqs.whenVisible(queueArn, over.signal);
    over.abort();
    await windowOver;
    this.#stop.signal.removeEventListener('abort', onStop);
  }

  #start(work: () => Promise<unknown>): void {
    this.#concurrency.countStart();
    void work()
      .catch((error: unknown) => console.error('sandbox: a batch could not be worked:', error))
      .finally(() => {
        this.#concurrency.countEnd();
        if (this.#concurrency.running === 0) this.#drained?.();
        this.#wakeForPlace?.();
        this.#parts.world.clock.consider();
      });
  }

  /** FIFO: what comes later waits until what came before is done. */
  async #workInOrder(batches: BatchEntry[][], visibleAgainAt: number): Promise<void> {
    for (const entries of batches) {
      if ((await this.#work(entries, visibleAgainAt)) !== 'done') return;
    }
  }

  async #work(entries: BatchEntry[], visibleAgainAt: number): Promise<BatchResult> {
    this.#inWork.add(entries);
    const result = await workBatch(this.#parts, {
      mapping: this.#mapping,
      entries,
      visibleAgainAt,
      waits: this.#waits,
      stopped: this.#stop.signal,
      closed: this.#closed,
      onInvoke: (running) => {
        this.#invoking += running ? 1 : -1;
      },
      onThrottled: () => this.#concurrency.learn(false),
      countEvents: this.#countEvents,
      limit: () => this.#concurrency.limit,
    }).finally(() => this.#inWork.delete(entries));
    this.#concurrency.learn(result !== 'failed');
    return result;
  }
}

function sizeOf(entries: readonly BatchEntry[]): number {
  return entries.reduce((sum, { record }) => sum + Buffer.byteLength(record), 0);
}
