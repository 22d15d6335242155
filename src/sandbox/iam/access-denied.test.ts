import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, GetRoleCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendRaw, signedBySdk } from '../../testing/sandbox/raw-requests.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';

let lab: TestSandbox;
beforeAll(async () => {
  lab = await sandboxForTest();
});
afterAll(() => lab.close());

const allowAll = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};
const nothing = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }],
};

async function answerTo(call: Promise<unknown>) {
  const answer: unknown = await call.catch((error: unknown) => error);
  return answer;
}

describe('access denied, in the form of each service', () => {
  const arn = 'arn:aws:iam::111122223333:user/nobody';

  test('SQS: the action in lower case, the ARN of the queue', async () => {
    const { sqs } = lab.as('nobody', nothing);
    const error = await answerTo(sqs.send(new CreateQueueCommand({ QueueName: 'q' })));
    expect(error).toMatchObject({
      name: 'AccessDenied',
      message: `User: ${arn} is not authorized to perform: sqs:createqueue on resource: arn:aws:sqs:eu-central-1:111122223333:q because no identity-based policy allows the sqs:createqueue action`,
      $metadata: { httpStatusCode: 403 },
    });
    const { QueueUrls } = await lab.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'q' }));
    expect(QueueUrls).toBeUndefined();
  });

  test('IAM: GetRole names the role, CreateRole its ARN', async () => {
    const { iam } = lab.as('nobody', nothing);
    const message = (what: string, action: string) =>
      `User: ${arn} is not authorized to perform: iam:${action} on resource: ${what} because no identity-based policy allows the iam:${action} action`;
    expect(await answerTo(iam.send(new GetRoleCommand({ RoleName: 'r' })))).toMatchObject({
      name: 'AccessDenied',
      message: message('role r', 'GetRole'),
      $metadata: { httpStatusCode: 403 },
    });
    const create = new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: '{}' });
    expect(await answerTo(iam.send(create))).toMatchObject({
      message: message('arn:aws:iam::111122223333:role/r', 'CreateRole'),
    });
  });

  test('Lambda: AccessDeniedException 403 with Message', async () => {
    const { lambda } = lab.as('nobody', nothing);
    const error = await answerTo(lambda.send(new ListFunctionsCommand({})));
    expect(error).toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 403 },
    });
    const good = await signedBySdk(lambda, () => lambda.send(new ListFunctionsCommand({})));
    expect(JSON.parse((await sendRaw(lab.endpoint, good)).body)).toEqual({
      Message: `User: ${arn} is not authorized to perform: lambda:ListFunctions on resource: * because no identity-based policy allows the lambda:ListFunctions action`,
    });
  });

  test('Logs: AccessDeniedException with status 400', async () => {
    const { logs } = lab.as('nobody', nothing);
    expect(await answerTo(logs.send(new DescribeLogGroupsCommand({})))).toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('an explicit deny says so', async () => {
    const deny = { Effect: 'Deny', Action: 'iam:ListRoles', Resource: '*' };
    const { iam } = lab.as('denied', {
      Version: '2012-10-17',
      Statement: [...allowAll.Statement, deny],
    });
    expect(await answerTo(iam.send(new ListRolesCommand({})))).toMatchObject({
      message: expect.stringMatching(
        / on resource: \* with an explicit deny in an identity-based policy$/,
      ),
    });
  });

  test('GetCallerIdentity works for whoever may do nothing', async () => {
    const { sts } = lab.as('nobody', nothing);
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(arn);
  });

  test('a right that is taken away is gone at the next call', async () => {
    const { iam } = lab.as('changed', allowAll);
    await iam.send(new ListRolesCommand({}));
    lab.as('changed', nothing);
    expect(await answerTo(iam.send(new ListRolesCommand({})))).toMatchObject({
      name: 'AccessDenied',
    });
  });

  test('conditions on region and on the tags of a request decide', async () => {
    const conditions = {
      StringEquals: { 'aws:RequestedRegion': 'eu-central-1', 'aws:RequestTag/Project': 'lab01' },
    };
    const { sqs } = lab.as('tagger', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*', Condition: conditions }],
    });
    const create = (tags: Record<string, string>) =>
      answerTo(sqs.send(new CreateQueueCommand({ QueueName: 'tagged', tags })));
    expect(await create({ Project: 'other' })).toMatchObject({ name: 'AccessDenied' });
    expect(await create({ Project: 'lab01' })).toHaveProperty('QueueUrl');
  });
});
