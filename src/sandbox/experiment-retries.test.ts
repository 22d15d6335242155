import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { experimentLab } from '../testing/sandbox/experiment-lab.ts';
import type { ExperimentLab, ExperimentOptions } from '../testing/sandbox/experiment-lab.ts';
import { sumOf, valuesOf } from '../testing/sandbox/metrics.ts';

// What the experiments on receives, visibility and concurrency build upon, with real handlers.

const worker = { FunctionName: 'worker' };
const throwing = 'async () => { throw new Error("poison"); }';
const receives = async (lab: ExperimentLab) =>
  (await lab.deliveries()).map(({ receiveCount }) => receiveCount);

async function receiveFrom(lab: ExperimentLab, QueueUrl: string) {
  const { Messages = [] } = await lab.aws.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'] }),
  );
  return Messages;
}

test.each([1, 3, 5])('maxReceiveCount %i: so many deliveries, then dead-lettered', async (max) => {
  await using lab = await experimentLab({ handler: throwing, maxReceiveCount: max });
  await lab.send(['poison']);
  await lab.connect();
  await lab.drained();
  expect(await receives(lab)).toEqual(Array.from({ length: max }, (_, i) => i + 1));
  expect(await lab.counts('dlq')).toEqual([1, 0, 0]);
});

test('retries are one visibility timeout apart', async () => {
  await using lab = await experimentLab({ handler: throwing, queue: { VisibilityTimeout: '30' } });
  await lab.send(['poison']);
  await lab.connect();
  await lab.drained();
  const times = (await lab.deliveries()).map(({ at }) => at);
  const gaps = times.slice(1).map((time, i) => Math.floor((time - (times[i] ?? 0)) / 1000));
  for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(29);
  expect(gaps).toHaveLength(2);
});

test('with nobody receiving nothing moves; the receive after the last one moves the message', async () => {
  // By hand: a mapping would go on faster than anybody can switch it off.
  await using lab = await experimentLab({ handler: throwing, maxReceiveCount: 3 });
  await lab.send(['poison']);
  for (const _ of [1, 2, 3]) expect(await lab.bodiesIn('work')).toEqual(['poison']);
  lab.aws.clock.advance(120_000, 'nobody receives');
  expect(await lab.counts('work')).toEqual([1, 0, 0]);
  expect(await lab.counts('dlq')).toEqual([0, 0, 0]);
  expect(await receiveFrom(lab, 'work')).toEqual([]);
  expect(await lab.counts('dlq')).toEqual([1, 0, 0]);
});

/**
 * A first delivery takes until the test says so: it tells `started` and waits for a word in `go`. EXTEND: it makes its
 * message invisible for longer, as a heartbeat does.
 */
const waiting = `
  import { ChangeMessageVisibilityCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient }
    from '@aws-sdk/client-sqs';
  const sqs = new SQSClient();
  export const handler = async ({ Records }) => {
    const [{ messageId, receiptHandle, body, attributes }] = Records;
    const receiveCount = Number(attributes.ApproximateReceiveCount);
    console.log('delivery ' + JSON.stringify({ messageId, body, receiveCount }));
    console.log('note', 'begin', receiveCount);
    if (receiveCount === 1) await untilToldSo(receiptHandle);
    console.log('note', 'end', receiveCount);
  };
  async function untilToldSo(ReceiptHandle) {
    if (process.env.EXTEND === 'yes') {
      const VisibilityTimeout = 600;
      const extended = { QueueUrl: 'work', ReceiptHandle, VisibilityTimeout };
      await sqs.send(new ChangeMessageVisibilityCommand(extended));
    }
    await sqs.send(new SendMessageCommand({ QueueUrl: 'started', MessageBody: 'x' }));
    const go = new ReceiveMessageCommand({ QueueUrl: 'go', VisibilityTimeout: 0 });
    while (!(await sqs.send(go)).Messages?.length) await new Promise((r) => setTimeout(r, 50));
  }`;

