import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { bodies, refusal, sqsForTest } from '../../testing/sandbox/sqs.ts';

type Lab = Awaited<ReturnType<typeof sqsForTest>>;

function sendBatch(q: Lab, QueueUrl: string, Entries: SendMessageBatchRequestEntry[]) {
  return q.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
}

function entries(count: number, body = 'x'): SendMessageBatchRequestEntry[] {
  return Array.from({ length: count }, (_, i) => ({ Id: `id-${i}`, MessageBody: body }));
}

test('SendMessageBatch sends up to 10 messages; Failed is absent without failures', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const answer = await sendBatch(q, url, entries(10));
  expect(answer.Successful?.map(({ Id }) => Id)).toEqual(entries(10).map(({ Id }) => Id));
  expect(answer).not.toHaveProperty('Failed');
  const received = await q.receive(url);
  expect(received.map(({ MessageId }) => MessageId)).toEqual(
    answer.Successful?.map(({ MessageId }) => MessageId),
  );
});

test('an empty batch is refused: EmptyBatchRequest', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  expect(await refusal(sendBatch(q, url, []))).toEqual({
    shape: 'EmptyBatchRequest',
    code: 'AWS.SimpleQueueService.EmptyBatchRequest',
    status: 400,
    message: 'There should be at least one SendMessageBatchRequestEntry in the request.',
  });
});

test('more than 10 entries are refused: TooManyEntriesInBatchRequest', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  expect(await refusal(sendBatch(q, url, entries(20)))).toEqual({
    shape: 'TooManyEntriesInBatchRequest',
    code: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
    status: 400,
    message: 'Maximum number of entries per request are 10. You have sent 20.',
  });
  expect(await q.receive(url)).toEqual([]);
});

test.each(['', 'with.dot', 'a'.repeat(81)])(
  'entry id "%s" is refused: InvalidBatchEntryId',
  async (Id) => {
    await using q = await sqsForTest();
    const url = await q.create('orders');
    await sendBatch(q, url, [{ Id: `${'a'.repeat(78)}-_`, MessageBody: 'x' }]);
    expect(await refusal(sendBatch(q, url, [{ Id, MessageBody: 'x' }]))).toEqual({
      shape: 'InvalidBatchEntryId',
      code: 'AWS.SimpleQueueService.InvalidBatchEntryId',
      status: 400,
      message:
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. ' +
        'It can be at most 80 letters long.',
    });
  },
);

test('a repeated entry id is refused: BatchEntryIdsNotDistinct', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const twice = [
    { Id: 'idA', MessageBody: '1' },
    { Id: 'idA', MessageBody: '2' },
  ];
  expect(await refusal(sendBatch(q, url, twice))).toEqual({
    shape: 'BatchEntryIdsNotDistinct',
    code: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
    status: 400,
    message: 'Id idA repeated.',
  });
});

test('a batch of more than 1,048,576 bytes is refused as a whole: BatchRequestTooLong', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await sendBatch(q, url, entries(8, 'x'.repeat(131_072)));
  const tooLong = [...entries(8, 'x'.repeat(131_072)), { Id: 'last', MessageBody: 'x' }];
  expect(await refusal(sendBatch(q, url, tooLong))).toEqual({
    shape: 'BatchRequestTooLong',
    code: 'AWS.SimpleQueueService.BatchRequestTooLong',
    status: 400,
    message: 'Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
  });
  expect(await q.counts(url)).toEqual([8, 0, 0]);
});

test('a bad entry fails alone, with HTTP 200: a message longer than the queue allows', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders', { MaximumMessageSize: '1024' });
  const answer = await sendBatch(q, url, [
    { Id: 'good', MessageBody: 'x'.repeat(1024) },
    { Id: 'long', MessageBody: 'x'.repeat(1025) },
  ]);
  expect(answer.$metadata.httpStatusCode).toBe(200);
  expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['good']);
  expect(answer.Failed).toEqual([
    {
      Id: 'long',
      Code: 'InvalidParameterValue',
      Message:
        'One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.',
      SenderFault: true,
    },
  ]);
});

test('a delay above 15 minutes or a control character in a batch fails its entry alone', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const answer = await sendBatch(q, url, [
    { Id: '180', MessageBody: 'foo', DelaySeconds: 180 },
    { Id: '1800', MessageBody: 'foo', DelaySeconds: 1800 },
    { Id: '9', MessageBody: '\u0001' },
  ]);
  expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['180']);
  expect(answer.Failed).toMatchObject([
    {
      Id: '1800',
      Code: 'InvalidParameterValue',
      Message:
        'Value 1800 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
      SenderFault: true,
    },
    { Id: '9', Code: 'InvalidMessageContents', SenderFault: true },
  ]);
});

test('an empty body in a batch fails its entry: EmptyValue', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const answer = await sendBatch(q, url, [{ Id: 'a', MessageBody: '' }, ...entries(1)]);
  expect(answer.Failed).toMatchObject([{ Id: 'a', Code: 'EmptyValue', SenderFault: true }]);
  expect(answer.Successful).toHaveLength(1);
});

test('DeleteMessageBatch deletes each entry for itself', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await sendBatch(q, url, entries(2));
  const [first, second] = await q.receive(url);
  const answer = await q.sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl: url,
      Entries: [
        { Id: 'a', ReceiptHandle: first?.ReceiptHandle },
        { Id: 'b', ReceiptHandle: 'garbage' },
        { Id: 'c', ReceiptHandle: second?.ReceiptHandle },
      ],
    }),
  );
  expect(answer.Successful).toEqual([{ Id: 'a' }, { Id: 'c' }]);
  expect(answer.Failed).toMatchObject([
    { Id: 'b', Code: 'ReceiptHandleIsInvalid', SenderFault: true },
  ]);
  expect(await q.counts(url)).toEqual([0, 0, 0]);
});

test('ChangeMessageVisibilityBatch changes each entry for itself', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await sendBatch(q, url, [
    { Id: 'a', MessageBody: 'now' },
    { Id: 'b', MessageBody: 'later' },
  ]);
  const [now, later] = await q.receive(url);
  const answer = await q.sqs.send(
    new ChangeMessageVisibilityBatchCommand({
      QueueUrl: url,
      Entries: [
        { Id: 'a', ReceiptHandle: now?.ReceiptHandle, VisibilityTimeout: 0 },
        { Id: 'b', ReceiptHandle: later?.ReceiptHandle, VisibilityTimeout: 60 },
        { Id: 'c', ReceiptHandle: later?.ReceiptHandle, VisibilityTimeout: 43_201 },
      ],
    }),
  );
  expect(answer.Successful).toEqual([{ Id: 'a' }, { Id: 'b' }]);
  expect(answer.Failed).toMatchObject([{ Id: 'c', Code: 'InvalidParameterValue' }]);
  expect(bodies(await q.receive(url))).toEqual(['now']);
  q.pass(59);
  expect(bodies(await q.receive(url))).toEqual(['now']);
  q.pass(1);
  expect(bodies(await q.receive(url))).toEqual(['later']);
});

test('an entry that cannot be read refuses the whole batch, and nothing of it is sent', async () => {
  await using q = await sqsForTest();
  const QueueUrl = await q.create('orders');
  const unreadable = 5 as unknown as string;
  const answer = await refusal(
    q.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'a', MessageBody: 'good' },
          { Id: 'b', MessageBody: 'bad', MessageGroupId: unreadable },
        ],
      }),
    ),
  );
  expect(answer.code).toBe('SerializationException');
  expect(await q.receive(QueueUrl)).toEqual([]);
});
