import type { Message } from '@aws-sdk/client-sqs';
import { lab } from '../src/lab/index.ts';
import type { Delivery } from '../src/lab/index.ts';
import { arnOf, observedQueue, proveCheck } from '../src/lab/testing-checks.ts';
import { check as sent } from './08-send-messages.ts';
import { check as retries } from './09-watch-retries.ts';
import { check as poisonMessage } from './10-find-poison-message.ts';
import { check as cleanUp } from './11-clean-up.ts';

const source = observedQueue(lab.queueName, {});
/** What proofs depend on and no expectation looks at. */
const ingredients = { source, configuration: undefined, mapping: undefined };

proveCheck(sent, {
  right: { source, seen: 0, waiting: 3 },
  alsoRight: [
    { what: 'three messages that all have been delivered', change: { seen: 3, waiting: 0 } },
    { what: 'three messages of which one is still to come', change: { seen: 2, waiting: 1 } },
  ],
  wrong: [
    {
      id: 'queue-exists',
      what: 'no queue',
      change: { source: undefined, waiting: 0 },
      hint: /^npm run step 2$/,
    },
    { id: 'sent', what: 'nothing was sent', change: { waiting: 0 }, hint: /^npm run step 8 / },
    { id: 'sent', what: 'only two were sent', change: { waiting: 2 }, hint: /^npm run step 8 / },
  ],
});

function delivery(
  messageId: string,
  receiveCount: number,
  seconds: number,
  batchSize = 3,
): Delivery {
  const outcome = messageId === 'poison' ? 'FAILED' : 'OK';
  const requestId = `request-${seconds}`;
  return { messageId, receiveCount, outcome, requestId, batchSize, timestamp: seconds * 1000 };
}

const good = [delivery('good-1', 1, 0), delivery('good-2', 1, 0)];
const poison = [
  delivery('poison', 1, 0),
  delivery('poison', 2, 30.2, 1),
  delivery('poison', 3, 60.4, 1),
];
const poisonAt = (...seconds: number[]) => ({
  poison: seconds.map((second, i) => delivery('poison', i + 1, second, i === 0 ? 3 : 1)),
});

proveCheck(retries, {
  right: { ...ingredients, logGroup: true, waiting: 0, good, poison },
  alsoRight: [
    { what: 'a handler that starts a little late', change: poisonAt(0.4, 30, 61) },
    { what: 'four good messages', change: { good: [...good, delivery('good-3', 1, 1)] } },
  ],
  wrong: [
    {
      id: 'log-group',
      what: 'no log group',
      change: { logGroup: false, good: [], poison: [] },
      hint: /npm run check 4, then npm run step 8/,
    },
    {
      id: 'good-handled',
      what: 'one good message only',
      change: { good: good.slice(1) },
      hint: /npm run step 8/,
    },
    {
      id: 'good-handled',
      what: 'no good message',
      change: { good: [] },
      hint: /npm run step 9/,
    },
    {
      id: 'good-once',
      what: 'the whole batch came back',
      change: { good: [...good, delivery('good-1', 2, 30.2), delivery('good-2', 2, 30.2)] },
      hint: /ReportBatchItemFailures/,
    },
    {
      id: 'good-once',
      what: 'one good message comes back as often as the poison',
      change: { good: [...good, delivery('good-1', 2, 30.2), delivery('good-1', 3, 60.4)] },
      hint: /ReportBatchItemFailures/,
    },
    {
      id: 'poison-retried',
      what: 'the poison was deleted after its first receive',
      change: poisonAt(0),
      hint: /npm run check 2/,
    },
    {
      id: 'poison-retried',
      what: 'one more receive than maxReceiveCount',
      change: poisonAt(0, 30, 60, 90),
      hint: /is maxReceiveCount 3/,
    },
    {
      id: 'poison-retried',
      what: 'somebody else received it in between',
      change: { poison: poison.filter(({ receiveCount }) => receiveCount !== 2) },
      hint: /received by somebody else/,
    },
    {
      id: 'one-visibility-timeout-apart',
      what: 'retries that come at once',
      change: poisonAt(0, 1, 2),
      hint: /visibility timeout/,
    },
    {
      id: 'one-visibility-timeout-apart',
      what: 'a retry before the visibility timeout is over',
      change: poisonAt(0, 29, 60),
      hint: /visibility timeout/,
    },
    {
      id: 'one-visibility-timeout-apart',
      what: 'a visibility timeout twice as long',
      change: poisonAt(0, 60, 120),
      hint: /visibility timeout/,
    },
    {
      id: 'shared-batch',
      what: 'a worker that logs no batch size',
      change: { poison: poison.map((one) => ({ ...one, batchSize: 0 })) },
      hint: /does not log the size of its batch/,
    },
  ],
  unclear: [
    {
      id: 'good-once',
      what: 'SQS delivered one good message twice',
      change: { good: [...good, delivery('good-1', 2, 30.2, 2)] },
      reason: /a standard queue may/,
    },
    {
      id: 'poison-retried',
      what: 'the poison is waiting for its next receive',
      change: { ...poisonAt(0, 30), waiting: 1 },
      reason: /AWS is not ready yet: receive 2 of 3/,
    },
    {
      id: 'shared-batch',
      what: 'AWS delivered the messages one by one',
      change: { poison: poison.map((one) => ({ ...one, batchSize: 1 })) },
      reason: /separate batches, which it may do/,
    },
  ],
});

