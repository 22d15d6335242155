import { randomUUID } from 'node:crypto';
import type { Store } from '../store.ts';
import type { StoredFunction } from './function-store.ts';
import type { FunctionConfig } from './function-types.ts';

/** A name for a version, which can be pointed at another one. */
export interface Alias {
  readonly name: string;
  /** `$LATEST` or a published one. */
  readonly version: string;
  readonly description: string;
  /** By version: the share (0-1) of the invocations that go there instead. */
  readonly weights: Readonly<Record<string, number>>;
  readonly revision: string;
}

/** A published version never changes. */
interface Version {
  readonly config: FunctionConfig;
  /** What `$LATEST` was when it was published. */
  readonly publishedFrom: string;
  readonly settlesAt: number;
  readonly lastModified: number;
  readonly revision: string;
}

const schema = `
  CREATE TABLE IF NOT EXISTS lambda_versions (
    arn TEXT NOT NULL, version INTEGER NOT NULL, config TEXT NOT NULL,
    published_from TEXT NOT NULL, settles_at INTEGER NOT NULL, last_modified INTEGER NOT NULL,
    revision TEXT NOT NULL, PRIMARY KEY (arn, version)) STRICT;
  CREATE TABLE IF NOT EXISTS lambda_version_numbers (
    arn TEXT PRIMARY KEY, newest INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS lambda_aliases (
    arn TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, description TEXT NOT NULL,
    weights TEXT NOT NULL, revision TEXT NOT NULL, PRIMARY KEY (arn, name)) STRICT;
`;

export type VersionStore = ReturnType<typeof openVersionStore>;

/** Published versions and aliases, by the ARN of their function. */
export function openVersionStore(store: Store) {
  store.migrate(schema);

  const rows = (arn: string): { number: string; version: Version }[] =>
    store
      .sql('SELECT * FROM lambda_versions WHERE arn = ? ORDER BY version')
      .all(arn)
      .map((row) => ({ number: String(row['version']), version: toVersion(row) }));

  const alias = (arn: string, name: string): Alias | undefined => {
    const row = store.sql('SELECT * FROM lambda_aliases WHERE arn = ? AND name = ?').get(arn, name);
    return row === undefined ? undefined : toAlias(row);
  };

  return {
    /** Version `number` of a function, in the form of the function itself. */
    find(latest: StoredFunction, number: string): StoredFunction | undefined {
      const { arn } = latest.config;
      const found = rows(arn).find((row) => row.number === number);
      return found === undefined ? undefined : asFunction(latest, found.version);
    },

    /** Oldest first. */
    list: (latest: StoredFunction): StoredFunction[] =>
      rows(latest.config.arn).map(({ version }) => asFunction(latest, version)),

    /**
     * The next version, a copy of `$LATEST`. Numbers are never used again, not even those of a function
     * that was deleted. Without a change since the last version, that one is given.
     * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
     */
    publish(
      latest: StoredFunction,
      { description, settlesAt }: { description: string | undefined; settlesAt: number },
    ): { readonly published: StoredFunction; readonly isNew: boolean } {
      const { arn } = latest.config;
      const publishedFrom = JSON.stringify({ ...latest.config, deployment: undefined });
      const last = rows(arn).at(-1)?.version;
      if (last?.publishedFrom === publishedFrom) {
        return { published: asFunction(latest, last), isNew: false };
      }
      return store.transaction(() => {
        const number = nextNumber(arn);
        const version: Version = {
          config: {
            ...latest.config,
            version: number,
            description: description ?? latest.config.description,
            // Its execution environments are its own.
            deployment: randomUUID(),
          },
          publishedFrom,
          settlesAt,
          lastModified: latest.lastModified,
          revision: randomUUID(),
        };
        store
          .sql('INSERT INTO lambda_versions VALUES (?, ?, ?, ?, ?, ?, ?)')
          .run(
            arn,
            Number(number),
            JSON.stringify(version.config),
            publishedFrom,
            settlesAt,
            version.lastModified,
            version.revision,
          );
        return { published: asFunction(latest, version), isNew: true };
      });
    },

    delete(arn: string, number: string): void {
      store
        .sql('DELETE FROM lambda_versions WHERE arn = ? AND version = ?')
        .run(arn, Number(number));
    },

    alias,

    /** By name. */
    aliases: (arn: string): Alias[] =>
      store.sql('SELECT * FROM lambda_aliases WHERE arn = ? ORDER BY name').all(arn).map(toAlias),

    /** Made, or changed; each time with a new revision. */
    putAlias(arn: string, given: Omit<Alias, 'revision'>): Alias {
      const { name, version, description, weights } = given;
      const revision = randomUUID();
      store
        .sql('INSERT OR REPLACE INTO lambda_aliases VALUES (?, ?, ?, ?, ?, ?)')
        .run(arn, name, version, description, JSON.stringify(weights), revision);
      return { ...given, revision };
    },

    deleteAlias(arn: string, name: string): void {
      store.sql('DELETE FROM lambda_aliases WHERE arn = ? AND name = ?').run(arn, name);
    },

    /** With the function go its versions and aliases. */
    deleteAll(arn: string): void {
      store.sql('DELETE FROM lambda_versions WHERE arn = ?').run(arn);
      store.sql('DELETE FROM lambda_aliases WHERE arn = ?').run(arn);
    },
  };

  function nextNumber(arn: string): string {
    const row = store
      .sql(
        `INSERT INTO lambda_version_numbers VALUES (?, 1)
         ON CONFLICT (arn) DO UPDATE SET newest = newest + 1 RETURNING newest`,
      )
      .get(arn);
    return String(row?.['newest']);
  }
}

function asFunction(latest: StoredFunction, version: Version): StoredFunction {
  const { config, settlesAt, lastModified, revision } = version;
  return {
    config,
    previous: undefined,
    settlesAt,
    lastModified,
    revisions: { unsettled: revision, settled: revision },
    // Both belong to the function as a whole.
    reservedConcurrency: latest.reservedConcurrency,
    tags: latest.tags,
  };
}

function toVersion(row: Record<string, unknown>): Version {
  return {
    config: JSON.parse(String(row['config'])) as FunctionConfig,
    publishedFrom: String(row['published_from']),
    settlesAt: Number(row['settles_at']),
    lastModified: Number(row['last_modified']),
    revision: String(row['revision']),
  };
}

function toAlias(row: Record<string, unknown>): Alias {
  return {
    name: String(row['name']),
    version: String(row['version']),
    description: String(row['description']),
    weights: JSON.parse(String(row['weights'])) as Record<string, number>,
    revision: String(row['revision']),
  };
}
