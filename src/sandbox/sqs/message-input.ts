import { createHash } from 'node:crypto';
import type { CallContext, WireObject } from '../types.ts';
import { allowedText } from './allowed-text.ts';
import {
  invalidMessageContents,
  invalidParameter,
  missingDeduplicationId,
  missingParameter,
  notForThisQueueType,
} from './errors.ts';
import { numberIn, textIn } from '../constraints/values.ts';
import { attributeBytes, readMessageAttributes, readTraceHeader } from './message-attributes.ts';
import type { Queue } from './queues.ts';
import type { NewMessage } from './store-message.ts';

/**
 * The message that a SendMessage request or an entry of a batch asks for, which the model has allowed.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function readMessage(queue: Queue, input: WireObject, context: CallContext): NewMessage {
  const body = textIn(input, 'MessageBody') ?? '';
  if (!allowedText.test(body)) throw invalidMessageContents();
  const groupId = textIn(input, 'MessageGroupId');
  if (queue.fifo && groupId === undefined) throw missingParameter('MessageGroupId');
  return {
    body,
    messageAttributes: readMessageAttributes(input),
    traceHeader: readTraceHeader(input),
    senderId: context.caller.userId,
    delaySeconds: readDelay(queue, input),
    groupId,
    deduplicationId: readDeduplicationId(queue, input, body),
  };
}

/**
 * What every entry of a batch to a FIFO queue must have: one entry without it refuses the whole batch.
 * @throws InvalidParameterValue
 */
export function checkFifoEntry(queue: Queue, entry: WireObject): void {
  if (!queue.fifo) return;
  if (textIn(entry, 'MessageGroupId') === undefined) {
    throw invalidParameter('The request must contain the parameter MessageGroupId.');
  }
  const deduplicationId = textIn(entry, 'MessageDeduplicationId');
  if (deduplicationId === undefined && !deduplicatesByContent(queue))
    throw missingDeduplicationId();
}

/** What counts towards the limits; system attributes do not. */
export function messageBytes(message: Pick<NewMessage, 'body' | 'messageAttributes'>): number {
  return Buffer.byteLength(message.body) + attributeBytes(message.messageAttributes);
}

/** @param fault how the request is called wrong: a single one and a batch entry differ */
export function checkSize(queue: Queue, message: NewMessage, fault: string): void {
  if (messageBytes(message) > queue.maximumMessageBytes) {
    throw invalidParameter(
      `${fault} Reason: Message must be shorter than ${queue.maximumMessageBytes} bytes.`,
    );
  }
}

function deduplicatesByContent(queue: Queue): boolean {
  return queue.attributes['ContentBasedDeduplication'] === 'true';
}

function readDelay(queue: Queue, input: WireObject): number | undefined {
  const delay = numberIn(input, 'DelaySeconds');
  if (delay === undefined) return undefined;
  if (queue.fifo) {
    // FIFO queues know only the delay of the queue; the SDKs' 0 says nothing.
    if (delay !== 0) throw notForThisQueueType('DelaySeconds', delay);
    return undefined;
  }
  return delay;
}

function readDeduplicationId(queue: Queue, input: WireObject, body: string): string | undefined {
  const given = textIn(input, 'MessageDeduplicationId');
  if (!queue.fifo) {
    if (given !== undefined) throw notForThisQueueType('MessageDeduplicationId', given);
    return undefined;
  }
  if (given !== undefined) return given;
  if (!deduplicatesByContent(queue)) throw missingDeduplicationId();
  return createHash('sha256').update(body).digest('hex');
}
