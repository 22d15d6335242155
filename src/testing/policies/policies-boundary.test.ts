import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateEventSourceMappingCommand, CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { zipOf } from '../sandbox/lambda.ts';
import { sandboxForTest } from '../sandbox/sandbox-for-test.ts';
import { readInfra } from '../../lab/infra.ts';
import { filledPolicy } from '../lab/policies.ts';

// An account that a class shares: Ada has the learner policy and the shared account policy, and an
// administrator has made her boundary.

const prefix = 'ada-';
const region = 'us-east-1';
const values = { AWS_ACCOUNT_ID: '111122223333', AWS_REGION: region, LAB_PREFIX: prefix };
const RoleName = 'ada-lab01-sqs-worker-role';
const roleArn = `arn:aws:iam::111122223333:role/${RoleName}`;
const boundaryArn = 'arn:aws:iam::111122223333:policy/ada-lab01-boundary';
const basicExecution = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
const everything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});
const queueArn = (name: string) => `arn:aws:sqs:${region}:111122223333:${name}`;

async function sharedAccount() {
  const lab = await sandboxForTest({ region });
  for (const name of ['ada-lab01-boundary', 'wide']) {
    const PolicyDocument =
      name === 'wide' ? everything : await readInfra('permissions-boundary.json', values);
    await lab.iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument }));
  }
  const [learner, shared] = await Promise.all([
    filledPolicy('learner-policy.json', prefix),
    filledPolicy('shared-account-policy.json', prefix),
  ]);
  const Statement = [...learner.Statement, ...shared.Statement];
  return { lab, ada: lab.as('ada', { ...learner, Statement }) };
}

async function createRole(PermissionsBoundary?: string) {
  return new CreateRoleCommand({
    RoleName,
    AssumeRolePolicyDocument: await readInfra('lambda-trust.json', values),
    Tags: [{ Key: 'Project', Value: 'lab01' }],
    ...(PermissionsBoundary === undefined ? {} : { PermissionsBoundary }),
  });
}

describe('a role of a learner in a shared account', () => {
  test.each([
    { what: 'no boundary', boundary: undefined },
    { what: 'a boundary that limits nothing', boundary: 'arn:aws:iam::111122223333:policy/wide' },
    { what: 'the boundary of another learner', boundary: boundaryArn.replace('ada-', 'bob-') },
  ])('is not made with $what', async ({ boundary }) => {
    const { lab, ada } = await sharedAccount();
    await using _ = lab;
    const refused = ada.iam.send(await createRole(boundary));
    await expect(refused).rejects.toThrow('iam:CreateRole on resource');
    await expect(refused).rejects.toThrow('with an explicit deny');
  });

  test('gets no permissions when somebody has made it without the boundary', async () => {
    const { lab, ada } = await sharedAccount();
    await using _ = lab;
    await lab.iam.send(await createRole());
    const put = { RoleName, PolicyName: 'more', PolicyDocument: everything };
    await expect(ada.iam.send(new PutRolePolicyCommand(put))).rejects.toThrow('explicit deny');
    const attach = { RoleName, PolicyArn: basicExecution };
    await expect(ada.iam.send(new AttachRolePolicyCommand(attach))).rejects.toThrow(
      'explicit deny',
    );
  });

  test('keeps its boundary, and the boundary its text, even for a learner with more permissions', async () => {
    const { lab } = await sharedAccount();
    await using _ = lab;
    const { Statement, Version } = await filledPolicy('shared-account-policy.json', prefix);
    const strong = { Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' };
    const ada = lab.as('strong-ada', { Version, Statement: [strong, ...Statement] });
    await ada.iam.send(await createRole(boundaryArn));
    const role = { RoleName };
    const policy = { PolicyArn: boundaryArn };
    const tries = [
      () => ada.iam.send(new DeleteRolePermissionsBoundaryCommand(role)),
      () =>
        ada.iam.send(
          new PutRolePermissionsBoundaryCommand({
            ...role,
            PermissionsBoundary: 'arn:aws:iam::111122223333:policy/wide',
          }),
        ),
      () =>
        ada.iam.send(
          new CreatePolicyVersionCommand({
            ...policy,
            PolicyDocument: everything,
            SetAsDefault: true,
          }),
        ),
      () => ada.iam.send(new DeletePolicyCommand(policy)),
    ];
    for (const one of tries) await expect(one()).rejects.toThrow('explicit deny');
  });

  test('may do no more than the boundary says, whatever its own policies say', async () => {
    const { lab, ada } = await sharedAccount();
    await using _ = lab;
    await ada.iam.send(await createRole(boundaryArn));
    await ada.iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: 'more', PolicyDocument: everything }),
    );
    const allowed = async (action: string, resource: string) => {
      const { EvaluationResults: [result] = [] } = await ada.iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: roleArn,
          ActionNames: [action],
          ResourceArns: [resource],
        }),
      );
      return result?.EvalDecision === 'allowed';
    };
    const own = queueArn('ada-lab01-worker-queue');
    const logs = `arn:aws:logs:${region}:111122223333:log-group:/aws/lambda/ada-lab01-x:*`;
    expect(await allowed('sqs:ReceiveMessage', own)).toBe(true);
    expect(await allowed('logs:PutLogEvents', logs)).toBe(true);
    expect(await allowed('sqs:ReceiveMessage', own.replace('ada-', 'bob-'))).toBe(false);
    expect(await allowed('sqs:DeleteQueue', own)).toBe(false);
    expect(await allowed('logs:PutLogEvents', logs.replace('ada-', 'bob-'))).toBe(false);
    expect(await allowed('iam:CreateUser', '*')).toBe(false);
    expect(await allowed('iam:PutRolePolicy', roleArn)).toBe(false);
    expect(await allowed('sts:AssumeRole', '*')).toBe(false);
  });

  test('is enough for the lab: the worker is polled for, runs and writes its log', async () => {
    const { lab, ada } = await sharedAccount();
    await using _ = lab;
    const { QueueUrl } = await ada.sqs.send(
      new CreateQueueCommand({ QueueName: 'ada-lab01-worker-queue' }),
    );
    await ada.iam.send(await createRole(boundaryArn));
    await ada.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: basicExecution }));
    const PolicyDocument = await readInfra('lambda-sqs-policy.json', values);
    await ada.iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: 'ada-lab01-policy', PolicyDocument }),
    );
    const FunctionName = 'ada-lab01-sqs-worker';
    const worker =
      'export const handler = async ({ Records }) => console.log(Records[0].body, "is here");';
    await ada.lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: roleArn,
        Code: { ZipFile: await zipOf({ 'index.mjs': worker }) },
      }),
    );
    await ada.lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName,
        EventSourceArn: queueArn('ada-lab01-worker-queue'),
      }),
    );
    await ada.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
    const logged = async () => {
      const { events = [] } = await ada.logs.send(
        new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${FunctionName}` }),
      );
      return events.map(({ message }) => message).join();
    };
    await expect.poll(logged).toContain('hello is here');
  });
});

test('the learner deletes everything again, the role with its boundary too', async () => {
  const { lab, ada } = await sharedAccount();
  await using _ = lab;
  await ada.iam.send(await createRole(boundaryArn));
  await ada.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: basicExecution }));
  await ada.iam.send(
    new PutRolePolicyCommand({ RoleName, PolicyName: 'more', PolicyDocument: everything }),
  );
  await ada.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: basicExecution }));
  await ada.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'more' }));
  await ada.iam.send(new DeleteRoleCommand({ RoleName }));
  await expect(ada.iam.send(new GetRoleCommand({ RoleName }))).rejects.toThrow('cannot be found');
});
