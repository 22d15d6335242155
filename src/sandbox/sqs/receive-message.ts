import { setImmediate } from 'node:timers/promises';
import { numberIn, textIn, textsIn } from '../constraints/values.ts';
import type { CallContext, Operation, ReceivedMessage, WireObject } from '../types.ts';
import type { Engine } from './engine.ts';
import { notForThisQueueType, overLimit } from './errors.ts';
import { md5OfAttributes, selectAttributes } from './message-attributes.ts';
import { onQueue } from './on-queue.ts';
import type { Queue } from './queues.ts';
import { nextVisibleAt } from './select-messages.ts';
import { hasVisible, takeMessages } from './take-messages.ts';
import type { TakeRequest } from './take-messages.ts';

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
export function receiveMessageOperation(engine: Engine): Record<string, Operation> {
  return {
    ReceiveMessage: onQueue(engine, 'ReceiveMessage', async (queue, input, context) => {
      const request = { ...readReceive(queue, input), caller: context.caller.arn };
      const wanted = readWanted(input);
      const waitSeconds = numberIn(input, 'WaitTimeSeconds') ?? queue.receiveWaitSeconds;
      const messages = await receiveWithin(engine, queue, { request, waitSeconds, context });
      return messages.length === 0
        ? {}
        : { Messages: messages.map((message) => shownMessage(message, wanted)) };
    }),
  };
}

function readReceive(queue: Queue, input: WireObject): TakeRequest {
  const max = numberIn(input, 'MaxNumberOfMessages') ?? 1;
  const attemptId = textIn(input, 'ReceiveRequestAttemptId');
  if (attemptId !== undefined && !queue.fifo) {
    throw notForThisQueueType('ReceiveRequestAttemptId', attemptId);
  }
  return { max, attemptId, visibilityTimeoutSeconds: numberIn(input, 'VisibilityTimeout') };
}

/**
 * Waits for the first message, woken by whatever may make one visible. A caller who has gone away
 * takes none.
 */
async function receiveWithin(
  engine: Engine,
  queue: Queue,
  call: { request: TakeRequest; waitSeconds: number; context: CallContext },
): Promise<ReceivedMessage[]> {
  const { signal } = call.context;
  const deadline = engine.now() + call.waitSeconds * 1000;
  const { store } = engine.world;
  const receive = () =>
    signal.aborted ? [] : takeMessages(engine, engine.queues.get(queue.arn), call.request);
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
  engine.metrics.count(engine.queues.get(queue.arn), 'NumberOfEmptyReceives');
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
      ...(textsIn(input, 'MessageSystemAttributeNames') ?? []),
      ...(textsIn(input, 'AttributeNames') ?? []),
    ]),
    message: textsIn(input, 'MessageAttributeNames') ?? [],
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
