import type { Engine } from './engine.ts';
import { refreshAllGroups } from './fifo.ts';
import type { Queue } from './queues.ts';

/** Drops what is older than the retention period, in flight or not; done whenever somebody looks. */
export function expireMessages(engine: Engine, queue: Queue): void {
  const { store } = engine.world;
  store.transaction(() => {
    const oldest = engine.now() - queue.retentionSeconds * 1000;
    const expired = store
      .sql('DELETE FROM sqs_messages WHERE queue_id = ? AND stored_at <= ? RETURNING message_id')
      .all(queue.id, oldest);
    if (expired.length === 0) return;
    if (queue.fifo) refreshAllGroups(store, queue.id);
    if (!store.watched) return;
    const ids = expired.map((row) => String(row['message_id']));
    store.tell({ kind: 'expired', queue: queue.arn, ids });
  });
}
