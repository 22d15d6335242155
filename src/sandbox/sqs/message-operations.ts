import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { CallContext, Operation, ReceivedMessage, WireObject } from '../types.ts';
import { changeVisibility } from './change-visibility.ts';
import { deleteMessage, purgeMessages } from './delete-message.ts';
import type { Engine } from './engine.ts';
import {
  invalidValue,
  missingParameter,
  notForThisQueueType,
  overLimit,
  purgeQueueInProgress,
} from './errors.ts';
import { optionalInteger, optionalString, requiredString, stringList } from './input.ts';
import { md5OfAttributes, readTraceHeader, selectAttributes } from './message-attributes.ts';
import { checkSize, readMessage } from './message-input.ts';
import { onMessages, onQueue } from './on-queue.ts';
import type { Queue } from './queues.ts';
import type { ReceiveRequest } from './receive-message.ts';
import { hasVisible, receiveMessages } from './receive-message.ts';
import { nextVisibleAt } from './select-messages.ts';
import { sendMessage } from './send-message.ts';

const purgeIntervalMs = 60_000;
const longestVisibilitySeconds = 43_200;

export function messageOperations(engine: Engine): Record<string, Operation> {
  return {
    SendMessage: onMessages(engine, 'sqs:SendMessage', (queue, input, context) =>
      sendOne(engine, queue, { input, context, tooLong: 'One or more parameters are invalid.' }),
    ),

    ReceiveMessage: onQueue(engine, 'sqs:ReceiveMessage', async (queue, input, context) => {
      const request = readReceive(queue, input);
      // Read before anything is received: a receive that is refused must not count.
      const wanted = readWanted(input);
      const waitSeconds = readWait(input) ?? queue.receiveWaitSeconds;
      const messages = await receiveWithin(engine, queue, { request, waitSeconds, context });
      return messages.length === 0
        ? {}
        : { Messages: messages.map((message) => shownMessage(message, wanted)) };
    }),

    DeleteMessage: onMessages(engine, 'sqs:DeleteMessage', (queue, input) => {
      deleteMessage(engine, queue, requiredString(input, 'ReceiptHandle'));
      return undefined;
    }),

    ChangeMessageVisibility: onMessages(engine, 'sqs:ChangeMessageVisibility', (queue, input) => {
      const handle = requiredString(input, 'ReceiptHandle');
      changeVisibility(engine, queue, { handle, seconds: readVisibilityTimeout(input) });
      return undefined;
    }),

    PurgeQueue: onQueue(engine, 'sqs:PurgeQueue', (queue) => {
      const { purgedAt } = queue;
      if (purgedAt !== undefined && engine.now() < purgedAt + purgeIntervalMs) {
        throw purgeQueueInProgress(queue.name);
      }
      purgeMessages(engine, queue);
      return undefined;
    }),
  };
}

/** Sends what a SendMessage request or a batch entry asks for, and answers in its form. */
export function sendOne(
  engine: Engine,
  queue: Queue,
  request: { input: WireObject; context: CallContext; tooLong: string },
): WireObject {
  const message = readMessage(queue, request.input, request.context);
  checkSize(queue, message, request.tooLong);
  const { messageId, sequenceNumber } = sendMessage(engine, queue, message);
  const attributesMd5 = md5OfAttributes(message.messageAttributes);
  // Of the attributes that the request brings; a trace id in an HTTP header is none.
  const traceHeader = readTraceHeader(request.input);
  const systemAttributesMd5 =
    traceHeader === undefined
      ? undefined
      : md5OfAttributes({ AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } });
  return {
    MessageId: messageId,
    MD5OfMessageBody: createHash('md5').update(message.body).digest('hex'),
    ...(attributesMd5 !== undefined && { MD5OfMessageAttributes: attributesMd5 }),
    ...(systemAttributesMd5 !== undefined && { MD5OfMessageSystemAttributes: systemAttributesMd5 }),
    ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
  };
}

/** ChangeMessageVisibility: 0 to 43,200 seconds. */
export function readVisibilityTimeout(input: WireObject): number {
  const seconds = optionalInteger(input, 'VisibilityTimeout');
  if (seconds === undefined) throw missingParameter('VisibilityTimeout');
  return checkVisibilityTimeout(seconds);
}

