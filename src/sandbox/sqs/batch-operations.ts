import { AwsError } from '../errors.ts';
import type { Operation, WireObject } from '../types.ts';
import { changeVisibility } from './change-visibility.ts';
import { deleteMessage } from './delete-message.ts';
import type { Engine } from './engine.ts';
import {
  batchEntryIdsNotDistinct,
  batchRequestTooLong,
  emptyBatchRequest,
  invalidBatchEntryId,
  tooManyEntries,
} from './errors.ts';
import { structureMapIn, structuresIn, textIn } from '../constraints/values.ts';
import { requireAllowedEntry } from './input.ts';
import { checkFifoEntry } from './message-input.ts';
import { sendOne, visibilityChangeIn } from './message-operations.ts';
import { onMessages } from './on-queue.ts';

const mostBatchBytes = 1_048_576;

/** The batch operations: each is authorised as the single one, and each entry stands for itself. */
export function batchOperations(engine: Engine): Record<string, Operation> {
  return {
    SendMessageBatch: onMessages(engine, 'SendMessageBatch', (queue, input, context) => {
      const shape = 'SendMessageBatchRequestEntry';
      const entries = readEntries(input, shape);
      const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
      if (bytes > mostBatchBytes) throw batchRequestTooLong(bytes);
      for (const entry of entries) checkFifoEntry(queue, entry);
      return forEachEntry(entries, (entry) => {
        if (entry['MessageBody'] === '') {
          throw new AwsError('EmptyValue', 'Message body must not be empty.');
        }
        requireAllowedEntry(shape, entry);
        return sendOne(engine, queue, {
          input: entry,
          context,
          tooLong: 'One or more parameters cannot be validated.',
        });
      });
    }),

    DeleteMessageBatch: onMessages(engine, 'DeleteMessageBatch', (queue, input) => {
      const shape = 'DeleteMessageBatchRequestEntry';
      return forEachEntry(readEntries(input, shape), (entry) => {
        requireAllowedEntry(shape, entry);
        deleteMessage(engine, queue, textIn(entry, 'ReceiptHandle') ?? '');
        return {};
      });
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

/** The rules for the batch as a whole: breaking one fails the request. */
function readEntries(input: WireObject, entryType: string): readonly WireObject[] {
  const entries = structuresIn(input, 'Entries');
  if (entries.length === 0) throw emptyBatchRequest(entryType);
  if (entries.length > 10) throw tooManyEntries(entries.length);
  const ids = entries.map((entry) => textIn(entry, 'Id') ?? '');
  if (!ids.every((id) => /^[A-Za-z0-9_-]{1,80}$/.test(id))) throw invalidBatchEntryId();
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw batchEntryIdsNotDistinct(repeated);
  return entries;
}

function forEachEntry(
  entries: readonly WireObject[],
  work: (entry: WireObject) => WireObject,
): WireObject {
  const successful: WireObject[] = [];
  const failed: WireObject[] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry['Id'], ...work(entry) });
    } catch (error) {
      // What cannot be read at all is no entry that could fail alone.
      if (!(error instanceof AwsError) || error.code === 'SerializationException') throw error;
      const code = error.queryErrorCode ?? error.code;
      failed.push({ Id: entry['Id'], Code: code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful: successful, ...(failed.length > 0 && { Failed: failed }) };
}

/** Counted before the entries are checked, because too many bytes refuse the whole request. */
function entryBytes(entry: WireObject): number {
  let bytes = Buffer.byteLength(textIn(entry, 'MessageBody') ?? '');
  for (const [name, attribute] of Object.entries(structureMapIn(entry, 'MessageAttributes'))) {
    const texts = [name, textIn(attribute, 'DataType'), textIn(attribute, 'StringValue')];
    for (const text of texts) bytes += Buffer.byteLength(text ?? '');
    bytes += Buffer.byteLength(textIn(attribute, 'BinaryValue') ?? '', 'base64');
  }
  return bytes;
}
