import type { Message } from '@aws-sdk/client-sqs';
import type { Delivery, Unclear } from '../src/judging/index.ts';
import { arnOf, observedQueue, proveCheck } from '../src/testing/lab/checks.ts';
import { check as sent } from './08-send-messages.ts';
import type { Seen } from './08-send-messages.ts';
import { check as retries } from './09-watch-retries.ts';
import { check as poisonMessage } from './10-find-poison-message.ts';
import { check as cleanUp } from './11-clean-up.ts';
import { anyLab } from '../src/testing/lab/any-lab.ts';

const source = observedQueue(anyLab.queueName, {});
/** What proofs depend on and no expectation looks at. */
const inputs = { source, configuration: undefined, mapping: undefined };

const workerAgain =
  'git restore src/handlers/worker.ts\nnpx lab step 5\nnpx lab step 6\nnpx lab step 8\nnpx lab step 9';

const justSent: Seen = {
  seen: 0,
  unlogged: 0,
  waiting: 3,
  retentionSeconds: 345_600,
  elsewhere: 0,
  moved: 0,
  log: 'no log group',
};

proveCheck(sent, {
  right: justSent,
  alsoRight: [
    {
      what: 'three messages that all have been delivered',
      change: { seen: 3, waiting: 0, log: 'events' },
    },
    {
      what: 'three messages of which one is still to come',
      change: { seen: 2, waiting: 1, log: 'events' },
    },
  ],
  wrong: [
    {
      id: 'sent',
      what: 'nothing was sent',
      change: { waiting: 0 },
      hint: /nothing was sent to this queue, or it was purged, or .* exceeded its retention period \(345600 s\)/,
      fix: 'npx lab step 8',
    },
    {
      id: 'sent',
      what: 'sent to the dead-letter queue',
      change: { waiting: 0, elsewhere: 3 },
      hint: /sent there directly/,
    },
    {
      id: 'sent',
      what: 'sent to the dead-letter queue, with a log group that was made beforehand',
      change: { waiting: 0, elsewhere: 3, log: 'empty' },
      hint: /sent there directly/,
    },
    {
      id: 'sent',
      what: 'only two were sent',
      change: { waiting: 2 },
      hint: /^The check found only 2\./,
    },
    {
      id: 'sent',
      what: 'a worker that logs no line that can be read',
      change: { waiting: 0, elsewhere: 1, log: 'events' },
      hint: /no line that the check can read\. .*every message needs a line with messageId, receiveCount .* and outcome/,
      fix: workerAgain,
    },
    {
      id: 'sent',
      what: 'a worker that logs the failing messages only',
      change: { waiting: 0, seen: 1, unlogged: 2, log: 'events' },
      hint: /more messages in a batch than it logged lines/,
      fix: workerAgain,
    },
  ],
  unclear: [
    {
      id: 'sent',
      what: 'the log group was deleted after a run',
      change: { waiting: 0, elsewhere: 1, moved: 1 },
      cause: 'not on record',
      reason: /log group \S+ is gone; \S+ holds a message that SQS moved there\. .*npx lab step 8/,
    },
    {
      id: 'sent',
      what: 'the log has expired after a run',
      change: { waiting: 0, elsewhere: 1, moved: 1, log: 'empty' },
      cause: 'not on record',
      reason: /log group \S+ is empty: .*npx lab step 6, then npx lab step 8/,
    },
    {
      id: 'sent',
      what: 'the log has expired and nothing is left of the run',
      change: { waiting: 0, log: 'empty' },
      cause: 'not on record',
      reason: /is empty: its events have expired or were deleted, or no message was ever handled/,
    },
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

const waitingFor = (reason: string): Unclear => ({
  cause: 'AWS not ready yet',
  reason,
  clock: { name: 'visibility timeout', atMostSeconds: 30, leftSeconds: 12 },
});

const good = [delivery('good-1', 1, 0), delivery('good-2', 1, 0)];
const poison = [
  delivery('poison', 1, 0),
  delivery('poison', 2, 30.2, 1),
  delivery('poison', 3, 60.4, 1),
];
const poisonAt = (...seconds: number[]) => ({
  poison: seconds.map((second, i) => delivery('poison', i + 1, second, i === 0 ? 3 : 1)),
});

/** A worker of the learner's own may not log how big its batch was. */
const withoutBatchSize = (delivery: Delivery): Delivery => {
  const members = Object.entries(delivery).filter(([name]) => name !== 'batchSize');
  return Object.fromEntries(members) as unknown as Delivery;
};

proveCheck(retries, {
  right: { ...inputs, coming: undefined, unlogged: 0, waiting: 0, good, poison },
  alsoRight: [
    { what: 'a handler that starts a little late', change: poisonAt(0.4, 30, 61) },
    {
      what: 'a first handler that starts late, as SQS knows',
      change: {
        poison: poisonAt(2, 30.1, 60.2).poison.map((one) => ({
          ...one,
          firstReceivedAt: delivery('poison', 1, 0).timestamp,
        })),
      },
    },
    { what: 'a second handler that starts late', change: poisonAt(0, 32, 60.2) },
    { what: 'four good messages', change: { good: [...good, delivery('good-3', 1, 1)] } },
  ],
  wrong: [
    {
      id: 'good-handled',
      what: 'one good message only',
      change: { good: good.slice(1) },
      hint: /has 1 good message with/,
      fix: 'npx lab step 8\nnpx lab step 9',
    },
    {
      id: 'good-handled',
      what: 'no good message',
      change: { good: [] },
      hint: /has 0 good messages/,
    },
    {
      id: 'good-handled',
      what: 'a worker that logs the failing messages only',
      change: { good: [], unlogged: 2 },
      hint: /had 2 more than it has lines/,
      fix: workerAgain,
    },
    {
      id: 'good-once',
      what: 'a good message was received twice and handled once',
      change: { good: [delivery('good-1', 2, 0), delivery('good-2', 1, 0)] },
      hint: /^A good message was received more often than the log shows: .* handled once/,
      fix: 'npx lab step 8\nnpx lab step 9',
    },
    {
      id: 'good-once',
      what: 'the whole batch came back',
      change: { good: [...good, delivery('good-1', 2, 30.2), delivery('good-2', 2, 30.2)] },
      hint: /^The whole batch came back/,
    },
    {
      id: 'good-once',
      what: 'one good message comes back as often as the poison',
      change: { good: [...good, delivery('good-1', 2, 30.2), delivery('good-1', 3, 60.4)] },
      hint: /^The whole batch came back/,
    },
    {
      id: 'poison-retried',
      what: 'the poison was deleted after its first receive',
      change: poisonAt(0),
      hint: /After receive 1 it was gone from the queue: purged/,
    },
    {
      id: 'poison-retried',
      what: 'the poison is hidden by somebody else',
      change: { ...poisonAt(0), waiting: 1 },
      hint: /Receive 2 is overdue/,
    },
    {
      id: 'poison-retried',
      what: 'a worker that logs neither failures nor the size of its batch',
      change: { poison: [], good: good.map(withoutBatchSize) },
      hint: /^No message failed in the log\. .*was not sent\. Or the worker logs nothing of a message that fails/,
      fix: workerAgain,
    },
    {
      id: 'poison-retried',
      what: 'no message failed',
      change: { poison: [] },
      hint: /was not sent\. Or before .* older than the retention period/,
      fix: 'npx lab step 8\nnpx lab step 9',
    },
    {
      id: 'poison-retried',
      what: 'a worker that logs no line of what fails',
      change: { poison: [], unlogged: 1 },
      hint: /a batch had 1 more than it has lines: .* also for one that fails/,
      fix: workerAgain,
    },
    {
      id: 'poison-retried',
      what: 'one more receive than maxReceiveCount',
      change: poisonAt(0, 30, 60, 90),
      hint: /received 4 times, more than maxReceiveCount/,
    },
    {
      id: 'poison-retried',
      what: 'somebody else received it in between',
      change: { poison: poison.filter(({ receiveCount }) => receiveCount !== 2) },
      hint: /Somebody else received the message .*or the function ended before it logged/,
    },
    {
      id: 'one-visibility-timeout-apart',
      what: 'retries that come at once',
      change: poisonAt(0, 1, 2),
      hint: /after 1 s and 1 s/,
    },
    {
      id: 'one-visibility-timeout-apart',
      what: 'a visibility timeout a second shorter',
      change: poisonAt(0, 29, 58),
      hint: /after 29 s and 29 s/,
    },
    {
      id: 'one-visibility-timeout-apart',
      what: 'a visibility timeout twice as long',
      change: poisonAt(0, 60, 120),
      hint: /after 60 s and 60 s/,
    },
    {
      id: 'shared-batch',
      what: 'a worker that logs no batch size',
      change: { poison: poison.map((one) => ({ ...one, batchSize: 0 })) },
      hint: /does not log the size of its batch/,
      fix: /^git restore .*\nnpx lab step 5/,
    },
  ],
  unclear: [
    {
      id: 'good-once',
      what: 'SQS delivered one good message twice',
      change: { good: [...good, delivery('good-1', 2, 30.2, 2)] },
      cause: 'AWS chose',
      reason: /a standard queue may/,
    },
    {
      id: 'good-once',
      what: 'SQS delivered a whole batch twice, before it could be visible again',
      change: { good: [...good, delivery('good-1', 2, 10), delivery('good-2', 2, 10)] },
      cause: 'AWS chose',
      reason: /a standard queue may/,
    },
    {
      id: 'poison-retried',
      what: 'the poison is waiting for its next receive',
      change: { ...poisonAt(0, 30), waiting: 1, coming: waitingFor('receive 2 of 3') },
      cause: 'AWS not ready yet',
      reason: /receive 2 of 3/,
    },
    {
      id: 'good-handled',
      what: 'the first receive is still to come',
      change: {
        good: [],
        poison: [],
        waiting: 3,
        coming: waitingFor('3 messages are in the queue'),
      },
      cause: 'AWS not ready yet',
      reason: /3 messages are in the queue/,
    },
    {
      id: 'one-visibility-timeout-apart',
      what: 'SQS delivered the poison once more in between',
      change: poisonAt(0, 9.8, 39.8),
      cause: 'AWS chose',
      reason: /once more before its visibility timeout/,
    },
    {
      id: 'one-visibility-timeout-apart',
      what: 'SQS delivered the poison twice more in between',
      change: poisonAt(0, 9.8, 14),
      cause: 'AWS chose',
      reason: /once more before its visibility timeout/,
    },
    {
      id: 'shared-batch',
      what: 'AWS delivered the messages one by one',
      change: { poison: poison.map((one) => ({ ...one, batchSize: 1 })) },
      cause: 'AWS chose',
      reason: /separate batches, which it may do/,
    },
  ],
});

const message = {
  MessageId: 'id-of-the-poison',
  Body: 'FAIL-please-retry-me',
  Attributes: { DeadLetterQueueSourceArn: arnOf.queue(anyLab.queueName) },
};
const other = { ...message, MessageId: 'another-id' };
const holding = (one: Message) => ({
  message: one,
  messages: [one],
});

proveCheck(poisonMessage, {
  right: {
    ...inputs,
    queue: observedQueue(anyLab.deadLetterQueueName, {}),
    coming: undefined,
    lost: { sentAt: 0, retentionSeconds: 1_209_600, now: 90_000 },
    count: 1,
    logged: message.MessageId,
    ...holding(message),
    sourceArn: arnOf.queue(anyLab.queueName),
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
      id: 'holds-a-message',
      what: 'an empty dead-letter queue',
      change: { count: 0, message: undefined, messages: [] },
      hint: /purged this queue, deleted the message, or sent it back/,
      fix: 'npx lab step 8\nnpx lab step 9',
    },
    {
      id: 'holds-a-message',
      what: 'a poison that is older than the retention period',
      change: {
        count: 0,
        message: undefined,
        messages: [],
        lost: { sentAt: 0, retentionSeconds: 1_209_600, now: 1_300_000_000 },
      },
      hint: /sent 1300000 s ago, and this queue keeps messages for 1209600 s.*SQS has deleted it/,
    },
    {
      id: 'same-message-id',
      what: 'another message',
      change: { message: undefined, messages: [other] },
      hint: /This queue has only other messages/,
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
      hint: /came another way/,
    },
    {
      id: 'came-from-the-source-queue',
      what: 'a message that was sent straight to the dead-letter queue',
      change: holding({ MessageId: message.MessageId, Body: message.Body }),
      hint: /came another way/,
    },
  ],
  unclear: [
    {
      id: 'holds-a-message',
      what: 'the move is still to come',
      change: {
        count: 0,
        message: undefined,
        messages: [],
        coming: waitingFor('the poison is moved on the first receive'),
      },
      cause: 'AWS not ready yet',
      reason: /moved on the first receive/,
    },
    {
      id: 'same-message-id',
      what: 'more messages than one peek shows',
      change: { count: 11, message: undefined, messages: Array.from({ length: 10 }, () => other) },
      cause: 'AWS chose',
      reason: /more than ten messages/,
    },
    {
      id: 'same-message-id',
      what: 'somebody else has just received every message',
      change: { message: undefined, messages: [] },
      cause: 'AWS not ready yet',
      reason: /somebody else/,
    },
  ],
});

const kinds = {
  mapping: false,
  function: false,
  role: false,
  queue: false,
  deadLetterQueue: false,
  logGroup: false,
  zip: false,
};

const leftMapping = {
  UUID: 'uuid-1',
  State: 'Enabled',
  EventSourceArn: arnOf.queue(anyLab.queueName),
  FunctionArn: `arn:aws:lambda:us-east-1:111122223333:function:${anyLab.functionName}`,
};

const commands: Record<string, RegExp> = {
  mapping: /^aws lambda delete-event-source-mapping --uuid uuid-1$/,
  function: /^aws lambda delete-function /,
  role: /aws iam delete-role --role-name /,
  queue: /^aws sqs delete-queue .*lab01-worker-queue/,
  deadLetterQueue: /^aws sqs delete-queue .*lab01-worker-dlq/,
  logGroup: /^aws logs delete-log-group /,
  zip: /^rm -f lab01-worker\.zip$/,
};

proveCheck(cleanUp, {
  right: { ...kinds, here: true, mappings: [] },
  wrong: [
    ...Object.keys(kinds).map((id) => ({
      id,
      what: 'it is still there',
      change: { [id]: true, mappings: id === 'mapping' ? [leftMapping] : [] },
      hint: /\w/,
      fix: commands[id] ?? /never/,
    })),
    {
      id: 'mapping',
      what: 'another function still polls the queue, and one mapping is on its way out',
      change: {
        mapping: true,
        mappings: [
          { ...leftMapping, UUID: 'uuid-0', State: 'Deleting' },
          { ...leftMapping, FunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:other' },
        ],
      },
      hint: /Mappings that still exist: from lab01-worker-queue to other\.$/,
      fix: commands['mapping'] ?? /never/,
    },
  ],
  unclear: [
    {
      id: 'mapping',
      what: 'it is being deleted',
      change: { mapping: true, mappings: [{ UUID: 'uuid-1', State: 'Deleting' }] },
      cause: 'AWS not ready yet',
      reason: /the mapping is Deleting/,
    },
    {
      id: 'zip',
      what: 'the disk of the learner is elsewhere',
      change: { here: false, zip: true },
      cause: 'not here',
      reason: /on another machine/,
    },
  ],
});
