import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import {
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { LabClock } from '../../clock.ts';
import type { InvokeOutcome } from '../../types.ts';
import {
  completed,
  connect,
  counts,
  createQueue,
  mappingLab,
  monday,
  putRolePolicy,
  queueArn,
  queueRights,
  send,
  thrown,
  throttled,
  transition,
} from '../../../testing/sandbox/mappings.ts';
import type { MappingLab } from '../../../testing/sandbox/mappings.ts';

const visibilityMs = 30_000;

/** Bodies of each batch, in order. */
function bodies(lab: MappingLab): string[][] {
  return lab.fake.batches.map((batch) => batch.map(({ body }) => body));
}

function receiveCounts(lab: MappingLab): (string | undefined)[] {
  return lab.fake.batches.map((batch) => batch[0]?.attributes.ApproximateReceiveCount);
}

function sendBatch(lab: MappingLab, all: readonly string[], queue = 'work', group?: string) {
  return lab.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: queue,
      Entries: all.map((MessageBody, i) => ({
        Id: String(i),
        MessageBody,
        ...(group === undefined
          ? {}
          : { MessageGroupId: group, MessageDeduplicationId: MessageBody }),
      })),
    }),
  );
}

/** A handler whose invocations end when the test says so. */
function heldInvocations(lab: MappingLab): { finish(outcome?: InvokeOutcome): void } {
  const ends: ((outcome: InvokeOutcome) => void)[] = [];
  lab.fake.handler = () => new Promise((resolve) => ends.push(resolve));
  return { finish: (outcome = completed(null)) => ends.shift()?.(outcome) };
}

test('messages that waited before the mapping was there are handled once it is enabled', async () => {
  await using lab = await mappingLab();
  await createQueue(lab, 'work');
  await sendBatch(lab, ['one', 'two']);
  await connect(lab);
  await lab.fake.invoked(1);
  expect(bodies(lab)).toEqual([['one', 'two']]);
  expect(await counts(lab)).toEqual([0, 0]);
});

test('the event record has the keys and values of AWS, in its order', async () => {
  await using lab = await mappingLab();
  await connect(lab);
  const sent = await lab.sqs.send(
    new SendMessageCommand({
      QueueUrl: 'work',
      MessageBody: '{"orderId": 1}',
      MessageAttributes: {
        Author: { DataType: 'String', StringValue: 'X' },
        Picture: { DataType: 'Binary', BinaryValue: Buffer.from('png') },
      },
    }),
  );
  await lab.fake.invoked(1);
  const record = lab.fake.batches[0]?.[0];
  expect(record).toEqual({
    messageId: sent.MessageId,
    receiptHandle: expect.any(String),
    body: '{"orderId": 1}',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(monday + transition),
      SenderId: expect.stringMatching(/^AIDA/),
      ApproximateFirstReceiveTimestamp: String(monday + transition),
    },
    messageAttributes: {
      Author: {
        stringValue: 'X',
        stringListValues: [],
        binaryListValues: [],
        dataType: 'String',
      },
      Picture: {
        binaryValue: Buffer.from('png').toString('base64'),
        stringListValues: [],
        binaryListValues: [],
        dataType: 'Binary',
      },
    },
    md5OfMessageAttributes: sent.MD5OfMessageAttributes,
    md5OfBody: sent.MD5OfMessageBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn('work'),
    awsRegion: 'eu-central-1',
  });
  expect(Object.keys(record ?? {})).toEqual([
    'messageId',
    'receiptHandle',
    'body',
    'attributes',
    'messageAttributes',
    'md5OfMessageAttributes',
    'md5OfBody',
    'eventSource',
    'eventSourceARN',
    'awsRegion',
  ]);
  expect(Object.keys(record?.attributes ?? {})).toEqual([
    'ApproximateReceiveCount',
    'SentTimestamp',
    'SenderId',
    'ApproximateFirstReceiveTimestamp',
  ]);
});

test('without attributes their MD5 is absent, and null with a batching window', async () => {
  await using lab = await mappingLab();
  const UUID = await connect(lab);
  await send(lab, 'one');
  await lab.fake.invoked(1);
  expect(lab.fake.batches[0]?.[0]).not.toHaveProperty('md5OfMessageAttributes');
  expect(lab.fake.batches[0]?.[0]?.messageAttributes).toEqual({});
  await lab.lambda.send(
    new UpdateEventSourceMappingCommand({ UUID, MaximumBatchingWindowInSeconds: 1 }),
  );
  lab.clock.advance(transition, 'a test');
  await send(lab, 'two');
  lab.clock.advance(1000, 'a test');
  await lab.fake.invoked(2);
  expect(lab.fake.batches[1]?.[0]).toHaveProperty('md5OfMessageAttributes', null);
});