function checkVisibilityTimeout(seconds: number): number {
  if (seconds < 0 || seconds > longestVisibilitySeconds) {
    throw invalidValue(
      'VisibilityTimeout',
      seconds,
      `VisibilityTimeout must be between 0 and ${longestVisibilitySeconds}.`,
    );
  }
  return seconds;
}

function readReceive(queue: Queue, input: WireObject): ReceiveRequest {
  const max = optionalInteger(input, 'MaxNumberOfMessages') ?? 1;
  if (max < 1 || max > 10) {
    throw invalidValue('MaxNumberOfMessages', max, 'Must be between 1 and 10, if provided.');
  }
  const attemptId = optionalString(input, 'ReceiveRequestAttemptId');
  if (attemptId !== undefined && !queue.fifo) {
    throw notForThisQueueType('ReceiveRequestAttemptId', attemptId);
  }
  const timeout = optionalInteger(input, 'VisibilityTimeout');
  if (timeout !== undefined) checkVisibilityTimeout(timeout);
  return { max, attemptId, visibilityTimeoutSeconds: timeout };
}

function readWait(input: WireObject): number | undefined {
  const wait = optionalInteger(input, 'WaitTimeSeconds');
  if (wait !== undefined && (wait < 0 || wait > 20)) {
    throw invalidValue('WaitTimeSeconds', wait, 'Must be >= 0 and <= 20, if provided.');
  }
  return wait;
}

/**
 * Waits for the first message, woken by whatever may make one visible. A caller who has gone away
 * takes none.
 */
async function receiveWithin(
  engine: Engine,
  queue: Queue,
  call: { request: ReceiveRequest; waitSeconds: number; context: CallContext },
): Promise<ReceivedMessage[]> {
  const { signal } = call.context;
  const deadline = engine.now() + call.waitSeconds * 1000;
  const { store } = engine.world;
  const receive = () =>
    signal.aborted ? [] : receiveMessages(engine, engine.queues.get(queue.arn), call.request);
  while (!signal.aborted) {
    const messages = await store.grouped(receive);
    if (messages.length > 0) return messages;
    if (engine.now() >= deadline) break;
    const current = engine.queues.get(queue.arn);
    // What was sent together with the receive has woken nobody who waits from now on.
    if (hasVisible(engine, current)) continue;
    const next = nextVisibleAt(store, current, engine.now()) ?? deadline;
    await engine.waiters.wait(queue.arn, Math.min(next, deadline), signal);
    await noticeDisconnect();
  }
  const full = call.waitSeconds === 0 && !queue.fifo && engine.limit.room(queue, 1) === 0;
  if (full) throw overLimit('Too many messages in flight for this queue.');
  return [];
}

/**
 * Gives the event loop the turns in which it reads the end of a connection and closes it, so that a
 * disconnect before the message counts before it, too.
 */
async function noticeDisconnect(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await setImmediate();
}

interface Wanted {
  readonly system: ReadonlySet<string>;
  readonly message: readonly string[];
}

function readWanted(input: WireObject): Wanted {
  return {
    // The old name of the parameter still counts; unknown names are ignored.
    system: new Set([
      ...stringList(input, 'MessageSystemAttributeNames'),
      ...stringList(input, 'AttributeNames'),
    ]),
    message: stringList(input, 'MessageAttributeNames'),
  };
}

function shownMessage(message: ReceivedMessage, wanted: Wanted): WireObject {
  const { system } = wanted;
  const attributes = Object.entries(message.attributes).filter(
    ([name]) => system.has('All') || system.has(name),
  );
  const messageAttributes = selectAttributes(message.messageAttributes, wanted.message);
  const attributesMd5 = md5OfAttributes(messageAttributes);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(attributes.length > 0 && { Attributes: Object.fromEntries(attributes) }),
    ...(attributesMd5 !== undefined && {
      MD5OfMessageAttributes: attributesMd5,
      MessageAttributes: messageAttributes,
    }),
  };
}
