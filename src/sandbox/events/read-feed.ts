import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { World } from '../types.ts';
import type { Feed, Subscription } from './feed.ts';

/** A page that is loaded again, or a sandbox that was started again, goes on with the same books. */
const graceMs = 15_000;
const mostReaders = 32;
/** In one piece of the answer. */
const mostTold = 500;
const messagesInPiece = 500;
/** So that a reader sees that the sandbox lives, and what its clock says. */
const clockEveryMs = 5_000;

/**
 * Answers with what happens in the sandbox, as Server-Sent Events, for as long as the reader stays:
 *
 * - `snapshot`: numbers begin at `seq` of `epoch`; parts as they are; the tally of each queue since `since`
 * - `messages`: what is in the queues, in pieces; then `ready`
 * - `events`: what happened since, in order, each with its `seq`
 * - `clock`: what the lab clock says, now and then
 * - `behind`: the reader was too slow, and a new snapshot follows
 *
 * The pieces of `messages` are read later than the snapshot, while messages move: the events after `seq` put right what
 * they say too early. An event that says what a message is already is no harm.
 *
 * @returns false when there are too many readers; nothing was answered then
 */
export function readFeed(world: World, response: ServerResponse): boolean {
  const { feed } = world.store;
  if (feed.readers >= mostReaders) return false;
  watch(world);
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
  });
  const over = new AbortController();
  const reader = new Reader(world, response, over.signal);
  feed.add(reader);
  const clock = setInterval(() => reader.tellClock(), clockEveryMs).unref();
  response.once('close', () => {
    over.abort();
    clearInterval(clock);
    feed.remove(reader);
    if (feed.readers === 0) unwatchLater(world);
  });
  void reader.run();
  return true;
}

/** After a start: readers that were cut off come back. */
export function watchAgain(world: World): void {
  const { feed, tally } = world.store;
  feed.now = () => world.clock.now();
  tally.read();
  if (tally.since === undefined) return;
  feed.watched = true;
  unwatchLater(world);
}

function watch(world: World): void {
  const { feed, tally } = world.store;
  feed.watched = true;
  if (tally.since === undefined)
    tally.begin(world.clock.now(), feed.messages?.counts() ?? new Map());
}

function unwatchLater({ store }: World): void {
  const { feed, tally } = store;
  setTimeout(() => {
    if (feed.readers > 0 || !feed.watched || !store.isOpen) return;
    feed.watched = false;
    feed.forget();
    tally.end();
  }, graceMs).unref();
}

class Reader implements Subscription {
  cursor = 0;
  readonly #world: World;
  readonly #feed: Feed;
  readonly #response: ServerResponse;
  readonly #over: AbortSignal;
  #wake: (() => void) | undefined;

  constructor(world: World, response: ServerResponse, over: AbortSignal) {
    this.#world = world;
    this.#feed = world.store.feed;
    this.#response = response;
    this.#over = over;
  }

  wake(): void {
    this.#wake?.();
  }

  tellClock(): void {
    // What does not fit now would only be old later.
    if (!this.#response.writableNeedDrain) void this.#write('clock', clockOf(this.#world));
  }

  async run(): Promise<void> {
    try {
      await this.#begin();
      while (!this.#over.aborted) await this.#tellNext();
    } catch (error) {
      if (!this.#over.aborted) console.error('sandbox: cannot tell a reader what happens:', error);
      this.#response.destroy();
    }
  }

  async #begin(): Promise<void> {
    const { store } = this.#world;
    this.cursor = this.#feed.lastCommitted;
    const snapshot = JSON.stringify({
      epoch: this.#feed.epoch,
      seq: this.cursor,
      since: store.tally.since,
      tallies: Object.fromEntries(store.tally.all),
      parts: this.#feed.parts(),
      ...clockOf(this.#world),
    });
    // Nothing is told that a crash could undo.
    await store.whenOnDisk();
    await this.#writeText('snapshot', snapshot);
    for (let after = 0; !this.#over.aborted;) {
      const { rows, last } = this.#feed.messages?.page(after, messagesInPiece) ?? {
        rows: [],
        last: 0,
      };
      await store.whenOnDisk();
      if (rows.length > 0) await this.#write('messages', rows);
      if (rows.length < messagesInPiece) break;
      after = last;
      // Requests come first.
      await setImmediate();
    }
    await this.#write('ready', { seq: this.cursor });
  }

  async #tellNext(): Promise<void> {
    const next = this.#feed.after(this.cursor, mostTold);
    if (next === undefined) {
      await this.#write('behind', {});
      await this.#begin();
      return;
    }
    if (next.texts.length === 0) {
      await this.#somethingNew();
      return;
    }
    this.cursor = next.last;
    const clock = JSON.stringify(clockOf(this.#world));
    await this.#writeText('events', `{"events":[${next.texts.join(',')}],${clock.slice(1)}`);
  }

  #somethingNew(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        this.#over.removeEventListener('abort', resolveOnce);
        resolve();
      };
      const resolveOnce = () => this.#wake?.();
      this.#over.addEventListener('abort', resolveOnce, { once: true });
    });
  }

  #write(event: string, data: unknown): Promise<void> {
    return this.#writeText(event, JSON.stringify(data));
  }

  /** Resolves when the reader has taken it, or is gone. */
  #writeText(event: string, json: string): Promise<void> {
    const hasRoom = this.#response.write(`event: ${event}\ndata: ${json}\n\n`);
    if (hasRoom || this.#over.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#response.off('drain', done);
        this.#over.removeEventListener('abort', done);
        resolve();
      };
      this.#response.once('drain', done);
      this.#over.addEventListener('abort', done, { once: true });
    });
  }
}

function clockOf({ clock }: World) {
  return {
    clock: {
      now: clock.now(),
      wall: Date.now(),
      pace: clock.pace,
      ...(clock.stopped && { stopped: clock.stopped.reason }),
    },
  };
}
