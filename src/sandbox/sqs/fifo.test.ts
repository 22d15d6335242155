import {
  DeleteMessageBatchCommand,
  PurgeQueueCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { bodies, refusal, sqsForTest } from '../../testing/sandbox/sqs.ts';

const contentBased = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
const inGroup = (MessageGroupId: string) => ({ MessageGroupId });

test('the name of a FIFO queue ends in .fifo and FifoQueue=true is said at creation', async () => {
  await using q = await sqsForTest();
  await q.create('orders.fifo', contentBased);
  for (const name of ['orders', `${'a'.repeat(76)}.fifo`, '.fifo']) {
    expect((await refusal(q.create(name, contentBased))).code).toBe('InvalidParameterValue');
  }
});

test.each(['True', 'TRUE', 'true'])(
  'FifoQueue=%s is taken and shown as true, and so is ContentBasedDeduplication',
  async (text) => {
    await using q = await sqsForTest();
    const url = await q.create('orders.fifo', { FifoQueue: text, ContentBasedDeduplication: text });
    expect(await q.attributes(url)).toMatchObject({
      FifoQueue: 'true',
      ContentBasedDeduplication: 'true',
    });
    // The same queue, however its attributes are written.
    expect(await q.create('orders.fifo', { FifoQueue: 'true' })).toBe(url);
  },
);

test('messages of a group come in the order in which they were sent', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', contentBased);
  const sent = [];
  for (let i = 0; i < 25; i += 1) sent.push(await q.send(url, String(i), inGroup('g')));
  const received = [];
  for (let round = 0; round < 3; round += 1) {
    const messages = await q.receive(url);
    received.push(...messages);
    await q.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle })),
      }),
    );
  }
  expect(received.map(({ MessageId }) => MessageId)).toEqual(
    sent.map(({ MessageId }) => MessageId),
  );
});

test('system attributes and the send answer show group, deduplication id and a rising 20-digit SequenceNumber', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', { FifoQueue: 'true' });
  const first = await q.send(url, '1', { MessageGroupId: 'g', MessageDeduplicationId: 'd1' });
  const second = await q.send(url, '2', { MessageGroupId: 'g', MessageDeduplicationId: 'd2' });
  expect(first.SequenceNumber).toMatch(/^\d{20}$/);
  expect(BigInt(second.SequenceNumber ?? 0)).toBeGreaterThan(BigInt(first.SequenceNumber ?? 0));
  const [message] = await q.receive(url);
  expect(message?.Attributes).toMatchObject({
    MessageGroupId: 'g',
    MessageDeduplicationId: 'd1',
    SequenceNumber: first.SequenceNumber,
  });
});

test('every send needs a MessageGroupId: MissingParameter', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', contentBased);
  expect(await refusal(q.send(url, 'x'))).toEqual({
    shape: 'MissingRequiredParameterException',
    code: 'MissingParameter',
    status: 400,
    message: 'The request must contain the parameter MessageGroupId.',
  });
});

const ids = { MessageGroupId: 'g', MessageDeduplicationId: 'd' };

test.each([
  [
    'MessageGroupId',
    { MessageDeduplicationId: 'other' },
    'The request must contain the parameter MessageGroupId.',
  ],
  [
    'MessageDeduplicationId',
    { MessageGroupId: 'g' },
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  ],
])(
  'one entry of a batch without %s refuses the whole batch: InvalidParameterValue, and nothing is sent',
  async (_member, lacking, message) => {
    await using q = await sqsForTest();
    const QueueUrl = await q.create('orders.fifo', { FifoQueue: 'true' });
    const Entries = [
      { Id: 'good', MessageBody: 'x', ...ids },
      { Id: 'bad', MessageBody: 'y', ...lacking },
    ];
    expect(await refusal(q.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })))).toEqual({
      shape: 'InvalidParameterValueException',
      code: 'InvalidParameterValue',
      status: 400,
      message,
    });
    expect(await q.counts(QueueUrl)).toEqual([0, 0, 0]);
  },
);

test('with ContentBasedDeduplication the entries of a batch need no MessageDeduplicationId', async () => {
  await using q = await sqsForTest();
  const QueueUrl = await q.create('orders.fifo', contentBased);
  const Entries = ['1', '2'].map((Id) => ({ Id, MessageBody: Id, MessageGroupId: 'g' }));
  const answer = await q.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  expect(answer.Successful).toHaveLength(2);
});

test('without ContentBasedDeduplication a MessageDeduplicationId is needed', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', { FifoQueue: 'true' });
  expect(await refusal(q.send(url, 'x', inGroup('g')))).toMatchObject({
    code: 'InvalidParameterValue',
    message:
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  });
});

test('a duplicate within 5 minutes succeeds with the first MessageId and is not delivered', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', contentBased);
  const first = await q.send(url, 'same', inGroup('g'));
  const [message] = await q.receive(url);
  await q.remove(url, message);
  q.pass(299);
  const duplicate = await q.send(url, 'same', inGroup('other'));
  expect(duplicate.MessageId).toBe(first.MessageId);
  expect(duplicate.SequenceNumber).toBe(first.SequenceNumber);
  expect(await q.receive(url)).toEqual([]);
  q.pass(1);
  const later = await q.send(url, 'same', inGroup('g'));
  expect(later.MessageId).not.toBe(first.MessageId);
  expect(bodies(await q.receive(url))).toEqual(['same']);
});

test('an explicit MessageDeduplicationId decides over the content', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', contentBased);
  await q.send(url, 'same', { MessageGroupId: 'g', MessageDeduplicationId: '1' });
  await q.send(url, 'same', { MessageGroupId: 'g', MessageDeduplicationId: '2' });
  await q.send(url, 'other', { MessageGroupId: 'g', MessageDeduplicationId: '2' });
  expect(bodies(await q.receive(url))).toEqual(['same', 'same']);
});

