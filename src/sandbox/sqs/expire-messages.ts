import type { Engine } from './engine.ts';
import { refreshAllGroups } from './fifo.ts';
import type { Queue } from './queues.ts';

/** Drops what is older than the retention period, in flight or not; done whenever somebody looks. */
export function expireMessages(engine: Engine, queue: Queue): void {
  const { store } = engine.world;
  store.transaction(() => {
    const { changes } = store
      .sql('DELETE FROM sqs_messages WHERE queue_id = ? AND stored_at <= ?')
      .run(queue.id, engine.now() - queue.retentionSeconds * 1000);
    if (Number(changes) > 0 && queue.fifo) refreshAllGroups(store, queue.id);
  });
}
