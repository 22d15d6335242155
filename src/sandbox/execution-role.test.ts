import { readFileSync } from 'node:fs';
import {
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { LabClock } from './clock.ts';
import {
  basicExecutionPolicy,
  createFunction,
  createRole,
  logOf,
  monday,
} from '../testing/sandbox/lambda.ts';
import { sandboxForTest } from '../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../testing/sandbox/sandbox-for-test.ts';

// The execution role, right by right: what a learner sees when one is missing, and that no other is needed.

const region = 'us-east-1';
const account = '111122223333';
const workQueue = 'lab01-worker-queue';
const deadLetterQueue = 'lab01-worker-dlq';
const queueArn = `arn:aws:sqs:${region}:${account}:${workQueue}`;
const logGroupName = '/aws/lambda/worker';
const visibilityMs = 30_000;

const queueActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const logActions = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/** The lab's own policy for the queue, as it is given to AWS. */
const labPolicy = readFileSync(
  new URL('../../infra/lambda-sqs-policy.json', import.meta.url),
  'utf8',
)
  .replaceAll('${AWS_REGION}', region)
  .replaceAll('${AWS_ACCOUNT_ID}', account)
  .replaceAll('${LAB_PREFIX}', '');

const worker = `
  export const handler = async ({ Records }) => ({
    batchItemFailures: Records.filter(({ body, attributes }) => {
      console.log(body, 'receive', attributes.ApproximateReceiveCount);
      return body.includes('FAIL');
    }).map(({ messageId }) => ({ itemIdentifier: messageId })),
  });
`;

function allow(actions: readonly string[], resource: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: resource }],
  });
}

function trusting(service: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
}

const without = (actions: readonly string[], action: string) =>
  actions.filter((one) => one !== action);

/** By default with a clock that stands still: nothing comes back, or is polled again, before it is moved. */
async function labWithFunction(
  clock = new LabClock({ standingAt: monday, skipping: false }),
  policies: string[] = [],
): Promise<TestSandbox> {
  const lab = await sandboxForTest({ clock, region });
  await lab.sqs.send(new CreateQueueCommand({ QueueName: deadLetterQueue }));
  await lab.sqs.send(
    new CreateQueueCommand({
      QueueName: workQueue,
      Attributes: {
        VisibilityTimeout: String(visibilityMs / 1000),
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: queueArn.replace(workQueue, deadLetterQueue),
          maxReceiveCount: 3,
        }),
      },
    }),
  );
  const Role = await createRole(lab, { policies });
  await createFunction(lab, worker, { Role, Timeout: 5 });
  return lab;
}

async function grant(lab: TestSandbox, PolicyName: string, PolicyDocument: string): Promise<void> {
  await lab.iam.send(
    new PutRolePolicyCommand({ RoleName: 'worker-role', PolicyName, PolicyDocument }),
  );
}

async function connect(lab: TestSandbox): Promise<void> {
  await lab.lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: 'worker',
      EventSourceArn: queueArn,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    }),
  );
  lab.clock.advance(5000, 'until the mapping is Enabled');
}

/** The whole lab, under a role with these rights. */
async function runningLab({ queue = labPolicy, logs = allow(logActions, '*') } = {}) {
  const lab = await labWithFunction();
  await grant(lab, 'queue', queue);
  await grant(lab, 'logs', logs);
  await connect(lab);
  return lab;
}

async function send(lab: TestSandbox, MessageBody: string): Promise<void> {
  await lab.sqs.send(new SendMessageCommand({ QueueUrl: workQueue, MessageBody }));
}

/** Messages of the source queue: visible and in flight. */
async function counts(lab: TestSandbox): Promise<string> {
  const { Attributes = {} } = await lab.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: workQueue, AttributeNames: ['All'] }),
  );
  const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes;
  return `${ApproximateNumberOfMessages} visible, ${ApproximateNumberOfMessagesNotVisible} in flight`;
}

/** Asks again and again, as a check would; each question gives the sandbox time to go on. */
async function eventually<T>(ask: () => Promise<T>, isThere: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isThere(answer)) return answer;
  }
}

