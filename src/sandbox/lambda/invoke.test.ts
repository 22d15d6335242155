import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AddPermissionCommand,
  GetFunctionRecursionConfigCommand,
  DeleteFunctionConcurrencyCommand,
  GetAccountSettingsCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  InvokeCommand,
  ListTagsCommand,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';
import { createFunction, createRole, invoke, logOf, monday } from '../../testing/sandbox/lambda.ts';

let lab: TestSandbox;
let Role: string;

beforeAll(async () => {
  lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday, skipping: false }) });
  Role = await createRole(lab);
  await create(
    'echo',
    'export const handler = async (event, { clientContext }) => [event, clientContext]',
  );
});
afterAll(() => lab.close());

const create = (
  FunctionName: string,
  code: string,
  options: Parameters<typeof createFunction>[2] = {},
) => createFunction(lab, code, { Role, FunctionName, ...options });
const FunctionName = 'echo';
const arn = (name: string) => `arn:aws:lambda:eu-central-1:111122223333:function:${name}`;

test('Invoke answers 200 with the executed version, and the log only when asked', async () => {
  const Payload = JSON.stringify({ a: 1 });
  const answer = await lab.lambda.send(new InvokeCommand({ FunctionName, Payload }));
  expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
  expect(answer.FunctionError).toBeUndefined();
  expect(answer.LogResult).toBeUndefined();
  expect(answer.Payload?.transformToString()).toBe('[{"a":1},null]');
});

test('the request id of the answer is the one in the log and in the context', async () => {
  const answer = await lab.lambda.send(new InvokeCommand({ FunctionName, LogType: 'Tail' }));
  const log = Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8');
  expect(log).toContain(`START RequestId: ${answer.$metadata.requestId} Version: $LATEST\n`);
});

test('an empty payload is an empty object, and ClientContext arrives decoded', async () => {
  const ClientContext = Buffer.from('{"custom":{"k":"v"}}').toString('base64');
  const answer = await lab.lambda.send(new InvokeCommand({ FunctionName, ClientContext }));
  expect(answer.Payload?.transformToString()).toBe('[{},{"custom":{"k":"v"}}]');
});

test('a payload that is not JSON is refused', async () => {
  const command = new InvokeCommand({ FunctionName, Payload: 'not json' });
  await expect(lab.lambda.send(command)).rejects.toMatchObject({
    name: 'InvalidRequestContentException',
    message: expect.stringMatching(
      /^Could not parse request body into json: Could not parse payload into json: /,
    ),
    $metadata: { httpStatusCode: 400 },
  });
});

test('payloads beyond 6 MB, and events beyond 1 MB, are refused with 413', async () => {
  const tooLarge = { name: 'RequestTooLargeException', $metadata: { httpStatusCode: 413 } };
  const json = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));
  await expect(
    lab.lambda.send(new InvokeCommand({ FunctionName, Payload: json(6_291_557) })),
  ).rejects.toMatchObject(tooLarge);
  await expect(
    lab.lambda.send(
      new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: json(1_048_577) }),
    ),
  ).rejects.toMatchObject(tooLarge);
});

test('DryRun answers 204 and runs nothing', async () => {
  await create('dry', 'console.log("ran"); export const handler = async () => 1');
  const command = new InvokeCommand({ FunctionName: 'dry', InvocationType: 'DryRun' });
  expect((await lab.lambda.send(command)).StatusCode).toBe(204);
  await expect(logOf(lab, 'dry')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('DryRun still asks for the permission', async () => {
  const nobody = lab.as('nobody', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'lambda:GetFunction', Resource: '*' }],
  });
  const command = new InvokeCommand({ FunctionName, InvocationType: 'DryRun' });
  await expect(nobody.lambda.send(command)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(
      `is not authorized to perform: lambda:InvokeFunction on resource: ${arn('echo')}`,
    ),
  });
});

test('reserved concurrency 0 throttles everything, and taking it away ends that', async () => {
  await create('reserved', 'export const handler = async () => "ran"');
  const name = { FunctionName: 'reserved' };
  const put = new PutFunctionConcurrencyCommand({ ...name, ReservedConcurrentExecutions: 0 });
  expect(await lab.lambda.send(put)).toMatchObject({ ReservedConcurrentExecutions: 0 });
  expect(await lab.lambda.send(new GetFunctionConcurrencyCommand(name))).toMatchObject({
    ReservedConcurrentExecutions: 0,
  });
  expect(await lab.lambda.send(new GetFunctionCommand(name))).toMatchObject({
    Concurrency: { ReservedConcurrentExecutions: 0 },
  });
  await expect(lab.lambda.send(new InvokeCommand(name))).rejects.toMatchObject({
    name: 'TooManyRequestsException',
    message: 'Rate Exceeded.',
    Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    $metadata: { httpStatusCode: 429 },
  });
  const removed = await lab.lambda.send(new DeleteFunctionConcurrencyCommand(name));
  expect(removed.$metadata.httpStatusCode).toBe(204);
  const { ReservedConcurrentExecutions } = await lab.lambda.send(
    new GetFunctionConcurrencyCommand(name),
  );
  expect(ReservedConcurrentExecutions).toBeUndefined();
  expect((await invoke(lab, {}, 'reserved')).payload).toBe('ran');
});

