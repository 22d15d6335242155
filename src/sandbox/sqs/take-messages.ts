import type { ReceivedMessage } from '../types.ts';
import { expireMessages } from './expire-messages.ts';
import { moveExhausted } from './move-to-dead-letter-queue.ts';
import type { Engine } from './engine.ts';
import { refreshGroup } from './fifo.ts';
import type { MessageRow } from './message-row.ts';
import { groupOf, receivedMessage } from './message-row.ts';
import type { Queue } from './queues.ts';
import { findMessage, selectVisible } from './select-messages.ts';

export interface TakeRequest {
  readonly max: number;
  /** Undefined: the visibility timeout of the queue. */
  readonly visibilityTimeoutSeconds?: number | undefined;
  /** The event source mapping that receives; a caller's own receive has none. */
  readonly holder?: string;
  /** ARN of a caller of ReceiveMessage. */
  readonly caller?: string;
  /** FIFO queues: the ReceiveRequestAttemptId. */
  readonly attemptId?: string | undefined;
}

/**
 * Takes what is visible now, and moves what was received too often to the dead-letter queue. Never
 * waits; returns [] when nothing is visible or too many messages are in flight.
 */
export function takeMessages(
  engine: Engine,
  queue: Queue,
  request: TakeRequest,
): ReceivedMessage[] {
  const now = engine.now();
  const max = engine.limit.room(queue, request.max);
  if (max === 0) return [];
  engine.keepBeforeChange(queue);
  const rows = engine.world.store.transaction(() => {
    expireMessages(engine, queue);
    return (
      repeatAttempt(engine, queue, request) ??
      selectDeliverable(engine, queue, max).map((row) =>
        deliver(engine, queue, row, { ...request, now }),
      )
    );
  });
  if (request.attemptId !== undefined) {
    engine.attempts.remember(queue.id, request.attemptId, rows, now);
  }
  engine.limit.countTaken(queue, rows.length);
  if (rows.length > 0) {
    engine.metrics.count(queue, 'NumberOfMessagesReceived', rows.length);
    engine.world.clock.consider();
  }
  return rows.map((row) =>
    receivedMessage(
      row,
      engine.handles.issue({
        queueId: queue.id,
        messageId: row.message_id,
        receiveCount: row.receive_count,
      }),
    ),
  );
}

/** Could a receive get something now? */
export function hasVisible(engine: Engine, queue: Queue): boolean {
  return (
    engine.limit.room(queue, 1) > 0 &&
    selectVisible(engine.world.store, queue, 1, engine.now()).length > 0
  );
}

/** What is visible, after everything exhausted in front of it has gone to the dead-letter queue. */
function selectDeliverable(engine: Engine, queue: Queue, max: number): MessageRow[] {
  for (let moved = 0; ;) {
    const rows = selectVisible(engine.world.store, queue, max, engine.now());
    const movedNow = moveExhausted(engine, queue, rows);
    if (movedNow === 0) return rows;
    moved += movedNow;
    // One receive moves at most this many; the next one goes on.
    if (moved >= 1000) return [];
  }
}

/** All messages of a receive are hidden at one time, so that they come back together. */
function deliver(
  engine: Engine,
  queue: Queue,
  row: MessageRow,
  request: TakeRequest & { readonly now: number },
): MessageRow {
  const { now } = request;
  const timeout = request.visibilityTimeoutSeconds ?? queue.visibilityTimeoutSeconds;
  const delivered: MessageRow = {
    ...row,
    visible_at: now + timeout * 1000,
    receive_count: row.receive_count + 1,
    receives_here: row.receives_here + 1,
    first_received_at: row.first_received_at ?? now,
    received_at: now,
    holder: request.holder ?? null,
    duplicate: drawDuplicate(engine, queue, row),
  };
  const { store } = engine.world;
  store
    .sql(
      `UPDATE sqs_messages SET visible_at = ?, receive_count = ?, receives_here = ?,
         first_received_at = ?, received_at = ?, holder = ?, duplicate = ? WHERE position = ?`,
    )
    .run(
      delivered.visible_at,
      delivered.receive_count,
      delivered.receives_here,
      delivered.first_received_at,
      delivered.received_at,
      delivered.holder,
      delivered.duplicate,
      row.position,
    );
  const group = groupOf(row);
  if (group !== undefined) refreshGroup(store, queue.id, group);
  if (store.watched) {
    store.tell({
      kind: 'received',
      queue: queue.arn,
      id: row.message_id,
      receiveCount: delivered.receive_count,
      until: delivered.visible_at,
      by: request.holder ?? request.caller ?? '',
      isMapping: request.holder !== undefined,
    });
  }
  return delivered;
}

/**
 * FIFO: a receive under the same ReceiveRequestAttemptId gets the same messages and handles, with the
 * visibility timeout reset, while nobody has touched any of them.
 */
function repeatAttempt(
  engine: Engine,
  queue: Queue,
  request: TakeRequest,
): MessageRow[] | undefined {
  const { store } = engine.world;
  const now = engine.now();
  if (request.attemptId === undefined) return undefined;
  const deliveries = engine.attempts.find(queue.id, request.attemptId, now) ?? [];
  const rows = deliveries.flatMap((delivery) => {
    const row = findMessage(store, queue, delivery.message_id);
    const untouched =
      row?.receive_count === delivery.receive_count && row.visible_at === delivery.visible_at;
    return untouched && row.visible_at > now ? [row] : [];
  });
  if (rows.length === 0 || rows.length < deliveries.length) return undefined;
  const timeout = request.visibilityTimeoutSeconds ?? queue.visibilityTimeoutSeconds;
  const visibleAt = now + timeout * 1000;
  for (const row of rows) {
    store
      .sql('UPDATE sqs_messages SET visible_at = ? WHERE position = ?')
      .run(visibleAt, row.position);
    engine.announceChange(queue, groupOf(row));
    if (store.watched) {
      const id = row.message_id;
      store.tell({ kind: 'visibility', queue: queue.arn, id, until: visibleAt });
    }
  }
  return rows.map((row) => ({ ...row, visible_at: visibleAt }));
}

/** Fault `duplicateDelivery`: a standard queue will deliver the message once more after its delete. */
function drawDuplicate(engine: Engine, queue: Queue, row: MessageRow): MessageRow['duplicate'] {
  const mayStill = !queue.fifo && row.duplicate === 0;
  return mayStill && Math.random() < engine.world.faults.duplicateDelivery ? 1 : row.duplicate;
}
