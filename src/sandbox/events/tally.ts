import type { StatementSync } from 'node:sqlite';
import type { Happening } from './events.ts';

/** What the tally needs of the store that it stands in. */
interface Settings {
  sql(text: string): StatementSync;
  transaction<T>(work: () => T): T;
  setting(name: string): string | undefined;
  setSetting(name: string, value: string): void;
}

/** What came into a queue and left it since the feed was first read. */
export interface QueueTally {
  /** In the queue when the tally began. */
  initial: number;
  sent: number;
  deleted: number;
  /** Moved here from a source queue, which counted too many receives. */
  movedIn: number;
  movedOut: number;
  redrivenIn: number;
  redrivenOut: number;
  purged: number;
  expired: number;
}

const columns = [
  'initial',
  'sent',
  'deleted',
  'movedIn',
  'movedOut',
  'redrivenIn',
  'redrivenOut',
  'purged',
  'expired',
] as const;

const sinceSetting = 'feed.since';
/** Before the ARN of the queue. */
const tallySetting = 'feed.tally ';

/**
 * The books of the feed: what a store of messages itself forgets. They are kept only while somebody reads, in the
 * transactions that they count, so that they are right after a `kill -9` too:
 * initial + sent + movedIn + redrivenIn = deleted + movedOut + redrivenOut + purged + expired + what is in the queue.
 */
export class Tally {
  readonly #store: Settings;
  #counts = new Map<string, QueueTally>();
  /** Lab time since when it counts; undefined: nobody has read for a while. */
  since: number | undefined;

  constructor(store: Settings) {
    this.#store = store;
  }

  /** As the store has it: after a start, and when a transaction was undone. */
  read(): void {
    const since = this.#store.setting(sinceSetting);
    this.since = since === undefined ? undefined : Number(since);
    if (since === undefined) return;
    this.#counts = new Map(
      this.#store
        .sql('SELECT name, value FROM settings WHERE name >= ? AND name < ?')
        .all(tallySetting, `${tallySetting}~`)
        .map((row) => [
          String(row['name']).slice(tallySetting.length),
          JSON.parse(String(row['value'])) as QueueTally,
        ]),
    );
  }

  /** Of each queue that is there. */
  get all(): ReadonlyMap<string, QueueTally> {
    return this.#counts;
  }

  /** @param inQueues how many messages are in each queue now */
  begin(now: number, inQueues: ReadonlyMap<string, number>): void {
    this.#store.transaction(() => {
      this.#forget();
      for (const [queue, count] of inQueues) this.#of(queue).initial = count;
      for (const queue of inQueues.keys()) this.#save(queue);
      this.#store.setSetting(sinceSetting, String(now));
    });
    this.since = now;
  }

  end(): void {
    this.#store.transaction(() => {
      this.#forget();
      this.#store.sql('DELETE FROM settings WHERE name = ?').run(sinceSetting);
    });
    this.since = undefined;
  }

  #forget(): void {
    this.#store
      .sql('DELETE FROM settings WHERE name >= ? AND name < ?')
      .run(tallySetting, `${tallySetting}~`);
    this.#counts = new Map();
  }

  /** Counts what a transaction tells, before it is committed. */
  count(events: readonly { readonly event: Happening }[]): void {
    if (this.since === undefined || events.length === 0) return;
    const changed = new Set<string>();
    const add = (queue: string, name: (typeof columns)[number], by = 1) => {
      this.#of(queue)[name] += by;
      changed.add(queue);
    };
    for (const { event } of events) {
      switch (event.kind) {
        case 'sent':
          add(event.queue, 'sent');
          break;
        case 'deleted':
          add(event.queue, 'deleted');
          break;
        case 'moved':
          add(event.queue, event.redrive ? 'redrivenOut' : 'movedOut');
          add(event.to, event.redrive ? 'redrivenIn' : 'movedIn');
          break;
        case 'emptied':
          add(event.queue, 'purged', event.count);
          break;
        case 'expired':
          add(event.queue, 'expired', event.ids.length);
          break;
        default:
      }
    }
    for (const queue of changed) this.#save(queue);
  }

  #of(queue: string): QueueTally {
    const known = this.#counts.get(queue);
    if (known !== undefined) return known;
    const none = Object.fromEntries(columns.map((name) => [name, 0])) as unknown as QueueTally;
    this.#counts.set(queue, none);
    return none;
  }

  #save(queue: string): void {
    this.#store.setSetting(`${tallySetting}${queue}`, JSON.stringify(this.#of(queue)));
  }
}
