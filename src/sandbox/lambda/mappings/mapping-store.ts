import type { SQLOutputValue } from 'node:sqlite';
import type { MappingPart } from '../../events/events.ts';
import type { Store } from '../../store.ts';

export type MappingState =
  | 'Creating'
  | 'Deleting'
  | 'Disabled'
  | 'Disabling'
  | 'Enabled'
  | 'Enabling'
  | 'Updating';

/** What a caller can choose and change. */
export interface MappingSettings {
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maximumConcurrency: number | undefined;
  /** Filter patterns, as given; none: no filter. */
  readonly filters: readonly string[];
  /** ReportBatchItemFailures is on. */
  readonly reportsItemFailures: boolean;
  /** MetricsConfig asks for EventCount. */
  readonly countsEvents: boolean;
}

export interface Mapping {
  readonly uuid: string;
  readonly region: string;
  readonly queueArn: string;
  /** With the qualifier that it was given with. */
  readonly functionArn: string;
  readonly settings: MappingSettings;
  readonly state: MappingState;
  readonly lastModified: number;
  /** In transition only: when it ends, and how. */
  readonly transition: { readonly to: Settled; readonly endsAt: number } | undefined;
}

/** How a transition can end. */
export type Settled = 'Disabled' | 'Enabled' | 'gone';

const schema = `
  CREATE TABLE IF NOT EXISTS lambda_mappings (
    position INTEGER PRIMARY KEY AUTOINCREMENT, uuid TEXT NOT NULL UNIQUE, region TEXT NOT NULL,
    queue_arn TEXT NOT NULL, function_arn TEXT NOT NULL, settings TEXT NOT NULL,
    state TEXT NOT NULL, last_modified REAL NOT NULL,
    transition_to TEXT, transition_ends_at REAL) STRICT;
`;

export interface MappingStore {
  find(uuid: string): Mapping | undefined;
  /** All, or those of one region, oldest first. */
  list(region?: string): Mapping[];
  add(mapping: Mapping): void;
  update(mapping: Mapping): void;
  delete(uuid: string): void;
  /** Mappings whose transition is over at `now`. */
  due(now: number): Mapping[];
  nextDue(): number | undefined;
}

export function openMappingStore(store: Store): MappingStore {
  store.migrate(schema);
  const tell = (mapping: Mapping | undefined, isGone = false) => {
    if (!store.watched || mapping === undefined) return;
    const part = mappingPart(mapping);
    store.tell({ kind: 'mapping', mapping: isGone ? { ...part, state: 'gone' } : part });
  };
  const mappingStore: MappingStore = {
    find(uuid) {
      const row = store.sql('SELECT * FROM lambda_mappings WHERE uuid = ?').get(uuid);
      return row === undefined ? undefined : toMapping(row);
    },
    list: (region) =>
      store
        .sql('SELECT * FROM lambda_mappings WHERE ? IS NULL OR region = ? ORDER BY position')
        .all(region ?? null, region ?? null)
        .map(toMapping),
    add({ uuid, region, queueArn, ...mapping }) {
      store
        .sql(
          `INSERT INTO lambda_mappings (function_arn, settings, state, last_modified, transition_to,
             transition_ends_at, uuid, region, queue_arn) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(...changeable(mapping), uuid, region, queueArn);
      tell({ ...mapping, uuid, region, queueArn });
    },
    update({ uuid, ...mapping }) {
      store
        .sql(
          `UPDATE lambda_mappings SET function_arn = ?, settings = ?, state = ?, last_modified = ?,
             transition_to = ?, transition_ends_at = ? WHERE uuid = ?`,
        )
        .run(...changeable(mapping), uuid);
      tell({ ...mapping, uuid });
    },
    delete(uuid) {
      if (store.watched) tell(mappingStore.find(uuid), true);
      store.sql('DELETE FROM lambda_mappings WHERE uuid = ?').run(uuid);
    },
    due: (now) =>
      store
        .sql('SELECT * FROM lambda_mappings WHERE transition_ends_at <= ? ORDER BY position')
        .all(now)
        .map(toMapping),
    nextDue() {
      const row = store.sql('SELECT MIN(transition_ends_at) AS next FROM lambda_mappings').get();
      return typeof row?.['next'] === 'number' ? row['next'] : undefined;
    },
  };
  return mappingStore;
}

/** As readers of the feed see it. */
export function mappingPart({
  uuid,
  queueArn,
  functionArn,
  state,
  settings,
}: Mapping): MappingPart {
  const { batchSize, windowSeconds, maximumConcurrency, reportsItemFailures } = settings;
  return {
    uuid,
    queue: queueArn,
    functionArn,
    state,
    batchSize,
    windowSeconds,
    maximumConcurrency,
    reportsItemFailures,
  };
}

type Changeable = Omit<Mapping, 'queueArn' | 'region' | 'uuid'>;

function changeable({ functionArn, settings, state, lastModified, transition }: Changeable) {
  return [
    functionArn,
    JSON.stringify(settings),
    state,
    lastModified,
    transition?.to ?? null,
    transition?.endsAt ?? null,
  ] as const;
}

function toMapping(row: Record<string, SQLOutputValue>): Mapping {
  return {
    uuid: String(row['uuid']),
    region: String(row['region']),
    queueArn: String(row['queue_arn']),
    functionArn: String(row['function_arn']),
    settings: toSettings(JSON.parse(String(row['settings']))),
    state: String(row['state']) as MappingState,
    lastModified: Number(row['last_modified']),
    transition:
      row['transition_to'] === null
        ? undefined
        : {
            to: String(row['transition_to']) as Settled,
            endsAt: Number(row['transition_ends_at']),
          },
  };
}

/** JSON has no undefined, and stores of earlier versions have no metrics. */
function toSettings(stored: Partial<MappingSettings>): MappingSettings {
  return { countsEvents: false, ...stored } as MappingSettings;
}
