import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { sumOf, valuesOf } from '../../testing/sandbox/metrics.ts';
import { sqsForTest, testStart } from '../../testing/sandbox/sqs.ts';

type Lab = Awaited<ReturnType<typeof sqsForTest>>;

const arn = (queue: string) => `arn:aws:sqs:eu-central-1:111122223333:${queue}`;
const redriveTo = (queue: string, maxReceiveCount: number) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn(queue), maxReceiveCount }),
});
const sum = (q: Lab, name: string, queue = 'orders') =>
  sumOf(q.lab, { name, of: { QueueName: queue } });
const maxima = (q: Lab, name: string, queue = 'orders') =>
  valuesOf(q.lab, { name, of: { QueueName: queue }, statistic: 'Maximum', from: testStart });

test('counts what is sent, received and deleted, and receives that bring nothing', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  for (const body of ['a', 'b', 'c']) await q.send(url, body);
  const messages = await q.receive(url);
  await q.remove(url, messages[0]);
  for (const _ of [1, 2]) await q.receive(url);
  expect(await sum(q, 'NumberOfMessagesSent')).toBe(3);
  expect(await sum(q, 'NumberOfMessagesReceived')).toBe(3);
  expect(await sum(q, 'NumberOfMessagesDeleted')).toBe(1);
  expect(await sum(q, 'NumberOfEmptyReceives')).toBe(2);
});

test('deleting again with the same receipt handle counts again', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'a');
  const [message] = await q.receive(url);
  for (const _ of [1, 2]) await q.remove(url, message);
  expect(await sum(q, 'NumberOfMessagesDeleted')).toBe(2);
});

test('a long poll in vain is one empty receive', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const poll = q.sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }));
  await q.counts(url);
  q.pass(20);
  await poll;
  expect(await sum(q, 'NumberOfEmptyReceives')).toBe(1);
});

test('the size of a message counts body and attributes', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'abcde', {
    MessageAttributes: { key: { DataType: 'String', StringValue: 'v' } },
  });
  expect(await sum(q, 'SentMessageSize')).toBe('abcde'.length + 'key'.length + 'String'.length + 1);
});

test('visible, in-flight and delayed messages are looked at when a minute begins', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders', { VisibilityTimeout: '90' });
  for (const body of ['a', 'b', 'c']) await q.send(url, body);
  await q.send(url, 'd', { DelaySeconds: 70 });
  await q.receive(url, { MaxNumberOfMessages: 1 });
  q.pass(60);
  expect(await maxima(q, 'ApproximateNumberOfMessagesVisible')).toEqual([2]);
  expect(await maxima(q, 'ApproximateNumberOfMessagesNotVisible')).toEqual([1]);
  expect(await maxima(q, 'ApproximateNumberOfMessagesDelayed')).toEqual([1]);
  q.pass(60);
  expect(await maxima(q, 'ApproximateNumberOfMessagesVisible')).toEqual([2, 4]);
  expect(await maxima(q, 'ApproximateNumberOfMessagesNotVisible')).toEqual([1, 0]);
});

test('a move to the dead-letter queue is no NumberOfMessagesSent there, and its message is visible', async () => {
  await using q = await sqsForTest();
  const dlq = await q.create('dlq');
  const url = await q.create('orders', { VisibilityTimeout: '0', ...redriveTo('dlq', 1) });
  await q.send(url, 'poison');
  for (const _ of [1, 2]) await q.receive(url);
  q.pass(60);
  expect(await sum(q, 'NumberOfMessagesSent', 'dlq')).toBe(0);
  expect(await maxima(q, 'ApproximateNumberOfMessagesVisible', 'dlq')).toEqual([1]);
  await q.send(dlq, 'by hand');
  expect(await sum(q, 'NumberOfMessagesSent', 'dlq')).toBe(1);
});

test('the age of the oldest message grows; in a dead-letter queue it begins with the move', async () => {
  await using q = await sqsForTest();
  await q.create('dlq');
  const url = await q.create('orders', { VisibilityTimeout: '0', ...redriveTo('dlq', 1) });
  await q.send(url, 'poison');
  q.pass(120);
  expect(await maxima(q, 'ApproximateAgeOfOldestMessage')).toEqual([60, 120]);
  for (const _ of [1, 2]) await q.receive(url);
  q.pass(60);
  expect(await maxima(q, 'ApproximateAgeOfOldestMessage', 'dlq')).toEqual([60]);
});

test('a message that was received three times no longer counts for the age of a standard queue', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders', { VisibilityTimeout: '0' });
  await q.send(url, 'poison');
  for (const _ of [1, 2, 3]) await q.receive(url);
  q.pass(60);
  expect(await maxima(q, 'ApproximateAgeOfOldestMessage')).toEqual([]);
  expect(await maxima(q, 'ApproximateNumberOfMessagesVisible')).toEqual([1]);
});
