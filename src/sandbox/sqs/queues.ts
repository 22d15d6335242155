import type { World } from '../types.ts';
import { parseQueueArn } from './arn.ts';
import { queueAlreadyExists, queueDeletedRecently, queueDoesNotExist } from './errors.ts';
import type { QueueAttributes } from './queue-attributes.ts';
import { mergeAttributes, newQueueAttributes, normalizeAttributes } from './queue-attributes.ts';
import type { RedrivePolicy } from './redrive-policy.ts';
import { allowsRedriveFrom, checkRedriveTarget, parseRedrivePolicy } from './redrive-policy.ts';

export interface Queue {
  readonly id: number;
  readonly arn: string;
  readonly name: string;
  readonly fifo: boolean;
  readonly attributes: QueueAttributes;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly purgedAt: number | undefined;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly delaySeconds: number;
  readonly maximumMessageBytes: number;
  readonly receiveWaitSeconds: number;
  readonly redrivePolicy: RedrivePolicy | undefined;
}

interface QueueRow {
  readonly id: number;
  readonly arn: string;
  readonly attributes: string;
  readonly tags: string;
  readonly created_at: number;
  readonly modified_at: number;
  readonly purged_at: number | null;
}

/** The same name is free again this long after a deletion. */
const deletedNameMs = 60_000;

/** The queues and their settings; what is in them is the business of `Messages`. */
export class Queues {
  readonly #world: World;
  /** Read on every call, changed rarely. */
  readonly #cache = new Map<string, Queue>();

  constructor(world: World) {
    this.#world = world;
  }

  find(arn: string): Queue | undefined {
    const known = this.#cache.get(arn);
    if (known !== undefined) return known;
    const row = this.#world.store.sql('SELECT * FROM sqs_queues WHERE arn = ?').get(arn);
    if (row === undefined) return undefined;
    const queue = queueFromRow(row as unknown as QueueRow);
    this.#cache.set(arn, queue);
    return queue;
  }

  /** Every queue of every region. */
  all(): Queue[] {
    return this.#world.store
      .sql('SELECT arn FROM sqs_queues')
      .all()
      .flatMap((row) => this.find(String(row['arn'])) ?? []);
  }

  /** @throws QueueDoesNotExist */
  get(arn: string): Queue {
    const queue = this.find(arn);
    if (queue === undefined) throw queueDoesNotExist();
    return queue;
  }

