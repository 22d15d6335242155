import { textMapIn } from '../constraints/values.ts';
import type { Operation } from '../types.ts';
import type { Engine } from './engine.ts';
import { refreshAllGroups } from './fifo.ts';
import { onQueue } from './on-queue.ts';
import type { Queue } from './queues.ts';

export function setQueueAttributesOperation(engine: Engine): Record<string, Operation> {
  return {
    SetQueueAttributes: onQueue(engine, 'SetQueueAttributes', (queue, input) => {
      const attributes = textMapIn(input, 'Attributes');
      engine.queues.setAttributes(queue, attributes);
      // A new delay of a FIFO queue holds for the messages in it too.
      if (queue.fifo && 'DelaySeconds' in attributes)
        delayAgain(engine, engine.queues.get(queue.arn));
      engine.announceChange(queue, undefined);
      return undefined;
    }),
  };
}

/** The delay of a FIFO queue was changed: it counts for what has never been received, too. */
function delayAgain(engine: Engine, queue: Queue): void {
  const { store } = engine.world;
  store.transaction(() => {
    store
      .sql(
        'UPDATE sqs_messages SET visible_at = sent_at + ? WHERE queue_id = ? AND receives_here = 0',
      )
      .run(queue.delaySeconds * 1000, queue.id);
    refreshAllGroups(store, queue.id);
  });
}
