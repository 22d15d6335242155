import type { Operation } from '../types.ts';
import type { Engine } from './engine.ts';
import { onQueue } from './on-queue.ts';

export function deleteQueueOperation(engine: Engine): Record<string, Operation> {
  return {
    DeleteQueue: onQueue(engine, 'DeleteQueue', (queue) => {
      engine.queues.delete(queue);
      engine.limit.forget(queue);
      engine.metrics.forget(queue);
      engine.announceChange(queue, undefined);
      return undefined;
    }),
  };
}
