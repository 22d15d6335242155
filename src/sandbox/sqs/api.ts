import { AwsError } from '../errors.ts';
import type { SqsApi } from '../types.ts';
import { queueUrl } from './arn.ts';
import { changeVisibility } from './change-message-visibility.ts';
import { deleteMessage } from './delete-message.ts';
import type { Engine } from './engine.ts';
import { hasVisible, takeMessages } from './take-messages.ts';
import type { Queue } from './queues.ts';
import { storeMessage } from './store-message.ts';
import { nextVisibleAt, selectVisible } from './select-messages.ts';
import { mostSkippedReceives } from './skip-limits.ts';

/** What Lambda needs of SQS: its event source mappings, and dead-letter queues of functions. */
export function createSqsApi(engine: Engine): SqsApi {
  const { queues, waiters, world } = engine;
  return {
    queue(arn) {
      const queue = queues.find(arn);
      if (queue === undefined) return undefined;
      const { name, fifo, visibilityTimeoutSeconds } = queue;
      // Without host: a mapping has no endpoint of its own.
      return { name, fifo, visibilityTimeoutSeconds, url: queueUrl(arn, '') };
    },

    receive({ queueArn, max, holder }) {
      const queue = queues.find(queueArn);
      if (queue === undefined) return [];
      return takeMessages(engine, queue, { max: splitMax(engine, queue, max), holder });
    },

    // Looks first: what came since the last receive must not be missed.
    async whenVisible(queueArn, signal) {
      const queue = queues.find(queueArn);
      if (queue !== undefined && hasVisible(engine, queue)) return;
      const next = queue && nextVisibleAt(world.store, queue, engine.now());
      await waiters.wait(queueArn, next ?? Infinity, signal);
    },

    delete(queueArn, receiptHandles) {
      const queue = queues.find(queueArn);
      if (queue === undefined) return;
      world.store.transaction(() => {
        for (const handle of receiptHandles) {
          try {
            deleteMessage(engine, queue, handle);
          } catch (error) {
            // As in DeleteMessageBatch: a handle that came too late does not spoil the others.
            if (!(error instanceof AwsError)) throw error;
          }
        }
      });
    },

    release(queueArn, receiptHandles) {
      const queue = queues.find(queueArn);
      if (queue === undefined) return;
      world.store.transaction(() => {
        for (const handle of receiptHandles)
          changeVisibility(engine, queue, { handle, seconds: 0 });
      });
    },

    send({ queueArn, sender, body, attributes }) {
      const queue = queues.find(queueArn);
      // A FIFO queue wants a message group, which nobody here has.
      if (queue === undefined || queue.fifo) return false;
      storeMessage(engine, queue, {
        body,
        messageAttributes: attributes,
        traceHeader: undefined,
        senderId: sender.userId,
        delaySeconds: undefined,
        groupId: undefined,
        deduplicationId: undefined,
      });
      return true;
    },

    countEmptyPolls(queueArn, polls) {
      const queue = queues.find(queueArn);
      if (queue !== undefined) engine.metrics.countAt(queue, 'NumberOfEmptyReceives', polls);
    },

    nextReturn(queueArn, holder) {
      const queue = queues.find(queueArn);
      if (queue === undefined) return undefined;
      const row = world.store
        .sql(
          `SELECT visible_at FROM sqs_messages
           WHERE visible_at > ? AND holder = ? AND queue_id = ? AND receives_here < ?
           ORDER BY visible_at LIMIT 1`,
        )
        .get(engine.now(), holder, queue.id, mostSkippedReceives);
      return row === undefined ? undefined : Number(row['visible_at']);
    },
  };
}

/** Faults `splitBatchesAt` and `splitBatches`: a receive may hand over fewer messages than there are. */
function splitMax(engine: Engine, queue: Queue, max: number): number {
  const { splitBatches, splitBatchesAt } = engine.world.faults;
  const most = splitBatchesAt > 0 ? Math.min(max, splitBatchesAt) : max;
  if (splitBatches === 0 || Math.random() >= splitBatches) return most;
  const visible = selectVisible(engine.world.store, queue, most, engine.now()).length;
  return visible < 2 ? most : 1 + Math.floor(Math.random() * (visible - 1));
}
