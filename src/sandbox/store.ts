import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';

/**
 * The sandbox's durable state: one SQLite file, written through. What was acknowledged survives
 * `kill -9` and a power cut (WAL with synchronous=FULL).
 */
export class Store {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  /**
   * @param file path of the database, or `:memory:`
   * @throws StoreDamagedError when the file is not a readable store of ours
   */
  constructor(file: string) {
    try {
      this.#db = new DatabaseSync(file);
      this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      this.#db.exec('PRAGMA foreign_keys = ON;');
      const verdict = this.#db.prepare('PRAGMA quick_check').get();
      if (verdict?.['quick_check'] !== 'ok') throw new Error(String(verdict?.['quick_check']));
      this.migrate(
        'CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT) STRICT',
      );
    } catch (cause) {
      throw new StoreDamagedError(file, cause);
    }
  }

  /** Runs `CREATE TABLE IF NOT EXISTS …` statements; each service brings its own. */
  migrate(schema: string): void {
    this.#db.exec(schema);
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
    this.#db.exec('BEGIN IMMEDIATE');
    this.#depth += 1;
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    } finally {
      this.#depth -= 1;
    }
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
    this.#statements.clear();
    this.#db.close();
  }
}

/** The store cannot be trusted; nothing of it was used. */
export class StoreDamagedError extends Error {
  readonly file: string;

  constructor(file: string, cause: unknown) {
    super(
      `The sandbox store ${file} is damaged or not a store: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        'Start afresh with "npm run lab sandbox reset".',
      { cause },
    );
    this.name = 'StoreDamagedError';
    this.file = file;
  }
}