const emptied = (lab: TestSandbox) =>
  eventually(
    () => counts(lab),
    (text) => text === '0 visible, 0 in flight',
  );

/** What the worker logged, in order: `hello receive 1`. */
async function workerLog(lab: TestSandbox): Promise<string[]> {
  const { logGroups = [] } = await lab.logs.send(new DescribeLogGroupsCommand({}));
  if (logGroups.length === 0) return [];
  const events = await logOf(lab);
  return events.flatMap(({ message }) => /\S+ receive \d+/.exec(message)?.[0] ?? []);
}

const logged = (lab: TestSandbox, line: string) =>
  eventually(
    () => workerLog(lab),
    (lines) => lines.includes(line),
  );

/** Moves the clock step by step, so that whoever looks again every second has looked. */
async function letTimePass(lab: TestSandbox, milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 1000) {
    lab.clock.advance(1000, 'test');
    await counts(lab);
  }
}

describe("the lab's role: its policy for the queue, and AWSLambdaBasicExecutionRole", () => {
  test('needs no other right: good messages are handled once, the poison three times, and all is logged', async () => {
    // A clock that flows and skips, as in `npm start`.
    await using lab = await labWithFunction(new LabClock(), [basicExecutionPolicy]);
    await grant(lab, 'queue', labPolicy);
    await connect(lab);
    await send(lab, 'hello');
    await send(lab, 'FAIL');
    const { Messages: [poison] = [] } = await eventually(
      () =>
        lab.sqs.send(new ReceiveMessageCommand({ QueueUrl: deadLetterQueue, WaitTimeSeconds: 20 })),
      ({ Messages = [] }) => Messages.length > 0,
    );
    expect(poison?.Body).toBe('FAIL');
    expect((await workerLog(lab)).toSorted()).toEqual([
      'FAIL receive 1',
      'FAIL receive 2',
      'FAIL receive 3',
      'hello receive 1',
    ]);
    expect(await counts(lab)).toBe('0 visible, 0 in flight');
  });

  test('names the actions that are taken away below, on the one queue', () => {
    const {
      Statement: [statement],
    } = JSON.parse(labPolicy) as {
      Statement: [{ Action: string[]; Resource: string }];
    };
    expect(statement.Action.toSorted()).toEqual(queueActions.toSorted());
    expect(statement.Resource).toBe(queueArn);
  });
});

describe('a role without', () => {
  test.each(queueActions)(
    '%s: no mapping can be created, and AWS names the action',
    async (action) => {
      await using lab = await labWithFunction();
      await grant(lab, 'queue', allow(without(queueActions, action), queueArn));
      await grant(lab, 'logs', allow(logActions, '*'));
      await expect(connect(lab)).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
        message: `The function execution role does not have permissions to call ${action.slice(4)} on SQS`,
        $metadata: { httpStatusCode: 400 },
      });
      await grant(lab, 'queue', labPolicy);
      await connect(lab);
      await send(lab, 'hello');
      await emptied(lab);
    },
  );

  test('any right on this queue, but with all of them on another', async () => {
    await using lab = await labWithFunction();
    await grant(lab, 'queue', allow(queueActions, `${queueArn}-2`));
    await expect(connect(lab)).rejects.toThrow(/does not have permissions to call ReceiveMessage/);
  });

  test('logs:CreateLogGroup: the function runs, and there is no log group', async () => {
    await using lab = await runningLab({
      logs: allow(without(logActions, 'logs:CreateLogGroup'), '*'),
    });
    await send(lab, 'hello');
    await emptied(lab);
    const { logGroups } = await lab.logs.send(new DescribeLogGroupsCommand({}));
    expect(logGroups).toEqual([]);
  });

  test('logs:CreateLogStream: the function runs, and the log group has no stream', async () => {
    await using lab = await runningLab({
      logs: allow(without(logActions, 'logs:CreateLogStream'), '*'),
    });
    await send(lab, 'hello');
    await emptied(lab);
    const { logStreams } = await lab.logs.send(new DescribeLogStreamsCommand({ logGroupName }));
    expect(logStreams).toEqual([]);
  });

  test('logs:PutLogEvents: the function runs, and the log stream has no events', async () => {
    await using lab = await runningLab({
      logs: allow(without(logActions, 'logs:PutLogEvents'), '*'),
    });
    await send(lab, 'hello');
    await emptied(lab);
    const { logStreams } = await lab.logs.send(new DescribeLogStreamsCommand({ logGroupName }));
    expect(logStreams).toHaveLength(1);
    expect(await logOf(lab)).toEqual([]);
  });

  test('a trust policy for Lambda: no function can be created with it', async () => {
    await using lab = await labWithFunction();
    const Role = await createRole(lab, { name: 'for-ec2', principal: 'ec2.amazonaws.com' });
    await expect(
      createFunction(lab, worker, { FunctionName: 'other', Role }),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The role defined for the function cannot be assumed by Lambda.',
    });
  });
});

