import { describe, expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { monday } from '../../testing/sandbox/lambda.ts';
import { createServices } from '../services.ts';
import { Store } from '../store.ts';
import { signedCall } from '../../testing/sandbox/calls.ts';
import { sendRaw } from '../../testing/sandbox/raw-requests.ts';
import { inputsOf, trustPolicy } from '../../testing/sandbox/valid-inputs.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';
import type { ServiceName, WireObject } from '../types.ts';
import { noFaults } from '../types.ts';

const routes = createServices({
  store: new Store(':memory:'),
  clock: new LabClock({ standingAt: monday }),
  accountId: '111122223333',
  faults: { ...noFaults },
}).all.flatMap((service) => service.routes ?? []);

const standing = () => sandboxForTest({ clock: new LabClock({ standingAt: monday }) });

/** Below the SDK, whose objects lose a member called `__proto__`. */
async function call(lab: TestSandbox, service: ServiceName, operation: string, input: WireObject) {
  const wire = { service, operation, input };
  const { status, body } = await sendRaw(lab.endpoint, signedCall(lab, wire, routes));
  return { status, body };
}

const xs = (count: number) => 'x'.repeat(count);

describe('names, texts and tags at their limits', () => {
  test.each<[string, ServiceName, string, (text: string) => WireObject, number]>([
    ['queue name', 'sqs', 'CreateQueue', (QueueName) => ({ QueueName }), 80],
    [
      'FIFO queue name',
      'sqs',
      'CreateQueue',
      (x) => ({ QueueName: `${x}.fifo`, Attributes: { FifoQueue: 'true' } }),
      75,
    ],
    [
      'tag key of a queue',
      'sqs',
      'TagQueue',
      (key) => ({ QueueUrl: 'work', Tags: { [key]: '' } }),
      128,
    ],
    ['tag value of a queue', 'sqs', 'TagQueue', (a) => ({ QueueUrl: 'work', Tags: { a } }), 256],
    [
      'message group id',
      'sqs',
      'SendMessage',
      (MessageGroupId) => ({ QueueUrl: 'work', MessageBody: 'x', MessageGroupId }),
      128,
    ],
    [
      'message attribute name',
      'sqs',
      'SendMessage',
      (name) => ({
        QueueUrl: 'work',
        MessageBody: 'x',
        MessageAttributes: { [name]: { DataType: 'String', StringValue: 'x' } },
      }),
      256,
    ],
    [
      'batch entry id',
      'sqs',
      'SendMessageBatch',
      (Id) => ({ QueueUrl: 'work', Entries: [{ Id, MessageBody: 'x' }] }),
      80,
    ],
    ['log group name', 'logs', 'CreateLogGroup', (logGroupName) => ({ logGroupName }), 512],
    [
      'log stream name',
      'logs',
      'CreateLogStream',
      (logStreamName) => ({ logGroupName: 'group', logStreamName }),
      512,
    ],
    [
      'filter pattern',
      'logs',
      'FilterLogEvents',
      (filterPattern) => ({ logGroupName: 'group', filterPattern }),
      1024,
    ],
    [
      'role name',
      'iam',
      'CreateRole',
      (RoleName) => ({ RoleName, AssumeRolePolicyDocument: trustPolicy }),
      64,
    ],
    [
      'role description',
      'iam',
      'UpdateRole',
      (Description) => ({ RoleName: 'worker-role', Description }),
      1000,
    ],
    [
      'inline policy name',
      'iam',
      'GetRolePolicy',
      (PolicyName) => ({ RoleName: 'worker-role', PolicyName }),
      128,
    ],
    [
      'tag key of a role',
      'iam',
      'TagRole',
      (Key) => ({ RoleName: 'worker-role', Tags: [{ Key, Value: '' }] }),
      128,
    ],
    [
      'tag value of a role',
      'iam',
      'TagRole',
      (Value) => ({ RoleName: 'worker-role', Tags: [{ Key: 'a', Value }] }),
      256,
    ],
    [
      'function description',
      'lambda',
      'UpdateFunctionConfiguration',
      (Description) => ({ FunctionName: 'worker', Description }),
      256,
    ],
    [
      'handler',
      'lambda',
      'UpdateFunctionConfiguration',
      (Handler) => ({ FunctionName: 'worker', Handler }),
      128,
    ],
    [
      'tag key of a function',
      'lambda',
      'TagResource',
      (key) => ({ Resource: functionArn, Tags: { [key]: '' } }),
      128,
    ],
    [
      'tag value of a function',
      'lambda',
      'TagResource',
      (a) => ({ Resource: functionArn, Tags: { a } }),
      256,
    ],
  ])(
    'the longest %s is taken, one more character is refused',
    async (_what, service, operation, input, longest) => {
      await using lab = await standing();
      await inputsOf[service](lab);
      const tooLong = await call(lab, service, operation, input(xs(longest + 1)));
      expect(tooLong).toMatchObject({ status: 400 });
      const fitting = await call(lab, service, operation, input(xs(longest)));
      // A policy of that name is not there, which could be looked for.
      expect(fitting.status).toBeOneOf(operation === 'GetRolePolicy' ? [404] : [200, 201, 204]);
    },
  );

  test.each<[string, ServiceName, string, (tags: Record<string, string>) => WireObject]>([
    ['queue', 'sqs', 'TagQueue', (Tags) => ({ QueueUrl: 'work', Tags })],
    ['function', 'lambda', 'TagResource', (Tags) => ({ Resource: functionArn, Tags })],
    ['log group', 'logs', 'TagResource', (tags) => ({ resourceArn: groupArn, tags })],
    [
      'role',
      'iam',
      'TagRole',
      (tags) => ({
        RoleName: 'worker-role',
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    ],
  ])('a %s has at most 50 tags', async (_what, service, operation, input) => {
    await using lab = await standing();
    await inputsOf[service](lab);
    const tags = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`t${i}`, 'v']));
    expect((await call(lab, service, operation, input(tags(51)))).status).toBeOneOf([400, 409]);
    // The function and the log group have one tag already.
    const room = service === 'lambda' || service === 'logs' ? 49 : 50;
    expect((await call(lab, service, operation, input(tags(room)))).status).toBeLessThan(300);
    expect((await call(lab, service, operation, input({ more: 'v' }))).status).toBeOneOf([
      400, 409,
    ]);
  });
});

