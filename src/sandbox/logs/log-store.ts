import type { Harm } from '../clock.ts';
import { AwsError } from '../errors.ts';
import type { LogEvent, World } from '../types.ts';

export interface Group {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
  readonly retentionDays: number | undefined;
  readonly logClass: string;
  readonly deletionProtected: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Stream {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
}

export interface StoredEvent {
  readonly id: number;
  readonly stream: string;
  readonly timestamp: number;
  readonly ingestedAt: number;
  readonly message: string;
}

/** Which events to read, and where to go on. */
export interface EventQuery {
  readonly group: Group;
  /** Undefined: every stream of the group. */
  readonly streamIds?: readonly number[] | undefined;
  /** Both inclusive, epoch milliseconds. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Only events after this one, in reading direction. */
  readonly after?: Position | undefined;
  readonly backward?: boolean | undefined;
}

export interface Position {
  readonly timestamp: number;
  readonly id: number;
}

const dayMs = 86_400_000;
/** Later than any lab time, and still an exact number. */
const farFuture = 2 ** 52;

const schema = `
  CREATE TABLE IF NOT EXISTS logs_groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT, region TEXT NOT NULL, name TEXT NOT NULL,
    created_at INTEGER NOT NULL, retention_days INTEGER, log_class TEXT NOT NULL,
    deletion_protected INTEGER NOT NULL, tags TEXT NOT NULL, UNIQUE (region, name)) STRICT;
  CREATE TABLE IF NOT EXISTS logs_streams (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id INTEGER NOT NULL REFERENCES logs_groups (id) ON DELETE CASCADE,
    name TEXT NOT NULL, created_at INTEGER NOT NULL, UNIQUE (group_id, name)) STRICT;
  CREATE TABLE IF NOT EXISTS logs_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id INTEGER NOT NULL REFERENCES logs_groups (id) ON DELETE CASCADE,
    stream_id INTEGER NOT NULL REFERENCES logs_streams (id) ON DELETE CASCADE,
    timestamp INTEGER NOT NULL, ingested_at INTEGER NOT NULL, message TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS logs_events_by_group ON logs_events (group_id, timestamp, id);
  CREATE INDEX IF NOT EXISTS logs_events_by_stream ON logs_events (stream_id, timestamp, id);
`;

/** Log groups, streams and events in the sandbox's store. Names are unique per region. */
export class LogStore {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    world.store.migrate(schema);
  }

