import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { build } from 'esbuild';
import { beforeAll, expect, test, vi } from 'vitest';
import { LabClock } from './clock.ts';
import { createFunction, createRole, invoke, monday } from '../testing/sandbox/lambda.ts';
import { sendRaw, signedByHand } from '../testing/sandbox/raw-requests.ts';
import { sandboxForTest } from '../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../testing/sandbox/sandbox-for-test.ts';

/** A function that sends a message with the AWS SDK, as it would on AWS: nothing is said about endpoint or keys. */
const source = `
  import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
  import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
  const [sqs, sts] = [new SQSClient(), new STSClient()];
  export const handler = async ({ QueueUrl, MessageBody }) => {
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    try {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      return { Arn };
    } catch (error) {
      return { Arn, error: error.name, message: error.message };
    }
  };`;

/** Sends as another role, which it takes itself. */
const sourceOfTwoRoles = `
  import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
  import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
  export const handler = async ({ QueueUrl, RoleArn }) => {
    const { Credentials } = await new STSClient().send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'more' }));
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = Credentials;
    const sqs = new SQSClient({ credentials: { accessKeyId, secretAccessKey, sessionToken } });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'as another role' }));
    return 'sent';
  };`;

let code: string;
let codeOfTwoRoles: string;
beforeAll(async () => {
  [code, codeOfTwoRoles] = await Promise.all([bundled(source), bundled(sourceOfTwoRoles)]);
});

async function bundled(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
  });
  return outputFiles[0]?.text ?? '';
}

const roleName = 'worker-role';

test('SDK calls of a function reach the sandbox as a session of its role, with the permissions of the role', async () => {
  await using lab = await sandboxForTest();
  const { QueueUrl } = await lab.sqs.send(new CreateQueueCommand({ QueueName: 'results' }));
  const Role = await createRole(lab, { name: roleName });
  await createFunction(lab, code, { Role, Timeout: 60, MemorySize: 512 });
  const Arn = 'arn:aws:sts::111122223333:assumed-role/worker-role/worker';
  const refused = await invoke(lab, { QueueUrl, MessageBody: 'one' });
  expect(refused.payload).toMatchObject({
    Arn,
    error: 'AccessDenied',
    message: expect.stringContaining(`User: ${Arn} is not authorized to perform: sqs:sendmessage`),
  });
  const Statement = [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await lab.iam.send(
    new PutRolePolicyCommand({ RoleName: roleName, PolicyName: 'send', PolicyDocument }),
  );
  expect((await invoke(lab, { QueueUrl, MessageBody: 'two' })).payload).toEqual({ Arn });
  const { Messages } = await lab.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['SenderId'] }),
  );
  expect(Messages).toMatchObject([
    { Body: 'two', Attributes: { SenderId: expect.stringMatching(/^AROA\w+:worker$/) } },
  ]);
});

test('they are no acts of a person, for each of which the clock skips; nor are those of a role that a function takes', async () => {
  await using lab = await sandboxForTest();
  const { QueueUrl } = await lab.sqs.send(new CreateQueueCommand({ QueueName: 'results' }));
  const [Role, RoleArn] = [await createRole(lab, { name: roleName }), await sendingRole(lab)];
  await letDo(lab, ['sqs:SendMessage', 'sts:AssumeRole']);
  await createFunction(lab, code, { Role, Timeout: 60, MemorySize: 512 });
  const two = { Role, Timeout: 60, MemorySize: 512, FunctionName: 'two-roles' };
  await createFunction(lab, codeOfTwoRoles, two);
  const acted = vi.spyOn(lab.clock, 'personActed');
  const { payload } = await invoke(lab, { QueueUrl, MessageBody: 'sent' });
  expect(payload).toEqual({ Arn: expect.any(String) });
  expect((await invoke(lab, { QueueUrl, RoleArn }, 'two-roles')).payload).toBe('sent');
  // The two calls of Invoke.
  expect(acted).toHaveBeenCalledTimes(2);
});

const letDo = (lab: TestSandbox, Action: readonly string[], RoleName = roleName) => {
  const Statement = [{ Effect: 'Allow', Action, Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  return lab.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'may', PolicyDocument }));
};

/** A role that every role of the account may take, if its own policy says so too. */
async function sendingRole(lab: TestSandbox): Promise<string> {
  const Principal = { AWS: 'arn:aws:iam::111122223333:root' };
  const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const RoleName = 'sender-role';
  const { Role } = await lab.iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }),
  );
  await letDo(lab, ['sqs:SendMessage'], RoleName);
  return String(Role?.Arn);
}

test('they do so on any lab time', async () => {
  const clock = new LabClock({ standingAt: monday + 40 * 24 * 3_600_000, skipping: false });
  await using lab = await sandboxForTest({ clock });
  const { QueueUrl } = await lab.sqs.send(new CreateQueueCommand({ QueueName: 'results' }));
  const Statement = [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }];
  const Role = await createRole(lab, { name: roleName });
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await lab.iam.send(
    new PutRolePolicyCommand({ RoleName: roleName, PolicyName: 'send', PolicyDocument }),
  );
  await createFunction(lab, code, { Role, Timeout: 60, MemorySize: 512 });
  for (const MessageBody of ['one', 'two']) {
    const { payload } = await invoke(lab, { QueueUrl, MessageBody });
    expect(payload).toEqual({ Arn: expect.stringContaining('assumed-role/worker-role/worker') });
  }
});

test('the keys of a session are worth nothing without its token, or once its environment has ended', async () => {
  await using lab = await sandboxForTest();
  const Role = await createRole(lab, { name: roleName });
  await createFunction(lab, 'export const handler = async () => process.env;', { Role });
  const { payload } = await invoke(lab);
  const variables = payload as Record<string, string>;
  const credentials = {
    accessKeyId: variables['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: variables['AWS_SECRET_ACCESS_KEY'] ?? '',
  };
  const token = variables['AWS_SESSION_TOKEN'] ?? '';
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const identity = async (headers: Record<string, string>) => {
    const body = 'Action=GetCallerIdentity&Version=2011-06-15';
    const all = { ...form, ...headers };
    const request = signedByHand(lab.endpoint, { service: 'sts', credentials, headers: all, body });
    return (await sendRaw(lab.endpoint, request)).status;
  };
  expect(await identity({ 'x-amz-security-token': token })).toBe(200);
  expect(await identity({})).toBe(403);
  expect(await identity({ 'x-amz-security-token': `${token}x` })).toBe(403);
  // The environment of a deleted function ends.
  await lab.lambda.send(new DeleteFunctionCommand({ FunctionName: 'worker' }));
  await expect.poll(() => identity({ 'x-amz-security-token': token })).toBe(403);
});