/** With a visibility timeout of 30 s, and a first delivery that has begun. */
async function labAtWork(
  extend: 'no' | 'yes',
  bodies: readonly string[],
  options: Partial<ExperimentOptions> = {},
): Promise<ExperimentLab & { finish(): Promise<void> }> {
  const lab = await experimentLab({
    code: await bundled(waiting),
    handler: '',
    more: ['sqs:ChangeMessageVisibility', 'sqs:SendMessage'],
    function: { Timeout: 30, MemorySize: 512, Environment: { Variables: { EXTEND: extend } } },
    ...options,
  });
  const { sqs } = lab.aws;
  for (const QueueName of ['started', 'go']) await sqs.send(new CreateQueueCommand({ QueueName }));
  await lab.send(bodies);
  await lab.connect();
  await expect.poll(() => lab.counts('started')).toEqual([1, 0, 0]);
  const finish = async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl: 'go', MessageBody: 'x' }));
  };
  return { ...lab, finish };
}

test('a visibility timeout below the work: the message is worked on twice at once', async () => {
  await using lab = await labAtWork('no', ['order']);
  lab.aws.clock.advance(30_000, 'the visibility timeout');
  await expect.poll(() => lab.counts('work')).toEqual([0, 0, 0]);
  await lab.finish();
  const notes = async () => (await lab.notes()).toSorted((a, b) => (a < b ? -1 : 1));
  await expect.poll(notes).toEqual(['begin 1', 'begin 2', 'end 1', 'end 2']);
  expect(await lab.counts('dlq')).toEqual([0, 0, 0]);
});

test('a heartbeat hides the message for as long as the work takes: one receive', async () => {
  await using lab = await labAtWork('yes', ['order']);
  lab.aws.clock.advance(120_000, 'four visibility timeouts');
  expect(await lab.counts('work')).toEqual([0, 1, 0]);
  await lab.finish();
  await lab.drained();
  expect(await lab.notes()).toEqual(['begin 1', 'end 1']);
});

test('reserved concurrency 1 alone: throttles use the receives up, and good messages die unseen', async () => {
  const orders = ['a', 'b', 'c', 'd', 'e'];
  const options = { maxReceiveCount: 1, mapping: { BatchSize: 1 }, reservedConcurrency: 1 };
  await using lab = await labAtWork('yes', orders, options);
  for (let seconds = 0; seconds < 60; seconds += 1) {
    lab.aws.clock.advance(1000, 'throttled batches are tried again');
    await lab.counts('work');
  }
  await lab.finish();
  await lab.drained();
  const handled = (await lab.deliveries()).map(({ body }) => body);
  const dead = await lab.bodiesIn('dlq');
  expect(dead.length).toBeGreaterThan(0);
  expect([...handled, ...dead].toSorted((a, b) => (a < b ? -1 : 1))).toEqual(orders);
  expect(await sumOf(lab.aws, { name: 'Throttles', of: worker })).toBeGreaterThan(0);
});

test('a mapping on a queue whose timeout is below that of the function is refused', async () => {
  await using lab = await experimentLab({ handler: throwing, queue: { VisibilityTimeout: '4' } });
  await expect(lab.connect()).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'Queue visibility timeout: 4 seconds is less than Function timeout: 5 seconds',
  });
});

test('throttled receives count: with reserved concurrency 0 a good message is dead-lettered unseen', async () => {
  await using lab = await experimentLab({
    handler: 'async () => {}',
    maxReceiveCount: 2,
    reservedConcurrency: 0,
  });
  await lab.send(['good']);
  await lab.connect();
  await lab.drained();
  expect(await lab.deliveries()).toEqual([]);
  expect(await lab.counts('dlq')).toEqual([1, 0, 0]);
  expect(await sumOf(lab.aws, { name: 'Throttles', of: worker })).toBeGreaterThan(0);
  expect(await sumOf(lab.aws, { name: 'Invocations', of: worker })).toBe(0);
});

test('MaximumConcurrency stops fetching: no throttle, no dead letter, never more at once', async () => {
  await using lab = await experimentLab({
    handler: 'async () => sleep(200)',
    maxReceiveCount: 1,
    mapping: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
  });
  await lab.send(Array.from({ length: 8 }, (_, i) => `order-${i}`));
  await lab.connect();
  await lab.drained();
  expect((await lab.deliveries()).length).toBe(8);
  expect(await lab.counts('dlq')).toEqual([0, 0, 0]);
  expect(await sumOf(lab.aws, { name: 'Throttles', of: worker })).toBe(0);
  const most = { name: 'ConcurrentExecutions', of: worker, statistic: 'Maximum' } as const;
  expect(Math.max(...(await valuesOf(lab.aws, most)))).toBe(2);
});

