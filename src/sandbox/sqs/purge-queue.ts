import type { Operation } from '../types.ts';
import type { Engine } from './engine.ts';
import { purgeQueueInProgress } from './errors.ts';
import { onQueue } from './on-queue.ts';
import type { Queue } from './queues.ts';

const purgeIntervalMs = 60_000;

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html */
export function purgeQueueOperation(engine: Engine): Record<string, Operation> {
  return {
    PurgeQueue: onQueue(engine, 'PurgeQueue', (queue) => {
      const { purgedAt } = queue;
      if (purgedAt !== undefined && engine.now() < purgedAt + purgeIntervalMs) {
        throw purgeQueueInProgress(queue.name);
      }
      purgeMessages(engine, queue);
      return undefined;
    }),
  };
}

/** Visible, in flight or delayed: all go, and so does what FIFO deduplication remembers. */
function purgeMessages(engine: Engine, queue: Queue): void {
  const { store } = engine.world;
  engine.keepBeforeChange(queue);
  store.transaction(() => {
    const { changes } = store.sql('DELETE FROM sqs_messages WHERE queue_id = ?').run(queue.id);
    if (store.watched) {
      store.tell({ kind: 'emptied', queue: queue.arn, count: Number(changes), gone: false });
    }
    store.sql('DELETE FROM sqs_groups WHERE queue_id = ?').run(queue.id);
    store.sql('DELETE FROM sqs_deduplication WHERE queue_id = ?').run(queue.id);
    engine.queues.setPurged(queue, engine.now());
  });
  engine.world.clock.consider();
}
