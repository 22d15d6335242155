import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendRaw, signedByHand } from '../../../testing/sandbox/raw-requests.ts';
import { sandboxForTest } from '../../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../../testing/sandbox/sandbox-for-test.ts';

// The forms are those that botocore 1.20 writes, whose model of SQS still speaks this protocol.

let lab: TestSandbox;
beforeAll(async () => {
  lab = await sandboxForTest();
});
afterAll(() => lab.close());

function policy(Effect: 'Allow' | 'Deny'): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect, Action: 'sqs:*', Resource: '*' }],
  });
}

/** Sends a form as an old SDK does; what differs from call to call in the answer is written as a word. */
async function call(
  form: Readonly<Record<string, string>>,
  options: { path?: string; user?: string; effect?: 'Allow' | 'Deny' } = {},
): Promise<{ status: number; type: string | undefined; body: string }> {
  const { path = '/', user = 'old', effect = 'Allow' } = options;
  const answer = await sendRaw(
    lab.endpoint,
    signedByHand(lab.endpoint, {
      service: 'sqs',
      credentials: lab.sandbox.issueUser(user, policy(effect)),
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      path,
      body: new URLSearchParams({ ...form, Version: '2012-11-05' }).toString(),
    }),
  );
  const body = answer.body
    .replaceAll(lab.endpoint, 'ENDPOINT')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID');
  return { status: answer.status, type: answer.headers['content-type'], body };
}

function urlOf(name: string): string {
  return `${lab.endpoint}/111122223333/${name}`;
}

/** The text of the first element of that name. */
function textOf(body: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? '';
}

function answered(operation: string, result = ''): string {
  return (
    `<${operation}Response xmlns="http://queue.amazonaws.com/doc/2012-11-05/">${result}` +
    `<ResponseMetadata><RequestId>UUID</RequestId></ResponseMetadata></${operation}Response>`
  );
}

test('CreateQueue takes attributes and tags, GetQueueAttributes and ListQueueTags show them', async () => {
  const made = await call({
    Action: 'CreateQueue',
    QueueName: 'made',
    'Attribute.1.Name': 'VisibilityTimeout',
    'Attribute.1.Value': '60',
    'Attribute.2.Name': 'DelaySeconds',
    'Attribute.2.Value': '5',
    'Tag.1.Key': 'stage',
    'Tag.1.Value': 'lab',
  });
  expect(made).toEqual({
    status: 200,
    type: 'text/xml',
    body: answered(
      'CreateQueue',
      '<CreateQueueResult><QueueUrl>ENDPOINT/111122223333/made</QueueUrl></CreateQueueResult>',
    ),
  });
  const QueueUrl = urlOf('made');
  const shown = await call({
    Action: 'GetQueueAttributes',
    QueueUrl,
    'AttributeName.1': 'VisibilityTimeout',
    'AttributeName.2': 'DelaySeconds',
  });
  expect(shown.body).toBe(
    answered(
      'GetQueueAttributes',
      '<GetQueueAttributesResult><Attribute><Name>VisibilityTimeout</Name><Value>60</Value></Attribute>' +
        '<Attribute><Name>DelaySeconds</Name><Value>5</Value></Attribute></GetQueueAttributesResult>',
    ),
  );
  await call({ Action: 'TagQueue', QueueUrl, 'Tags.1.Key': 'two', 'Tags.1.Value': '2' });
  await call({ Action: 'UntagQueue', QueueUrl, 'TagKey.1': 'stage' });
  expect((await call({ Action: 'ListQueueTags', QueueUrl })).body).toBe(
    answered(
      'ListQueueTags',
      '<ListQueueTagsResult><Tag><Key>two</Key><Value>2</Value></Tag></ListQueueTagsResult>',
    ),
  );
});