test('reserved concurrency 1 lets one run and throttles the second', async () => {
  await create(
    'single',
    'export const handler = () => new Promise((r) => setTimeout(r, 500, "ran"))',
  );
  const name = { FunctionName: 'single' };
  await lab.lambda.send(
    new PutFunctionConcurrencyCommand({ ...name, ReservedConcurrentExecutions: 1 }),
  );
  const results = await Promise.allSettled([
    lab.lambda.send(new InvokeCommand(name)),
    lab.lambda.send(new InvokeCommand(name)),
  ]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await lab.lambda.send(new DeleteFunctionConcurrencyCommand(name));
});

test('100 executions stay unreserved', async () => {
  const name = { FunctionName };
  const put = (ReservedConcurrentExecutions: number) =>
    lab.lambda.send(new PutFunctionConcurrencyCommand({ ...name, ReservedConcurrentExecutions }));
  await expect(put(901)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message:
      "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
  });
  await put(900);
  const { AccountLimit } = await lab.lambda.send(new GetAccountSettingsCommand({}));
  expect(AccountLimit).toMatchObject({
    ConcurrentExecutions: 1000,
    UnreservedConcurrentExecutions: 100,
  });
  await lab.lambda.send(new DeleteFunctionConcurrencyCommand(name));
});

test('PutFunctionConcurrency of a missing function names it with :$LATEST', async () => {
  const command = new PutFunctionConcurrencyCommand({
    FunctionName: 'nothing',
    ReservedConcurrentExecutions: 1,
  });
  await expect(lab.lambda.send(command)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `Function not found: ${arn('nothing')}:$LATEST`,
  });
});

test('tags can be set, listed and removed', async () => {
  const Resource = arn('echo');
  await lab.lambda.send(new TagResourceCommand({ Resource, Tags: { a: '1', b: '2' } }));
  await lab.lambda.send(new TagResourceCommand({ Resource, Tags: { b: '3', c: '4' } }));
  await lab.lambda.send(new UntagResourceCommand({ Resource, TagKeys: ['a', 'c'] }));
  expect((await lab.lambda.send(new ListTagsCommand({ Resource }))).Tags).toEqual({ b: '3' });
});

const failTimes = `let left = 2;
  export const handler = async (event, { awsRequestId }) => {
    console.log('attempt', awsRequestId);
    if (left-- > 0) throw new Error('not yet');
  };`;

test('an Event is answered 202 at once, and tried again after one and two minutes', async () => {
  // A flowing clock, which skips the waits.
  await using own = await sandboxForTest();
  await createFunction(own, failTimes);
  const started = own.clock.now();
  const { StatusCode, Payload, $metadata } = await own.lambda.send(
    new InvokeCommand({ FunctionName: 'worker', InvocationType: 'Event', Payload: '{}' }),
  );
  expect(StatusCode).toBe(202);
  expect(Payload?.length ?? 0).toBe(0);

  const attempts = async () =>
    (await logOf(own).catch(() => [])).filter(({ message }) => message.includes('attempt'));
  await expect.poll(async () => (await attempts()).length).toBe(3);
  const all = await attempts();
  for (const { message } of all) expect(message).toContain($metadata.requestId);
  const [first = 0, second = 0, third = 0] = all.map(({ timestamp }) => timestamp);
  expect(first - started).toBeLessThan(30_000);
  expect(second - first).toBeGreaterThanOrEqual(60_000);
  expect(third - second).toBeGreaterThanOrEqual(120_000);
});

test('an Event that fails three times is dropped', async () => {
  await using own = await sandboxForTest();
  await createFunction(own, failTimes.replace('left = 2', 'left = 9'));
  await own.lambda.send(new InvokeCommand({ FunctionName: 'worker', InvocationType: 'Event' }));
  const pending = () =>
    own.sandbox.world.store.sql('SELECT count(*) AS n FROM lambda_events').get()?.['n'];
  expect(pending()).toBe(1);
  await expect.poll(pending).toBe(0);
  const messages = (await logOf(own)).filter(({ message }) => message.includes('attempt'));
  expect(messages).toHaveLength(3);
});

test('an accepted Event survives the end of the sandbox', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'events-test-'));
  const open = (standingAt: number) =>
    sandboxForTest({
      storeFile: join(folder, 'store.sqlite'),
      clock: new LabClock({ standingAt, skipping: false }),
    });
  const attempts = async (own: TestSandbox) =>
    (await logOf(own).catch(() => [])).filter(({ message }) => message.includes('attempt')).length;
  try {
    {
      await using own = await open(monday);
      await createFunction(own, failTimes);
      await own.lambda.send(new InvokeCommand({ FunctionName: 'worker', InvocationType: 'Event' }));
      await expect.poll(() => attempts(own)).toBe(1);
    }
    await using own = await open(monday + 62_000);
    await expect.poll(() => attempts(own)).toBe(2);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('operations that the sandbox does not have are named in the error', async () => {
  const grant = new AddPermissionCommand({
    FunctionName,
    StatementId: 'sns',
    Action: 'lambda:InvokeFunction',
    Principal: 'sns.amazonaws.com',
  });
  await expect(lab.lambda.send(grant)).rejects.toMatchObject({
    message:
      'lambda: AddPermission is not in the sandbox. AWS serves it. It lets other services invoke the function; an event source mapping on SQS needs none, since Lambda polls the queue under the execution role.',
  });
  await expect(
    lab.lambda.send(new GetFunctionRecursionConfigCommand({ FunctionName })),
  ).rejects.toMatchObject({
    message: 'lambda: GetFunctionRecursionConfig is not in the sandbox.',
  });
});
