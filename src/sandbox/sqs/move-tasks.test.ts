import {
  CancelMessageMoveTaskCommand,
  DeleteQueueCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { StartMessageMoveTaskCommandInput } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { arnOf, bodies, refusal, sqsForTest, testStart } from '../../testing/sandbox/sqs.ts';

type Lab = Awaited<ReturnType<typeof sqsForTest>>;

/** `orders` and its dead-letter queue `dlq`, to which these messages were moved. */
async function deadLetter(q: Lab, messages: readonly string[], suffix = '') {
  const fifo: Record<string, string> =
    suffix === '.fifo' ? { FifoQueue: 'true', ContentBasedDeduplication: 'true' } : {};
  const dlq = await q.create(`dlq${suffix}`, fifo);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(dlq), maxReceiveCount: 1 });
  const url = await q.create(`orders${suffix}`, { ...fifo, RedrivePolicy });
  const more = suffix === '.fifo' ? { MessageGroupId: 'g' } : {};
  for (const body of messages) await q.send(url, body, more);
  await q.receive(url, { VisibilityTimeout: 0 });
  expect(await q.receive(url)).toEqual([]);
  return { url, dlq };
}

function start(q: Lab, dlq: string, more: Partial<StartMessageMoveTaskCommandInput> = {}) {
  return q.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf(dlq), ...more }));
}

async function tasksOf(q: Lab, dlq: string, MaxResults?: number) {
  const command = new ListMessageMoveTasksCommand({ SourceArn: arnOf(dlq), MaxResults });
  return (await q.sqs.send(command)).Results ?? [];
}

async function finished(q: Lab, dlq: string) {
  const newest = async () => (await tasksOf(q, dlq))[0];
  await expect.poll(async () => (await newest())?.Status).not.toMatch(/RUNNING|CANCELLING/);
  return newest();
}

/** The status of the newest task, a second later each time that it is asked for. */
const secondBySecond = (q: Lab, dlq: string) => async () => {
  q.pass(1);
  return (await tasksOf(q, dlq))[0]?.Status;
};

test('without a destination each message goes back to its own source queue', async () => {
  await using q = await sqsForTest();
  const { url, dlq } = await deadLetter(q, ['1', '2']);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(dlq), maxReceiveCount: 1 });
  const other = await q.create('others', { RedrivePolicy });
  await q.send(other, '3');
  await q.receive(other, { VisibilityTimeout: 0 });
  await q.receive(other);
  await start(q, dlq);
  expect(await finished(q, dlq)).toEqual({
    Status: 'COMPLETED',
    SourceArn: arnOf(dlq),
    ApproximateNumberOfMessagesMoved: 3,
    ApproximateNumberOfMessagesToMove: 3,
    StartedTimestamp: testStart,
  });
  expect(bodies(await q.receive(url))).toEqual(['1', '2']);
  expect(bodies(await q.receive(other))).toEqual(['3']);
  expect(await q.counts(dlq)).toEqual([0, 0, 0]);
});