test('DeduplicationScope messageGroup tells the same content in two groups apart', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', {
    ...contentBased,
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
  });
  for (const group of ['a', 'b', 'a']) await q.send(url, 'same', inGroup(group));
  expect(await q.receive(url)).toHaveLength(2);
});

test('purge clears what deduplication remembers', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', contentBased);
  const first = await q.send(url, 'same', inGroup('g'));
  await q.sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
  const second = await q.send(url, 'same', inGroup('g'));
  expect(second.MessageId).not.toBe(first.MessageId);
  expect(await q.receive(url)).toHaveLength(1);
});

test('while a message of a group is in flight, later ones of the group are withheld', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', contentBased);
  await q.send(url, 'a1', inGroup('a'));
  await q.send(url, 'a2', inGroup('a'));
  await q.send(url, 'b1', inGroup('b'));
  const one = { MaxNumberOfMessages: 1 };
  const [a1] = await q.receive(url, one);
  expect(a1?.Body).toBe('a1');
  expect(bodies(await q.receive(url))).toEqual(['b1']);
  expect(await q.receive(url)).toEqual([]);
  await q.remove(url, a1);
  expect(bodies(await q.receive(url, one))).toEqual(['a2']);
});

test('a group goes on with its first message when that returns', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', contentBased);
  for (const body of ['1', '2', '3']) await q.send(url, body, inGroup('g'));
  const [, second] = await q.receive(url, { MaxNumberOfMessages: 2 });
  await q.remove(url, second);
  expect(await q.receive(url)).toEqual([]);
  q.pass(30);
  expect(bodies(await q.receive(url))).toEqual(['1', '3']);
});

test('a message made visible is received again, although later ones of its group are in flight; they hold back what follows', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', contentBased);
  for (const body of ['1', '2', '3', '4']) await q.send(url, body, inGroup('g'));
  const [first] = await q.receive(url, { MaxNumberOfMessages: 3 });
  await q.send(url, 'other', inGroup('other'));
  await q.hide(url, first, 0);
  expect(new Set(bodies(await q.receive(url)))).toEqual(new Set(['1', 'other']));
});

test.each([
  [1, []],
  [2, ['1']],
  [3, ['1', '2']],
])(
  'a message of a group that stays hidden longer holds back those after it, not those before: message %i',
  async (position, received) => {
    await using q = await sqsForTest();
    const url = await q.create('orders.fifo', contentBased);
    for (const body of ['1', '2', '3']) await q.send(url, body, inGroup('g'));
    const messages = await q.receive(url);
    await q.hide(url, messages[position - 1], 120);
    q.pass(30);
    expect(bodies(await q.receive(url))).toEqual(received);
  },
);

test('a message made visible by ChangeMessageVisibility 0 frees its group', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', contentBased);
  await q.send(url, '1', inGroup('g'));
  await q.send(url, '2', inGroup('g'));
  const [first] = await q.receive(url, { MaxNumberOfMessages: 1 });
  await q.hide(url, first, 0);
  expect(bodies(await q.receive(url))).toEqual(['1', '2']);
});

test('a delay for one message is refused, the delay of the queue counts', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', { ...contentBased, DelaySeconds: '10' });
  expect(await refusal(q.send(url, 'x', { ...inGroup('g'), DelaySeconds: 2 }))).toMatchObject({
    code: 'InvalidParameterValue',
    message:
      'Value 2 for parameter DelaySeconds is invalid. ' +
      'Reason: The request include parameter that is not valid for this queue type.',
  });
  await q.send(url, 'x', inGroup('g'));
  expect(await q.counts(url)).toEqual([0, 0, 1]);
  q.pass(10);
  expect(await q.receive(url)).toHaveLength(1);
});

test('delete with an expired handle fails: The receipt handle has expired.', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', contentBased);
  await q.send(url, 'x', inGroup('g'));
  const [message] = await q.receive(url);
  q.pass(30);
  expect(await refusal(q.remove(url, message))).toMatchObject({
    code: 'InvalidParameterValue',
    message: `Value ${message?.ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
  });
  expect(await q.receive(url)).toHaveLength(1);
});

test.each(['DeduplicationScope', 'FifoThroughputLimit'])(
  '%s on a standard queue is refused: only when FifoQueue is set to true',
  async (name) => {
    await using q = await sqsForTest();
    const url = await q.create('orders');
    expect(await refusal(q.set(url, { [name]: 'queue' }))).toMatchObject({
      code: 'InvalidAttributeName',
      message: `You can specify the ${name} only when FifoQueue is set to true.`,
    });
  },
);

test('the dead-letter queue of a FIFO queue must be FIFO', async () => {
  await using q = await sqsForTest();
  await q.create('dlq');
  const RedrivePolicy =
    '{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:111122223333:dlq","maxReceiveCount":3}';
  const refused = await refusal(q.create('orders.fifo', { ...contentBased, RedrivePolicy }));
  expect(refused.message).toMatch(/Dead-letter queue must be same type of queue as the source\.$/);
});

test('a receive repeated under its ReceiveRequestAttemptId gets the same messages and handles', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', contentBased);
  await q.send(url, '1', inGroup('g'));
  await q.send(url, '2', inGroup('g'));
  const attempt = { ReceiveRequestAttemptId: 'once', MaxNumberOfMessages: 1 };
  const first = await q.receive(url, attempt);
  q.pass(20);
  expect(await q.receive(url, attempt)).toEqual(first);
  q.pass(20);
  // The repetition reset the visibility timeout.
  expect(await q.receive(url)).toEqual([]);
  await q.remove(url, first[0]);
  expect(bodies(await q.receive(url, attempt))).toEqual(['2']);
});
