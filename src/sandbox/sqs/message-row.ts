import type { Store } from '../store.ts';
import type { ReceivedMessage } from '../types.ts';
import type { MessageAttributes } from './message-attributes.ts';

/** One stored message; times are lab time in epoch milliseconds. */
export interface MessageRow {
  readonly position: number;
  readonly queue_id: number;
  readonly message_id: string;
  readonly body: string;
  readonly body_md5: string;
  readonly message_attributes: string;
  readonly trace_header: string | null;
  readonly sender_id: string;
  readonly group_id: string | null;
  readonly deduplication_id: string | null;
  readonly sequence_number: string | null;
  readonly dead_letter_source: string | null;
  readonly sent_at: number;
  readonly stored_at: number;
  readonly visible_at: number;
  readonly receive_count: number;
  readonly receives_here: number;
  readonly first_received_at: number | null;
  readonly received_at: number | null;
  readonly holder: string | null;
  readonly duplicate: 0 | 1 | 2;
  readonly moved_at: number | null;
}

/** The columns that a new message brings; the others start from their defaults. */
export type NewMessageRow = Omit<
  MessageRow,
  | 'duplicate'
  | 'first_received_at'
  | 'holder'
  | 'moved_at'
  | 'receive_count'
  | 'received_at'
  | 'receives_here'
>;

export function insertMessage(store: Store, row: NewMessageRow): void {
  store
    .sql(
      `INSERT INTO sqs_messages (position, queue_id, message_id, body, body_md5, message_attributes,
         trace_header, sender_id, group_id, deduplication_id, sequence_number, dead_letter_source,
         sent_at, stored_at, visible_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      row.position,
      row.queue_id,
      row.message_id,
      row.body,
      row.body_md5,
      row.message_attributes,
      row.trace_header,
      row.sender_id,
      row.group_id,
      row.deduplication_id,
      row.sequence_number,
      row.dead_letter_source,
      row.sent_at,
      row.stored_at,
      row.visible_at,
    );
}

/** @param row as it is after the receive was counted */
export function receivedMessage(row: MessageRow, receiptHandle: string): ReceivedMessage {
  const messageAttributes = JSON.parse(row.message_attributes) as MessageAttributes;
  return {
    messageId: row.message_id,
    receiptHandle,
    body: row.body,
    md5OfBody: row.body_md5,
    attributes: systemAttributes(row),
    messageAttributes,
  };
}

/** Everything that `MessageSystemAttributeNames=All` shows. */
function systemAttributes(row: MessageRow): Record<string, string> {
  const shown = {
    ApproximateReceiveCount: row.receive_count,
    SentTimestamp: row.sent_at,
    SequenceNumber: row.sequence_number,
    MessageGroupId: row.group_id,
    SenderId: row.sender_id,
    MessageDeduplicationId: row.deduplication_id,
    AWSTraceHeader: row.trace_header,
    DeadLetterQueueSourceArn: row.dead_letter_source,
    ApproximateFirstReceiveTimestamp: row.first_received_at,
  };
  return Object.fromEntries(
    Object.entries(shown).flatMap(([name, value]) =>
      value === null ? [] : [[name, String(value)]],
    ),
  );
}

/** The group whose order a message is part of; a standard queue's group id orders nothing. */
export function groupOf(row: MessageRow): string | undefined {
  return row.deduplication_id === null ? undefined : (row.group_id ?? undefined);
}
