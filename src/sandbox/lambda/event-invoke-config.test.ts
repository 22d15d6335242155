import {
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  InvokeCommand,
  ListFunctionEventInvokeConfigsCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import type { PutFunctionEventInvokeConfigCommandInput } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { allowRole, arnOf, experimentLab } from '../../testing/sandbox/experiment-lab.ts';
import { createFunction, createRole } from '../../testing/sandbox/lambda.ts';
import { sumOf, valuesOf } from '../../testing/sandbox/metrics.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';

const FunctionName = 'worker';
const functionArn = 'arn:aws:lambda:eu-central-1:111122223333:function:worker';
const handler = `export const handler = async (event) => {
  if (event.fail) throw new Error('on purpose');
  return { done: event };
};`;
const onFailure = { OnFailure: { Destination: arnOf('failures') } };

async function labWithDestinations(): Promise<TestSandbox> {
  const aws = await sandboxForTest();
  for (const QueueName of ['failures', 'successes', 'function-dlq']) {
    await aws.sqs.send(new CreateQueueCommand({ QueueName }));
  }
  const Role = await createRole(aws);
  await allowRole(aws, ['sqs:SendMessage']);
  await createFunction(aws, handler, { Role });
  return aws;
}

const put = (aws: TestSandbox, input: Partial<PutFunctionEventInvokeConfigCommandInput>) =>
  aws.lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, ...input }));

async function sendEvent(aws: TestSandbox, event: object): Promise<string | undefined> {
  const { StatusCode, $metadata } = await aws.lambda.send(
    new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(event) }),
  );
  expect(StatusCode).toBe(202);
  await expect
    .poll(() => aws.sandbox.world.store.sql('SELECT count(*) AS n FROM lambda_events').get()?.['n'])
    .toBe(0);
  return $metadata.requestId;
}

/** Each body as JSON. */
async function messagesIn(aws: TestSandbox, QueueUrl: string): Promise<unknown[]> {
  const { Messages = [] } = await aws.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  );
  return Messages.map(({ Body = '' }) => JSON.parse(Body) as unknown);
}

