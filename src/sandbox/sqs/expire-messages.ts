import type { Engine } from './engine.ts';
import { refreshAllGroups } from './fifo.ts';
import type { Queue } from './queues.ts';

/** Drops what is older than the retention period, in flight or not; done whenever somebody looks. */
export function expireMessages(engine: Engine, queue: Queue): void {
  const { store } = engine.world;
  store.transaction(() => {
    const oldest = engine.now() - queue.retentionSeconds * 1000;
    if (store.watched) tellExpired(engine, queue, oldest);
    const { changes } = store
      .sql('DELETE FROM sqs_messages WHERE queue_id = ? AND stored_at <= ?')
      .run(queue.id, oldest);
    if (Number(changes) > 0 && queue.fifo) refreshAllGroups(store, queue.id);
  });
}

function tellExpired({ world: { store } }: Engine, queue: Queue, oldest: number): void {
  const ids = store
    .sql('SELECT message_id FROM sqs_messages WHERE queue_id = ? AND stored_at <= ?')
    .all(queue.id, oldest)
    .map((row) => String(row['message_id']));
  if (ids.length > 0) store.tell({ kind: 'expired', queue: queue.arn, ids });
}