test.each<[string, InvokeOutcome | ((ids: string[]) => InvokeOutcome), boolean, number]>([
  ['nothing', completed(null), true, 0],
  ['one failure', ([id]) => completed({ batchItemFailures: [{ itemIdentifier: id }] }), true, 1],
  ['an unknown id', completed({ batchItemFailures: [{ itemIdentifier: 'x' }] }), true, 3],
  ['no JSON', completed('}'), true, 3],
  ['an error', thrown, true, 3],
  ['an error, partial responses off', thrown, false, 3],
  [
    'failures, partial responses off',
    ([id]) => completed({ batchItemFailures: [{ itemIdentifier: id }] }),
    false,
    0,
  ],
  ['no JSON, partial responses off', completed('}'), false, 0],
])(
  'after %s (%#) the messages that failed stay in flight',
  async (_what, outcome, partial, left) => {
    await using lab = await mappingLab();
    lab.fake.handler = (records) =>
      typeof outcome === 'function' ? outcome(records.map(({ messageId }) => messageId)) : outcome;
    await connect(lab, { FunctionResponseTypes: partial ? ['ReportBatchItemFailures'] : [] });
    await sendBatch(lab, ['one', 'two', 'three']);
    await lab.fake.invoked(1);
    expect(await counts(lab)).toEqual([0, left]);
  },
);

test('a failed message comes back when its visibility timeout ends, and is dead-lettered after three', async () => {
  await using lab = await mappingLab();
  await createQueue(lab, 'dead');
  lab.fake.handler = () => thrown;
  await connect(
    lab,
    {},
    {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 3 }),
    },
  );
  await send(lab, 'poison');
  for (const attempt of [1, 2, 3]) {
    await lab.fake.invoked(attempt);
    lab.clock.advance(visibilityMs - 1, 'a test');
    expect(await counts(lab)).toEqual([0, 1]);
    lab.clock.advance(1, 'a test');
  }
  expect(await counts(lab, 'dead')).toEqual([1, 0]);
  expect(await counts(lab)).toEqual([0, 0]);
  expect(receiveCounts(lab)).toEqual(['1', '2', '3']);
});

test('time is skipped to the moment at which a failed message comes back', async () => {
  await using lab = await mappingLab({ clock: new LabClock() });
  let failures = 2;
  lab.fake.handler = () => (failures-- > 0 ? thrown : completed(null));
  const started = lab.clock.offsetMs;
  await connect(lab);
  await send(lab, 'flaky');
  await lab.fake.invoked(3);
  expect(receiveCounts(lab)).toEqual(['1', '2', '3']);
  expect(lab.clock.offsetMs - started).toBeGreaterThan(2 * visibilityMs - 5000);
  expect(await counts(lab)).toEqual([0, 0]);
});

test('no time is skipped while a function runs', async () => {
  await using lab = await mappingLab({ clock: new LabClock() });
  await connect(lab, { BatchSize: 1 });
  const held = heldInvocations(lab);
  await sendBatch(lab, ['fails', 'runs']);
  await lab.fake.invoked(2);
  held.finish(thrown);
  const before = lab.clock.offsetMs;
  // Many times longer than the clock needs to decide, in requests instead of sleeps.
  for (let i = 0; i < 50; i += 1) await counts(lab);
  expect(lab.clock.offsetMs).toBe(before);
  held.finish();
  await lab.fake.invoked(3);
  expect(lab.clock.offsetMs).toBeGreaterThan(before);
});

test('a throttled batch is tried again until the visibility timeout ends, and its receive counts', async () => {
  await using lab = await mappingLab();
  await createQueue(lab, 'dead');
  lab.fake.handler = () => throttled;
  await connect(
    lab,
    {},
    {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 1 }),
    },
  );
  await send(lab, 'one');
  const triedAt: number[] = [];
  for (let second = 0; second < 30; second += 1) {
    await counts(lab);
    while (triedAt.length < lab.fake.batches.length) triedAt.push(second);
    expect(await counts(lab, 'dead')).toEqual([0, 0]);
    lab.clock.advance(1000, 'a test');
  }
  expect(triedAt).toEqual([0, 1, 3, 7, 15]);
  expect(new Set(receiveCounts(lab))).toEqual(new Set(['1']));
  await counts(lab);
  expect(await counts(lab, 'dead')).toEqual([1, 0]);
  expect(lab.fake.batches).toHaveLength(5);
});

