import { createHash, randomUUID } from 'node:crypto';
import type { Engine } from './engine.ts';
import type { DeduplicationKey } from './fifo.ts';
import { acceptedBefore, rememberAccepted } from './fifo.ts';
import type { MessageAttributes } from './message-attributes.ts';
import { beginningOf } from '../events/events.ts';
import { insertMessage } from './message-row.ts';
import { sequenceNumber } from './positions.ts';
import type { Queue } from './queues.ts';

export interface NewMessage {
  readonly body: string;
  readonly messageAttributes: MessageAttributes;
  readonly traceHeader: string | undefined;
  readonly senderId: string;
  /** Undefined: the delay of the queue. */
  readonly delaySeconds: number | undefined;
  readonly groupId: string | undefined;
  /** FIFO queues: always there, given or made from the body. */
  readonly deduplicationId: string | undefined;
}

export interface StoredMessage {
  readonly messageId: string;
  readonly bodyMd5: string;
  /** FIFO queues only. */
  readonly sequenceNumber: string | undefined;
}

/** A duplicate in a FIFO queue is accepted, not stored, and gets the ids of the first one. */
export function storeMessage(engine: Engine, queue: Queue, message: NewMessage): StoredMessage {
  const { store } = engine.world;
  const now = engine.now();
  engine.keepBeforeChange(queue);
  const position = engine.positions.next();
  const bodyMd5 = createHash('md5').update(message.body).digest('hex');
  const sent = { messageId: randomUUID(), sequenceNumber: sequenceNumber(position) };
  return store.transaction(() => {
    const key = deduplicationKey(queue, message);
    if (key !== undefined) {
      const first = acceptedBefore(store, key, now);
      if (first !== undefined) return { ...first, bodyMd5 };
      rememberAccepted(store, key, sent, now);
    }
    const visibleAt = now + (message.delaySeconds ?? queue.delaySeconds) * 1000;
    insertMessage(store, {
      position,
      queue_id: queue.id,
      message_id: sent.messageId,
      body: message.body,
      body_md5: bodyMd5,
      message_attributes: JSON.stringify(message.messageAttributes),
      trace_header: message.traceHeader ?? null,
      sender_id: message.senderId,
      group_id: message.groupId ?? null,
      deduplication_id: message.deduplicationId ?? null,
      sequence_number: queue.fifo ? sent.sequenceNumber : null,
      dead_letter_source: null,
      sent_at: now,
      stored_at: now,
      visible_at: visibleAt,
    });
    engine.metrics.countSent(queue, message.body, message.messageAttributes);
    if (store.watched) {
      store.tell({
        kind: 'sent',
        queue: queue.arn,
        id: sent.messageId,
        body: beginningOf(message.body),
        until: visibleAt,
      });
    }
    engine.announceChange(queue, queue.fifo ? message.groupId : undefined);
    return { ...sent, bodyMd5, ...(!queue.fifo && { sequenceNumber: undefined }) };
  });
}

function deduplicationKey(queue: Queue, message: NewMessage): DeduplicationKey | undefined {
  const { groupId = '', deduplicationId } = message;
  if (!queue.fifo || deduplicationId === undefined) return undefined;
  const scope = queue.attributes['DeduplicationScope'] === 'messageGroup' ? groupId : '';
  return { queueId: queue.id, scope, deduplicationId };
}
