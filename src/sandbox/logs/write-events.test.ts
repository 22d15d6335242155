import { expect, test } from 'vitest';
import { callOperation } from '../../testing/sandbox/call-operation.ts';
import { LabClock } from '../clock.ts';
import { Store } from '../store.ts';
import { noFaults } from '../types.ts';
import type { Access, CallContext, Principal, WireObject, World } from '../types.ts';
import { createLogs } from './service.ts';

const now = Date.UTC(2026, 10, 23, 8);
const region = 'eu-central-1';
const writer: Principal = {
  kind: 'assumed-role',
  arn: 'arn:aws:sts::111122223333:assumed-role/worker-role/worker',
  userId: 'AROAEXAMPLE:worker',
  accountId: '111122223333',
  name: 'worker-role',
};

/** Logs whose IAM allows `actions`, and a way to write and to read all messages. */
function logsFor(actions: string[]) {
  const world: World = {
    store: new Store(':memory:'),
    clock: new LabClock({ standingAt: now }),
    accountId: '111122223333',
    faults: { ...noFaults },
  };
  const asked: Access[] = [];
  const { service, api } = createLogs(world, {
    decide(_principal, access) {
      asked.push(access);
      return actions.includes(access.action)
        ? { allowed: true }
        : { allowed: false, reason: 'implicit-deny' };
    },
    assumeRole: () => undefined,
  });
  const context: CallContext = {
    requestId: 'r',
    caller: writer,
    accountId: world.accountId,
    region,
    endpoint: 'http://127.0.0.1',
    signal: new AbortController().signal,
  };
  return {
    asked,
    write: (...messages: string[]) =>
      api.write({
        writer,
        region,
        group: '/aws/lambda/worker',
        stream: '2026/11/23/[$LATEST]0123',
        events: messages.map((message) => ({ timestamp: now, message })),
      }),
    run: (operation: string, input: WireObject) =>
      callOperation(service, operation, input, context),
  };
}

const all = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const onGroup = { logGroupName: '/aws/lambda/worker' };

test('write() creates group and stream as needed and keeps the events in order', () => {
  const logs = logsFor(all);
  logs.write('START\n', 'END\n');
  logs.write('REPORT\n');
  expect(logs.run('FilterLogEvents', onGroup)).toMatchObject({
    events: [{ message: 'START\n' }, { message: 'END\n' }, { message: 'REPORT\n' }],
  });
});

test('write() asks for each right on the resource that AWS checks', () => {
  const logs = logsFor(all);
  logs.write('START\n');
  const group = 'arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/worker';
  expect(logs.asked).toEqual([
    { action: 'logs:CreateLogGroup', resource: `${group}:log-stream:` },
    { action: 'logs:CreateLogStream', resource: `${group}:log-stream:2026/11/23/[$LATEST]0123` },
    { action: 'logs:PutLogEvents', resource: `${group}:log-stream:2026/11/23/[$LATEST]0123` },
  ]);
});

test.each([
  ['logs:CreateLogGroup', 'DescribeLogGroups', { logGroups: [] }],
  ['logs:CreateLogStream', 'DescribeLogStreams', { logStreams: [] }],
  ['logs:PutLogEvents', 'FilterLogEvents', { events: [] }],
])('write() without %s drops the events silently', (missing, operation, found) => {
  const logs = logsFor(all.filter((action) => action !== missing));
  logs.write('START\n');
  const input = operation === 'DescribeLogGroups' ? {} : onGroup;
  expect(logs.run(operation, input)).toMatchObject(found);
});

test('write() into a group that is there needs no right to create it', async () => {
  const logs = logsFor(['logs:CreateLogStream', 'logs:PutLogEvents']);
  await logs.run('CreateLogGroup', onGroup);
  logs.write('START\n');
  expect(logs.run('FilterLogEvents', onGroup)).toMatchObject({ events: [{ message: 'START\n' }] });
});

test('write() cuts a message that is longer than an event can be', () => {
  const logs = logsFor(all);
  logs.write('x'.repeat(2_000_000));
  expect(logs.run('FilterLogEvents', onGroup)).toMatchObject({
    events: [{ message: 'x'.repeat(1_048_576 - 26) }],
  });
});