test('an event that fails three times ends in the OnFailure destination, with the error', async () => {
  await using aws = await labWithDestinations();
  await put(aws, { DestinationConfig: onFailure });
  const requestId = await sendEvent(aws, { fail: true });
  expect(await messagesIn(aws, 'failures')).toEqual([
    {
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      requestContext: {
        requestId,
        functionArn: `${functionArn}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: { fail: true },
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        functionError: 'Unhandled',
      },
      responsePayload: expect.objectContaining({ errorType: 'Error', errorMessage: 'on purpose' }),
    },
  ]);
});

test('an event that went well ends in the OnSuccess destination, with the answer', async () => {
  await using aws = await labWithDestinations();
  await put(aws, {
    DestinationConfig: { ...onFailure, OnSuccess: { Destination: arnOf('successes') } },
  });
  await sendEvent(aws, { order: 1 });
  expect(await messagesIn(aws, 'successes')).toMatchObject([
    {
      requestContext: { condition: 'Success', approximateInvokeCount: 1 },
      requestPayload: { order: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
      responsePayload: { done: { order: 1 } },
    },
  ]);
  expect(await messagesIn(aws, 'failures')).toEqual([]);
});

test.each([
  ['MaximumRetryAttempts 0', { MaximumRetryAttempts: 0 }, 'RetriesExhausted', 1],
  ['MaximumRetryAttempts 1', { MaximumRetryAttempts: 1 }, 'RetriesExhausted', 2],
  ['an age that no retry fits in', { MaximumEventAgeInSeconds: 60 }, 'EventAgeExceeded', 1],
  ['an age that one retry fits in', { MaximumEventAgeInSeconds: 90 }, 'EventAgeExceeded', 2],
])('with %s the event ends earlier', async (_what, settings, condition, runs) => {
  await using aws = await labWithDestinations();
  await put(aws, { ...settings, DestinationConfig: onFailure });
  await sendEvent(aws, { fail: true });
  expect(await messagesIn(aws, 'failures')).toMatchObject([
    { requestContext: { condition, approximateInvokeCount: runs } },
  ]);
});

test('with reserved concurrency 0 an event goes to the destination without a run', async () => {
  await using aws = await labWithDestinations();
  await put(aws, { DestinationConfig: onFailure });
  await aws.lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }),
  );
  await sendEvent(aws, {});
  const [record] = await messagesIn(aws, 'failures');
  expect(record).toMatchObject({
    requestContext: { condition: 'ZeroReservedConcurrency', approximateInvokeCount: 0 },
  });
  expect(record).not.toHaveProperty('responseContext');
});

test('metrics count accepted and dropped events, and what could not be delivered', async () => {
  await using aws = await labWithDestinations();
  await put(aws, { MaximumRetryAttempts: 0, DestinationConfig: onFailure });
  const sum = (name: string) => sumOf(aws, { name, of: { FunctionName } });
  await sendEvent(aws, { fail: true });
  await sendEvent(aws, {});
  expect(await sum('AsyncEventsReceived')).toBe(2);
  expect(await sum('AsyncEventsDropped')).toBe(1);
  expect(await sum('DestinationDeliveryFailures')).toBe(0);
  await allowRole(aws, ['sqs:ReceiveMessage']);
  await sendEvent(aws, { fail: true });
  expect(await sum('DestinationDeliveryFailures')).toBe(1);
  expect(await sum('DeadLetterErrors')).toBe(0);
});

test('the age of an event at each of its runs: at once, after one minute, after two more', async () => {
  await using aws = await labWithDestinations();
  await sendEvent(aws, { fail: true });
  const ages = { name: 'AsyncEventAge', of: { FunctionName }, statistic: 'Maximum' } as const;
  const minutes = (await valuesOf(aws, ages)).map((age) => Math.floor(age / 60_000));
  expect(minutes).toEqual([0, 1, 3]);
});

test('a dead letter that the role may not send is a DeadLetterError', async () => {
  await using aws = await sandboxForTest();
  await aws.sqs.send(new CreateQueueCommand({ QueueName: 'function-dlq' }));
  const Role = await createRole(aws);
  await allowRole(aws, ['sqs:SendMessage']);
  const DeadLetterConfig = { TargetArn: arnOf('function-dlq') };
  await createFunction(aws, handler, { Role, DeadLetterConfig });
  await allowRole(aws, ['sqs:ReceiveMessage']);
  await sendEvent(aws, { fail: true });
  expect(await sumOf(aws, { name: 'DeadLetterErrors', of: { FunctionName } })).toBe(1);
  expect(await sumOf(aws, { name: 'Invocations', of: { FunctionName } })).toBe(3);
});

test('neither the dead-letter queue nor the destination of a function acts for a mapping', async () => {
  await using lab = await experimentLab({
    handler: 'async () => { throw new Error("on purpose"); }',
    queue: { RedrivePolicy: '', VisibilityTimeout: '5' },
    more: ['sqs:SendMessage'],
  });
  const { aws } = lab;
  for (const QueueName of ['failures', 'function-dlq']) {
    await aws.sqs.send(new CreateQueueCommand({ QueueName }));
  }
  await put(aws, { MaximumRetryAttempts: 0, DestinationConfig: onFailure });
  const DeadLetterConfig = { TargetArn: arnOf('function-dlq') };
  await aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, DeadLetterConfig }));
  await lab.send(['poison']);
  await lab.connect();
  await expect.poll(async () => (await lab.deliveries()).length).toBeGreaterThanOrEqual(5);
  expect(await lab.counts('failures')).toEqual([0, 0, 0]);
  expect(await lab.counts('function-dlq')).toEqual([0, 0, 0]);
  expect(await sumOf(aws, { name: 'AsyncEventsReceived', of: { FunctionName } })).toBe(0);
});

test('put replaces all settings, update keeps what it does not name', async () => {
  await using aws = await labWithDestinations();
  await put(aws, { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 });
  const update = new UpdateFunctionEventInvokeConfigCommand({
    FunctionName,
    DestinationConfig: onFailure,
  });
  const all = {
    FunctionArn: `${functionArn}:$LATEST`,
    LastModified: expect.any(Date),
    MaximumRetryAttempts: 1,
    MaximumEventAgeInSeconds: 60,
    DestinationConfig: { OnSuccess: {}, ...onFailure },
  };
  expect(await aws.lambda.send(update)).toMatchObject(all);
  const get = new GetFunctionEventInvokeConfigCommand({ FunctionName });
  expect(await aws.lambda.send(get)).toMatchObject(all);
  const replaced = await put(aws, { MaximumRetryAttempts: 0 });
  expect(replaced).not.toHaveProperty('MaximumEventAgeInSeconds');
  expect(replaced.DestinationConfig).toEqual({ OnSuccess: {}, OnFailure: {} });
});

test('a version has settings of its own; the list shows all of them', async () => {
  await using aws = await labWithDestinations();
  await expect
    .poll(() => aws.lambda.send(new PublishVersionCommand({ FunctionName })))
    .toMatchObject({ Version: '1' });
  await put(aws, { Qualifier: '1', MaximumRetryAttempts: 0 });
  await put(aws, { MaximumRetryAttempts: 2 });
  const list = async () =>
    (
      await aws.lambda.send(new ListFunctionEventInvokeConfigsCommand({ FunctionName }))
    ).FunctionEventInvokeConfigs?.map((config) => config.FunctionArn);
  expect(await list()).toEqual([`${functionArn}:$LATEST`, `${functionArn}:1`]);
  await aws.lambda.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName }));
  expect(await list()).toEqual([`${functionArn}:1`]);
  await expect(
    aws.lambda.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName })),
  ).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `The function ${functionArn}:$LATEST doesn't have an EventInvokeConfig`,
  });
});

test.each<[string, Partial<PutFunctionEventInvokeConfigCommandInput>, string, string]>([
  [
    'no setting at all',
    {},
    'InvalidParameterValueException',
    'You must specify at least one of error handling or destination setting.',
  ],
  [
    'a function that is not there',
    { FunctionName: 'other', MaximumRetryAttempts: 1 },
    'ResourceNotFoundException',
    "The function doesn't exist.",
  ],
  [
    'the function itself',
    { DestinationConfig: { OnFailure: { Destination: functionArn } } },
    'InvalidParameterValueException',
    "You can't specify the function as a destination for itself.",
  ],
  [
    'a queue that is not there',
    { DestinationConfig: { OnFailure: { Destination: arnOf('none') } } },
    'InvalidParameterValueException',
    `The destination ARN ${arnOf('none')} is invalid.`,
  ],
])('PutFunctionEventInvokeConfig refuses %s', async (_what, input, name, message) => {
  await using aws = await labWithDestinations();
  await expect(put(aws, input)).rejects.toMatchObject({ name, message });
});

test('a destination that the role may not send to is refused', async () => {
  await using aws = await labWithDestinations();
  await allowRole(aws, ['sqs:ReceiveMessage']);
  await expect(put(aws, { DestinationConfig: onFailure })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: expect.stringContaining('does not have permissions to call SendMessage'),
  });
});

test('a function without a resource-based policy has no policy to show', async () => {
  await using aws = await labWithDestinations();
  await expect(aws.lambda.send(new GetPolicyCommand({ FunctionName }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'The resource you requested does not exist.',
    $metadata: { httpStatusCode: 404 },
  });
});
