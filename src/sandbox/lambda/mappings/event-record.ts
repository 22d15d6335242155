import { md5OfAttributes } from '../../sqs/message-attributes.ts';
import type { ReceivedMessage } from '../../types.ts';

/** What one synchronous invocation may carry: 6 MB. */
export const payloadMax = 6 * 1024 * 1024;

const envelope = { start: '{"Records":[', end: ']}' };

/**
 * One record of an SQS event, as JSON, its keys in AWS's order.
 * @param windowed with a batching window AWS writes a missing MD5 as null, otherwise not at all
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
 */
export function eventRecord(
  message: ReceivedMessage,
  { queueArn, windowed }: { queueArn: string; windowed: boolean },
): string {
  const md5 = md5OfAttributes(message.messageAttributes);
  const md5OfMessageAttributes = md5 ?? (windowed ? null : undefined);
  return JSON.stringify({
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, attribute]) => [
        name,
        {
          stringValue: attribute.StringValue,
          binaryValue: attribute.BinaryValue,
          stringListValues: [],
          binaryListValues: [],
          dataType: attribute.DataType,
        },
      ]),
    ),
    md5OfMessageAttributes,
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3],
  });
}

export function eventOf(records: readonly string[]): Buffer {
  return Buffer.from(envelope.start + records.join(',') + envelope.end);
}

/** Splits messages, in order, into batches whose events are no bigger than an invocation can carry. */
export function batchesThatFit<T extends { readonly record: string }>(
  entries: readonly T[],
): T[][] {
  const batches: T[][] = [];
  let bytes = Infinity;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.record) + 1;
    if (bytes + size > payloadMax) {
      batches.push([]);
      bytes = envelope.start.length + envelope.end.length;
    }
    batches.at(-1)?.push(entry);
    bytes += size;
  }
  return batches;
}
