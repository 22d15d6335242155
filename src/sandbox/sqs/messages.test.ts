import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { bodies, refusal, sqsForTest, testStart } from '../../testing/sandbox/sqs.ts';

test('a message goes through send, receive and delete', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const sent = await q.send(url, 'hello');
  const [message] = await q.receive(url);
  expect(message).toMatchObject({ MessageId: sent.MessageId, Body: 'hello' });
  expect(message?.ReceiptHandle).toMatch(/^AQEB/);
  await q.remove(url, message);
  q.pass(30);
  expect(await q.receive(url)).toEqual([]);
});

test('nothing to receive: the answer has no Messages', async () => {
  await using q = await sqsForTest();
  const QueueUrl = await q.create('orders');
  const answer = await q.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  expect(answer).not.toHaveProperty('Messages');
});

test('ReceiveMessage answers one message unless MaxNumberOfMessages asks for up to 10', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  for (let i = 0; i < 12; i += 1) await q.send(url, String(i));
  expect(await q.receive(url, { MaxNumberOfMessages: undefined })).toHaveLength(1);
  expect(await q.receive(url, { MaxNumberOfMessages: 10 })).toHaveLength(10);
  expect(await q.receive(url, { MaxNumberOfMessages: 10 })).toHaveLength(1);
});

test.each([0, 11])('MaxNumberOfMessages %i is refused: 1 to 10', async (max) => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  expect(await refusal(q.receive(url, { MaxNumberOfMessages: max }))).toEqual({
    shape: 'InvalidParameterValueException',
    code: 'InvalidParameterValue',
    status: 400,
    message: `Value ${max} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
  });
});

test.each([-1, 21])('WaitTimeSeconds %i is refused: 0 to 20', async (wait) => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  expect(await refusal(q.receive(url, { WaitTimeSeconds: wait }))).toMatchObject({
    code: 'InvalidParameterValue',
    message: `Value ${wait} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.`,
  });
});

test('system attributes All: receive count, first receive, sender, sent time, all as strings', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'x');
  q.pass(1);
  await q.receive(url);
  q.pass(30);
  const [again] = await q.receive(url);
  expect(again?.Attributes).toEqual({
    ApproximateReceiveCount: '2',
    ApproximateFirstReceiveTimestamp: String(testStart + 1000),
    SenderId: expect.stringMatching(/^AIDA/),
    SentTimestamp: String(testStart),
  });
});

test('system attributes come only when asked, by either parameter; unknown names are ignored', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders', { VisibilityTimeout: '0' });
  await q.send(url, 'x');
  const [none] = await q.receive(url, { MessageSystemAttributeNames: [] });
  expect(none).not.toHaveProperty('Attributes');
  const [both] = await q.receive(url, {
    MessageSystemAttributeNames: ['SentTimestamp', 'NoSuchName' as 'All'],
    AttributeNames: ['SenderId' as 'All'],
  });
  expect(Object.keys(both?.Attributes ?? {}).toSorted()).toEqual(['SenderId', 'SentTimestamp']);
});

test('an empty body is refused: MissingParameter MessageBody', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  expect(await refusal(q.send(url, ''))).toEqual({
    shape: 'MissingRequiredParameterException',
    code: 'MissingParameter',
    status: 400,
    message: 'The request must contain the parameter MessageBody.',
  });
});

test('a body may have 1,048,576 bytes and not one more', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'x'.repeat(1_048_576));
  expect(await refusal(q.send(url, `é${'x'.repeat(1_048_575)}`))).toMatchObject({
    code: 'InvalidParameterValue',
    message:
      'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
  });
});

test('MaximumMessageSize counts body and attributes: name, type and value', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders', { MaximumMessageSize: '1024' });
  const MessageAttributes = { ab: { DataType: 'String', StringValue: '12' } };
  await q.send(url, 'x'.repeat(1014), { MessageAttributes });
  const refused = await refusal(q.send(url, 'x'.repeat(1015), { MessageAttributes }));
  expect(refused.message).toMatch(/Message must be shorter than 1024 bytes\.$/);
});

test('characters that no XML knows are refused: InvalidMessageContents', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'tab\t, line\n, 🚀');
  for (const body of ['\u0000', 'bell \u0007', '\uffff']) {
    expect((await refusal(q.send(url, body))).shape).toBe('InvalidMessageContents');
  }
});

test('a delay hides a new message; its own delay overrides that of the queue', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders', { DelaySeconds: '10' });
  await q.send(url, 'queue delay');
  await q.send(url, 'own delay', { DelaySeconds: 20 });
  await q.send(url, 'no delay', { DelaySeconds: 0 });
  expect(bodies(await q.receive(url))).toEqual(['no delay']);
  q.pass(10);
  expect(bodies(await q.receive(url))).toEqual(['queue delay']);
  q.pass(10);
  expect(bodies(await q.receive(url))).toEqual(['own delay']);
});

test.each([-1, 901, 1000])('DelaySeconds %i of a message is refused: 0 to 900', async (delay) => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  expect(await refusal(q.send(url, 'x', { DelaySeconds: delay }))).toMatchObject({
    code: 'InvalidParameterValue',
    message: `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
  });
});

