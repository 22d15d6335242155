import type { Store } from '../store.ts';
import { availableGroups } from './fifo.ts';
import type { MessageRow } from './message-row.ts';
import type { Queue } from './queues.ts';

/** The messages that a receive may take now, in the order in which it takes them. */
export function selectVisible(store: Store, queue: Queue, max: number, now: number): MessageRow[] {
  if (queue.fifo) return selectFifo(store, queue, max, now);
  return store
    .sql(
      `SELECT * FROM sqs_messages WHERE queue_id = ? AND visible_at <= ?
       ORDER BY visible_at, position LIMIT ?`,
    )
    .all(queue.id, now, max) as unknown as MessageRow[];
}

/** The first visible message that was there when a move task began. */
export function selectToMove(
  store: Store,
  queue: Queue,
  lastPosition: number,
  now: number,
): MessageRow | undefined {
  const text = queue.fifo
    ? `SELECT * FROM sqs_messages WHERE position =
         (SELECT head FROM sqs_groups WHERE queue_id = ? AND available_at <= ? AND head <= ?
          ORDER BY available_at, head LIMIT 1)`
    : `SELECT * FROM sqs_messages WHERE queue_id = ? AND visible_at <= ? AND position <= ?
       ORDER BY visible_at, position LIMIT 1`;
  return store.sql(text).get(queue.id, now, lastPosition) as unknown as MessageRow | undefined;
}

export function findMessage(store: Store, queue: Queue, messageId: string): MessageRow | undefined {
  return store
    .sql('SELECT * FROM sqs_messages WHERE queue_id = ? AND message_id = ?')
    .get(queue.id, messageId) as unknown as MessageRow | undefined;
}

/** Lab time at which the next hidden message or message group of the queue turns visible. */
export function nextVisibleAt(store: Store, queue: Queue, now: number): number | undefined {
  const text = queue.fifo
    ? 'SELECT MIN(available_at) AS next FROM sqs_groups WHERE queue_id = ? AND available_at > ?'
    : 'SELECT MIN(visible_at) AS next FROM sqs_messages WHERE queue_id = ? AND visible_at > ?';
  const next = store.sql(text).get(queue.id, now)?.['next'] ?? undefined;
  return next === undefined ? undefined : Number(next);
}

/**
 * As many as possible of one message group, in order, before the next group. The first message that is
 * hidden, in flight or delayed, holds back all that come after it.
 */
function selectFifo(store: Store, queue: Queue, max: number, now: number): MessageRow[] {
  const taken: MessageRow[] = [];
  for (const group of availableGroups(store, queue.id, now, max)) {
    const rows = store
      .sql(
        `SELECT * FROM sqs_messages
         WHERE queue_id = ? AND group_id = ? AND deduplication_id IS NOT NULL
         ORDER BY position LIMIT ?`,
      )
      .all(queue.id, group, max - taken.length) as unknown as MessageRow[];
    const hidden = rows.findIndex((row) => row.visible_at > now);
    taken.push(...(hidden === -1 ? rows : rows.slice(0, hidden)));
    if (taken.length >= max) break;
  }
  return taken;
}
