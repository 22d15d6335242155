import { expect, test } from 'vitest';
import { arnOf, refusal, sqsForTest, testStart } from '../../testing/sandbox/sqs.ts';

test('a fresh standard queue answers All with exactly the documented attributes, all as strings', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const seconds = String(testStart / 1000);
  expect(await q.attributes(url)).toEqual({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesDelayed: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
    CreatedTimestamp: seconds,
    LastModifiedTimestamp: seconds,
    DelaySeconds: '0',
    MaximumMessageSize: '1048576',
    MessageRetentionPeriod: '345600',
    QueueArn: 'arn:aws:sqs:eu-central-1:111122223333:orders',
    ReceiveMessageWaitTimeSeconds: '0',
    SqsManagedSseEnabled: 'true',
    VisibilityTimeout: '30',
  });
});

test('a fresh FIFO queue adds its own attributes', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', { FifoQueue: 'true' });
  expect(await q.attributes(url)).toMatchObject({
    FifoQueue: 'true',
    ContentBasedDeduplication: 'false',
    DeduplicationScope: 'queue',
    FifoThroughputLimit: 'perQueue',
  });
});

test('GetQueueAttributes without names answers no Attributes, with names just those', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  expect(await q.attributes(url, [])).toBeUndefined();
  expect(await q.attributes(url, ['RedrivePolicy'])).toBeUndefined();
  expect(await q.attributes(url, ['DelaySeconds', 'Policy'])).toEqual({ DelaySeconds: '0' });
});

test.each([
  ['VisibilityTimeout', 0, 43_200],
  ['MessageRetentionPeriod', 60, 1_209_600],
  ['DelaySeconds', 0, 900],
  ['MaximumMessageSize', 1024, 1_048_576],
  ['ReceiveMessageWaitTimeSeconds', 0, 20],
  ['KmsDataKeyReusePeriodSeconds', 60, 86_400],
])(
  '%s ranges from %i to %i; out of range: InvalidAttributeValue, no reason',
  async (name, min, max) => {
    await using q = await sqsForTest();
    const url = await q.create('orders');
    for (const value of [min, max]) {
      await q.set(url, { [name]: String(value), KmsMasterKeyId: 'alias/lab' });
      expect((await q.attributes(url))?.[name]).toBe(String(value));
    }
    for (const value of [String(min - 1), String(max + 1), '', 'ten', '1.5']) {
      expect(await refusal(q.set(url, { [name]: value }))).toEqual({
        shape: 'InvalidAttributeValue',
        code: 'InvalidAttributeValue',
        status: 400,
        message: `Invalid value for the parameter ${name}.`,
      });
    }
    expect((await q.attributes(url))?.[name]).toBe(String(max));
  },
);

test('SetQueueAttributes changes LastModifiedTimestamp and nothing that was not given', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders', { DelaySeconds: '3' });
  q.pass(10);
  await q.set(url, { VisibilityTimeout: '60' });
  expect(await q.attributes(url)).toMatchObject({
    CreatedTimestamp: String(testStart / 1000),
    LastModifiedTimestamp: String(testStart / 1000 + 10),
    DelaySeconds: '3',
    VisibilityTimeout: '60',
  });
});

test('RedrivePolicy, RedriveAllowPolicy and Policy are absent while unset; "" removes them', async () => {
  await using q = await sqsForTest();
  const names = ['RedrivePolicy', 'RedriveAllowPolicy', 'Policy'];
  const dlq = await q.create('dlq');
  const url = await q.create('orders');
  expect(await q.attributes(url, names)).toBeUndefined();
  await q.set(url, {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(dlq), maxReceiveCount: 3 }),
    RedriveAllowPolicy: '{"redrivePermission":"denyAll"}',
    Policy: '{"Version":"2012-10-17","Statement":[]}',
  });
  expect(Object.keys((await q.attributes(url, names)) ?? {}).toSorted()).toEqual(names.toSorted());
  await q.set(url, { RedrivePolicy: '', RedriveAllowPolicy: '', Policy: '' });
  expect(await q.attributes(url, names)).toBeUndefined();
});

test('a Policy that is no JSON object is refused', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  expect((await refusal(q.set(url, { Policy: 'allow' }))).code).toBe('InvalidAttributeValue');
});

