import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { createFunction } from '../../testing/sandbox/lambda.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';
import { trustPolicy } from '../../testing/sandbox/valid-inputs.ts';

const account = 'arn:aws:iam::111122223333';
const Resource = 'arn:aws:sqs:eu-central-1:111122223333:jobs';
const nothing = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }],
};
const everything = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};
const statement = (change: object) => ({
  Effect: 'Allow',
  Principal: '*',
  Action: 'sqs:SendMessage',
  Resource,
  ...change,
});

let lab: TestSandbox;
beforeAll(async () => {
  lab = await sandboxForTest({ clock: new LabClock({ standingAt: 0 }) });
  await lab.sqs.send(new CreateQueueCommand({ QueueName: 'jobs' }));
});
afterAll(() => lab.close());

async function setPolicy(...statements: object[]): Promise<void> {
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await lab.sqs.send(new SetQueueAttributesCommand({ QueueUrl: 'jobs', Attributes: { Policy } }));
}

async function send(userName: string, policy: object): Promise<string> {
  const { sqs } = lab.as(userName, policy);
  return await sqs.send(new SendMessageCommand({ QueueUrl: 'jobs', MessageBody: 'x' })).then(
    () => 'allowed',
    (error: unknown) => (error as Error).message,
  );
}

const noIdentityPolicy = /because no identity-based policy allows the sqs:sendmessage action$/;
const explicitDeny = /with an explicit deny in a resource-based policy$/;

describe('the policy of a queue', () => {
  test.each<[string, object, RegExp]>([
    ['everybody', { Principal: '*' }, /^allowed$/],
    ['everybody, as AWS', { Principal: { AWS: '*' } }, /^allowed$/],
    ['the user', { Principal: { AWS: `${account}:user/ann` } }, /^allowed$/],
    ['another user', { Principal: { AWS: `${account}:user/bob` } }, noIdentityPolicy],
    [
      'the account, whose policies must hand it on',
      { Principal: { AWS: `${account}:root` } },
      noIdentityPolicy,
    ],
    ['the account by its number', { Principal: { AWS: '111122223333' } }, noIdentityPolicy],
    ['a service', { Principal: { Service: 'sns.amazonaws.com' } }, noIdentityPolicy],
    ['everybody, for another action', { Action: 'sqs:ReceiveMessage' }, noIdentityPolicy],
    ['everybody, in capitals', { Action: 'SQS:*' }, /^allowed$/],
    ['everybody, for another queue', { Resource: `${Resource}-2` }, noIdentityPolicy],
    [
      'everybody who comes from a topic',
      { Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:111122223333:*' } } },
      noIdentityPolicy,
    ],
    ['everybody over TLS', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }, /^allowed$/],
  ])('that allows %s decides for a user without policies', async (_whom, change, expected) => {
    await setPolicy(statement(change));
    expect(await send('ann', nothing)).toMatch(expected);
  });

  test.each<[string, object, RegExp]>([
    ['everybody', { Principal: '*' }, explicitDeny],
    ['the account', { Principal: { AWS: `${account}:root` } }, explicitDeny],
    ['another user', { Principal: { AWS: `${account}:user/bob` } }, /^allowed$/],
    [
      'everybody without TLS',
      { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      /^allowed$/,
    ],
    [
      'everybody but an organization',
      { Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } } },
      explicitDeny,
    ],
  ])('that denies %s decides for a user who may do everything', async (_whom, change, expected) => {
    await setPolicy(statement({ Effect: 'Deny', ...change }));
    expect(await send('ann', everything)).toMatch(expected);
  });

  test('a deny of the caller outweighs it', async () => {
    await setPolicy(statement({}));
    const denied = {
      ...everything,
      Statement: [{ Effect: 'Deny', Action: 'sqs:*', Resource: '*' }],
    };
    expect(await send('ann', denied)).toMatch(/with an explicit deny in an identity-based policy$/);
  });

  test.each([
    ['no JSON', 'allow', /^Invalid value for the parameter Policy\. Reason: /],
    [
      'no principal',
      JSON.stringify({ Statement: statement({ Principal: undefined }) }),
      /Reason: Missing required field Principal$/,
    ],
    [
      'a condition that the sandbox cannot answer',
      JSON.stringify({
        Statement: statement({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
      }),
      /Reason: The condition operator IpAddress is not in the sandbox/,
    ],
  ])('with %s is refused', async (_what, Policy, message) => {
    await setPolicy();
    const set = new SetQueueAttributesCommand({ QueueUrl: 'jobs', Attributes: { Policy } });
    await expect(lab.sqs.send(set)).rejects.toMatchObject({
      message: expect.stringMatching(message),
    });
    const shown = await lab.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: 'jobs', AttributeNames: ['Policy'] }),
    );
    expect(shown.Attributes?.['Policy']).toBe('{"Version":"2012-10-17","Statement":[]}');
  });
});

test('the policy of a queue decides for the execution role of a function too', async () => {
  const RoleName = 'worker-role';
  await lab.iam.send(
    new CreateRoleCommand({ RoleName, Path: '/lab/', AssumeRolePolicyDocument: trustPolicy }),
  );
  const Role = `${account}:role/lab/${RoleName}`;
  // Lambda asks whether the role may send to the queue.
  const create = (FunctionName: string) =>
    createFunction(lab, 'export const handler = () => 1', {
      FunctionName,
      Role,
      DeadLetterConfig: { TargetArn: Resource },
    });
  const refused = {
    message: expect.stringMatching(/does not have permissions to call SendMessage/),
  };
  await setPolicy();
  await expect(create('without')).rejects.toMatchObject(refused);
  await setPolicy(statement({ Principal: { AWS: Role } }));
  await create('allowed-by-the-queue');

  const allowed = { ...everything, Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource }] };
  const PolicyDocument = JSON.stringify(allowed);
  await lab.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'queue', PolicyDocument }));
  await setPolicy(statement({ Effect: 'Deny', Principal: { AWS: Role } }));
  await expect(create('denied-by-the-queue')).rejects.toMatchObject(refused);
});
