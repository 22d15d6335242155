import { numberIn, textIn } from '../constraints/values.ts';
import type { Operation, WireObject } from '../types.ts';
import { forEachEntry, readEntries } from './batch-entries.ts';
import type { Engine } from './engine.ts';
import { invalidValue } from './errors.ts';
import { requireAllowedEntry } from './input.ts';
import { groupOf } from './message-row.ts';
import { onMessages } from './on-queue.ts';
import type { Queue } from './queues.ts';
import { findMessage } from './select-messages.ts';

/** No receive hides a message for longer than 12 hours in all. */
const longestVisibilitySeconds = 43_200;

/** ChangeMessageVisibility and its batch. */
export function changeMessageVisibilityOperations(engine: Engine): Record<string, Operation> {
  return {
    ChangeMessageVisibility: onMessages(engine, 'ChangeMessageVisibility', (queue, input) => {
      changeVisibility(engine, queue, visibilityChangeIn(input));
      return undefined;
    }),

    ChangeMessageVisibilityBatch: onMessages(
      engine,
      'ChangeMessageVisibilityBatch',
      (queue, input) => {
        const shape = 'ChangeMessageVisibilityBatchRequestEntry';
        return forEachEntry(readEntries(input, shape), (entry) => {
          requireAllowedEntry(shape, entry);
          changeVisibility(engine, queue, visibilityChangeIn(entry));
          return {};
        });
      },
    ),
  };
}

/** What a ChangeMessageVisibility request or an entry of its batch asks for. */
function visibilityChangeIn(input: WireObject): { handle: string; seconds: number } {
  return {
    handle: textIn(input, 'ReceiptHandle') ?? '',
    seconds: numberIn(input, 'VisibilityTimeout') ?? 0,
  };
}

/**
 * Hides an in-flight message for so long from now on; 0 makes it visible. Any handle of the message
 * will do on a standard queue. The next receive uses the timeout of the queue again.
 * @throws ReceiptHandleIsInvalid; InvalidParameterValue when the message is gone or 12 hours are exceeded
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
 */
export function changeVisibility(
  engine: Engine,
  queue: Queue,
  change: { handle: string; seconds: number },
): void {
  const { store } = engine.world;
  const now = engine.now();
  const receipt = engine.handles.read(change.handle, queue.id);
  const row = findMessage(store, queue, receipt.messageId);
  const inFlight = row !== undefined && row.visible_at > now && row.receives_here > 0;
  // Too late on a standard queue is accepted, although it can change nothing any more.
  if (row !== undefined && !queue.fifo && !inFlight) return;
  if (!inFlight || (queue.fifo && row.receive_count !== receipt.receiveCount)) {
    throw invalidValue(
      'ReceiptHandle',
      change.handle,
      'Message does not exist or is not available for visibility timeout change.',
    );
  }
  const heldSeconds = Math.floor((now - (row.received_at ?? now)) / 1000);
  if (heldSeconds + change.seconds > longestVisibilitySeconds) {
    throw invalidValue(
      'VisibilityTimeout',
      change.seconds,
      `Total VisibilityTimeout for the message is beyond the limit [${longestVisibilitySeconds} seconds]`,
    );
  }
  engine.keepBeforeChange(queue);
  store.transaction(() => {
    store
      .sql('UPDATE sqs_messages SET visible_at = ? WHERE position = ?')
      .run(now + change.seconds * 1000, row.position);
    if (store.watched) {
      const until = now + change.seconds * 1000;
      store.tell({ kind: 'visibility', queue: queue.arn, id: row.message_id, until });
    }
    engine.announceChange(queue, groupOf(row));
  });
}
