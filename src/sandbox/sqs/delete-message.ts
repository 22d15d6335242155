import type { Engine } from './engine.ts';
import { invalidValue } from './errors.ts';
import { refreshAllGroups } from './fifo.ts';
import { groupOf } from './message-row.ts';
import type { Queue } from './queues.ts';
import { findMessage } from './select-messages.ts';

/**
 * Deletes by receipt handle. An old handle of a message that was received again succeeds and deletes
 * nothing; a FIFO queue refuses it, and any expired one.
 * @throws ReceiptHandleIsInvalid
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
 */
export function deleteMessage(engine: Engine, queue: Queue, handle: string): void {
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
  engine.counts.beforeChange(queue);
  store.transaction(() => {
    if (row.duplicate === 1) {
      store
        .sql('UPDATE sqs_messages SET duplicate = 2, visible_at = ? WHERE position = ?')
        .run(now, row.position);
    } else {
      store.sql('DELETE FROM sqs_messages WHERE position = ?').run(row.position);
    }
    engine.changed(queue, groupOf(row));
  });
}

/** Visible, in flight or delayed: all go, and so does what FIFO deduplication remembers. */
export function purgeMessages(engine: Engine, queue: Queue): void {
  const { store } = engine.world;
  engine.counts.beforeChange(queue);
  store.transaction(() => {
    store.sql('DELETE FROM sqs_messages WHERE queue_id = ?').run(queue.id);
    store.sql('DELETE FROM sqs_groups WHERE queue_id = ?').run(queue.id);
    store.sql('DELETE FROM sqs_deduplication WHERE queue_id = ?').run(queue.id);
    engine.queues.setPurged(queue, engine.now());
  });
  engine.world.clock.consider();
}

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

/** The delay of a FIFO queue was changed: it counts for what has never been received, too. */
export function delayAgain(engine: Engine, queue: Queue): void {
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