const functionArn = 'arn:aws:lambda:eu-central-1:111122223333:function:worker';
const groupArn = 'arn:aws:logs:eu-central-1:111122223333:log-group:group';

describe('names that every object of JavaScript has are names like any other', () => {
  const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString'];
  const own = (value: unknown) => Object.fromEntries(names.map((name) => [name, value]));

  test('queues', async () => {
    await using lab = await standing();
    for (const QueueName of names) {
      expect(await call(lab, 'sqs', 'GetQueueUrl', { QueueName })).toMatchObject({ status: 400 });
      expect(await call(lab, 'sqs', 'CreateQueue', { QueueName })).toMatchObject({ status: 200 });
    }
    const { body } = await call(lab, 'sqs', 'ListQueues', {});
    const { QueueUrls } = JSON.parse(body) as { QueueUrls: string[] };
    const prefix = `${lab.endpoint}/111122223333/`;
    expect(new Set(QueueUrls)).toEqual(new Set(names.map((name) => prefix + name)));
  });

  test('queue tags, and attributes that no queue has', async () => {
    await using lab = await standing();
    await call(lab, 'sqs', 'CreateQueue', { QueueName: 'work' });
    await call(lab, 'sqs', 'TagQueue', { QueueUrl: 'work', Tags: own('x') });
    const { body } = await call(lab, 'sqs', 'ListQueueTags', { QueueUrl: 'work' });
    expect(Object.entries(JSON.parse(body).Tags)).toEqual(Object.entries(own('x')));
    for (const name of names) {
      const Attributes = Object.fromEntries([[name, '1']]);
      const set = await call(lab, 'sqs', 'SetQueueAttributes', { QueueUrl: 'work', Attributes });
      expect(set).toMatchObject({ status: 400, body: expect.stringContaining('InvalidAttribute') });
    }
  });

  test('message attributes', async () => {
    await using lab = await standing();
    await call(lab, 'sqs', 'CreateQueue', { QueueName: 'work' });
    const MessageAttributes = own({ DataType: 'String', StringValue: 'x' });
    const message = { QueueUrl: 'work', MessageBody: 'x', MessageAttributes };
    expect(await call(lab, 'sqs', 'SendMessage', message)).toMatchObject({ status: 200 });
    const receive = { QueueUrl: 'work', MessageAttributeNames: ['All'] };
    const { body } = await call(lab, 'sqs', 'ReceiveMessage', receive);
    const [received] = JSON.parse(body).Messages;
    expect(Object.keys(received.MessageAttributes).toSorted()).toEqual(names.toSorted());
  });

  test('roles, functions and log groups', async () => {
    await using lab = await standing();
    await inputsOf.lambda(lab);
    for (const name of names) {
      const role = { RoleName: name };
      expect(await call(lab, 'iam', 'GetRole', role)).toMatchObject({ status: 404 });
      const trust = { AssumeRolePolicyDocument: trustPolicy };
      expect(await call(lab, 'iam', 'CreateRole', { ...role, ...trust })).toMatchObject({
        status: 200,
      });
      const group = { logGroupName: name };
      expect(await call(lab, 'logs', 'DeleteLogGroup', group)).toMatchObject({ status: 400 });
      expect(await call(lab, 'logs', 'CreateLogGroup', group)).toMatchObject({ status: 200 });
      const tags = { Resource: functionArn, Tags: Object.fromEntries([[name, 'x']]) };
      expect(await call(lab, 'lambda', 'TagResource', tags)).toMatchObject({ status: 204 });
      const missing = { FunctionName: name };
      expect(await call(lab, 'lambda', 'GetFunction', missing)).toMatchObject({ status: 404 });
    }
    const { body } = await call(lab, 'lambda', 'ListTags', { Resource: functionArn });
    expect(Object.keys(JSON.parse(body).Tags).toSorted()).toEqual(['a', ...names].toSorted());
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });
});

