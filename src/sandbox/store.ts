import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Happening } from './events/events.ts';
import { Feed } from './events/feed.ts';
import { Tally } from './events/tally.ts';
import { LogSync } from './log-sync.ts';
import type { Fdatasync } from './log-sync.ts';
import type { StatementSync } from 'node:sqlite';

/**
 * Damage in a store of up to this size is looked for at each start, which takes up to 0.2 s. A larger
 * store has what a crash needs, too: each frame of the log has a checksum, and a page that is no page is
 * refused when it is read.
 */
const checkedBytes = 16 * 1024 * 1024;
/** From this size on, the write-ahead log goes into the database file and starts anew. */
const checkpointBytes = 4 * 1024 * 1024;
/** Looking at the size at each commit would cost more than it saves. */
const commitsBetweenLooks = 64;

/** One piece of work in a group, and who waits for it. */
interface Grouped {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The sandbox's durable state: one SQLite file, written through. What was acknowledged survives
 * `kill -9` and a power cut (WAL with synchronous=FULL).
 */
export class Store {
  readonly #db: DatabaseSync;
  readonly #walFile: string | undefined;
  readonly #log: LogSync | undefined;
  readonly #statements = new Map<string, StatementSync>();
  /** What happens here, for readers: see `tell`. */
  readonly feed = new Feed();
  readonly tally: Tally;
  #group: Grouped[] = [];
  /** COMMIT itself waits for the disk. */
  #commitsToDisk = true;
  #depth = 0;
  #commits = 0;

  /**
   * @param file path of the database, or `:memory:`
   * @param sync for tests
   * @throws StoreDamagedError when the file is not a readable store of ours
   */
  constructor(file: string, sync?: Fdatasync) {
    this.#walFile = file === ':memory:' ? undefined : `${file}-wal`;
    this.#log = this.#walFile === undefined ? undefined : new LogSync(this.#walFile, sync);
    let db: DatabaseSync | undefined;
    try {
      refuseStump(file);
      db = new DatabaseSync(file);
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
      // Only a net: see #checkpoint.
      db.exec('PRAGMA wal_autocheckpoint = 10000');
      if (sizeOf(file) <= checkedBytes) refuseDamage(db);
      db.exec('CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT) STRICT');
    } catch (cause) {
      db?.close();
      throw new StoreDamagedError(file, cause);
    }
    this.#db = db;
    this.tally = new Tally(this);
  }

  /** Somebody reads what happens here: the one question to ask before telling it. */
  get watched(): boolean {
    return this.feed.watched;
  }