test.each([3, '3'])('maxReceiveCount is accepted as %j and shown as a number', async (count) => {
  await using q = await sqsForTest();
  const deadLetterTargetArn = arnOf(await q.create('dlq'));
  const url = await q.create('orders', {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: count }),
  });
  const shown = (await q.attributes(url))?.['RedrivePolicy'] ?? '';
  expect(JSON.parse(shown)).toEqual({ deadLetterTargetArn, maxReceiveCount: 3 });
});

test('a KMS key turns SqsManagedSseEnabled false, and it stays false without the key', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const names = ['SqsManagedSseEnabled', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds'];
  await q.set(url, { KmsMasterKeyId: 'alias/lab' });
  expect(await q.attributes(url, names)).toEqual({
    SqsManagedSseEnabled: 'false',
    KmsMasterKeyId: 'alias/lab',
    KmsDataKeyReusePeriodSeconds: '300',
  });
  await q.set(url, { KmsMasterKeyId: '' });
  expect(await q.attributes(url, names)).toEqual({ SqsManagedSseEnabled: 'false' });
});

test('two kinds of encryption at one time are refused: InvalidAttributeName', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const both = { KmsMasterKeyId: 'alias/lab', SqsManagedSseEnabled: 'true' };
  expect(await refusal(q.set(url, both))).toEqual({
    shape: 'InvalidAttributeName',
    code: 'InvalidAttributeName',
    status: 400,
    message:
      'You can use one type of server-side encryption (SSE) at one time. ' +
      'You can either enable KMS SSE or SQS SSE.',
  });
});

test.each(['FifoQueue', 'ContentBasedDeduplication', 'NoSuchAttribute', 'QueueArn'])(
  'attribute %s cannot be set on a standard queue: Unknown Attribute',
  async (name) => {
    await using q = await sqsForTest();
    const url = await q.create('orders');
    const expected = { code: 'InvalidAttributeName', message: `Unknown Attribute ${name}.` };
    expect(await refusal(q.set(url, { [name]: 'true' }))).toMatchObject(expected);
    expect(await refusal(q.create('others', { [name]: 'true' }))).toMatchObject(
      name === 'FifoQueue' ? { code: 'InvalidParameterValue' } : expected,
    );
  },
);

test('asking for an unknown attribute is refused: Unknown Attribute', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  expect(await refusal(q.attributes(url, ['NoSuchAttribute']))).toMatchObject({
    code: 'InvalidAttributeName',
    message: 'Unknown Attribute NoSuchAttribute.',
  });
});

test('the type of a queue cannot be changed: InvalidAttributeValue', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders.fifo', { FifoQueue: 'true' });
  expect(await refusal(q.set(url, { FifoQueue: 'false' }))).toMatchObject({
    shape: 'InvalidAttributeValue',
    message:
      'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
  });
});

test('approximate counts tell visible, in-flight and delayed messages apart', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'one');
  await q.send(url, 'two');
  await q.send(url, 'later', { DelaySeconds: 60 });
  await q.receive(url, { MaxNumberOfMessages: 1 });
  expect(await q.counts(url)).toEqual([1, 1, 1]);
  q.pass(30);
  expect(await q.counts(url)).toEqual([2, 0, 1]);
  q.pass(30);
  expect(await q.counts(url)).toEqual([3, 0, 0]);
});

test('with the fault countsLagMs, counts lag behind the truth for that long', async () => {
  await using q = await sqsForTest({ faults: { countsLagMs: 60_000 } });
  const url = await q.create('orders');
  await q.send(url, 'one');
  expect(await q.counts(url)).toEqual([0, 0, 0]);
  q.pass(60);
  expect(await q.counts(url)).toEqual([1, 0, 0]);
});

test('SqsManagedSseEnabled ignores case, and takes nothing but true and false', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders', { SqsManagedSseEnabled: 'False' });
  expect(await q.attributes(url)).toMatchObject({ SqsManagedSseEnabled: 'false' });
  await q.set(url, { SqsManagedSseEnabled: 'TRUE' });
  expect(await q.attributes(url)).toMatchObject({ SqsManagedSseEnabled: 'true' });
  expect((await refusal(q.set(url, { SqsManagedSseEnabled: 'yes' }))).code).toBe(
    'InvalidAttributeValue',
  );
});
