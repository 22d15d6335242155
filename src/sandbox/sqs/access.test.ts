import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callOperation } from '../../testing/sandbox/call-operation.ts';
import { LabClock } from '../clock.ts';
import { Store } from '../store.ts';
import { noFaults } from '../types.ts';
import type { CallContext, Service } from '../types.ts';
import { createSqs } from './service.ts';
import { taskHandle } from './task-row.ts';
import { arnOf, refusal, sqsForTest } from '../../testing/sandbox/sqs.ts';

const context: CallContext = {
  requestId: 'request',
  accountId: '111122223333',
  region: 'eu-central-1',
  endpoint: 'http://127.0.0.1:1',
  signal: new AbortController().signal,
  caller: {
    kind: 'user',
    arn: 'arn:aws:iam::111122223333:user/learner',
    userId: 'AIDA',
    accountId: '111122223333',
    name: 'learner',
  },
};
const store = new Store(':memory:');
let service: Service;

beforeAll(async () => {
  const clock = new LabClock({ standingAt: 0 });
  service = createSqs({ store, clock, accountId: '111122223333', faults: noFaults }).service;
  const create = (QueueName: string, Attributes = {}) =>
    callOperation(service, 'CreateQueue', { QueueName, Attributes }, context);
  await create('dlq');
  const RedrivePolicy = `{"deadLetterTargetArn":"${arnOf('dlq')}","maxReceiveCount":3}`;
  await create('orders', { RedrivePolicy });
});
afterAll(() => store.close());

const onOrders = { QueueUrl: 'orders', QueueName: 'orders' };
const orders = arnOf('orders');
const dlq = arnOf('dlq');
const taking = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => [
  action,
  dlq,
]);

// A batch is authorised as the single action.
test.each([
  ['ChangeMessageVisibility', onOrders, [['ChangeMessageVisibility', orders]]],
  ['ChangeMessageVisibilityBatch', onOrders, [['ChangeMessageVisibility', orders]]],
  ['CreateQueue', onOrders, [['CreateQueue', orders]]],
  [
    'CreateQueue',
    { ...onOrders, tags: { Project: 'lab01' } },
    [
      ['CreateQueue', orders],
      ['TagQueue', orders],
    ],
  ],
  ['DeleteMessage', onOrders, [['DeleteMessage', orders]]],
  ['DeleteMessageBatch', onOrders, [['DeleteMessage', orders]]],
  ['DeleteQueue', onOrders, [['DeleteQueue', orders]]],
  ['GetQueueAttributes', onOrders, [['GetQueueAttributes', orders]]],
  ['GetQueueUrl', onOrders, [['GetQueueUrl', orders]]],
  ['ListDeadLetterSourceQueues', onOrders, [['ListDeadLetterSourceQueues', orders]]],
  ['ListQueueTags', onOrders, [['ListQueueTags', orders]]],
  ['ListQueues', {}, [['ListQueues', '*']]],
  ['PurgeQueue', onOrders, [['PurgeQueue', orders]]],
  ['ReceiveMessage', onOrders, [['ReceiveMessage', orders]]],
  ['SendMessage', onOrders, [['SendMessage', orders]]],
  ['SendMessageBatch', onOrders, [['SendMessage', orders]]],
  ['SetQueueAttributes', onOrders, [['SetQueueAttributes', orders]]],
  ['TagQueue', { ...onOrders, Tags: { a: 'b' } }, [['TagQueue', orders]]],
  ['UntagQueue', onOrders, [['UntagQueue', orders]]],
  [
    'StartMessageMoveTask',
    { SourceArn: dlq, DestinationArn: arnOf('other') },
    [['StartMessageMoveTask', dlq], ...taking, ['SendMessage', arnOf('other')]],
  ],
  [
    'StartMessageMoveTask',
    { SourceArn: dlq },
    [['StartMessageMoveTask', dlq], ...taking, ['SendMessage', orders]],
  ],
  [
    'CancelMessageMoveTask',
    { TaskHandle: taskHandle('id', dlq) },
    [['CancelMessageMoveTask', dlq], ...taking],
  ],
  [
    'ListMessageMoveTasks',
    { SourceArn: dlq },
    [
      ['ListMessageMoveTasks', dlq],
      ['GetQueueAttributes', dlq],
    ],
  ],
])('%s of %j asks IAM for %j', (operation, input, expected) => {
  const accesses = service.operations[operation]?.access(input, context) ?? [];
  expect(accesses.map(({ action, resource }) => [action.replace('sqs:', ''), resource])).toEqual(
    expected,
  );
});

test('the service has 21 of the 23 operations of the model', () => {
  // AddPermission and RemovePermission are not in the sandbox.
  expect(Object.keys(service.operations)).toHaveLength(21);
});

test('what the policy does not allow is denied: AccessDenied, HTTP 403, action in lower case', async () => {
  await using q = await sqsForTest();
  const QueueUrl = await q.create('orders');
  const { sqs } = q.lab.as('sender', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: orders }],
  });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  await sqs.send(
    new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', MessageBody: 'x' }] }),
  );
  expect(await refusal(sqs.send(new ReceiveMessageCommand({ QueueUrl })))).toMatchObject({
    code: 'AccessDenied',
    status: 403,
    message: `User: arn:aws:iam::111122223333:user/sender is not authorized to perform: sqs:receivemessage on resource: ${orders} because no identity-based policy allows the sqs:receivemessage action`,
  });
  expect((await refusal(sqs.send(new CreateQueueCommand({ QueueName: 'mine' })))).code).toBe(
    'AccessDenied',
  );
  expect((await refusal(q.attributes('mine'))).shape).toBe('QueueDoesNotExist');
});
