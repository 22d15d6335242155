import { InvokeCommand } from '@aws-sdk/client-lambda';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { experimentLab } from '../testing/sandbox/experiment-lab.ts';
import type { ExperimentLab, ExperimentOptions } from '../testing/sandbox/experiment-lab.ts';
import { sumOf } from '../testing/sandbox/metrics.ts';

// What the experiments on batches build upon, with real handlers: nine good messages and a poison in one batch.

const good = Array.from({ length: 9 }, (_, i) => `good-${i + 1}`);
const ten = [...good, 'poison'];
const worker = { FunctionName: 'worker' };

const throwing = `async ({ Records }) => {
  for (const { body } of Records) if (body === 'poison') throw new Error(body); }`;
const reporting = `async ({ Records }) => ({ batchItemFailures: Records
  .filter(({ body }) => body === 'poison')
  .map(({ messageId }) => ({ itemIdentifier: messageId })) })`;

async function run(options: ExperimentOptions, bodies = ten): Promise<ExperimentLab> {
  const lab = await experimentLab(options);
  await lab.send(bodies);
  await lab.connect();
  await lab.drained();
  return lab;
}

async function numbersOf(lab: ExperimentLab) {
  const deliveries = await lab.deliveries();
  const [dead] = await lab.counts(lab.dlq);
  return {
    deliveries: deliveries.length,
    ofGood: deliveries.filter(({ body }) => body !== 'poison').length,
    dead,
  };
}

test('without item failures one poison fails its whole batch: 30 deliveries, 10 dead letters', async () => {
  await using lab = await run({ handler: throwing, mapping: { FunctionResponseTypes: [] } });
  expect(await numbersOf(lab)).toEqual({ deliveries: 30, ofGood: 27, dead: 10 });
});

test('with item failures it fails alone: 12 deliveries, 1 dead letter', async () => {
  await using lab = await run({ handler: reporting });
  expect(await numbersOf(lab)).toEqual({ deliveries: 12, ofGood: 9, dead: 1 });
});

test('item failures that nobody asked for are not read: 10 deliveries, the poison is lost', async () => {
  await using lab = await run({ handler: reporting, mapping: { FunctionResponseTypes: [] } });
  expect(await numbersOf(lab)).toEqual({ deliveries: 10, ofGood: 9, dead: 0 });
});

test.each([
  ['nothing', 'undefined', 'success'],
  ['null', 'null', 'success'],
  ['an empty object', '{}', 'success'],
  ['an empty list', '{ batchItemFailures: [] }', 'success'],
  ['no list', '{ batchItemFailures: null }', 'success'],
  ['an empty identifier', '{ batchItemFailures: [{ itemIdentifier: "" }] }', 'failure'],
  ['no identifier', '{ batchItemFailures: [{ itemIdentifier: null }] }', 'failure'],
  ['an identifier of no message', '{ batchItemFailures: [{ itemIdentifier: "x" }] }', 'failure'],
  ['another key in the item', '{ batchItemFailures: [{ id: Records[0].messageId }] }', 'failure'],
])('a handler that returns %s: %s is read as %s', async (_what, answer, read) => {
  await using lab = await run({ handler: `async ({ Records }) => (${answer})` }, good.slice(0, 3));
  const all = read === 'success' ? { deliveries: 3, dead: 0 } : { deliveries: 9, dead: 3 };
  expect(await numbersOf(lab)).toMatchObject(all);
  expect(await sumOf(lab.aws, { name: 'Errors', of: worker })).toBe(0);
});

test('a timeout throws the answer for the finished messages away: all come back', async () => {
  const handler = `async ({ Records }) => {
    for (const { body } of Records) {
      if (body === 'good-3') await sleep(60_000);
      console.log('note', body);
    }
    return { batchItemFailures: [] }; }`;
  await using lab = await run(
    { handler, maxReceiveCount: 1, function: { Timeout: 1 }, queue: { VisibilityTimeout: '2' } },
    good.slice(0, 4),
  );
  expect(await lab.notes()).toEqual(['good-1', 'good-2']);
  expect(await numbersOf(lab)).toMatchObject({ deliveries: 4, dead: 4 });
  expect(await sumOf(lab.aws, { name: 'Errors', of: worker })).toBe(1);
});

