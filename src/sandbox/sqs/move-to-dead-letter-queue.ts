import { randomUUID } from 'node:crypto';
import { beginningOf } from '../events/events.ts';
import type { Engine } from './engine.ts';
import type { MessageRow } from './message-row.ts';
import { groupOf, insertMessage } from './message-row.ts';
import { sequenceNumber } from './positions.ts';
import type { Queue } from './queues.ts';

/**
 * Moves those of the messages that were received maxReceiveCount times already. This happens on the
 * receive after the last one, so never while nobody receives.
 * @returns how many were moved
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export function moveExhausted(engine: Engine, queue: Queue, rows: readonly MessageRow[]): number {
  const { redrivePolicy } = queue;
  if (redrivePolicy === undefined) return 0;
  const exhausted = rows.filter((row) => row.receives_here >= redrivePolicy.maxReceiveCount);
  if (exhausted.length === 0) return 0;
  const target = engine.queues.deadLetterQueueOf(queue);
  if (target === undefined) return 0;
  for (const row of exhausted) moveToDeadLetterQueue(engine, row, { from: queue, to: target });
  return exhausted.length;
}

/** The same message in another queue. The move is no receive: the count goes on from where it was. */
function moveToDeadLetterQueue(
  engine: Engine,
  row: MessageRow,
  { from, to }: { from: Queue; to: Queue },
): void {
  const now = engine.now();
  engine.keepBeforeChange(to);
  engine.world.store
    .sql(
      `UPDATE sqs_messages SET position = ?, queue_id = ?, visible_at = ?, dead_letter_source = ?,
         sent_at = ?, stored_at = ?, moved_at = ?, receives_here = 0, received_at = NULL, holder = NULL
       WHERE position = ?`,
    )
    .run(
      engine.positions.next(),
      to.id,
      now,
      from.arn,
      // A standard queue's message keeps its age; a FIFO one starts anew.
      from.fifo ? now : row.sent_at,
      from.fifo ? now : row.stored_at,
      now,
      row.position,
    );
  tellMove(engine, row, { from, to, newId: row.message_id, redrive: false });
  engine.announceChange(from, groupOf(row));
  engine.announceChange(to, groupOf(row));
}

/** The way back: the message leaves its queue, and a new one with its content enters the other. */
export function redriveMessage(
  engine: Engine,
  row: MessageRow,
  { from, to }: { from: Queue; to: Queue },
): void {
  const { store, defects } = engine.world;
  const keepsId = defects?.has('redrive-keeps-ids') ?? false;
  const now = engine.now();
  engine.keepBeforeChange(from);
  engine.keepBeforeChange(to);
  const position = engine.positions.next();
  const newId = keepsId ? row.message_id : randomUUID();
  store.transaction(() => {
    store.sql('DELETE FROM sqs_messages WHERE position = ?').run(row.position);
    insertMessage(store, {
      ...row,
      position,
      queue_id: to.id,
      message_id: newId,
      sequence_number: to.fifo ? sequenceNumber(position) : null,
      dead_letter_source: null,
      sent_at: now,
      stored_at: now,
      visible_at: now,
    });
    tellMove(engine, row, { from, to, newId, redrive: true });
    engine.announceChange(from, groupOf(row));
    engine.announceChange(to, groupOf(row));
  });
}

function tellMove(
  { world: { store } }: Engine,
  row: MessageRow,
  move: { from: Queue; to: Queue; newId: string; redrive: boolean },
): void {
  if (!store.watched) return;
  store.tell({
    kind: 'moved',
    queue: move.from.arn,
    to: move.to.arn,
    id: row.message_id,
    newId: move.newId,
    redrive: move.redrive,
    receiveCount: move.redrive ? 0 : row.receive_count,
    body: beginningOf(row.body),
  });
}
