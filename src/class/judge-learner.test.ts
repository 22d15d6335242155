import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand } from '@aws-sdk/client-lambda';
import type { CreateFunctionCommandInput } from '@aws-sdk/client-lambda';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sandboxForTest } from '../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../testing/sandbox/sandbox-for-test.ts';
import { workerDigest, workerZip } from '../scripts/worker-zip.ts';
import { readInfra } from '../lab/infra.ts';
import type { Session } from '../lab/session.ts';
import { judgeLearner } from './judge-learner.ts';

const region = 'us-east-1';
let aws: TestSandbox;

beforeAll(async () => {
  aws = await sandboxForTest({ region });
});

afterAll(() => aws.close());

function sessionOf(user: string, policy: string): Session {
  const credentials = aws.sandbox.issueUser(user, policy);
  return {
    target: 'sandbox',
    profile: user,
    accountId: aws.sandbox.world.accountId,
    region,
    awsCli: { path: 'aws', version: '2.36.12', origin: 'path' },
    environment: {},
    clientConfig: { region, endpoint: aws.endpoint, credentials },
    sandbox: undefined,
  };
}

async function instructor(LAB_PREFIX: string): Promise<Session> {
  const values = { AWS_ACCOUNT_ID: aws.sandbox.world.accountId, AWS_REGION: region, LAB_PREFIX };
  return sessionOf(
    `instructor@${LAB_PREFIX === '*' ? 'all' : LAB_PREFIX}`,
    await readInfra('instructor-policy.json', values),
  );
}

const row = (name: string, prefix: string) => ({
  line: 2,
  name,
  prefix,
  profile: undefined,
  region,
});

test('with nothing there, a learner has not started', async () => {
  const { report } = await judgeLearner(row('Ada', 'ada-'), await instructor('*'), 'digest');
  expect(report).toMatchObject({ name: 'Ada', prefix: 'ada-', state: 'not started' });
});

test('with anything there, a learner is at work', async () => {
  await aws.sqs.send(new CreateQueueCommand({ QueueName: 'bob-lab01-worker-queue' }));
  const { report } = await judgeLearner(row('Bob', 'bob-'), await instructor('*'), 'digest');
  expect(report).toMatchObject({ state: 'at work', at: { id: '01/exists' } });
});

test('where the instructor may not look, nothing is held against the learner', async () => {
  const { report } = await judgeLearner(row('Cyd', 'cyd-'), await instructor('other-'), 'digest');
  expect(report).toMatchObject({
    state: 'not judged',
    failing: 0,
    reason: expect.stringMatching(/you lack the permission \w+:\w+/),
  });
  expect(report.checks.map(({ outcome }) => outcome)).not.toContain('fail');
});

test("code of the learner's own is not judged, and said; the kit's own worker is known", async () => {
  const session = await instructor('*');
  const values = { AWS_ACCOUNT_ID: session.accountId, AWS_REGION: region, LAB_PREFIX: 'dee-' };
  const infra = async (name: 'create-function.json' | 'lambda-trust.json') =>
    readInfra(name, values);
  const configuration = JSON.parse(
    await infra('create-function.json'),
  ) as CreateFunctionCommandInput;
  const trust = { AssumeRolePolicyDocument: await infra('lambda-trust.json') };
  await aws.iam.send(new CreateRoleCommand({ RoleName: 'dee-lab01-sqs-worker-role', ...trust }));
  const Code = { ZipFile: await workerZip() };
  await aws.lambda.send(new CreateFunctionCommand({ ...configuration, Code }));

  const codeOf = async (ownDigest: string) => {
    const { report } = await judgeLearner(row('Dee', 'dee-'), session, ownDigest);
    const all = report.checks.flatMap(({ expectations }) => expectations);
    return { remarks: report.remarks, outcome: all.find(({ id }) => id === 'code')?.outcome };
  };
  expect(await codeOf(await workerDigest())).toEqual({ remarks: [], outcome: 'pass' });
  expect(await codeOf('the digest of another worker')).toEqual({
    remarks: [expect.stringContaining("does not run the kit's own worker")],
    outcome: 'not judged',
  });
});

test('who does not answer in time is not judged, and not waited for any longer', async () => {
  const silent = createServer((socket) => socket.resume().on('error', () => undefined)).listen(
    0,
    '127.0.0.1',
  );
  await once(silent, 'listening');
  const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const session = await instructor('*');
  const elsewhere = { ...session, clientConfig: { ...session.clientConfig, endpoint } };
  const { report } = await judgeLearner(row('Far', 'far-'), elsewhere, 'digest', 100);
  expect(report).toMatchObject({
    state: 'not judged',
    reason: 'no answer within 0.1 s',
    failing: 0,
  });
  // Ends only when no question is left open.
  silent.close();
  await once(silent, 'close');
});