test('forEach with an async function answers before the work is done: the poison is lost', async () => {
  const handler = (loop: string) => `async ({ Records }) => {
    const batchItemFailures = [];
    const one = async ({ messageId, body }) => {
      await sleep(20);
      if (body === 'poison') batchItemFailures.push({ itemIdentifier: messageId });
    };
    ${loop}
    return { batchItemFailures };
  }`;
  {
    await using lab = await run({ handler: handler('Records.forEach(one);') });
    expect(await numbersOf(lab)).toEqual({ deliveries: 10, ofGood: 9, dead: 0 });
  }
  await using lab = await run({ handler: handler('for (const r of Records) await one(r);') });
  expect(await numbersOf(lab)).toEqual({ deliveries: 12, ofGood: 9, dead: 1 });
});

test('a swallowed error is success: no error counts, no dead letter, the work is lost', async () => {
  const handler = `async ({ Records }) => { for (const { body } of Records) {
    try { if (body === 'poison') throw new Error(body); console.log('note', body); } catch {} } }`;
  await using lab = await run({ handler });
  expect(await numbersOf(lab)).toEqual({ deliveries: 10, ofGood: 9, dead: 0 });
  expect(await lab.notes()).toHaveLength(9);
  expect(await sumOf(lab.aws, { name: 'Errors', of: worker })).toBe(0);
});

test('a process that ends after the effect and before the answer does it again', async () => {
  const handler = `async ({ Records }) => {
    console.log('note', Records[0].body);
    if (Records[0].attributes.ApproximateReceiveCount === '1') { await sleep(50); process.exit(1); }
  }`;
  await using lab = await run({ handler }, ['order-1']);
  expect(await lab.notes()).toEqual(['order-1', 'order-1']);
  expect(await sumOf(lab.aws, { name: 'Errors', of: worker })).toBe(1);
  expect(await sumOf(lab.aws, { name: 'Invocations', of: worker })).toBe(2);
});

test('a batch is as large as the batch size; without a window a receive brings at most 10', async () => {
  const handler = 'async () => {}';
  {
    await using lab = await run({ handler, mapping: { BatchSize: 4 } });
    const sizes = new Map((await lab.deliveries()).map((one) => [one.requestId, one.batch]));
    expect([...sizes.values()].toSorted((a, b) => b - a)).toEqual([4, 4, 2]);
  }
  await using lab = await experimentLab({
    handler,
    mapping: { BatchSize: 25, MaximumBatchingWindowInSeconds: 1 },
  });
  for (const letter of ['a', 'b', 'c']) await lab.send(ten.map((body) => letter + body));
  await lab.connect();
  await lab.drained();
  const sizes = new Map((await lab.deliveries()).map((one) => [one.requestId, one.batch]));
  expect([...sizes.values()].toSorted((a, b) => b - a)).toEqual([25, 5]);
});

test('ten messages of 1 MiB need more than one invocation: an event has at most 6 MB', async () => {
  await using lab = await experimentLab({
    handler: 'async () => {}',
    mapping: { BatchSize: 10, MaximumBatchingWindowInSeconds: 1 },
    function: { MemorySize: 512 },
  });
  for (let i = 0; i < 10; i += 1) {
    await lab.send([`{"n":${i},"x":"${'x'.repeat(1_048_500)}"}`]);
  }
  await lab.connect();
  await lab.drained();
  const invocations = await sumOf(lab.aws, { name: 'Invocations', of: worker });
  expect(invocations).toBe(2);
});

test('a saved test event runs the worker and does not touch the queue', async () => {
  await using lab = await experimentLab({ handler: reporting });
  await lab.send(['poison']);
  const Records = [
    { messageId: 'made-up', body: 'poison', attributes: { ApproximateReceiveCount: '1' } },
  ];
  const { Payload } = await lab.aws.lambda.send(
    new InvokeCommand({ FunctionName: 'worker', Payload: JSON.stringify({ Records }) }),
  );
  expect(JSON.parse(Payload?.transformToString() ?? '')).toEqual({
    batchItemFailures: [{ itemIdentifier: 'made-up' }],
  });
  expect(await lab.counts('work')).toEqual([1, 0, 0]);
  expect(await sumOf(lab.aws, { name: 'Invocations', of: worker })).toBe(1);
});

test('one bad entry of a batch fails alone, with HTTP 200', async () => {
  await using lab = await experimentLab({ handler: reporting });
  const { Successful, Failed, $metadata } = await lab.aws.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: 'work',
      Entries: [
        { Id: 'good', MessageBody: 'x' },
        { Id: 'late', MessageBody: 'y', DelaySeconds: 901 },
      ],
    }),
  );
  expect($metadata.httpStatusCode).toBe(200);
  expect(Successful?.map(({ Id }) => Id)).toEqual(['good']);
  expect(Failed).toMatchObject([{ Id: 'late', SenderFault: true, Code: 'InvalidParameterValue' }]);
  expect(await lab.counts('work')).toEqual([1, 0, 0]);
});
