import {
  CreateRoleCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import type { Credentials } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { LabClock } from '../clock.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';

const account = 'arn:aws:iam::111122223333';
const allow = (Action: string, Resource = '*', more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource, ...more }],
});
const nothing = allow('s3:ListBucket');
const trusting = (Principal: object, more: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more }],
  });
const ann = { AWS: `${account}:user/ann` };

let lab: TestSandbox;
let RoleName: string;
let RoleArn: string;
let count = 0;

beforeAll(async () => {
  lab = await sandboxForTest({ clock: new LabClock({ standingAt: 0 }) });
  for (const name of ['ann', 'bob']) lab.as(name, nothing);
});
afterAll(() => lab.close());
beforeEach(() => {
  count += 1;
  RoleName = `role-${count}`;
  RoleArn = `${account}:role/lab/${RoleName}`;
});
afterEach(() => vi.useRealTimers());

async function createRole(trust: string, policy: object = allow('sqs:ListQueues')): Promise<void> {
  await lab.iam.send(
    new CreateRoleCommand({ RoleName, Path: '/lab/', AssumeRolePolicyDocument: trust }),
  );
  const PolicyDocument = JSON.stringify(policy);
  await lab.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }));
}

const assume = async (sts: STSClient, input: object = {}) =>
  await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...input }));

function withCredentials<T>(
  Client: new (configuration: object) => T,
  { AccessKeyId = '', SecretAccessKey = '', SessionToken }: Partial<Credentials>,
): T {
  return new Client({
    endpoint: lab.endpoint,
    region: 'eu-central-1',
    maxAttempts: 1,
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
    },
  });
}

const noAccess = {
  name: 'AccessDenied',
  message: expect.stringMatching(
    /^User: arn:aws:iam::111122223333:user\/\w+ is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role\/lab\/role-\d+$/,
  ),
  $metadata: { httpStatusCode: 403 },
};

describe('AssumeRole', () => {
  test('gives credentials of a session, which may do what the role may', async () => {
    await createRole(trusting(ann));
    const { Credentials: credentials = {}, AssumedRoleUser } = await assume(
      lab.as('ann', nothing).sts,
    );
    const arn = `arn:aws:sts::111122223333:assumed-role/${RoleName}/session`;
    expect(AssumedRoleUser).toEqual({
      Arn: arn,
      AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:session$/),
    });
    expect(credentials).toMatchObject({
      AccessKeyId: expect.stringMatching(/^ASIA/),
      Expiration: expect.any(Date),
    });

    const who = await withCredentials(STSClient, credentials).send(
      new GetCallerIdentityCommand({}),
    );
    expect(who).toMatchObject({ Arn: arn, UserId: AssumedRoleUser?.AssumedRoleId });
    const queues = await withCredentials(SQSClient, credentials).send(new ListQueuesCommand({}));
    expect(queues.$metadata.httpStatusCode).toBe(200);
    await expect(
      withCredentials(LambdaClient, credentials).send(new ListFunctionsCommand({})),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`User: ${arn} is not authorized`),
    });
  });

  test.each<[string, object, object, string]>([
    ['names the user', ann, nothing, 'given'],
    ['names another user', { AWS: `${account}:user/bob` }, allow('sts:*'), 'AccessDenied'],
    ['names a service', { Service: 'lambda.amazonaws.com' }, allow('sts:*'), 'AccessDenied'],
    [
      'names the account, whose policies allow it',
      { AWS: '111122223333' },
      allow('sts:*'),
      'given',
    ],
    [
      'names the account, whose policies do not',
      { AWS: `${account}:root` },
      nothing,
      'AccessDenied',
    ],
    [
      'names the user, whose policies deny it',
      ann,
      allow('sts:*', '*', { Effect: 'Deny' }),
      'AccessDenied',
    ],
  ])('a trust policy that %s', async (_whom, principal, policy, expected) => {
    await createRole(trusting(principal));
    const answer = await assume(lab.as('ann', policy).sts).then(
      () => 'given',
      (error: unknown) => (error as Error).name,
    );
    expect(answer).toBe(expected);
  });

  test('a role that is not there is refused as one that is', async () => {
    await expect(assume(lab.as('bob', allow('sts:*')).sts)).rejects.toMatchObject(noAccess);
  });

  test('a trust policy that asks for multi-factor authentication lets nobody in without', async () => {
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    await createRole(trusting(ann, { Condition }));
    const { sts } = lab.as('ann', nothing);
    await expect(assume(sts)).rejects.toMatchObject(noAccess);
    const { Credentials = {} } = await sts.send(new GetSessionTokenCommand({}));
    await expect(assume(withCredentials(STSClient, Credentials))).rejects.toMatchObject(noAccess);
    const PolicyDocument = trusting(ann, {
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
    });
    await lab.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    await assume(withCredentials(STSClient, Credentials));
  });

  test.each<[object, string]>([
    [
      { DurationSeconds: 3601 },
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    ],
    [
      { DurationSeconds: 60 },
      "1 validation error detected: Value '60' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
    [
      { RoleSessionName: 'a b' },
      String.raw`1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`,
    ],
    [{ Policy: '{}' }, 'Policy is not in the sandbox. Leave it out.'],
  ])('%j is refused', async (input, message) => {
    await createRole(trusting(ann));
    await expect(assume(lab.as('ann', nothing).sts, input)).rejects.toMatchObject({
      name: 'ValidationError',
      message,
    });
  });
});

describe('GetSessionToken', () => {
  test('gives credentials of the user, for everything but IAM and another token', async () => {
    const { sts } = lab.as('carl', allow('*'));
    const { Credentials = {} } = await sts.send(new GetSessionTokenCommand({}));
    const own = withCredentials(STSClient, Credentials);
    expect(await own.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: `${account}:user/carl`,
    });
    await withCredentials(SQSClient, Credentials).send(new ListQueuesCommand({}));
    await expect(
      withCredentials(IAMClient, Credentials).send(new ListRolesCommand({})),
    ).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await expect(own.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Cannot call GetSessionToken with session credentials',
    });
  });
});

describe('credentials of a session', () => {
  const identity = (credentials: Partial<Credentials>) =>
    withCredentials(STSClient, credentials).send(new GetCallerIdentityCommand({}));
  const unknown = {
    name: 'InvalidClientTokenId',
    message: 'The security token included in the request is invalid.',
  };

  test('are worth nothing without their token, or with another one', async () => {
    const session = async (): Promise<Partial<Credentials>> =>
      (await lab.as('ann', nothing).sts.send(new GetSessionTokenCommand({}))).Credentials ?? {};
    const [first, second] = [await session(), await session()];
    const { SessionToken: _token, ...without } = first;
    await expect(identity(without)).rejects.toMatchObject(unknown);
    await expect(identity({ ...without, SessionToken: second.SessionToken })).rejects.toMatchObject(
      unknown,
    );
    expect((await identity(first)).Arn).toBe(`${account}:user/ann`);
  });

  test('end in real time, whatever the clock of the lab says', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { Credentials = {} } = await lab
      .as('ann', nothing)
      .sts.send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
    lab.clock.advance(10_000_000, 'test');
    await identity(Credentials);
    vi.setSystemTime(Date.now() + 900_000);
    await expect(identity(Credentials)).rejects.toMatchObject({
      name: expect.stringMatching(/^ExpiredToken/),
      message: 'The security token included in the request is expired',
    });
  });
});