describe('text that is no text', () => {
  test.each([
    ['a lone surrogate', '\uD800'],
    ['a zero byte', 'a\0b'],
    ['a character that is none', '\uFFFF'],
  ])('a body with %s is refused and sends nothing', async (_what, MessageBody) => {
    await using lab = await standing();
    await call(lab, 'sqs', 'CreateQueue', { QueueName: 'work' });
    const sent = await call(lab, 'sqs', 'SendMessage', { QueueUrl: 'work', MessageBody });
    expect(sent).toMatchObject({
      status: 400,
      body: expect.stringContaining('InvalidMessageContents'),
    });
    expect((await call(lab, 'sqs', 'ReceiveMessage', { QueueUrl: 'work' })).body).toBe('{}');
  });

  test('emoji, right-to-left marks and combining characters come back as they were sent', async () => {
    await using lab = await standing();
    await call(lab, 'sqs', 'CreateQueue', { QueueName: 'work' });
    const MessageBody = '🐟 \u202Eabc\u202C e\u0301 \u{10FFFD} <&>"\'';
    await call(lab, 'sqs', 'SendMessage', { QueueUrl: 'work', MessageBody });
    const { body } = await call(lab, 'sqs', 'ReceiveMessage', { QueueUrl: 'work' });
    expect(JSON.parse(body).Messages[0].Body).toBe(MessageBody);
  });
});
