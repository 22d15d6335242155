import { DeleteQueueCommand, ListDeadLetterSourceQueuesCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { arnOf, bodies, refusal, sqsForTest, testStart } from '../../testing/sandbox/sqs.ts';

type Lab = Awaited<ReturnType<typeof sqsForTest>>;

/** `orders` with a redrive policy to `dlq`. */
async function createPair(q: Lab, maxReceiveCount: number, suffix = '') {
  const fifo: Record<string, string> =
    suffix === '.fifo' ? { FifoQueue: 'true', ContentBasedDeduplication: 'true' } : {};
  const dlq = await q.create(`dlq${suffix}`, fifo);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(dlq), maxReceiveCount });
  const url = await q.create(`orders${suffix}`, { ...fifo, RedrivePolicy });
  return { url, dlq };
}

test.each([1, 2, 3])(
  'with maxReceiveCount %i so many receives deliver, and the next one moves the message instead',
  async (maxReceiveCount) => {
    await using q = await sqsForTest();
    const { url, dlq } = await createPair(q, maxReceiveCount);
    await q.send(url, 'poison');
    for (let count = 1; count <= maxReceiveCount; count += 1) {
      const [message] = await q.receive(url);
      expect(message?.Attributes?.ApproximateReceiveCount).toBe(String(count));
      expect(await q.counts(dlq)).toEqual([0, 0, 0]);
      q.pass(30);
    }
    expect(await q.receive(url)).toEqual([]);
    expect(await q.counts(url)).toEqual([0, 0, 0]);
    expect(await q.counts(dlq)).toEqual([1, 0, 0]);
  },
);

test('with nobody receiving, a message whose receives are used up does not move', async () => {
  await using q = await sqsForTest();
  const { url, dlq } = await createPair(q, 1);
  await q.send(url, 'poison');
  await q.receive(url);
  q.pass(3600);
  expect(await q.counts(url)).toEqual([1, 0, 0]);
  expect(await q.counts(dlq)).toEqual([0, 0, 0]);
});

test('a moved message keeps id, body, attributes, trace header and SentTimestamp, and gains DeadLetterQueueSourceArn', async () => {
  await using q = await sqsForTest();
  const { url, dlq } = await createPair(q, 1);
  const attributes = { Author: { DataType: 'String', StringValue: 'me' } };
  const sent = await q.send(url, 'poison', {
    MessageAttributes: attributes,
    MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-5' } },
  });
  q.pass(5);
  await q.receive(url);
  q.pass(30);
  await q.receive(url);
  const [message] = await q.receive(dlq, { MessageAttributeNames: ['All'] });
  expect(message).toMatchObject({
    MessageId: sent.MessageId,
    Body: 'poison',
    MessageAttributes: attributes,
    Attributes: {
      AWSTraceHeader: 'Root=1-5',
      DeadLetterQueueSourceArn: arnOf(url),
      SentTimestamp: String(testStart),
    },
  });
});

test('the receive count goes on in the dead-letter queue with N + 1', async () => {
  await using q = await sqsForTest();
  const { url, dlq } = await createPair(q, 2);
  await q.send(url, 'poison');
  for (let i = 0; i < 3; i += 1) {
    await q.receive(url);
    q.pass(30);
  }
  const [first] = await q.receive(dlq);
  expect(first?.Attributes?.ApproximateReceiveCount).toBe('3');
  q.pass(30);
  const [second] = await q.receive(dlq);
  expect(second?.Attributes?.ApproximateReceiveCount).toBe('4');
});

test('a receive that moves a message still delivers the ones behind it', async () => {
  await using q = await sqsForTest();
  const { url, dlq } = await createPair(q, 1);
  await q.send(url, 'poison');
  await q.receive(url);
  q.pass(30);
  await q.send(url, 'good');
  expect(bodies(await q.receive(url, { MaxNumberOfMessages: 1 }))).toEqual(['good']);
  expect(bodies(await q.receive(dlq))).toEqual(['poison']);
});

test('a peek with receive-message counts as a receive', async () => {
  await using q = await sqsForTest();
  const { url, dlq } = await createPair(q, 1);
  await q.send(url, 'never handled');
  await q.receive(url, { VisibilityTimeout: 0 });
  expect(await q.receive(url)).toEqual([]);
  expect(bodies(await q.receive(dlq))).toEqual(['never handled']);
});

test('on a standard queue the retention period runs on from the first send', async () => {
  await using q = await sqsForTest();
  const { url, dlq } = await createPair(q, 1);
  await q.set(dlq, { MessageRetentionPeriod: '120' });
  await q.send(url, 'poison');
  await q.receive(url);
  q.pass(100);
  await q.receive(url);
  expect(await q.counts(dlq)).toEqual([1, 0, 0]);
  q.pass(20);
  expect(await q.counts(dlq)).toEqual([0, 0, 0]);
});

test('on a FIFO queue the move resets the enqueue time and the retention period', async () => {
  await using q = await sqsForTest();
  const { url, dlq } = await createPair(q, 1, '.fifo');
  await q.set(dlq, { MessageRetentionPeriod: '120' });
  await q.send(url, 'poison', { MessageGroupId: 'g' });
  await q.receive(url);
  q.pass(100);
  await q.receive(url);
  q.pass(119);
  const [message] = await q.receive(dlq);
  expect(message?.Attributes?.SentTimestamp).toBe(String(testStart + 100_000));
});