const message = {
  MessageId: 'id-of-the-poison',
  Body: 'FAIL-please-retry-me',
  Attributes: { DeadLetterQueueSourceArn: arnOf.queue(lab.queueName) },
};
const other = { ...message, MessageId: 'another-id' };
const holding = (one: Message) => ({
  message: one,
  messages: [one],
});

proveCheck(poisonMessage, {
  right: {
    ...ingredients,
    queue: observedQueue(lab.deadLetterQueueName, {}),
    count: 1,
    logged: message.MessageId,
    ...holding(message),
    sourceArn: arnOf.queue(lab.queueName),
  },
  alsoRight: [
    {
      what: 'the poison among others',
      change: { count: 2, message, messages: [other, message] },
    },
    {
      what: 'the poison among as many as one peek can show',
      change: {
        count: 10,
        message,
        messages: [...Array.from({ length: 9 }, () => other), message],
      },
    },
  ],
  wrong: [
    {
      id: 'exists',
      what: 'no dead-letter queue',
      change: { queue: undefined, count: 0, message: undefined, messages: [] },
      hint: /^npm run step 1$/,
    },
    {
      id: 'holds-a-message',
      what: 'an empty dead-letter queue',
      change: { count: 0, message: undefined, messages: [] },
      hint: /npm run step 9 waits for it/,
    },
    {
      id: 'same-message-id',
      what: 'another message',
      change: { message: undefined, messages: [other] },
      hint: /npm run step 8/,
    },
    {
      id: 'same-body',
      what: 'another body',
      change: holding({ ...message, Body: 'hello-1' }),
      hint: /body of a message never changes/,
    },
    {
      id: 'came-from-the-source-queue',
      what: 'a message that came from another queue',
      change: holding({
        ...message,
        Attributes: { DeadLetterQueueSourceArn: arnOf.queue('other') },
      }),
      hint: /straight to the dead-letter queue/,
    },
    {
      id: 'came-from-the-source-queue',
      what: 'a message that was sent straight to the dead-letter queue',
      change: holding({ MessageId: message.MessageId, Body: message.Body }),
      hint: /straight to the dead-letter queue/,
    },
  ],
  unclear: [
    {
      id: 'same-message-id',
      what: 'more messages than one peek shows',
      change: { count: 11, message: undefined, messages: Array.from({ length: 10 }, () => other) },
      reason: /more than ten messages/,
    },
    {
      id: 'same-message-id',
      what: 'somebody else has just received every message',
      change: { message: undefined, messages: [] },
      reason: /somebody else/,
    },
  ],
});

const nothing = {
  mapping: false,
  function: false,
  role: false,
  queue: false,
  deadLetterQueue: false,
  logGroup: false,
  zip: false,
};

proveCheck(cleanUp, {
  right: nothing,
  wrong: Object.keys(nothing).map((id) => ({
    id,
    what: 'it is still there',
    change: { [id]: true },
    hint: /npm run step 11/,
  })),
});