test('a message with attributes is sent, received, hidden and deleted', async () => {
  await call({ Action: 'CreateQueue', QueueName: 'message' });
  const QueueUrl = urlOf('message');
  const sent = await call({
    Action: 'SendMessage',
    QueueUrl,
    MessageBody: '<a> & "b"\r\nü',
    DelaySeconds: '0',
    'MessageAttribute.1.Name': 'n',
    'MessageAttribute.1.Value.DataType': 'Number',
    'MessageAttribute.1.Value.StringValue': '1',
    'MessageSystemAttribute.1.Name': 'AWSTraceHeader',
    'MessageSystemAttribute.1.Value.DataType': 'String',
    'MessageSystemAttribute.1.Value.StringValue': 'Root=1',
  });
  expect(sent.body).toMatch(
    /^<SendMessageResponse .*<SendMessageResult><MessageId>UUID<\/MessageId>/,
  );
  const received = await call({
    Action: 'ReceiveMessage',
    QueueUrl,
    MaxNumberOfMessages: '10',
    WaitTimeSeconds: '1',
    VisibilityTimeout: '30',
    'AttributeName.1': 'ApproximateReceiveCount',
    'AttributeName.2': 'AWSTraceHeader',
    'MessageAttributeName.1': 'All',
  });
  const handle = textOf(received.body, 'ReceiptHandle');
  expect(received.body).toBe(
    answered(
      'ReceiveMessage',
      `<ReceiveMessageResult><Message><MessageId>UUID</MessageId><ReceiptHandle>${handle}</ReceiptHandle>` +
        `<MD5OfBody>${textOf(sent.body, 'MD5OfMessageBody')}</MD5OfBody>` +
        '<Body>&lt;a&gt; &amp; &quot;b&quot;&#xD;\nü</Body>' +
        '<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>' +
        '<Attribute><Name>AWSTraceHeader</Name><Value>Root=1</Value></Attribute>' +
        `<MD5OfMessageAttributes>${textOf(sent.body, 'MD5OfMessageAttributes')}</MD5OfMessageAttributes>` +
        '<MessageAttribute><Name>n</Name><Value><DataType>Number</DataType><StringValue>1</StringValue>' +
        '</Value></MessageAttribute></Message></ReceiveMessageResult>',
    ),
  );
  const held = { QueueUrl, ReceiptHandle: handle };
  const hidden = { ...held, Action: 'ChangeMessageVisibility', VisibilityTimeout: '0' };
  expect((await call(hidden)).body).toBe(answered('ChangeMessageVisibility'));
  expect((await call({ ...held, Action: 'DeleteMessage' })).body).toBe(answered('DeleteMessage'));
  expect((await call({ Action: 'ReceiveMessage', QueueUrl })).body).toBe(
    answered('ReceiveMessage', '<ReceiveMessageResult></ReceiveMessageResult>'),
  );
});

test('batches have their entries in the form, and in the answer what went well and what did not', async () => {
  await call({ Action: 'CreateQueue', QueueName: 'batch' });
  const QueueUrl = urlOf('batch');
  const sent = await call({
    Action: 'SendMessageBatch',
    QueueUrl,
    'SendMessageBatchRequestEntry.1.Id': 'good',
    'SendMessageBatchRequestEntry.1.MessageBody': 'x',
    'SendMessageBatchRequestEntry.1.MessageAttribute.1.Name': 'n',
    'SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType': 'Number',
    'SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue': '1',
    'SendMessageBatchRequestEntry.2.Id': 'late',
    'SendMessageBatchRequestEntry.2.MessageBody': 'y',
    'SendMessageBatchRequestEntry.2.DelaySeconds': '1000',
  });
  expect(sent.body).toMatch(
    /<SendMessageBatchResultEntry><Id>good<\/Id>.*<\/SendMessageBatchResultEntry><BatchResultErrorEntry><Id>late<\/Id><Code>InvalidParameterValue<\/Code><Message>Value 1000 .*<\/Message><SenderFault>true<\/SenderFault><\/BatchResultErrorEntry>/,
  );
  const { body } = await call({ Action: 'ReceiveMessage', QueueUrl });
  const entry = 'DeleteMessageBatchRequestEntry';
  const deleted = await call({
    Action: 'DeleteMessageBatch',
    QueueUrl,
    [`${entry}.1.Id`]: 'a',
    [`${entry}.1.ReceiptHandle`]: textOf(body, 'ReceiptHandle'),
  });
  expect(deleted.body).toBe(
    answered(
      'DeleteMessageBatch',
      '<DeleteMessageBatchResult><DeleteMessageBatchResultEntry><Id>a</Id></DeleteMessageBatchResultEntry></DeleteMessageBatchResult>',
    ),
  );
  const empty = await call({ Action: 'SendMessageBatch', QueueUrl, Entries: '' });
  expect(textOf(empty.body, 'Code')).toBe('AWS.SimpleQueueService.EmptyBatchRequest');
});

