import { randomUUID } from 'node:crypto';
import type { Happening } from './events.ts';

/** So many events are kept for readers who are slower than the sandbox. */
const mostKept = 2_000;
/** Events of one moment are told together. */
const tellAfterMs = 80;

/** What one reader is given, and how far it has read. */
export interface Subscription {
  /** Number of the last event that it has seen. */
  cursor: number;
  /** Events are there that it has not seen. */
  readonly wake: () => void;
}

/** An event on its way to the readers. Made into text when one of them takes it, and not kept as text: that is work for the garbage collector. */
interface Kept {
  readonly event: Happening;
  readonly at: number;
  seq: number;
  isOnDisk: boolean;
}

/** A message as it is in its queue, for a reader who begins. */
export interface MessagePart {
  readonly id: string;
  readonly queue: string;
  readonly body: string;
  readonly sentAt: number;
  /** Hidden or delayed until then. */
  readonly until: number;
  readonly receiveCount: number;
  /** Received from this queue: hidden means in flight then, and delayed otherwise. */
  readonly isReceived: boolean;
}

/** Reads what is in the queues. */
export interface Messages {
  /** In the order of arrival, after this position. */
  readonly page: (after: number, most: number) => { rows: MessagePart[]; last: number };
  /** How many are in each queue, by ARN. */
  readonly counts: () => Map<string, number>;
}

/**
 * What happens in the sandbox, for readers. Nothing is kept while nobody reads: who would tell something looks at
 * `watched` first. Readers take events when they can; one that is slow or gone is never waited for.
 *
 * An event has its number from the commit of the transaction that it was told in, and is readable when that transaction
 * is on disk: a reader never sees what a crash could undo.
 */
export class Feed {
  /** Differs after each start: the numbers begin anew. */
  readonly epoch = randomUUID();
  /** The one check where things happen. */
  watched = false;
  /** Lab time, once there is a clock. */
  now: () => number = Date.now;
  messages: Messages | undefined;
  #open: Kept[] = [];
  #committed: Kept[] = [];
  #ring: Kept[] = [];
  #lastCommitted = 0;
  #lastReadable = 0;
  #wakesSoon = false;
  readonly #readers = new Set<Subscription>();
  readonly #parts = new Map<string, () => unknown>();

  /** What a part of the sandbox is like now, for a reader who begins. JSON only. */
  describe(name: string, part: () => unknown): void {
    this.#parts.set(name, part);
  }

  /** Every part as it is now. */
  parts(): Record<string, unknown> {
    return Object.fromEntries([...this.#parts].map(([name, part]) => [name, part()]));
  }

  /** To be asked for only while `watched`. */
  tell(event: Happening): void {
    const at = Math.floor(this.now());
    this.#open.push({ event, at, seq: 0, isOnDisk: false });
  }

  /** How much is told in the transaction under way, to go back to when a part of it is undone. */
  get mark(): number {
    return this.#open.length;
  }

  /** What was told since is undone. */
  undo(mark: number): void {
    if (this.#open.length > mark) this.#open.length = mark;
  }

  /** What the transaction under way has told so far. */
  get open(): readonly { readonly event: Happening }[] {
    return this.#open;
  }

  /**
   * What was told is committed.
   * @param isOnDisk nothing of it can be undone any more: readable as soon as all before it is. Otherwise after `onDisk`.
   * @returns number of the last event committed
   */
  commit(isOnDisk = false): number {
    for (const one of this.#open) {
      one.seq = this.#lastCommitted += 1;
      one.isOnDisk = isOnDisk;
      this.#committed.push(one);
    }
    if (this.#open.length > 0) this.#open = [];
    if (isOnDisk) this.onDisk(this.#lastReadable);
    return this.#lastCommitted;
  }

  /** Everything up to this number is on disk. */
  onDisk(upTo: number): void {
    const count = this.#committed.findIndex(({ seq, isOnDisk }) => seq > upTo && !isOnDisk);
    const readable = this.#committed.splice(0, count < 0 ? this.#committed.length : count);
    if (readable.length === 0) return;
    this.#ring.push(...readable);
    this.#lastReadable = readable.at(-1)?.seq ?? upTo;
    // Cut seldom, not at each event.
    if (this.#ring.length > 2 * mostKept) this.#ring.splice(0, this.#ring.length - mostKept);
    this.#wakeSoon();
  }

  get lastCommitted(): number {
    return this.#lastCommitted;
  }

  add(reader: Subscription): void {
    this.#readers.add(reader);
  }

  remove(reader: Subscription): void {
    this.#readers.delete(reader);
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** Nobody reads any more. */
  forget(): void {
    this.#open = [];
    this.#committed = [];
    this.#ring = [];
    this.#lastReadable = this.#lastCommitted;
  }

  /**
   * @returns at most `most` events after this number, as JSON texts, and the number of the last of them; undefined when
   * some of them are no longer kept
   */
  after(cursor: number, most: number): { texts: string[]; last: number } | undefined {
    const first = this.#ring[0]?.seq ?? this.#lastReadable + 1;
    if (cursor + 1 < first) return undefined;
    const from = Math.max(0, cursor + 1 - first);
    const events = this.#ring.slice(from, from + most);
    return { texts: events.map((one) => textOf(one)), last: events.at(-1)?.seq ?? cursor };
  }

  #wakeSoon(): void {
    if (this.#wakesSoon) return;
    this.#wakesSoon = true;
    setTimeout(() => {
      this.#wakesSoon = false;
      for (const reader of this.#readers) reader.wake();
    }, tellAfterMs).unref();
  }
}

function textOf({ seq, at, event }: Kept): string {
  return `{"seq":${seq},"at":${at},${JSON.stringify(event).slice(1)}`;
}
