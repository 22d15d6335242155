import type { Store } from '../store.ts';

/** A duplicate is recognised for five minutes. */
const deduplicationMs = 5 * 60_000;

/**
 * Brings the row of a message group up to date after anything happened to its messages: a group is
 * available when its first message is. A later one that is in flight holds back only what comes after it.
 */
export function refreshGroup(store: Store, queueId: number, groupId: string): void {
  const first = store
    .sql(
      `SELECT position, visible_at FROM sqs_messages
       WHERE queue_id = ? AND group_id = ? AND deduplication_id IS NOT NULL
       ORDER BY position LIMIT 1`,
    )
    .get(queueId, groupId);
  if (first === undefined) {
    store.sql('DELETE FROM sqs_groups WHERE queue_id = ? AND group_id = ?').run(queueId, groupId);
    return;
  }
  store
    .sql(
      `INSERT INTO sqs_groups (queue_id, group_id, available_at, head) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET available_at = excluded.available_at, head = excluded.head`,
    )
    .run(queueId, groupId, Number(first['visible_at']), Number(first['position']));
}

/** After messages of any group were removed at once (retention). */
export function refreshAllGroups(store: Store, queueId: number): void {
  const groups = store.sql('SELECT group_id FROM sqs_groups WHERE queue_id = ?').all(queueId);
  for (const group of groups) refreshGroup(store, queueId, String(group['group_id']));
}

/** Up to `limit` available groups, the longest available first. */
export function availableGroups(
  store: Store,
  queueId: number,
  now: number,
  limit: number,
): string[] {
  return store
    .sql(
      `SELECT group_id FROM sqs_groups WHERE queue_id = ? AND available_at <= ?
       ORDER BY available_at, head LIMIT ?`,
    )
    .all(queueId, now, limit)
    .map((row) => String(row['group_id']));
}

export interface DeduplicationKey {
  readonly queueId: number;
  /** The message group when the scope is messageGroup, otherwise empty. */
  readonly scope: string;
  readonly deduplicationId: string;
}

/** The message that was accepted under the same id within the last five minutes. */
export function acceptedBefore(
  store: Store,
  key: DeduplicationKey,
  now: number,
): { messageId: string; sequenceNumber: string } | undefined {
  const row = store
    .sql(
      `SELECT message_id, sequence_number FROM sqs_deduplication
       WHERE queue_id = ? AND scope = ? AND deduplication_id = ? AND accepted_at > ?`,
    )
    .get(key.queueId, key.scope, key.deduplicationId, now - deduplicationMs);
  if (row === undefined) return undefined;
  return { messageId: String(row['message_id']), sequenceNumber: String(row['sequence_number']) };
}

export function rememberAccepted(
  store: Store,
  key: DeduplicationKey,
  message: { messageId: string; sequenceNumber: string },
  now: number,
): void {
  store.sql('DELETE FROM sqs_deduplication WHERE accepted_at <= ?').run(now - deduplicationMs);
  store
    .sql('INSERT OR REPLACE INTO sqs_deduplication VALUES (?, ?, ?, ?, ?, ?)')
    .run(
      key.queueId,
      key.scope,
      key.deduplicationId,
      message.messageId,
      message.sequenceNumber,
      now,
    );
}
