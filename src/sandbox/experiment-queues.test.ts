import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import {
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { arnOf, experimentLab } from '../testing/sandbox/experiment-lab.ts';
import type { ExperimentLab } from '../testing/sandbox/experiment-lab.ts';
import { zipOf } from '../testing/sandbox/lambda.ts';
import { sumOf } from '../testing/sandbox/metrics.ts';
import { sqsForTest, testStart } from '../testing/sandbox/sqs.ts';

// What the experiments on order, filters, redrive, polling and logs build upon.

const bodiesOf = async (lab: ExperimentLab, group = '') =>
  (await lab.deliveries()).map(({ body }) => body).filter((body) => body.startsWith(group));

const fifoQueue = { ContentBasedDeduplication: 'true' };

test.each([
  ['returns only the message that failed', false, ['a1', 'a2', 'a4', 'a5', 'a3']],
  ['stops there and returns the rest too', true, ['a1', 'a2', 'a3', 'a4', 'a5']],
])(
  'FIFO: a handler that %s (%s) has done the work in the order %j',
  async (_what, stops, order) => {
    const handler = `async ({ Records }) => {
    const failed = [];
    for (const { messageId, body, attributes } of Records) {
      const fails = body === 'a3' && attributes.ApproximateReceiveCount === '1';
      if (fails || (${String(stops)} && failed.length > 0)) failed.push({ itemIdentifier: messageId });
      else console.log('note', body);
    }
    return { batchItemFailures: failed }; }`;
    await using lab = await experimentLab({ handler, fifo: true, queue: fifoQueue });
    await lab.send(['a1', 'a2', 'a3', 'a4', 'a5'], { MessageGroupId: 'a' });
    await lab.connect();
    await lab.drained();
    expect(await lab.notes()).toEqual(order);
  },
);

test('FIFO: a poison blocks its group until it is dead-lettered, and no other group', async () => {
  const handler = `async ({ Records }) => {
    if (Records.some(({ body }) => body === 'a1')) throw new Error('poison'); }`;
  await using lab = await experimentLab({
    handler,
    fifo: true,
    queue: fifoQueue,
    mapping: { BatchSize: 1 },
  });
  await lab.send(['a1', 'a2'], { MessageGroupId: 'a' });
  await lab.send(['b1', 'b2'], { MessageGroupId: 'b' });
  await lab.connect();
  await lab.drained();
  const at = async (body: string) =>
    (await lab.deliveries()).filter((one) => one.body === body).map((one) => one.at);
  expect(await bodiesOf(lab, 'a')).toEqual(['a1', 'a1', 'a1', 'a2']);
  expect(await bodiesOf(lab, 'b')).toEqual(['b1', 'b2']);
  const [, secondTry = 0] = await at('a1');
  expect((await at('b2'))[0]).toBeLessThan(secondTry);
  expect(await lab.bodiesIn('dlq.fifo')).toEqual(['a1']);
});

test('FIFO: as many groups as there are run at once, each by itself', async () => {
  const groups = ['a', 'b', 'c'];
  await using lab = await experimentLab({
    handler: 'async () => sleep(300)',
    fifo: true,
    queue: fifoQueue,
    mapping: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 10 } },
  });
  for (const group of groups) {
    await lab.send([`${group}1`, `${group}2`], { MessageGroupId: group });
  }
  await lab.connect();
  await lab.drained();
  for (const group of groups) {
    expect(await bodiesOf(lab, group)).toEqual([`${group}1`, `${group}2`]);
  }
});

test('FIFO: the same deduplication id within 5 minutes is taken once, and after them twice', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', { FifoQueue: 'true' });
  const send = () => q.send(url, 'x', { MessageGroupId: 'g', MessageDeduplicationId: 'same' });
  const [first, second] = [await send(), await send()];
  expect(second.MessageId).toBe(first.MessageId);
  expect(await q.counts(url)).toEqual([1, 0, 0]);
  q.pass(299);
  await send();
  expect(await q.counts(url)).toEqual([1, 0, 0]);
  q.pass(2);
  expect((await send()).MessageId).not.toBe(first.MessageId);
  expect(await q.counts(url)).toEqual([2, 0, 0]);
});

test('what matches no filter is deleted: not delivered, not dead-lettered, not left', async () => {
  await using lab = await experimentLab({
    handler: 'async () => {}',
    mapping: { FilterCriteria: { Filters: [{ Pattern: '{"body":{"type":["order"]}}' }] } },
  });
  const orders = Array.from({ length: 6 }, (_, i) => `{"type":"order","n":${i}}`);
  const others = ['{"type":"a"}', '{"type":"b"}', '{"type":"c"}', 'plain text'];
  await lab.send([...orders, ...others]);
  await lab.connect();
  await lab.drained();
  expect(await bodiesOf(lab)).toHaveLength(6);
  expect(await lab.counts('dlq')).toEqual([0, 0, 0]);
  const of = { QueueName: 'work' };
  expect(await sumOf(lab.aws, { name: 'NumberOfMessagesDeleted', of })).toBe(10);
});

test('an SNS envelope hides the order from a filter: its Message is a text', async () => {
  await using lab = await experimentLab({
    handler: 'async () => {}',
    mapping: { FilterCriteria: { Filters: [{ Pattern: '{"body":{"type":["order"]}}' }] } },
  });
  const order = '{"type":"order"}';
  await lab.send([JSON.stringify({ Type: 'Notification', Message: order }), order]);
  await lab.connect();
  await lab.drained();
  expect(await bodiesOf(lab)).toEqual([order]);
});