  /** Told to readers once the transaction under way is on disk; undone with it. Only while `watched`. */
  tell(event: Happening): void {
    this.feed.tell(event);
    // A statement by itself is on disk already.
    if (this.#depth === 0) this.feed.commit(true);
  }

  /** Runs `CREATE TABLE IF NOT EXISTS …` statements; each service brings its own. */
  migrate(schema: string): void {
    this.transaction(() => this.#db.exec(schema));
  }

  /** A prepared statement, made once for each text. */
  sql(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.#db.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  /** All or nothing, on disk when it returns. `work` must not await; nested calls join the outer one. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.sql('BEGIN IMMEDIATE').run();
    this.#depth += 1;
    let result: T;
    try {
      result = work();
      if (this.feed.watched) this.tally.count(this.feed.open);
      this.sql('COMMIT').run();
    } catch (error) {
      this.feed.undo(0);
      // After a full disk SQLite may have rolled back by itself.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      if (this.feed.watched) this.tally.read();
      throw error;
    } finally {
      this.#depth -= 1;
    }
    if (this.feed.watched && this.#commitsToDisk) this.#readable(this.feed.commit());
    this.#commits += 1;
    if (this.#commits % commitsBetweenLooks === 0) this.#checkpoint();
    return result;
  }

  /**
   * A transaction that shares its way to the disk with whatever else comes in the same turn of the
   * event loop, and does not hold up the event loop on that way: on a busy sandbox one `fsync` serves many requests.
   * Each piece of work is all or nothing by itself, they run in the order of the calls, and each resolves when
   * it is on disk.
   */
  grouped<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#group.length === 0) setImmediate(() => this.#commitGroup());
      this.#group.push({ work, resolve: (result) => resolve(result as T), reject });
    });
  }

  get isOpen(): boolean {
    return this.#db.isOpen;
  }

  get inTransaction(): boolean {
    return this.#depth > 0;
  }

  /** Work of `grouped` is waiting for its turn, or is on its way to the disk. */
  get busy(): boolean {
    return this.#group.length > 0 || this.#log?.pending !== undefined;
  }

  /** Resolves when all that can be read now is on disk; undefined when it is. Nobody is told of anything before. */
  whenOnDisk(): Promise<void> | undefined {
    return this.#log?.pending;
  }

  setting(name: string): string | undefined {
    const row = this.sql('SELECT value FROM settings WHERE name = ?').get(name);
    return row === undefined ? undefined : String(row['value']);
  }

  setSetting(name: string, value: string): void {
    this.sql(
      'INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ).run(name, value);
  }

  close(): void {
    this.#commitGroup();
    this.#statements.clear();
    this.#db.close();
    this.#log?.close();
  }

  #commitGroup(): void {
    const group = this.#group;
    this.#group = [];
    if (group.length === 0) return;
    const settle: (() => void)[] = [];
    const fail = (error: unknown) => {
      for (const { reject } of group) reject(error);
    };
    try {
      this.#syncAtCommit(false);
      this.transaction(() => {
        for (const each of group) settle.push(this.#attempt(each));
      });
    } catch (error) {
      fail(error);
      return;
    } finally {
      this.#syncAtCommit(true);
    }
    const upTo = this.feed.commit();
    const succeed = () => {
      this.#readable(upTo);
      for (const each of settle) each();
    };
    if (this.#log === undefined) succeed();
    else void this.#log.sync().then(succeed, fail);
  }

  /** The events up to this number. */
  #readable(upTo: number): void {
    if (this.feed.watched) this.feed.onDisk(upTo);
  }

  /** Whether COMMIT itself waits for the disk. If not, whoever commits has to wait for `#log`. */
  #syncAtCommit(waits: boolean): void {
    this.#commitsToDisk = waits;
    if (this.#log !== undefined) this.#db.exec(`PRAGMA synchronous = ${waits ? 'FULL' : 'NORMAL'}`);
  }

  /** @throws what went wrong when that took the whole transaction with it */
  #attempt({ work, resolve, reject }: Grouped): () => void {
    const { mark } = this.feed;
    this.sql('SAVEPOINT piece').run();
    try {
      const result = work();
      this.sql('RELEASE piece').run();
      return () => resolve(result);
    } catch (error) {
      if (!this.#db.isTransaction) throw error;
      this.#db.exec('ROLLBACK TO piece; RELEASE piece');
      this.feed.undo(mark);
      return () => reject(error);
    }
  }

  /**
   * SQLite's own checkpoint leaves the frames that it copied in the log. Ours empties it, so that the log
   * holds nothing but what the database file has not: however much of its end a power cut takes, what
   * remains is a state that once was. It also keeps the log small.
   */
  #checkpoint(): void {
    if (this.#walFile === undefined || sizeOf(this.#walFile) < checkpointBytes) return;
    try {
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      // A full disk, perhaps. All is safe in the log, and the next look tries again.
      console.error('sandbox: the write-ahead log could not be emptied:', error);
    }
  }
}

/** SQLite takes a file that is too short to be a database for a new one, and throws its log away. */
function refuseStump(file: string): void {
  const size = sizeOf(file);
  const isStump = size === 0 ? sizeOf(`${file}-wal`) > 0 : size < 512;
  if (isStump) throw new Error('the file was cut off');
}

/** Structure, rows, and that every index says what its table says. */
function refuseDamage(db: DatabaseSync): void {
  const verdict = db.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
  if (verdict !== 'ok') throw new Error(String(verdict));
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** The store cannot be trusted; nothing of it was used. */
export class StoreDamagedError extends Error {
  readonly file: string;

  constructor(file: string, cause: unknown) {
    super(
      `The sandbox store ${file} is damaged or not a store: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        'Start afresh with "npx lab sandbox reset".',
      { cause },
    );
    this.name = 'StoreDamagedError';
    this.file = file;
  }
}
