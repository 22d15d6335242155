import { createHash } from 'node:crypto';
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { sendRaw, signedBySdk } from '../../testing/sandbox/raw-requests.ts';
import { refusal, sqsForTest } from '../../testing/sandbox/sqs.ts';

// The SDK itself compares the MD5 of the body, in send and receive, and fails on a difference. The
// MD5 of attributes is held here against values that the AWS CLI documentation and AWS show.

test('send answers the MD5 of the body in UTF-8', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const body = 'Grüße, 你好 🚀';
  const sent = await q.send(url, body);
  expect(sent.MD5OfMessageBody).toBe(createHash('md5').update(body).digest('hex'));
  expect(sent).not.toHaveProperty('MD5OfMessageAttributes');
  expect(sent).not.toHaveProperty('SequenceNumber');
});

test('the MD5 of attributes is over name, type and value by name, each with its length', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const sent = await q.send(url, 'x', {
    MessageAttributes: {
      // Sent in another order than that of the names.
      b: { DataType: 'Binary.png', BinaryValue: Uint8Array.of(0, 255) },
      a: { DataType: 'String', StringValue: 'é' },
    },
  });
  const part = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const encoded = Buffer.concat([
    ...[part(Buffer.from('a')), part(Buffer.from('String')), Buffer.of(1), part(Buffer.from('é'))],
    ...[part(Buffer.from('b')), part(Buffer.from('Binary.png')), Buffer.of(2)],
    part(Buffer.of(0, 255)),
  ]);
  expect(sent.MD5OfMessageAttributes).toBe(createHash('md5').update(encoded).digest('hex'));
});

test('the trace header has an MD5 of its own and comes back as a system attribute', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const header = 'Root=1-5759e988-bd862e3fe1be46a994272793';
  const sent = await q.send(url, 'x', {
    MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: header } },
  });
  expect(sent.MD5OfMessageSystemAttributes).toMatch(/^[0-9a-f]{32}$/);
  expect(sent).not.toHaveProperty('MD5OfMessageAttributes');
  const [message] = await q.receive(url);
  expect(message?.Attributes?.['AWSTraceHeader' as 'SenderId']).toBe(header);
});

test.each([
  ['SendMessage', (url: string) => new SendMessageCommand({ QueueUrl: url, MessageBody: 'x' })],
  [
    'SendMessageBatch',
    (url: string) =>
      new SendMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: '1', MessageBody: 'x' }] }),
  ],
] as const)(
  'the HTTP header X-Amzn-Trace-Id of %s becomes AWSTraceHeader',
  async (_name, command) => {
    await using q = await sqsForTest();
    const url = await q.create('orders');
    const header = 'Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1';
    const request = await signedBySdk(q.sqs, () => q.sqs.send(command(url) as SendMessageCommand));
    const headers = { ...request.headers, 'x-amzn-trace-id': header };
    expect((await sendRaw(q.lab.endpoint, { ...request, headers })).status).toBe(200);
    const [message] = await q.receive(url);
    expect(message?.Attributes?.['AWSTraceHeader' as 'SenderId']).toBe(header);
  },
);

test('the attribute AWSTraceHeader overrides the HTTP header', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const attribute = 'Root=1-5759e988-bd862e3fe1be46a994272793';
  const command = new SendMessageCommand({
    QueueUrl: url,
    MessageBody: 'x',
    MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: attribute } },
  });
  const request = await signedBySdk(q.sqs, () => q.sqs.send(command));
  const headers = {
    ...request.headers,
    'x-amzn-trace-id': 'Root=1-3152b799-8954dae64eda91bc9a23a7e8',
  };
  await sendRaw(q.lab.endpoint, { ...request, headers });
  const [message] = await q.receive(url);
  expect(message?.Attributes?.['AWSTraceHeader' as 'SenderId']).toBe(attribute);
});