test('redrive: before the fix all come back to the dead-letter queue, after it none, under new ids', async () => {
  await using lab = await experimentLab({
    handler: 'async () => { throw new Error("not fixed yet"); }',
  });
  const { aws } = lab;
  const orders = Array.from({ length: 5 }, (_, i) => `order-${i}`);
  await lab.send(orders);
  await lab.connect();
  await lab.drained();
  const oldIds = new Set((await lab.deliveries()).map(({ messageId }) => messageId));
  expect(oldIds.size).toBe(5);
  const redrive = async () => {
    await aws.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf('dlq') }));
    const task = async () =>
      (await aws.sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arnOf('dlq') }))).Results;
    await expect.poll(task).toMatchObject([{ Status: 'COMPLETED' }]);
    expect(await task()).toMatchObject([{ ApproximateNumberOfMessagesMoved: 5 }]);
    await lab.drained();
  };
  await redrive();
  expect(await lab.counts('dlq')).toEqual([5, 0, 0]);
  const fixed = `export const handler = async ({ Records }) => {
    for (const { messageId } of Records) console.log('note', messageId); };`;
  const ZipFile = await zipOf({ 'index.mjs': fixed });
  await aws.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'worker', ZipFile }));
  aws.clock.advance(1000, 'until the update is done');
  await redrive();
  expect(await lab.counts('dlq')).toEqual([0, 0, 0]);
  const newIds = await lab.notes();
  expect(newIds).toHaveLength(5);
  expect(newIds.filter((id) => oldIds.has(id))).toEqual([]);
});

test('a redrive with a velocity moves so many a second', async () => {
  await using q = await sqsForTest();
  const dlq = await q.create('dlq');
  await q.create('orders', {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('dlq'), maxReceiveCount: 1 }),
  });
  for (const body of ['a', 'b', 'c', 'd', 'e']) await q.send(dlq, body);
  await q.sqs.send(
    new StartMessageMoveTaskCommand({
      SourceArn: arnOf('dlq'),
      DestinationArn: arnOf('orders'),
      MaxNumberOfMessagesPerSecond: 2,
    }),
  );
  const moved = async () => (await q.counts('orders'))[0];
  for (const count of [1, 2, 3, 4, 5]) {
    await expect.poll(moved).toBe(count);
    q.pass(0.5);
  }
});

test('RedriveAllowPolicy of the dead-letter queue decides which queues may use it', async () => {
  await using q = await sqsForTest();
  const dlq = await q.create('dlq');
  const orders = await q.create('orders');
  const allow = (policy: object) => q.set(dlq, { RedriveAllowPolicy: JSON.stringify(policy) });
  const use = () =>
    q.sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: orders,
        Attributes: {
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('dlq'), maxReceiveCount: 3 }),
        },
      }),
    );
  await allow({ redrivePermission: 'denyAll' });
  await expect(use()).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  await allow({ redrivePermission: 'byQueue', sourceQueueArns: [arnOf('orders')] });
  expect((await use()).$metadata.httpStatusCode).toBe(200);
});

test('one minute of an empty queue: 3 long polls of 20 s, or as many short ones as are asked', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const empty = (from: number) =>
    sumOf(q.lab, { name: 'NumberOfEmptyReceives', of: { QueueName: 'orders' }, from });
  for (let i = 0; i < 3; i += 1) {
    const poll = q.sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }));
    await q.counts(url);
    q.pass(20);
    await poll;
  }
  expect(await empty(testStart)).toBe(3);
  q.pass(60);
  const from = q.clock.now();
  for (let i = 0; i < 30; i += 1) {
    await q.receive(url, { WaitTimeSeconds: 0 });
    q.pass(2);
  }
  expect(await empty(from)).toBe(30);
});

test('a JSON log: a filter on a member finds the failures and nothing else', async () => {
  const handler = `async ({ Records }) => {
    for (const { body } of Records) {
      console.log({ order: body, outcome: body === 'poison' ? 'FAILED' : 'OK' });
    } }`;
  await using lab = await experimentLab({
    handler,
    function: { LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO' } },
  });
  await lab.send(['a FAILED look-alike', 'good', 'poison']);
  await lab.connect();
  await lab.drained();
  const find = async (filterPattern: string) => {
    const logGroupName = '/aws/lambda/worker';
    const { events = [] } = await lab.aws.logs.send(
      new FilterLogEventsCommand({ logGroupName, filterPattern }),
    );
    return events.map(({ message = '' }) => JSON.parse(message) as { message: unknown });
  };
  const failures = await find('{ $.message.outcome = "FAILED" }');
  expect(failures).toMatchObject([
    { level: 'INFO', requestId: expect.any(String), message: { order: 'poison' } },
  ]);
  expect(await find('FAILED')).not.toHaveLength(1);
  expect(await find('{ $.type = "platform.report" }')).toHaveLength(1);
});

test('a JSON log of JSON that the handler has written itself is a text, and no member is found in it', async () => {
  await using lab = await experimentLab({
    handler: "async () => console.log(JSON.stringify({ outcome: 'FAILED' }))",
    function: { LoggingConfig: { LogFormat: 'JSON' } },
  });
  await lab.send(['poison']);
  await lab.connect();
  await lab.drained();
  const find = async (filterPattern: string) => {
    const logGroupName = '/aws/lambda/worker';
    const input = { logGroupName, filterPattern };
    return (await lab.aws.logs.send(new FilterLogEventsCommand(input))).events ?? [];
  };
  expect(await find('{ $.message.outcome = "FAILED" }')).toEqual([]);
  expect(await find('FAILED')).toHaveLength(1);
});