test('ids and clocks that survive the move: message id, SentTimestamp, receive count N + 1', async () => {
  await using lab = await experimentLab({ handler: throwing, maxReceiveCount: 2 });
  await lab.send(['poison']);
  await lab.connect();
  await lab.drained();
  const [first] = await lab.deliveries();
  const [moved] = await receiveFrom(lab, 'dlq');
  expect(moved?.MessageId).toBe(first?.messageId);
  expect(moved?.Attributes).toMatchObject({
    ApproximateReceiveCount: '3',
    DeadLetterQueueSourceArn: expect.stringMatching(/:work$/),
  });
  expect(Number(moved?.Attributes?.SentTimestamp)).toBeLessThan(Number(first?.at));
});

test('a dead-letter queue that keeps messages shorter than the retries take loses them', async () => {
  await using lab = await experimentLab({ handler: throwing });
  await lab.aws.sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: 'dlq',
      Attributes: { MessageRetentionPeriod: '60' },
    }),
  );
  await lab.send(['poison']);
  await lab.connect();
  await lab.drained();
  expect(await receives(lab)).toEqual([1, 2, 3]);
  await expect.poll(() => receiveFrom(lab, 'dlq')).toEqual([]);
  expect(await lab.counts('dlq')).toEqual([0, 0, 0]);
});

const backoff = `
  import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
  const sqs = new SQSClient();
  export const handler = async ({ Records }) => {
    const [{ messageId, receiptHandle, attributes }] = Records;
    const receives = Number(attributes.ApproximateReceiveCount);
    console.log('delivery ' + JSON.stringify({ messageId, receiveCount: receives }));
    try {
      await sqs.send(new ChangeMessageVisibilityCommand({
        QueueUrl: process.env.QUEUE_URL, ReceiptHandle: receiptHandle,
        VisibilityTimeout: 10 * 2 ** (receives - 1) }));
    } catch (error) { console.log('note', error.name); }
    return { batchItemFailures: [{ itemIdentifier: messageId }] };
  };`;

test.each<[string, string[], number[], string[]]>([
  ['grow with ChangeMessageVisibility', ['sqs:ChangeMessageVisibility'], [10, 20, 40], []],
  ['stay at 30 s without the permission for it', [], [30, 30, 30], ['AccessDenied']],
])('the gaps between retries %s', async (_what, more, gaps, note) => {
  await using lab = await experimentLab({
    code: await bundled(backoff),
    handler: '',
    more,
    maxReceiveCount: 4,
    function: {
      Timeout: 30,
      MemorySize: 512,
      Environment: { Variables: { QUEUE_URL: 'work' } },
    },
  });
  await lab.send(['poison']);
  await lab.connect();
  await lab.drained();
  const times = (await lab.deliveries()).map(({ at }) => at);
  const measured = times.slice(1).map((time, i) => (time - (times[i] ?? 0)) / 1000);
  expect(measured).toHaveLength(3);
  for (const [i, gap] of measured.entries()) {
    expect(gap).toBeGreaterThanOrEqual((gaps[i] ?? 0) - 1);
    expect(gap).toBeLessThan((gaps[i] ?? 0) + 8);
  }
  expect(new Set(await lab.notes())).toEqual(new Set(note));
});

test('a delay hides a new message, the visibility timeout a received one', async () => {
  await using lab = await experimentLab({
    handler: throwing,
    maxReceiveCount: 2,
    queue: { DelaySeconds: '10' },
  });
  const sentAt = lab.aws.clock.now();
  await lab.connect();
  await lab.send(['late']);
  await lab.send(['at once'], { DelaySeconds: 0 });
  await expect.poll(() => receives(lab)).toEqual([1]);
  expect(await lab.counts('work')).toEqual([0, 1, 1]);
  lab.aws.clock.advance(10_000, 'the delay');
  await lab.drained();
  const deliveries = await lab.deliveries();
  const firstOf = (body: string) => deliveries.find((one) => one.body === body)?.at ?? 0;
  expect(firstOf('late') - sentAt).toBeGreaterThanOrEqual(10_000);
  expect(firstOf('at once') - sentAt).toBeLessThan(10_000);
});

async function bundled(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
  });
  return outputFiles[0]?.text ?? '';
}