test('ListQueues and ListDeadLetterSourceQueues list URLs without a list around them', async () => {
  await call({ Action: 'CreateQueue', QueueName: 'listed-dead' });
  await call({
    Action: 'CreateQueue',
    QueueName: 'listed',
    'Attribute.1.Name': 'RedrivePolicy',
    'Attribute.1.Value':
      '{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:111122223333:listed-dead","maxReceiveCount":"3"}',
  });
  const [one, two] = ['listed', 'listed-dead'].map(
    (name) => `<QueueUrl>ENDPOINT/111122223333/${name}</QueueUrl>`,
  );
  expect((await call({ Action: 'ListQueues', QueueNamePrefix: 'listed' })).body).toBe(
    answered('ListQueues', `<ListQueuesResult>${one}${two}</ListQueuesResult>`),
  );
  const QueueUrl = urlOf('listed-dead');
  expect((await call({ Action: 'ListDeadLetterSourceQueues', QueueUrl })).body).toBe(
    answered(
      'ListDeadLetterSourceQueues',
      `<ListDeadLetterSourceQueuesResult>${one}</ListDeadLetterSourceQueuesResult>`,
    ),
  );
});

test('the path of the request names the queue when the form does not', async () => {
  await call({ Action: 'CreateQueue', QueueName: 'by-path' });
  const path = '/111122223333/by-path';
  expect((await call({ Action: 'SendMessage', MessageBody: 'x' }, { path })).status).toBe(200);
  const shown = await call(
    { Action: 'GetQueueAttributes', 'AttributeName.1': 'ApproximateNumberOfMessages' },
    { path },
  );
  expect(textOf(shown.body, 'Value')).toBe('1');
});

test.each([
  [
    { Action: 'GetQueueUrl', QueueName: 'ghost' },
    400,
    'AWS.SimpleQueueService.NonExistentQueue',
    'The specified queue does not exist for this wsdl version.',
  ],
  [
    { Action: 'ReceiveMessage', QueueUrl: 'errors', MaxNumberOfMessages: '11' },
    400,
    'InvalidParameterValue',
    'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
  ],
  [
    { Action: 'DeleteMessage', QueueUrl: 'errors', ReceiptHandle: 'x' },
    404,
    'ReceiptHandleIsInvalid',
    'The input receipt handle &quot;x&quot; is not a valid receipt handle.',
  ],
  [
    { Action: 'ReceiveMessage', QueueUrl: 'errors', WaitTimeSeconds: 'soon' },
    400,
    'SerializationException',
    'The value of WaitTimeSeconds can not be converted to an Integer',
  ],
  [
    { Action: 'SetQueueAttributes', QueueUrl: 'errors', 'Attribute.x.Name': 'DelaySeconds' },
    400,
    'MalformedInput',
    'Unexpected input parameter &quot;Attribute&quot;',
  ],
  [
    { Action: 'AddPermission', QueueUrl: 'errors' },
    400,
    'InvalidAction',
    'sqs: AddPermission is not in the sandbox. AWS serves it. It writes the policy of the queue: set the attribute Policy instead.',
  ],
])(
  '%j is refused in XML, with the code that the CLI shows',
  async (form, status, code, message) => {
    await call({ Action: 'CreateQueue', QueueName: 'errors' });
    expect(await call(form)).toEqual({
      status,
      type: 'text/xml',
      body:
        '<ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">' +
        `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message><Detail/></Error>` +
        '<RequestId>UUID</RequestId></ErrorResponse>',
    });
  },
);

test('IAM decides about forms as about JSON', async () => {
  const form = { Action: 'CreateQueue', QueueName: 'denied' };
  const answer = await call(form, { user: 'nobody', effect: 'Deny' });
  expect([answer.status, textOf(answer.body, 'Code')]).toEqual([403, 'AccessDenied']);
});