  findGroup(region: string, name: string): Group | undefined {
    const row = this.#sql('SELECT * FROM logs_groups WHERE region = ? AND name = ?').get(
      region,
      name,
    );
    return row === undefined ? undefined : toGroup(row);
  }

  /** @throws AwsError `ResourceNotFoundException` */
  group(region: string, name: string): Group {
    const group = this.findGroup(region, name);
    if (group === undefined) throw notFound('group');
    return group;
  }

  /** Groups in order of name, after the name `after`. */
  groupsOf(region: string, after: string): Group[] {
    return this.#sql('SELECT * FROM logs_groups WHERE region = ? AND name > ? ORDER BY name')
      .all(region, after)
      .map(toGroup);
  }

  addGroup(group: {
    readonly region: string;
    readonly name: string;
    readonly logClass?: string | undefined;
    readonly deletionProtected?: boolean | undefined;
    readonly tags?: Readonly<Record<string, string>> | undefined;
  }): Group {
    const { region, name, logClass = 'STANDARD', deletionProtected = false, tags = {} } = group;
    this.#sql(
      'INSERT INTO logs_groups (region, name, created_at, log_class, deletion_protected, tags) VALUES (?, ?, ?, ?, ?, ?)',
    ).run(region, name, this.#now(), logClass, Number(deletionProtected), JSON.stringify(tags));
    return this.group(region, name);
  }

  deleteGroup({ id }: Group): void {
    this.#sql('DELETE FROM logs_groups WHERE id = ?').run(id);
  }

  setRetention({ id }: Group, days: number | undefined): void {
    this.#sql('UPDATE logs_groups SET retention_days = ? WHERE id = ?').run(days ?? null, id);
  }

  setTags({ id }: Group, tags: Readonly<Record<string, string>>): void {
    this.#sql('UPDATE logs_groups SET tags = ? WHERE id = ?').run(JSON.stringify(tags), id);
  }

  findStream(group: Group, name: string): Stream | undefined {
    const row = this.#sql('SELECT * FROM logs_streams WHERE group_id = ? AND name = ?').get(
      group.id,
      name,
    );
    return row === undefined ? undefined : toStream(row);
  }

  /** @throws AwsError `ResourceNotFoundException` */
  stream(group: Group, name: string): Stream {
    const stream = this.findStream(group, name);
    if (stream === undefined) throw notFound('stream');
    return stream;
  }

  /** In order of name. */
  streamsOf(group: Group): Stream[] {
    return this.#sql('SELECT * FROM logs_streams WHERE group_id = ? ORDER BY name')
      .all(group.id)
      .map(toStream);
  }

  addStream(group: Group, name: string): Stream {
    this.#sql('INSERT INTO logs_streams (group_id, name, created_at) VALUES (?, ?, ?)').run(
      group.id,
      name,
      this.#now(),
    );
    return this.stream(group, name);
  }

  deleteStream({ id }: Stream): void {
    this.#sql('DELETE FROM logs_streams WHERE id = ?').run(id);
  }

  /**
   * Slow log delivery means that an event is ingested later: until then nobody can read it.
   * @returns the id of the last event
   */
  addEvents(group: Group, stream: Stream, events: readonly LogEvent[]): number {
    const ingestedAt = Math.ceil(this.#now() + this.#world.faults.logDeliveryDelayMs);
    const insert = this.#sql(
      'INSERT INTO logs_events (group_id, stream_id, timestamp, ingested_at, message) VALUES (?, ?, ?, ?, ?)',
    );
    let lastId = 0;
    for (const { timestamp, message } of events) {
      lastId = Number(
        insert.run(group.id, stream.id, Math.floor(timestamp), ingestedAt, message).lastInsertRowid,
      );
    }
    this.#deleteExpired(group);
    return lastId;
  }

  /** In order of time and arrival, whatever retention has not taken away. Read it to its end at once. */
  *events(query: EventQuery): Generator<StoredEvent> {
    const { group, streamIds, after, backward = false } = query;
    const from = Math.max(query.from ?? 0, this.expiry(group));
    const to = query.to ?? farFuture;
    const [sign, order] = backward ? ['<', 'DESC'] : ['>', 'ASC'];
    const start = after ?? (backward ? { timestamp: to + 1, id: 0 } : { timestamp: from, id: 0 });
    const rows = this.#sql(
      `SELECT e.id, s.name AS stream, e.timestamp, e.ingested_at, e.message
       FROM logs_events e JOIN logs_streams s ON s.id = e.stream_id
       WHERE e.group_id = ? AND e.timestamp BETWEEN ? AND ? AND e.ingested_at <= ?
         AND (e.timestamp, e.id) ${sign} (?, ?)
         AND (? IS NULL OR e.stream_id IN (SELECT value FROM json_each(?)))
       ORDER BY e.timestamp ${order}, e.id ${order}`,
    );
    const ids = streamIds === undefined ? null : JSON.stringify(streamIds);
    const now = this.#now();
    const limits = [group.id, from, to, now, start.timestamp, start.id, ids, ids] as const;
    for (const row of rows.iterate(...limits)) yield toEvent(row);
  }

  /** What DescribeLogStreams tells of a stream's events; undefined when it has none to read. */
  spanOf(
    group: Group,
    stream: Stream,
  ): { first: number; last: number; ingestedAt: number; lastId: number } | undefined {
    const row = this.#sql(
      `SELECT MIN(timestamp) AS first, MAX(timestamp) AS last, MAX(ingested_at) AS ingested_at,
         MAX(id) AS last_id FROM logs_events
       WHERE stream_id = ? AND timestamp >= ? AND ingested_at <= ?`,
    ).get(stream.id, this.expiry(group), this.#now());
    if (row === undefined || row['first'] === null) return undefined;
    return {
      first: Number(row['first']),
      last: Number(row['last']),
      ingestedAt: Number(row['ingested_at']),
      lastId: Number(row['last_id']),
    };
  }

  /** Messages plus the 26 bytes that CloudWatch Logs counts for each event. */
  bytesOf(group: Group): number {
    const row = this.#sql(
      'SELECT SUM(LENGTH(CAST(message AS BLOB)) + 26) AS bytes FROM logs_events WHERE group_id = ? AND timestamp >= ?',
    ).get(group.id, this.expiry(group));
    return Number(row?.['bytes'] ?? 0);
  }

  /** Events before this time are gone. */
  expiry({ retentionDays }: Group): number {
    if (retentionDays === undefined) return 0;
    return Math.max(0, this.#now() - retentionDays * dayMs);
  }

  /** A jump of the clock must not delete what nobody waits for: an event that its group would no longer keep then. */
  expiredBySkip(to: number): Harm | undefined {
    const row = this.#sql(
      `SELECT g.name, g.retention_days, e.timestamp FROM logs_groups g JOIN logs_events e ON e.group_id = g.id
       WHERE g.retention_days IS NOT NULL
         AND e.timestamp >= ? - g.retention_days * ${dayMs} AND e.timestamp < ? - g.retention_days * ${dayMs}
       ORDER BY e.timestamp + g.retention_days * ${dayMs} LIMIT 1`,
    ).get(this.#now(), Math.floor(to));
    if (row === undefined) return undefined;
    const days = Number(row['retention_days']);
    const until = Number(row['timestamp']) + days * dayMs;
    const reason =
      `A skip to ${new Date(to).toISOString()} would delete an event in log group "${String(row['name'])}", ` +
      `whose retention period (${days} ${days === 1 ? 'day' : 'days'}) ends at ${new Date(until).toISOString()}.`;
    // In its last millisecond it can still be read.
    return { reason, until: until + 1 };
  }

  #deleteExpired(group: Group): void {
    if (group.retentionDays === undefined) return;
    this.#sql('DELETE FROM logs_events WHERE group_id = ? AND timestamp < ?').run(
      group.id,
      this.expiry(group),
    );
  }

  /** Whole milliseconds. */
  #now(): number {
    return Math.floor(this.#world.clock.now());
  }

  #sql(text: string) {
    return this.#world.store.sql(text);
  }
}

export function notFound(what: 'group' | 'stream'): AwsError {
  return new AwsError('ResourceNotFoundException', `The specified log ${what} does not exist.`);
}

type Row = Record<string, unknown>;

function toGroup(row: Row): Group {
  return {
    id: Number(row['id']),
    name: String(row['name']),
    createdAt: Number(row['created_at']),
    retentionDays: row['retention_days'] === null ? undefined : Number(row['retention_days']),
    logClass: String(row['log_class']),
    deletionProtected: row['deletion_protected'] === 1,
    tags: toTags(JSON.parse(String(row['tags']))),
  };
}

function toTags(stored: object): Record<string, string> {
  return Object.fromEntries(Object.entries(stored).map(([key, value]) => [key, String(value)]));
}

function toStream(row: Row): Stream {
  return { id: Number(row['id']), name: String(row['name']), createdAt: Number(row['created_at']) };
}

function toEvent(row: Row): StoredEvent {
  return {
    id: Number(row['id']),
    stream: String(row['stream']),
    timestamp: Number(row['timestamp']),
    ingestedAt: Number(row['ingested_at']),
    message: String(row['message']),
  };
}
