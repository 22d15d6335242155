import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  GetFunctionCommand,
  InvokeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';
import { createFunction, createRole } from '../../testing/sandbox/lambda.ts';

const TargetArn = 'arn:aws:sqs:eu-central-1:111122223333:function-dlq';
const failing = "export const handler = async () => { throw new Error('on purpose'); };";

async function labWithDeadLetterQueue(): Promise<TestSandbox> {
  const lab = await sandboxForTest();
  await lab.sqs.send(new CreateQueueCommand({ QueueName: 'function-dlq' }));
  const Role = await createRole(lab);
  await allow(lab, 'sqs:SendMessage');
  await createFunction(lab, failing, { Role, DeadLetterConfig: { TargetArn } });
  return lab;
}

async function allow(lab: TestSandbox, Action: string): Promise<void> {
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: TargetArn }],
  });
  await lab.iam.send(
    new PutRolePolicyCommand({ RoleName: 'worker-role', PolicyName: 'dlq', PolicyDocument }),
  );
}

async function deadLetters(lab: TestSandbox) {
  const { Messages = [] } = await lab.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: 'function-dlq', MessageAttributeNames: ['All'] }),
  );
  return Messages;
}

const eventsLeft = (lab: TestSandbox) => () =>
  lab.sandbox.world.store.sql('SELECT count(*) AS n FROM lambda_events').get()?.['n'];

test('an event that fails three times ends in the dead-letter queue of the function', async () => {
  await using lab = await labWithDeadLetterQueue();
  const { $metadata } = await lab.lambda.send(
    new InvokeCommand({ FunctionName: 'worker', InvocationType: 'Event', Payload: '{"order":1}' }),
  );
  await expect.poll(eventsLeft(lab)).toBe(0);
  expect(await deadLetters(lab)).toMatchObject([
    {
      Body: '{"order":1}',
      MessageAttributes: {
        RequestID: { DataType: 'String', StringValue: $metadata.requestId },
        ErrorCode: { DataType: 'Number', StringValue: '200' },
        ErrorMessage: { DataType: 'String', StringValue: 'on purpose' },
      },
    },
  ]);
});

test('what a caller waits for is never a dead letter', async () => {
  await using lab = await labWithDeadLetterQueue();
  const { FunctionError } = await lab.lambda.send(new InvokeCommand({ FunctionName: 'worker' }));
  expect(FunctionError).toBe('Unhandled');
  expect(await deadLetters(lab)).toEqual([]);
});

test('without the permission to send, the event is lost', async () => {
  await using lab = await labWithDeadLetterQueue();
  await allow(lab, 'sqs:ReceiveMessage');
  await lab.lambda.send(new InvokeCommand({ FunctionName: 'worker', InvocationType: 'Event' }));
  await expect.poll(eventsLeft(lab)).toBe(0);
  expect(await deadLetters(lab)).toEqual([]);
});

test('the configuration shows the target; updates keep it, and an empty one takes it away', async () => {
  await using lab = await labWithDeadLetterQueue();
  const shown = async () =>
    (await lab.lambda.send(new GetFunctionCommand({ FunctionName: 'worker' }))).Configuration;
  const update = async (DeadLetterConfig: { TargetArn?: string }) => {
    const command = new UpdateFunctionConfigurationCommand({
      FunctionName: 'worker',
      DeadLetterConfig,
    });
    const answer = await lab.lambda.send(command);
    await expect.poll(async () => (await shown())?.LastUpdateStatus).toBe('Successful');
    return answer;
  };
  await expect.poll(async () => (await shown())?.State).toBe('Active');
  expect((await shown())?.DeadLetterConfig).toEqual({ TargetArn });
  expect((await update({})).DeadLetterConfig).toEqual({ TargetArn });
  expect(await update({ TargetArn: '' })).not.toHaveProperty('DeadLetterConfig');
  await allow(lab, 'sqs:ReceiveMessage');
  await expect(update({ TargetArn })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'The provided execution role does not have permissions to call SendMessage on SQS',
  });
});