  /** Makes the queue, or finds the one that already is exactly so. */
  create(arn: string, request: { attributes: QueueAttributes; tags: Queue['tags'] }): Queue {
    const fifo = arn.endsWith('.fifo');
    const given = normalizeAttributes(fifo, request.attributes);
    const existing = this.find(arn);
    if (existing !== undefined) return sameQueue(existing, given);
    this.#refuseDeletedRecently(arn);
    const attributes = newQueueAttributes(fifo, given);
    this.#checkRedrive({ arn, fifo }, given);
    const now = Math.floor(this.#world.clock.now());
    this.#world.store
      .sql(
        `INSERT INTO sqs_queues (arn, attributes, tags, dead_letter_target, created_at, modified_at)
         VALUES (?, ?, ?, ?, ?, ?)`,
      )
      .run(
        arn,
        JSON.stringify(attributes),
        JSON.stringify(request.tags),
        targetOf(attributes),
        now,
        now,
      );
    this.#tell(arn);
    return this.get(arn);
  }

  setAttributes(queue: Queue, request: QueueAttributes): void {
    const given = normalizeAttributes(queue.fifo, request);
    const attributes = mergeAttributes(queue.attributes, given);
    this.#checkRedrive(queue, given);
    this.#cache.delete(queue.arn);
    this.#world.store
      .sql(
        'UPDATE sqs_queues SET attributes = ?, dead_letter_target = ?, modified_at = ? WHERE id = ?',
      )
      .run(
        JSON.stringify(attributes),
        targetOf(attributes),
        Math.floor(this.#world.clock.now()),
        queue.id,
      );
    this.#tell(queue.arn);
  }

  #tell(arn: string): void {
    const { store } = this.#world;
    if (!store.watched) return;
    store.tell({ kind: 'queue', queue: arn, attributes: this.get(arn).attributes });
  }

  setTags(queue: Queue, tags: Queue['tags']): void {
    this.#cache.delete(queue.arn);
    this.#world.store
      .sql('UPDATE sqs_queues SET tags = ? WHERE id = ?')
      .run(JSON.stringify(tags), queue.id);
  }

  setPurged(queue: Queue, at: number): void {
    this.#cache.delete(queue.arn);
    this.#world.store.sql('UPDATE sqs_queues SET purged_at = ? WHERE id = ?').run(at, queue.id);
  }

  /** The queue goes with all its messages. */
  delete(queue: Queue): void {
    const { store, clock } = this.#world;
    this.#cache.delete(queue.arn);
    store.transaction(() => {
      const now = Math.floor(clock.now());
      if (store.watched) {
        const row = store
          .sql('SELECT COUNT(*) AS count FROM sqs_messages WHERE queue_id = ?')
          .get(queue.id);
        const count = Number(row?.['count']);
        store.tell({ kind: 'emptied', queue: queue.arn, count, gone: true });
      }
      store.sql('DELETE FROM sqs_queues WHERE id = ?').run(queue.id);
      store.sql('DELETE FROM sqs_deleted_queues WHERE deleted_at <= ?').run(now - deletedNameMs);
      store.sql('INSERT OR REPLACE INTO sqs_deleted_queues VALUES (?, ?)').run(queue.arn, now);
    });
  }

  /** ARNs in the order of names, from `after` on. */
  list(request: { arnPrefix: string; after: string; limit: number }): string[] {
    // "~" sorts behind every character that a queue name can have.
    return this.#world.store
      .sql('SELECT arn FROM sqs_queues WHERE arn > ? AND arn >= ? AND arn < ? ORDER BY arn LIMIT ?')
      .all(request.after, request.arnPrefix, `${request.arnPrefix}~`, request.limit)
      .map((row) => String(row['arn']));
  }

  /** ARNs of the queues whose redrive policy names `targetArn`. */
  sourcesOf(targetArn: string, after = '', limit = -1): string[] {
    return this.#world.store
      .sql(
        'SELECT arn FROM sqs_queues WHERE dead_letter_target = ? AND arn > ? ORDER BY arn LIMIT ?',
      )
      .all(targetArn, after, limit)
      .map((row) => String(row['arn']));
  }

  /** The dead-letter queue of a queue, if it exists and lets this queue in. */
  deadLetterQueueOf(queue: Queue): Queue | undefined {
    const target = this.find(queue.redrivePolicy?.deadLetterTargetArn ?? '');
    const allowed =
      target !== undefined && allowsRedriveFrom(target.attributes['RedriveAllowPolicy'], queue.arn);
    return allowed ? target : undefined;
  }

  #checkRedrive(source: { arn: string; fifo: boolean }, given: QueueAttributes): void {
    const policy = given['RedrivePolicy'] ?? '';
    if (policy === '') return;
    checkRedriveTarget(policy, source, (arn) => {
      const target = this.find(arn);
      if (target === undefined) return undefined;
      const allowPolicy = target.attributes['RedriveAllowPolicy'];
      return { fifo: target.fifo, allows: (from) => allowsRedriveFrom(allowPolicy, from) };
    });
  }

  #refuseDeletedRecently(arn: string): void {
    const { store, clock } = this.#world;
    const row = store.sql('SELECT deleted_at FROM sqs_deleted_queues WHERE arn = ?').get(arn);
    if (row !== undefined && clock.now() < Number(row['deleted_at']) + deletedNameMs) {
      throw queueDeletedRecently();
    }
  }
}

/** CreateQueue compares only the attributes that the request gives. */
function sameQueue(existing: Queue, given: QueueAttributes): Queue {
  for (const [name, value] of Object.entries(given)) {
    if ((existing.attributes[name] ?? '') !== value) throw queueAlreadyExists(name);
  }
  return existing;
}

function targetOf(attributes: QueueAttributes): string | null {
  const policy = attributes['RedrivePolicy'];
  return policy === undefined ? null : parseRedrivePolicy(policy).deadLetterTargetArn;
}

function queueFromRow(row: QueueRow): Queue {
  const attributes = JSON.parse(row.attributes) as QueueAttributes;
  const policy = attributes['RedrivePolicy'];
  return {
    id: row.id,
    arn: row.arn,
    name: parseQueueArn(row.arn)?.name ?? '',
    fifo: attributes['FifoQueue'] === 'true',
    attributes,
    tags: JSON.parse(row.tags) as Queue['tags'],
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
    purgedAt: row.purged_at ?? undefined,
    visibilityTimeoutSeconds: Number(attributes['VisibilityTimeout']),
    retentionSeconds: Number(attributes['MessageRetentionPeriod']),
    delaySeconds: Number(attributes['DelaySeconds']),
    maximumMessageBytes: Number(attributes['MaximumMessageSize']),
    receiveWaitSeconds: Number(attributes['ReceiveMessageWaitTimeSeconds']),
    redrivePolicy: policy === undefined ? undefined : parseRedrivePolicy(policy),
  };
}
