import { textIn } from '../constraints/values.ts';
import type { Operation } from '../types.ts';
import { forEachEntry, readEntries } from './batch-entries.ts';
import type { Engine } from './engine.ts';
import { invalidValue } from './errors.ts';
import { requireAllowedEntry } from './input.ts';
import { groupOf } from './message-row.ts';
import { onMessages } from './on-queue.ts';
import type { Queue } from './queues.ts';
import { findMessage } from './select-messages.ts';

/** DeleteMessage and its batch. */
export function deleteMessageOperations(engine: Engine): Record<string, Operation> {
  return {
    DeleteMessage: onMessages(engine, 'DeleteMessage', (queue, input) => {
      deleteMessage(engine, queue, textIn(input, 'ReceiptHandle') ?? '');
      return undefined;
    }),

    DeleteMessageBatch: onMessages(engine, 'DeleteMessageBatch', (queue, input) => {
      const shape = 'DeleteMessageBatchRequestEntry';
      return forEachEntry(readEntries(input, shape), (entry) => {
        requireAllowedEntry(shape, entry);
        deleteMessage(engine, queue, textIn(entry, 'ReceiptHandle') ?? '');
        return {};
      });
    }),
  };
}

/**
 * Deletes by receipt handle. An old handle of a message that was received again succeeds and deletes
 * nothing; a FIFO queue refuses it, and any expired one.
 * @throws ReceiptHandleIsInvalid
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
 */
export function deleteMessage(engine: Engine, queue: Queue, handle: string): void {
  deleteByHandle(engine, queue, handle);
  // CloudWatch counts each delete with a valid handle, also one that finds nothing any more.
  engine.metrics.count(queue, 'NumberOfMessagesDeleted');
}

function deleteByHandle(engine: Engine, queue: Queue, handle: string): void {
  const { store } = engine.world;
  const receipt = engine.handles.read(handle, queue.id);
  const row = findMessage(store, queue, receipt.messageId);
  if (row === undefined) return;
  const now = engine.now();
  const latest = row.receive_count === receipt.receiveCount;
  if (queue.fifo && (!latest || row.visible_at <= now)) {
    throw invalidValue('ReceiptHandle', handle, 'The receipt handle has expired.');
  }
  if (!latest) return;
  engine.keepBeforeChange(queue);
  store.transaction(() => {
    if (row.duplicate === 1) {
      store
        .sql('UPDATE sqs_messages SET duplicate = 2, visible_at = ? WHERE position = ?')
        .run(now, row.position);
    } else {
      store.sql('DELETE FROM sqs_messages WHERE position = ?').run(row.position);
    }
    if (store.watched) {
      const what = { queue: queue.arn, id: row.message_id };
      store.tell(
        row.duplicate === 1
          ? { kind: 'visibility', ...what, until: now, duplicate: true }
          : { kind: 'deleted', ...what },
      );
    }
    engine.announceChange(queue, groupOf(row));
  });
}