test('MessageAttributeNames knows All, *, .*, prefix.* and names; the MD5 covers the returned subset', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders', { VisibilityTimeout: '0' });
  const attribute = (text: string) => ({ DataType: 'String', StringValue: text });
  const all = { 'bar.one': attribute('1'), 'bar.two': attribute('2'), foo: attribute('3') };
  const sent = await q.send(url, 'x', { MessageAttributes: all });
  const receive = async (...names: string[]) =>
    (await q.receive(url, { MessageAttributeNames: names }))[0];
  for (const everything of ['All', '*', '.*']) {
    const message = await receive(everything);
    expect(message?.MessageAttributes).toEqual(all);
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
  }
  const some = await receive('bar.*');
  expect(Object.keys(some?.MessageAttributes ?? {})).toEqual(['bar.one', 'bar.two']);
  expect(some?.MD5OfMessageAttributes).not.toBe(sent.MD5OfMessageAttributes);
  expect(Object.keys((await receive('foo', 'unknown'))?.MessageAttributes ?? {})).toEqual(['foo']);
  const none = await receive();
  expect(none).not.toHaveProperty('MessageAttributes');
  expect(none).not.toHaveProperty('MD5OfMessageAttributes');
});

test('more than 10 message attributes are refused', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const many = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`a${i}`, { DataType: 'Number', StringValue: '1' }]),
    );
  await q.send(url, 'x', { MessageAttributes: many(10) });
  const refused = await refusal(q.send(url, 'x', { MessageAttributes: many(11) }));
  expect(refused.code).toBe('InvalidParameterValue');
});

test('an empty String attribute is refused with its name', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const attributes = { X: { DataType: 'String', StringValue: '' } };
  expect(await refusal(q.send(url, 'x', { MessageAttributes: attributes }))).toEqual({
    shape: 'InvalidParameterValueException',
    code: 'InvalidParameterValue',
    status: 400,
    message: "Message (user) attribute 'X' must contain a non-empty value of type 'String'.",
  });
});

test('control characters in a String attribute are refused: InvalidParameterValue', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  for (const StringValue of ['Invalid-\b,\v', 'zero \0', 'lone \uD800']) {
    const attributes = { attr1: { DataType: 'String', StringValue } };
    expect(await refusal(q.send(url, 'x', { MessageAttributes: attributes }))).toMatchObject({
      code: 'InvalidParameterValue',
      message: expect.stringMatching(
        /^Message \(user\) attribute 'attr1' contains invalid characters/,
      ),
    });
  }
  const allowed = { attr1: { DataType: 'String', StringValue: 'tab\t, line\n, \u{1F600}' } };
  await q.send(url, 'x', { MessageAttributes: allowed });
});

test.each(['0x10', 'Infinity', ' 1', '1,5', 'one', '1e'])(
  'the Number attribute "%s" is refused',
  async (StringValue) => {
    await using q = await sqsForTest();
    const url = await q.create('orders');
    const attributes = { x: { DataType: 'Number', StringValue } };
    const refused = await refusal(q.send(url, 'x', { MessageAttributes: attributes }));
    expect(refused.code).toBe('InvalidParameterValue');
  },
);

test('numbers with sign, fraction and exponent, and names with letters of any alphabet, are taken', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const MessageAttributes = {
    ...Object.fromEntries(
      ['1', '-1.5', '+.5', '1.', '2e10', '3E-7'].map((StringValue, i) => [
        `n${i}`,
        { DataType: 'Number', StringValue },
      ]),
    ),
    'attr.1øßä': { DataType: 'String', StringValue: 'Valid' },
  };
  await q.send(url, 'x', { MessageAttributes });
  const [message] = await q.receive(url, { MessageAttributeNames: ['All'] });
  expect(message?.MessageAttributes).toEqual(MessageAttributes);
});

test('an attribute type other than String, Number, Binary is refused', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const attributes = { x: { DataType: 'Boolean', StringValue: 'true' } };
  expect(await refusal(q.send(url, 'x', { MessageAttributes: attributes }))).toMatchObject({
    code: 'InvalidParameterValue',
    message:
      "The type of message (user) attribute 'x' is invalid. You must use only the following " +
      'supported type prefixes: Binary, Number, String.',
  });
});

test.each(['AWS.x', 'amazon.x', '.x', 'x.', 'x..y', 'x y', 'x!', 'x§', 'x('])(
  'attribute name "%s" is refused',
  async (name) => {
    await using q = await sqsForTest();
    const url = await q.create('orders');
    const attributes = { [name]: { DataType: 'String', StringValue: 'v' } };
    const refused = await refusal(q.send(url, 'x', { MessageAttributes: attributes }));
    expect(refused.code).toBe('InvalidParameterValue');
  },
);
