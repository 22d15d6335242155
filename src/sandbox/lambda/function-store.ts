import { randomUUID } from 'node:crypto';
import type { Store } from '../store.ts';
import type { FunctionConfig } from './function-types.ts';

/** How long AWS takes for a small zip without VPC, to become Active as to finish an update. */
export const settleMs = 1000;

/** A function as stored. Its states follow from the two times: nothing has to run to change them. */
export interface StoredFunction {
  readonly config: FunctionConfig;
  /** In use until `settlesAt` of an update; undefined after a creation. */
  readonly previous: FunctionConfig | undefined;
  /** Lab time at which the creation or the last update is done. */
  readonly settlesAt: number;
  readonly lastModified: number;
  /** AWS changes the revision once more when a creation or an update has settled. */
  readonly revisions: { readonly unsettled: string; readonly settled: string };
  readonly reservedConcurrency: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

const schema = `
  CREATE TABLE IF NOT EXISTS lambda_functions (
    arn TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    region TEXT NOT NULL,
    config TEXT NOT NULL,
    previous TEXT,
    settles_at INTEGER NOT NULL,
    last_modified INTEGER NOT NULL,
    revisions TEXT NOT NULL,
    reserved_concurrency INTEGER,
    tags TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS lambda_code (sha256 TEXT PRIMARY KEY, zip BLOB NOT NULL) STRICT;
`;

export type FunctionStore = ReturnType<typeof openFunctionStore>;

export function openFunctionStore(store: Store) {
  store.migrate(schema);

  function find(arn: string): StoredFunction | undefined {
    const row = store.sql('SELECT * FROM lambda_functions WHERE arn = ?').get(arn);
    return row === undefined ? undefined : fromRow(row);
  }

  function putCode(sha256: string, zip: Buffer): void {
    store.sql('INSERT OR IGNORE INTO lambda_code VALUES (?, ?)').run(sha256, zip);
  }

  function tell(config: FunctionConfig): void {
    if (!store.watched) return;
    store.tell({ kind: 'function', functionArn: config.arn, settings: functionPart(config) });
  }

  return {
    find,

    /** In one region, by name. */
    list(region: string): StoredFunction[] {
      const rows = store.sql('SELECT * FROM lambda_functions WHERE region = ? ORDER BY name');
      return rows.all(region).map(fromRow);
    },

    /** In every region. */
    all(): StoredFunction[] {
      return store.sql('SELECT * FROM lambda_functions ORDER BY arn').all().map(fromRow);
    },

    /** The earliest lab time after `now` at which some function settles. */
    nextSettling(now: number): number | undefined {
      const row = store
        .sql('SELECT min(settles_at) AS next FROM lambda_functions WHERE settles_at > ?')
        .get(now);
      return typeof row?.['next'] === 'number' ? row['next'] : undefined;
    },

    insert(created: StoredFunction, zip: Buffer): void {
      store.transaction(() => {
        putCode(created.config.codeSha256, zip);
        store
          .sql('INSERT INTO lambda_functions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
          .run(
            created.config.arn,
            created.config.name,
            created.config.region,
            JSON.stringify(created.config),
            null,
            created.settlesAt,
            created.lastModified,
            JSON.stringify(created.revisions),
            created.reservedConcurrency ?? null,
            JSON.stringify(created.tags),
          );
        tell(created.config);
      });
    },

    /** A new configuration, in use from `settlesAt` on. */
    update(from: StoredFunction, config: FunctionConfig, now: number, zip?: Buffer): void {
      store.transaction(() => {
        if (zip !== undefined) putCode(config.codeSha256, zip);
        store
          .sql(
            `UPDATE lambda_functions SET config = ?, previous = ?, settles_at = ?, last_modified = ?,
             revisions = ? WHERE arn = ?`,
          )
          .run(
            JSON.stringify(config),
            JSON.stringify(from.config),
            now + settleMs,
            now,
            JSON.stringify({ unsettled: randomUUID(), settled: randomUUID() }),
            config.arn,
          );
        tell(config);
      });
    },

    /** As when a version is published from it. */
    renewRevision(arn: string): void {
      const revisions = { unsettled: randomUUID(), settled: randomUUID() };
      store
        .sql('UPDATE lambda_functions SET revisions = ? WHERE arn = ?')
        .run(JSON.stringify(revisions), arn);
    },

    delete(arn: string): void {
      if (store.watched) store.tell({ kind: 'function', functionArn: arn });
      store.sql('DELETE FROM lambda_functions WHERE arn = ?').run(arn);
    },

    setReservedConcurrency(arn: string, value: number | undefined): void {
      store
        .sql('UPDATE lambda_functions SET reserved_concurrency = ? WHERE arn = ?')
        .run(value ?? null, arn);
    },

    /** Reserved by all functions of a region but one. */
    reservedByOthers(region: string, arn: string): number {
      const row = store
        .sql(
          `SELECT coalesce(sum(reserved_concurrency), 0) AS total FROM lambda_functions
           WHERE region = ? AND arn <> ?`,
        )
        .get(region, arn);
      return Number(row?.['total'] ?? 0);
    },

    setTags(arn: string, tags: Readonly<Record<string, string>>): void {
      store
        .sql('UPDATE lambda_functions SET tags = ? WHERE arn = ?')
        .run(JSON.stringify(tags), arn);
    },

    zipOf(sha256: string): Buffer {
      const row = store.sql('SELECT zip FROM lambda_code WHERE sha256 = ?').get(sha256);
      if (!(row?.['zip'] instanceof Uint8Array)) throw new Error(`No code ${sha256} in the store`);
      return Buffer.from(row['zip']);
    },

    hasCode: (sha256: string): boolean =>
      store.sql('SELECT 1 FROM lambda_code WHERE sha256 = ?').get(sha256) !== undefined,

    /** Removes code that neither a function nor a version uses. @returns what was removed */
    removeUnusedCode(): string[] {
      return store
        .sql(
          `DELETE FROM lambda_code WHERE sha256 NOT IN (
             SELECT config ->> 'codeSha256' FROM lambda_functions
             UNION SELECT previous ->> 'codeSha256' FROM lambda_functions WHERE previous IS NOT NULL
             UNION SELECT config ->> 'codeSha256' FROM lambda_versions
           ) RETURNING sha256`,
        )
        .all()
        .map((row) => String(row['sha256']));
    },
  };
}

/** As readers of the feed see it. */
export function functionPart(config: FunctionConfig): Record<string, number | string> {
  const { runtime, handler, timeoutSeconds, memorySizeMb, codeSha256, logGroup } = config;
  return { runtime, handler, timeoutSeconds, memorySizeMb, codeSha256, logGroup };
}

function fromRow(row: Record<string, unknown>): StoredFunction {
  const { previous, reserved_concurrency: reserved } = row;
  return {
    config: JSON.parse(String(row['config'])) as FunctionConfig,
    previous: typeof previous === 'string' ? (JSON.parse(previous) as FunctionConfig) : undefined,
    settlesAt: Number(row['settles_at']),
    lastModified: Number(row['last_modified']),
    revisions: JSON.parse(String(row['revisions'])) as StoredFunction['revisions'],
    reservedConcurrency: typeof reserved === 'number' ? reserved : undefined,
    tags: JSON.parse(String(row['tags'])) as Record<string, string>,
  };
}
