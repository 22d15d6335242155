import { structureMapIn, textIn } from '../constraints/values.ts';
import { AwsError } from '../errors.ts';
import type { CallContext, Operation, WireObject } from '../types.ts';
import { forEachEntry, readEntries } from './batch-entries.ts';
import type { Engine } from './engine.ts';
import { batchRequestTooLong } from './errors.ts';
import { requireAllowedEntry } from './input.ts';
import { md5OfAttributes } from './message-attributes.ts';
import { checkFifoEntry, checkSize, readMessage } from './message-input.ts';
import { onMessages } from './on-queue.ts';
import type { Queue } from './queues.ts';
import { storeMessage } from './store-message.ts';

const mostBatchBytes = 1_048_576;

/**
 * SendMessage and its batch.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function sendMessageOperations(engine: Engine): Record<string, Operation> {
  return {
    SendMessage: onMessages(engine, 'SendMessage', (queue, input, context) =>
      sendOne(engine, queue, { input, context, tooLong: 'One or more parameters are invalid.' }),
    ),

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
  };
}

/** Sends what a SendMessage request or a batch entry asks for, and answers in its form. */
function sendOne(
  engine: Engine,
  queue: Queue,
  request: { input: WireObject; context: CallContext; tooLong: string },
): WireObject {
  const message = readMessage(queue, request.input, request.context);
  checkSize(queue, message, request.tooLong);
  const { traceHeader } = message;
  const { messageId, bodyMd5, sequenceNumber } = storeMessage(engine, queue, {
    ...message,
    // The attribute, which a sender sets on purpose, counts more than the header of an instrumented client.
    traceHeader: traceHeader ?? request.context.traceHeader,
  });
  const attributesMd5 = md5OfAttributes(message.messageAttributes);
  // Of the attributes that the request brings; a trace id in an HTTP header is none.
  const systemAttributesMd5 =
    traceHeader === undefined
      ? undefined
      : md5OfAttributes({ AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } });
  return {
    MessageId: messageId,
    MD5OfMessageBody: bodyMd5,
    ...(attributesMd5 !== undefined && { MD5OfMessageAttributes: attributesMd5 }),
    ...(systemAttributesMd5 !== undefined && { MD5OfMessageSystemAttributes: systemAttributesMd5 }),
    ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
  };
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
