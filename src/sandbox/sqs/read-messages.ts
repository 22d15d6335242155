import { beginningOf } from '../events/events.ts';
import type { MessagePart, Messages } from '../events/feed.ts';
import type { Store } from '../store.ts';

/** What is in the queues, for readers of the feed. Changes nothing. */
export function readMessages(store: Store): Messages {
  return {
    page(after, most) {
      const rows = store
        .sql(
          `SELECT position, arn, message_id, substr(body, 1, 100) AS body, sent_at, visible_at, receive_count,
             receives_here FROM sqs_messages m JOIN sqs_queues q ON q.id = m.queue_id
           WHERE position > ? ORDER BY position LIMIT ?`,
        )
        .all(after, most);
      return { rows: rows.map(toPart), last: Number(rows.at(-1)?.['position'] ?? after) };
    },
    counts() {
      const rows = store
        .sql(
          `SELECT arn, COUNT(m.position) AS count FROM sqs_queues q
           LEFT JOIN sqs_messages m ON q.id = m.queue_id GROUP BY q.id`,
        )
        .all();
      return new Map(rows.map((row) => [String(row['arn']), Number(row['count'])]));
    },
  };
}

function toPart(row: Record<string, unknown>): MessagePart {
  return {
    id: String(row['message_id']),
    queue: String(row['arn']),
    body: beginningOf(String(row['body'])),
    sentAt: Number(row['sent_at']),
    until: Number(row['visible_at']),
    receiveCount: Number(row['receive_count']),
    isReceived: Number(row['receives_here']) > 0,
  };
}