describe('a role that loses, while the lab runs,', () => {
  test.each(['sqs:ReceiveMessage', 'sqs:GetQueueAttributes'])(
    '%s: nothing is polled until it is back',
    async (action) => {
      await using lab = await runningLab();
      await send(lab, 'before');
      await emptied(lab);
      await grant(lab, 'queue', allow(without(queueActions, action), queueArn));
      await send(lab, 'meanwhile');
      await letTimePass(lab, 10_000);
      expect(await counts(lab)).toBe('1 visible, 0 in flight');
      await grant(lab, 'queue', labPolicy);
      await letTimePass(lab, 2000);
      await emptied(lab);
      expect(await logged(lab, 'meanwhile receive 1')).toEqual([
        'before receive 1',
        'meanwhile receive 1',
      ]);
    },
  );

  test('sqs:DeleteMessage: what was handled comes back when its visibility timeout ends', async () => {
    await using lab = await runningLab({ queue: allow(queueActions, queueArn) });
    await grant(lab, 'queue', allow(without(queueActions, 'sqs:DeleteMessage'), queueArn));
    await send(lab, 'hello');
    await logged(lab, 'hello receive 1');
    expect(await counts(lab)).toBe('0 visible, 1 in flight');
    await letTimePass(lab, visibilityMs);
    expect(await logged(lab, 'hello receive 2')).toEqual(['hello receive 1', 'hello receive 2']);
    await grant(lab, 'queue', labPolicy);
    await letTimePass(lab, visibilityMs);
    await emptied(lab);
    expect(await logged(lab, 'hello receive 3')).toHaveLength(3);
  });

  test('logs:PutLogEvents: the function goes on, its log does not', async () => {
    await using lab = await runningLab();
    await send(lab, 'before');
    await logged(lab, 'before receive 1');
    await emptied(lab);
    await grant(lab, 'logs', allow(without(logActions, 'logs:PutLogEvents'), '*'));
    await send(lab, 'meanwhile');
    await emptied(lab);
    expect(await workerLog(lab)).toEqual(['before receive 1']);
  });

  test('every right on its logs: the function goes on', async () => {
    await using lab = await runningLab();
    await lab.iam.send(
      new DeleteRolePolicyCommand({ RoleName: 'worker-role', PolicyName: 'logs' }),
    );
    await send(lab, 'hello');
    await emptied(lab);
    expect(await workerLog(lab)).toEqual([]);
  });

  test('the trust of Lambda: nothing is polled until it is back', async () => {
    await using lab = await runningLab();
    const trust = (service: string) =>
      lab.iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: 'worker-role',
          PolicyDocument: trusting(service),
        }),
      );
    await trust('ec2.amazonaws.com');
    await send(lab, 'hello');
    await letTimePass(lab, 10_000);
    expect(await counts(lab)).toBe('1 visible, 0 in flight');
    await trust('lambda.amazonaws.com');
    await letTimePass(lab, 2000);
    await emptied(lab);
    expect(await logged(lab, 'hello receive 1')).toEqual(['hello receive 1']);
  });
});