test('a redriven message is a new one: new id, new enqueue time, no DeadLetterQueueSourceArn', async () => {
  await using q = await sqsForTest();
  const { url, dlq } = await deadLetter(q, ['x']);
  const [dead] = await q.receive(dlq, { VisibilityTimeout: 0 });
  q.pass(100);
  await start(q, dlq);
  await finished(q, dlq);
  const [message] = await q.receive(url);
  expect(message?.MessageId).not.toBe(dead?.MessageId);
  expect(message?.Attributes?.SentTimestamp).toBe(String(testStart + 100_000));
  expect(message?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn');
});

test('a message that was sent straight to the dead-letter queue fails the task: CouldNotDetermineMessageSource', async () => {
  await using q = await sqsForTest();
  const { dlq } = await deadLetter(q, []);
  await q.send(dlq, 'no source');
  await start(q, dlq);
  expect(await finished(q, dlq)).toMatchObject({
    Status: 'FAILED',
    FailureReason: 'CouldNotDetermineMessageSource',
    ApproximateNumberOfMessagesMoved: 0,
  });
  expect(await q.counts(dlq)).toEqual([1, 0, 0]);
});

test('with a DestinationArn everything goes there, and the list shows it', async () => {
  await using q = await sqsForTest();
  const { dlq } = await deadLetter(q, ['1']);
  await q.send(dlq, 'no source');
  const elsewhere = await q.create('elsewhere');
  await start(q, dlq, { DestinationArn: arnOf(elsewhere), MaxNumberOfMessagesPerSecond: 500 });
  await expect.poll(secondBySecond(q, dlq)).toBe('COMPLETED');
  expect((await tasksOf(q, dlq))[0]).toMatchObject({
    DestinationArn: arnOf(elsewhere),
    MaxNumberOfMessagesPerSecond: 500,
    ApproximateNumberOfMessagesMoved: 2,
  });
  expect(new Set(bodies(await q.receive(elsewhere)))).toEqual(new Set(['1', 'no source']));
});

test('the source must be the dead-letter queue of some queue', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  expect(await refusal(start(q, url))).toEqual({
    shape: 'InvalidParameterValueException',
    code: 'InvalidParameterValue',
    status: 400,
    message: 'Source queue must be configured as a Dead Letter Queue.',
  });
});

test('a destination or source that does not exist: ResourceNotFoundException, HTTP 404', async () => {
  await using q = await sqsForTest();
  const { dlq } = await deadLetter(q, []);
  const missing = arnOf('missing');
  expect(await refusal(start(q, dlq, { DestinationArn: missing }))).toEqual({
    shape: 'ResourceNotFoundException',
    code: 'ResourceNotFoundException',
    status: 404,
    message: "The resource that you specified for the DestinationArn parameter doesn't exist.",
  });
  const noSource = {
    shape: 'ResourceNotFoundException',
    status: 404,
    message: "The resource that you specified for the SourceArn parameter doesn't exist.",
  };
  expect(await refusal(start(q, 'missing'))).toMatchObject(noSource);
  expect(await refusal(tasksOf(q, 'missing'))).toMatchObject(noSource);
});

test('one active task for each source queue; TaskHandle only while RUNNING', async () => {
  await using q = await sqsForTest();
  const { dlq } = await deadLetter(q, ['1', '2', '3']);
  // One message a second, on a clock that stands still: the task stays active.
  const { TaskHandle } = await start(q, dlq, { MaxNumberOfMessagesPerSecond: 1 });
  expect((await tasksOf(q, dlq))[0]).toMatchObject({ Status: 'RUNNING', TaskHandle });
  expect(await refusal(start(q, dlq))).toMatchObject({
    code: 'InvalidParameterValue',
    message:
      'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
  });
  const handle = JSON.parse(Buffer.from(TaskHandle ?? '', 'base64').toString()) as unknown;
  expect(handle).toEqual({ taskId: expect.any(String), sourceArn: arnOf(dlq) });
});

test('cancelling answers how many were moved, and those stay moved', async () => {
  await using q = await sqsForTest();
  const { url, dlq } = await deadLetter(q, ['1', '2', '3']);
  const { TaskHandle } = await start(q, dlq, { MaxNumberOfMessagesPerSecond: 1 });
  await expect.poll(() => q.counts(url)).toEqual([1, 0, 0]);
  const answer = await q.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  expect(answer.ApproximateNumberOfMessagesMoved).toBe(1);
  expect((await tasksOf(q, dlq))[0]).toMatchObject({ Status: 'CANCELLING' });
  await expect.poll(secondBySecond(q, dlq)).toBe('CANCELLED');
  expect((await tasksOf(q, dlq))[0]).not.toHaveProperty('TaskHandle');
  expect(await q.counts(url)).toEqual([1, 0, 0]);
  expect(await q.counts(dlq)).toEqual([2, 0, 0]);
});