test('a throttled batch that is taken in the end is handled once', async () => {
  await using lab = await mappingLab({ clock: new LabClock() });
  let refusals = 3;
  lab.fake.handler = () => (refusals-- > 0 ? throttled : completed(null));
  await connect(lab);
  await send(lab, 'one');
  await lab.fake.invoked(4);
  expect(receiveCounts(lab)).toEqual(['1', '1', '1', '1']);
  expect(await counts(lab)).toEqual([0, 0]);
});

test.each(['sqs:ReceiveMessage', 'sqs:GetQueueAttributes'])(
  'without %s nothing is polled; with it again polling goes on',
  async (right) => {
    await using lab = await mappingLab();
    await connect(lab);
    await putRolePolicy(
      lab,
      queueRights.filter((one) => one !== right),
    );
    await send(lab, 'one');
    lab.clock.advance(10_000, 'a test');
    expect(await counts(lab)).toEqual([1, 0]);
    await putRolePolicy(lab, queueRights);
    lab.clock.advance(1000, 'a test');
    await lab.fake.invoked(1);
    expect(receiveCounts(lab)).toEqual(['1']);
  },
);

test('without sqs:DeleteMessage messages are handled again and again', async () => {
  await using lab = await mappingLab();
  await connect(lab);
  await putRolePolicy(
    lab,
    queueRights.filter((right) => right !== 'sqs:DeleteMessage'),
  );
  await send(lab, 'one');
  await lab.fake.invoked(1);
  expect(await counts(lab)).toEqual([0, 1]);
  lab.clock.advance(visibilityMs, 'a test');
  await lab.fake.invoked(2);
  expect(receiveCounts(lab)).toEqual(['1', '2']);
});

test('while the function is missing nothing is received', async () => {
  await using lab = await mappingLab();
  await connect(lab);
  lab.fake.exists = false;
  await send(lab, 'one');
  lab.clock.advance(60_000, 'a test');
  expect(await counts(lab)).toEqual([1, 0]);
  lab.fake.exists = true;
  lab.clock.advance(1000, 'a test');
  await lab.fake.invoked(1);
  expect(receiveCounts(lab)).toEqual(['1']);
});

test('five batches run at once at first, and one more every 200 ms while messages wait', async () => {
  await using lab = await mappingLab();
  await connect(lab, { BatchSize: 1 });
  heldInvocations(lab);
  await sendBatch(lab, ['1', '2', '3', '4', '5', '6', '7', '8']);
  expect(await counts(lab)).toEqual([3, 5]);
  lab.clock.advance(200, 'a test');
  expect(await counts(lab)).toEqual([2, 6]);
});

test('MaximumConcurrency limits the batches that run at once', async () => {
  await using lab = await mappingLab();
  await connect(lab, { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
  const held = heldInvocations(lab);
  await sendBatch(lab, ['1', '2', '3']);
  lab.clock.advance(10_000, 'a test');
  expect(await counts(lab)).toEqual([1, 2]);
  held.finish();
  await lab.fake.invoked(3);
  expect(await counts(lab)).toEqual([0, 2]);
});

test('function errors slow polling down to one batch; listed failures do not', async () => {
  await using lab = await mappingLab();
  await connect(lab, { BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] });
  const failAll = (records: { messageId: string }[]) =>
    completed({ batchItemFailures: records.map((one) => ({ itemIdentifier: one.messageId })) });
  lab.fake.handler = failAll;
  await sendBatch(lab, ['1', '2', '3', '4', '5']);
  await lab.fake.invoked(5);
  heldInvocations(lab);
  lab.clock.advance(visibilityMs, 'a test');
  expect(await counts(lab)).toEqual([0, 5]);
  expect(lab.fake.batches).toHaveLength(10);

  await using other = await mappingLab();
  await connect(other, { BatchSize: 1 });
  other.fake.handler = () => thrown;
  await sendBatch(other, ['1', '2', '3', '4', '5']);
  await other.fake.invoked(5);
  heldInvocations(other);
  other.clock.advance(visibilityMs, 'a test');
  expect(await counts(other)).toEqual([4, 1]);
});

test('a FIFO batch keeps the order, and a group waits for its batch in flight', async () => {
  await using lab = await mappingLab();
  await connect(lab, {}, { FifoQueue: 'true' });
  const held = heldInvocations(lab);
  await sendBatch(lab, ['a1', 'a2', 'a3'], 'work.fifo', 'a');
  await lab.fake.invoked(1);
  await sendBatch(lab, ['a4'], 'work.fifo', 'a');
  await sendBatch(lab, ['b1'], 'work.fifo', 'b');
  await lab.fake.invoked(2);
  expect(bodies(lab)).toEqual([['a1', 'a2', 'a3'], ['b1']]);
  expect(lab.fake.batches[0]?.[0]?.attributes).toMatchObject({
    MessageGroupId: 'a',
    MessageDeduplicationId: 'a1',
    SequenceNumber: expect.stringMatching(/^\d+$/),
  });
  held.finish();
  await lab.fake.invoked(3);
  expect(bodies(lab)[2]).toEqual(['a4']);
});

test('a failing FIFO group blocks itself until it is dead-lettered, and no other group', async () => {
  await using lab = await mappingLab();
  await createQueue(lab, 'dead.fifo', { FifoQueue: 'true' });
  await connect(
    lab,
    { BatchSize: 1 },
    {
      FifoQueue: 'true',
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: queueArn('dead.fifo'),
        maxReceiveCount: 2,
      }),
    },
  );
  lab.fake.handler = ([record]) => (record?.body === 'poison' ? thrown : completed(null));
  await sendBatch(lab, ['poison', 'after'], 'work.fifo', 'a');
  await sendBatch(lab, ['other'], 'work.fifo', 'b');
  await lab.fake.invoked(2);
  lab.clock.advance(visibilityMs, 'a test');
  await lab.fake.invoked(3);
  lab.clock.advance(visibilityMs, 'a test');
  await lab.fake.invoked(4);
  expect(bodies(lab).flat()).toEqual(['poison', 'other', 'poison', 'after']);
  expect(await counts(lab, 'dead.fifo')).toEqual([1, 0]);
});