test('a message older than the retention period is gone, also while in flight', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders', { MessageRetentionPeriod: '60' });
  await q.send(url, 'in flight');
  await q.receive(url, { VisibilityTimeout: 300 });
  await q.send(url, 'visible');
  q.pass(59);
  expect(await q.counts(url)).toEqual([1, 1, 0]);
  q.pass(1);
  expect(await q.counts(url)).toEqual([0, 0, 0]);
  expect(await q.receive(url)).toEqual([]);
});

test('a new retention period counts for messages that are already in the queue', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'x');
  q.pass(120);
  await q.set(url, { MessageRetentionPeriod: '60' });
  expect(await q.receive(url)).toEqual([]);
});

test('MessageGroupId is allowed on a standard queue and blocks nothing (fair queues)', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'one', { MessageGroupId: 'tenant' });
  await q.send(url, 'two', { MessageGroupId: 'tenant' });
  const [first] = await q.receive(url, { MaxNumberOfMessages: 1 });
  expect(first?.Attributes).toMatchObject({ MessageGroupId: 'tenant' });
  expect(bodies(await q.receive(url))).toEqual(['two']);
  for (const MessageGroupId of ['', 'a'.repeat(129), 'with space']) {
    const refused = await refusal(q.send(url, 'x', { MessageGroupId }));
    expect(refused.code).toBe('InvalidParameterValue');
  }
});

test('MessageDeduplicationId is refused on a standard queue', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  expect(await refusal(q.send(url, 'x', { MessageDeduplicationId: 'd' }))).toMatchObject({
    code: 'InvalidParameterValue',
    message:
      'Value d for parameter MessageDeduplicationId is invalid. ' +
      'Reason: The request include parameter that is not valid for this queue type.',
  });
});

test('with the fault duplicateDelivery a deleted message is delivered once more, and only once', async () => {
  await using q = await sqsForTest({ faults: { duplicateDelivery: 1 } });
  const url = await q.create('orders');
  const sent = await q.send(url, 'x');
  const [first] = await q.receive(url);
  await q.remove(url, first);
  const [second] = await q.receive(url);
  expect(second?.MessageId).toBe(sent.MessageId);
  await q.remove(url, second);
  q.pass(30);
  expect(await q.receive(url)).toEqual([]);
});

test('a receive that is refused does not count as one', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'hello');
  const names = 'All' as unknown as ['All'];
  const answer = await refusal(q.receive(url, { MessageAttributeNames: names }));
  expect(answer.code).toBe('SerializationException');
  const [message] = await q.receive(url);
  expect(message?.Attributes?.ApproximateReceiveCount).toBe('1');
});