test('cancel with a broken handle, an unknown task and an unknown source', async () => {
  await using q = await sqsForTest();
  const { dlq } = await deadLetter(q, []);
  const cancel = (TaskHandle: string) =>
    refusal(q.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle })));
  const handle = (sourceArn: string) =>
    Buffer.from(JSON.stringify({ taskId: 'unknown', sourceArn })).toString('base64');
  expect(await cancel('broken')).toMatchObject({
    code: 'InvalidParameterValue',
    message: 'Value for parameter TaskHandle is invalid.',
  });
  expect(await cancel(handle(arnOf(dlq)))).toMatchObject({
    shape: 'ResourceNotFoundException',
    status: 404,
    message: 'Task does not exist.',
  });
  expect(await cancel(handle(arnOf('missing')))).toMatchObject({
    status: 404,
    message: "The resource that you specified for the SourceArn parameter doesn't exist.",
  });
});

test('a destination that is deleted on the way fails the task: AWS.SimpleQueueService.NonExistentQueue', async () => {
  await using q = await sqsForTest();
  const { dlq } = await deadLetter(q, ['1', '2']);
  const elsewhere = await q.create('elsewhere');
  await start(q, dlq, { DestinationArn: arnOf(elsewhere), MaxNumberOfMessagesPerSecond: 1 });
  await expect.poll(() => q.counts(elsewhere)).toEqual([1, 0, 0]);
  await q.sqs.send(new DeleteQueueCommand({ QueueUrl: elsewhere }));
  await expect.poll(secondBySecond(q, dlq)).toBe('FAILED');
  expect((await tasksOf(q, dlq))[0]).toMatchObject({
    FailureReason: 'AWS.SimpleQueueService.NonExistentQueue',
    ApproximateNumberOfMessagesMoved: 1,
  });
});

test('the list shows the newest task first, one unless MaxResults asks for up to 10', async () => {
  await using q = await sqsForTest();
  const { dlq } = await deadLetter(q, []);
  for (let i = 0; i < 3; i += 1) {
    await start(q, dlq);
    await finished(q, dlq);
    q.pass(10);
  }
  expect(await tasksOf(q, dlq)).toHaveLength(1);
  const started = (await tasksOf(q, dlq, 10)).map((task) => task.StartedTimestamp);
  expect(started).toEqual([20_000, 10_000, 0].map((after) => testStart + after));
  for (const max of [0, 11]) {
    expect((await refusal(tasksOf(q, dlq, max))).code).toBe('InvalidParameterValue');
  }
});

test('a FIFO redrive keeps the order of the group', async () => {
  await using q = await sqsForTest();
  const { url, dlq } = await deadLetter(q, ['1', '2', '3'], '.fifo');
  await start(q, dlq);
  await finished(q, dlq);
  expect(bodies(await q.receive(url))).toEqual(['1', '2', '3']);
});

test('no more than 100 tasks are active in an account', async () => {
  await using q = await sqsForTest();
  const third = await q.create('third');
  const starts = async (index: number) => {
    const dlq = await q.create(`dlq-${index}`);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(dlq), maxReceiveCount: 1 });
    await q.create(`source-${index}`, { RedrivePolicy });
    for (const body of ['1', '2', '3']) await q.send(dlq, body);
    return start(q, dlq, { DestinationArn: arnOf(third), MaxNumberOfMessagesPerSecond: 1 });
  };
  for (let index = 0; index < 100; index += 1) await starts(index);
  expect(await refusal(starts(100))).toMatchObject({ status: 400 });
});

test.each([0, 501])('a task moves 1 to 500 messages a second, not %i', async (rate) => {
  await using q = await sqsForTest();
  const { dlq } = await deadLetter(q, ['1']);
  expect(await refusal(start(q, dlq, { MaxNumberOfMessagesPerSecond: rate }))).toMatchObject({
    code: 'InvalidParameterValue',
  });
});