test('a batching window gathers messages until it is over', async () => {
  await using lab = await mappingLab();
  await connect(lab, { MaximumBatchingWindowInSeconds: 5, BatchSize: 100 });
  await send(lab, 'one');
  lab.clock.advance(2000, 'a test');
  await send(lab, 'two');
  lab.clock.advance(2999, 'a test');
  expect(await counts(lab)).toEqual([0, 2]);
  expect(lab.fake.batches).toEqual([]);
  lab.clock.advance(1, 'a test');
  await lab.fake.invoked(1);
  expect(bodies(lab)).toEqual([['one', 'two']]);
});

test('a full batch does not wait for the end of its window', async () => {
  await using lab = await mappingLab();
  await connect(lab, { MaximumBatchingWindowInSeconds: 300, BatchSize: 25 });
  for (const ten of [0, 10, 20]) {
    await sendBatch(
      lab,
      Array.from({ length: 10 }, (_, i) => String(ten + i)),
    );
  }
  await lab.fake.invoked(1);
  expect(lab.fake.batches.map((batch) => batch.length)).toEqual([25]);
  expect(await counts(lab)).toEqual([0, 5]);
});

test('the clock skips a batching window that is only waited for', async () => {
  await using lab = await mappingLab({ clock: new LabClock() });
  await connect(
    lab,
    { MaximumBatchingWindowInSeconds: 300, BatchSize: 100 },
    { VisibilityTimeout: '600' },
  );
  const before = lab.clock.offsetMs;
  await send(lab, 'one');
  await lab.fake.invoked(1);
  expect(lab.clock.offsetMs - before).toBeGreaterThan(290_000);
});

test('no event is bigger than 6 MB', async () => {
  await using lab = await mappingLab();
  await createQueue(lab, 'work');
  const big = 'x'.repeat(1_000_000);
  for (let i = 0; i < 8; i += 1) await send(lab, big);
  await connect(lab);
  await lab.fake.invoked(2);
  expect(lab.fake.batches.map((batch) => batch.length)).toEqual([6, 2]);
  expect(await counts(lab)).toEqual([0, 0]);
});

test('messages that no filter lets pass are deleted unseen', async () => {
  await using lab = await mappingLab();
  await connect(lab, {
    FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["order"]}}' }] },
  });
  await sendBatch(lab, ['{"kind":"order"}', '{"kind":"refund"}', 'plain text']);
  await lab.fake.invoked(1);
  expect(bodies(lab)).toEqual([['{"kind":"order"}']]);
  expect(await counts(lab)).toEqual([0, 0]);
});

test('a disabled mapping takes nothing, and finishes what it has begun', async () => {
  await using lab = await mappingLab();
  const UUID = await connect(lab);
  const held = heldInvocations(lab);
  await send(lab, 'begun');
  await lab.fake.invoked(1);
  await lab.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  await send(lab, 'left');
  expect(await counts(lab)).toEqual([1, 1]);
  held.finish();
  expect(await counts(lab)).toEqual([1, 0]);
  lab.clock.advance(transition, 'a test');
  await lab.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
  lab.clock.advance(transition, 'a test');
  await lab.fake.invoked(2);
  expect(bodies(lab)[1]).toEqual(['left']);
});