test('a FIFO dead-letter queue takes a message out of its group, and the next one follows', async () => {
  await using q = await sqsForTest();
  const { url, dlq } = await createPair(q, 2, '.fifo');
  await q.send(url, 'poison', { MessageGroupId: 'g' });
  await q.send(url, 'next', { MessageGroupId: 'g' });
  for (let i = 0; i < 2; i += 1) {
    expect(bodies(await q.receive(url, { MaxNumberOfMessages: 1 }))).toEqual(['poison']);
    q.pass(30);
  }
  expect(bodies(await q.receive(url, { MaxNumberOfMessages: 1 }))).toEqual(['next']);
  expect(bodies(await q.receive(dlq))).toEqual(['poison']);
});

test('while the dead-letter queue does not exist, messages are delivered and not lost', async () => {
  await using q = await sqsForTest();
  const { url, dlq } = await createPair(q, 1);
  await q.sqs.send(new DeleteQueueCommand({ QueueUrl: dlq }));
  await q.send(url, 'poison');
  for (const count of ['1', '2', '3']) {
    const [message] = await q.receive(url);
    expect(message?.Attributes?.ApproximateReceiveCount).toBe(count);
    q.pass(30);
  }
});

test('ListDeadLetterSourceQueues asks the dead-letter queue and answers queueUrls', async () => {
  await using q = await sqsForTest();
  const { url, dlq } = await createPair(q, 3);
  const list = async (QueueUrl: string) =>
    (await q.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl }))).queueUrls;
  expect(await list(dlq)).toEqual([url]);
  expect(await list(url)).toEqual([]);
  await q.set(url, { RedrivePolicy: '' });
  expect(await list(dlq)).toEqual([]);
});

const target = 'arn:aws:sqs:eu-central-1:111122223333:dlq';
test.each([
  [
    '{"maxReceiveCount":3}',
    'Redrive policy does not contain mandatory attribute: deadLetterTargetArn.',
  ],
  [
    `{"deadLetterTargetArn":"${target}"}`,
    'Redrive policy does not contain mandatory attribute: maxReceiveCount.',
  ],
  ...[0, 1001].map((count) => [
    `{"deadLetterTargetArn":"${target}","maxReceiveCount":${count}}`,
    `Invalid value for maxReceiveCount: ${count}, valid values are from 1 to 1000 both inclusive.`,
  ]),
  [
    `{"deadLetterTargetArn":"${target}-missing","maxReceiveCount":3}`,
    'Dead letter target does not exist.',
  ],
  [
    `{"deadLetterTargetArn":"${target.replace('eu-central-1', 'us-east-1')}","maxReceiveCount":3}`,
    'Dead letter target does not exist.',
  ],
  [
    `{"deadLetterTargetArn":"${target}.fifo","maxReceiveCount":3}`,
    'Dead-letter queue must be same type of queue as the source.',
  ],
])('RedrivePolicy %s is refused: %s', async (policy, reason) => {
  await using q = await sqsForTest();
  await q.create('dlq');
  await q.create('dlq.fifo', { FifoQueue: 'true' });
  const url = await q.create('orders');
  const expected = {
    shape: 'InvalidParameterValueException',
    code: 'InvalidParameterValue',
    status: 400,
    message: `Value ${policy} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
  };
  expect(await refusal(q.set(url, { RedrivePolicy: policy }))).toEqual(expected);
  expect(await refusal(q.create('others', { RedrivePolicy: policy }))).toEqual(expected);
});

test('RedrivePolicy that is no JSON is refused', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  expect((await refusal(q.set(url, { RedrivePolicy: 'dlq, 3' }))).code).toBe(
    'InvalidParameterValue',
  );
});

test.each([
  ['{"redrivePermission":"allowAll"}', true],
  ['{"redrivePermission":"denyAll"}', false],
  [
    `{"redrivePermission":"byQueue","sourceQueueArns":["${target.replace('dlq', 'orders')}"]}`,
    true,
  ],
  [
    `{"redrivePermission":"byQueue","sourceQueueArns":["${target.replace('dlq', 'others')}"]}`,
    false,
  ],
])('RedriveAllowPolicy %s lets the source in: %s', async (policy, allowed) => {
  await using q = await sqsForTest();
  const dlq = await q.create('dlq', { RedriveAllowPolicy: policy });
  const url = await q.create('orders');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(dlq), maxReceiveCount: 1 });
  const outcome = await q.set(url, { RedrivePolicy }).then(
    () => 'accepted',
    (error: { Code: string }) => error.Code,
  );
  expect(outcome).toBe(allowed ? 'accepted' : 'InvalidParameterValue');
});

test.each([
  '{"redrivePermission":"some"}',
  '{"redrivePermission":"byQueue"}',
  `{"redrivePermission":"byQueue","sourceQueueArns":${JSON.stringify(Array.from({ length: 11 }, () => target))}}`,
  'allowAll',
])('RedriveAllowPolicy %s is refused', async (policy) => {
  await using q = await sqsForTest();
  const url = await q.create('dlq');
  expect((await refusal(q.set(url, { RedriveAllowPolicy: policy }))).code).toBe(
    'InvalidParameterValue',
  );
});
