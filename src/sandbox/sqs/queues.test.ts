import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { bodies, refusal, sqsForTest } from '../../testing/sandbox/sqs.ts';

test('CreateQueue and GetQueueUrl answer a URL on the endpoint of the sandbox', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  expect(url).toBe(`${q.lab.endpoint}/111122223333/orders`);
  const found = await q.sqs.send(new GetQueueUrlCommand({ QueueName: 'orders' }));
  expect(found.QueueUrl).toBe(url);
});

test('CreateQueue again with the same or fewer attributes answers the same URL', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders', { DelaySeconds: '5', VisibilityTimeout: '60' });
  expect(await q.create('orders', { DelaySeconds: '5', VisibilityTimeout: '60' })).toBe(url);
  expect(await q.create('orders')).toBe(url);
});

test('CreateQueue with another attribute value is refused by name: QueueAlreadyExists', async () => {
  await using q = await sqsForTest();
  await q.create('orders', { DelaySeconds: '5' });
  expect(await refusal(q.create('orders', { DelaySeconds: '6' }))).toEqual({
    shape: 'QueueNameExists',
    code: 'QueueAlreadyExists',
    status: 400,
    message:
      'A queue already exists with the same name and a different value for attribute DelaySeconds',
  });
});

test('a missing queue: AWS.SimpleQueueService.NonExistentQueue, HTTP 400', async () => {
  await using q = await sqsForTest();
  const expected = {
    shape: 'QueueDoesNotExist',
    code: 'AWS.SimpleQueueService.NonExistentQueue',
    status: 400,
    message: 'The specified queue does not exist.',
  };
  expect(await refusal(q.attributes('missing'))).toEqual(expected);
  const urlOfMissing = q.sqs.send(new GetQueueUrlCommand({ QueueName: 'missing' }));
  expect(await refusal(urlOfMissing)).toEqual(expected);
});

test('a QueueUrl may be a bare queue name, and its host does not count', async () => {
  await using q = await sqsForTest();
  await q.create('orders');
  const urls = [
    'orders',
    'https://sqs.eu-central-1.amazonaws.com/111122223333/orders',
    '/111122223333/orders',
  ];
  for (const url of urls) await q.send(url, url);
  expect(bodies(await q.receive('orders'))).toEqual(urls);
  expect((await refusal(q.send('https://host/999999999999/orders', 'x'))).shape).toBe(
    'QueueDoesNotExist',
  );
});

test('queues of another Region are other queues', async () => {
  await using q = await sqsForTest({ region: 'us-west-2' });
  const url = await q.create('orders');
  expect((await q.attributes(url))?.['QueueArn']).toBe('arn:aws:sqs:us-west-2:111122223333:orders');
});

test.each(['a'.repeat(81), 'with space', 'dot.ted', 'orders.fifo'])(
  'queue name "%s" is refused: 1 to 80 letters, digits, - and _',
  async (name) => {
    await using q = await sqsForTest();
    expect(await refusal(q.create(name))).toMatchObject({
      code: 'InvalidParameterValue',
      message:
        'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    });
  },
);

test('an empty queue name is refused: MissingParameter', async () => {
  await using q = await sqsForTest();
  expect((await refusal(q.create(''))).code).toBe('MissingParameter');
});

test('a queue name of 80 characters is accepted', async () => {
  await using q = await sqsForTest();
  const name = 'n'.repeat(80);
  expect(await q.create(name)).toMatch(new RegExp(`/${name}$`));
});

test('DeleteQueue drops the messages and locks the name for 60 s: QueueDeletedRecently', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'gone');
  await q.sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
  expect((await refusal(q.receive(url))).shape).toBe('QueueDoesNotExist');
  q.pass(59);
  expect(await refusal(q.create('orders'))).toEqual({
    shape: 'QueueDeletedRecently',
    code: 'AWS.SimpleQueueService.QueueDeletedRecently',
    status: 400,
    message:
      'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
  });
  q.pass(1);
  await q.create('orders');
  expect(await q.receive(url)).toEqual([]);
});