test('a deleted mapping takes nothing', async () => {
  await using lab = await mappingLab();
  const UUID = await connect(lab);
  await lab.lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
  await send(lab, 'left');
  lab.clock.advance(60_000, 'a test');
  expect(await counts(lab)).toEqual([1, 0]);
});

test('a queue that is deleted under the mapping does no harm, and is polled again when it is back', async () => {
  await using lab = await mappingLab();
  const UUID = await connect(lab);
  const held = heldInvocations(lab);
  await send(lab, 'lost');
  await lab.fake.invoked(1);
  await lab.sqs.send(new DeleteQueueCommand({ QueueUrl: 'work' }));
  held.finish();
  lab.clock.advance(61_000, 'a test');
  const { State } = await lab.lambda.send(new GetEventSourceMappingCommand({ UUID }));
  expect(State).toBe('Enabled');
  await createQueue(lab, 'work');
  await send(lab, 'new');
  lab.clock.advance(1000, 'a test');
  await lab.fake.invoked(2);
  expect(bodies(lab)[1]).toEqual(['new']);
});

test("somebody's own receive keeps the message from the mapping", async () => {
  await using lab = await mappingLab();
  await createQueue(lab, 'work');
  await send(lab, 'mine');
  await lab.sqs.send(new ReceiveMessageCommand({ QueueUrl: 'work' }));
  await connect(lab);
  expect(lab.fake.batches).toEqual([]);
  lab.clock.advance(visibilityMs, 'a test');
  await lab.fake.invoked(1);
  expect(receiveCounts(lab)).toEqual(['2']);
});

test('a mapping handles 300 messages in batches, each exactly once', async () => {
  await using lab = await mappingLab({ clock: new LabClock() });
  await connect(lab);
  const all = Array.from({ length: 300 }, () => randomUUID());
  for (let i = 0; i < all.length; i += 10) await sendBatch(lab, all.slice(i, i + 10));
  expect(await counts(lab)).toEqual([0, 0]);
  expect(bodies(lab).flat().toSorted()).toEqual(all.toSorted());
});

test('after a restart transitions end, polling goes on, and what was in flight comes back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mappings-'));
  const storeFile = join(folder, 'store.sqlite');
  const later = (ms: number) => new LabClock({ standingAt: monday + ms, skipping: false });
  let UUID: string;
  {
    await using lab = await mappingLab({ storeFile });
    UUID = await connect(lab, {}, { VisibilityTimeout: '30' });
    heldInvocations(lab);
    await send(lab, 'in flight');
    await lab.fake.invoked(1);
  }
  {
    await using lab = await mappingLab({ storeFile, clock: later(transition + 29_999) });
    expect(lab.fake.batches).toEqual([]);
    lab.clock.advance(1, 'a test');
    await lab.fake.invoked(1);
    expect(receiveCounts(lab)).toEqual(['2']);
    await lab.lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
  }
  {
    await using lab = await mappingLab({ storeFile, clock: later(transition + 30_001) });
    const get = () => lab.lambda.send(new GetEventSourceMappingCommand({ UUID }));
    expect((await get()).State).toBe('Deleting');
    lab.clock.advance(transition, 'a test');
    await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  }
  await rm(folder, { recursive: true });
});

test('attributes of the event record: trace header, message group and dead-letter source, when there are some', async () => {
  await using lab = await mappingLab();
  // The mapping is on the dead-letter queue `work` of another queue.
  await connect(lab);
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: queueArn('work'),
    maxReceiveCount: 1,
  });
  await createQueue(lab, 'source', { RedrivePolicy });
  const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793';
  const { MessageId } = await lab.sqs.send(
    new SendMessageCommand({
      QueueUrl: 'source',
      MessageBody: 'x',
      MessageGroupId: 'tenant-1',
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } },
    }),
  );
  const receive = new ReceiveMessageCommand({ QueueUrl: 'source', VisibilityTimeout: 0 });
  await lab.sqs.send(receive);
  await lab.sqs.send(receive);
  await lab.fake.invoked(1);
  expect(lab.fake.batches[0]?.[0]).toMatchObject({
    messageId: MessageId,
    attributes: {
      ApproximateReceiveCount: '2',
      AWSTraceHeader: trace,
      DeadLetterQueueSourceArn: queueArn('source'),
      MessageGroupId: 'tenant-1',
    },
  });
});