test('PurgeQueue removes visible, in-flight and delayed messages', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'in flight');
  await q.receive(url);
  await q.send(url, 'delayed', { DelaySeconds: 10 });
  await q.send(url, 'visible');
  expect(await q.counts(url)).toEqual([1, 1, 1]);
  await q.sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
  expect(await q.counts(url)).toEqual([0, 0, 0]);
  await q.send(url, 'sent after the purge');
  q.pass(60);
  expect(bodies(await q.receive(url))).toEqual(['sent after the purge']);
});

test('a second PurgeQueue within 60 s is refused with HTTP 403: PurgeQueueInProgress', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const purge = () => q.sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
  await purge();
  q.pass(59);
  expect(await refusal(purge())).toEqual({
    shape: 'PurgeQueueInProgress',
    code: 'AWS.SimpleQueueService.PurgeQueueInProgress',
    status: 403,
    message: 'Only one PurgeQueue operation on orders is allowed every 60 seconds.',
  });
  q.pass(1);
  await expect(purge()).resolves.toBeDefined();
});

test('ListQueues filters by prefix; QueueUrls is absent when there are none', async () => {
  await using q = await sqsForTest();
  const names = ['lab01-b', 'lab01-a', 'other', 'lab02'];
  for (const name of names) await q.create(name);
  const list = async (QueueNamePrefix?: string) => {
    const { QueueUrls } = await q.sqs.send(new ListQueuesCommand({ QueueNamePrefix }));
    return QueueUrls?.map((url) => url.split('/').at(-1));
  };
  expect(await list('lab01-')).toEqual(['lab01-a', 'lab01-b']);
  expect(await list()).toEqual(['lab01-a', 'lab01-b', 'lab02', 'other']);
  expect(await list('LAB')).toBeUndefined();
});

test('ListQueues gives a NextToken only when MaxResults was given, 1 to 1,000', async () => {
  await using q = await sqsForTest();
  for (const name of ['a', 'b', 'c']) await q.create(name);
  const first = await q.sqs.send(new ListQueuesCommand({ MaxResults: 2 }));
  expect(first.QueueUrls).toHaveLength(2);
  const second = await q.sqs.send(
    new ListQueuesCommand({ MaxResults: 2, NextToken: first.NextToken }),
  );
  expect(second.QueueUrls).toEqual([expect.stringMatching(/\/c$/)]);
  expect(second.NextToken).toBeUndefined();
  expect((await q.sqs.send(new ListQueuesCommand({}))).NextToken).toBeUndefined();
  for (const MaxResults of [0, 1001]) {
    const refused = await refusal(q.sqs.send(new ListQueuesCommand({ MaxResults })));
    expect(refused.code).toBe('InvalidParameterValue');
  }
});

test('queue tags are set, overwritten, listed and removed; Tags is absent without any', async () => {
  await using q = await sqsForTest();
  const created = await q.sqs.send(
    new CreateQueueCommand({ QueueName: 'orders', tags: { Project: 'lab01' } }),
  );
  const QueueUrl = created.QueueUrl;
  const tags = async () => (await q.sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags;
  expect(await tags()).toEqual({ Project: 'lab01' });
  await q.sqs.send(new TagQueueCommand({ QueueUrl, Tags: { Project: 'lab02', Owner: 'me' } }));
  expect(await tags()).toEqual({ Project: 'lab02', Owner: 'me' });
  await q.sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['Project', 'Owner', 'unknown'] }));
  expect(await tags()).toBeUndefined();
});

test('AddPermission is not in the sandbox and says so', async () => {
  await using q = await sqsForTest();
  const { AddPermissionCommand } = await import('@aws-sdk/client-sqs');
  const refused = await refusal(
    q.sqs.send(
      new AddPermissionCommand({
        QueueUrl: await q.create('orders'),
        Label: 'other',
        AWSAccountIds: ['999999999999'],
        Actions: ['SendMessage'],
      }),
    ),
  );
  expect(refused.message).toMatch(/AddPermission.*not in the sandbox/);
});
