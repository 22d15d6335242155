import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../lab/settings.ts';
import { runChild } from '../lab/checkout.ts';
import { actionsOf, allows, filledPolicy, withStatement } from '../lab/policies.ts';
import type { Asked, PolicyDocument } from '../lab/policies.ts';

// What the policies of infra/ refuse. What they must allow is proven by policies.long.test.ts, on whole runs.

const arn = (service: string, name: string) =>
  `arn:aws:${service}:${service === 'iam' ? '' : 'us-east-1'}:111122223333:${name}`;
const sourceQueue = arn('sqs', 'lab01-worker-queue');
const deadLetterQueue = arn('sqs', 'lab01-worker-dlq');
const role = arn('iam', 'role/lab01-sqs-worker-role');
const workerFunction = arn('lambda', 'function:lab01-sqs-worker');
const mapping = arn('lambda', 'event-source-mapping:2c1b7d2e-0000-4000-8000-000000000000');
const logGroup = arn('logs', 'log-group:/aws/lambda/lab01-sqs-worker:log-stream:');
const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`;

/** A question that must be refused, and the statement that would otherwise allow it. */
interface Refused {
  readonly sid: string;
  readonly what: string;
  readonly action: string;
  readonly resource: string;
  readonly conditions?: Asked['conditions'];
}

const another = (text: string) => text.replace('lab01-', 'ada-lab01-');
const ofFunction = (functionArn: string) => ({ 'lambda:FunctionArn': [functionArn] });

const refusedToAll: readonly Refused[] = [
  {
    sid: 'ReadTheLogsPolicy',
    what: 'reading another managed policy',
    action: 'iam:GetPolicyVersion',
    resource: managed('AdministratorAccess'),
  },
];

const refusedToLearner: readonly Refused[] = [
  ...refusedToAll,
  {
    sid: 'Queues',
    what: 'deleting the queue of another prefix',
    action: 'sqs:DeleteQueue',
    resource: another(sourceQueue),
  },
  {
    sid: 'Queues',
    what: 'the same queue in another Region',
    action: 'sqs:SendMessage',
    resource: sourceQueue.replace('us-east-1', 'eu-west-1'),
  },
  {
    sid: 'ExperimentsReceiveFromTheirOwnQueues',
    what: 'receiving from the source queue of the lab itself',
    action: 'sqs:ReceiveMessage',
    resource: sourceQueue,
  },
  {
    sid: 'ExperimentsRedriveFromTheirOwnQueues',
    what: 'deleting a message of the source queue of the lab itself',
    action: 'sqs:DeleteMessage',
    resource: sourceQueue,
  },
  {
    sid: 'ExperimentsReadFunctionPolicies',
    what: 'reading who may invoke the function of the lab itself',
    action: 'lambda:GetPolicy',
    resource: arn('lambda', 'function:lab01-sqs-worker'),
  },
  {
    sid: 'ReceiveFromTheDeadLetterQueueOnly',
    what: 'receiving from the source queue',
    action: 'sqs:ReceiveMessage',
    resource: sourceQueue,
  },
  {
    sid: 'Queues',
    what: 'emptying the queue of another prefix',
    action: 'sqs:PurgeQueue',
    resource: another(sourceQueue),
  },
  {
    sid: 'RedriveFromTheDeadLetterQueueOnly',
    what: 'deleting a message of the source queue',
    action: 'sqs:DeleteMessage',
    resource: sourceQueue,
  },
  {
    sid: 'RedriveFromTheDeadLetterQueueOnly',
    what: 'sending back what is in the dead-letter queue of another prefix',
    action: 'sqs:StartMessageMoveTask',
    resource: another(deadLetterQueue),
  },
  {
    sid: 'Role',
    what: 'giving permissions to the role of another prefix',
    action: 'iam:PutRolePolicy',
    resource: another(role),
  },
  {
    sid: 'Role',
    what: 'opening the administrators’ role',
    action: 'iam:UpdateAssumeRolePolicy',
    resource: arn('iam', 'role/Admin'),
  },
  {
    sid: 'AttachOnlyLambdaPolicies',
    what: 'attaching AdministratorAccess',
    action: 'iam:AttachRolePolicy',
    resource: role,
    conditions: { 'iam:PolicyARN': [managed('AdministratorAccess')] },
  },
  {
    sid: 'AttachOnlyLambdaPolicies',
    what: 'attaching a customer policy of the same name',
    action: 'iam:AttachRolePolicy',
    resource: role,
    conditions: { 'iam:PolicyARN': [arn('iam', 'policy/AWSLambdaBasicExecutionRole')] },
  },
  {
    sid: 'AttachOnlyLambdaPolicies',
    what: 'attaching to the role of another prefix',
    action: 'iam:AttachRolePolicy',
    resource: another(role),
    conditions: { 'iam:PolicyARN': [managed('service-role/AWSLambdaBasicExecutionRole')] },
  },
  {
    sid: 'PassOnlyToLambda',
    what: 'passing the role to EC2',
    action: 'iam:PassRole',
    resource: role,
    conditions: { 'iam:PassedToService': ['ec2.amazonaws.com'] },
  },
  {
    sid: 'PassOnlyToLambda',
    what: 'passing another role to Lambda',
    action: 'iam:PassRole',
    resource: arn('iam', 'role/Admin'),
    conditions: { 'iam:PassedToService': ['lambda.amazonaws.com'] },
  },
  {
    sid: 'Function',
    what: 'changing the code of another prefix',
    action: 'lambda:UpdateFunctionCode',
    resource: another(workerFunction),
  },
  {
    sid: 'Function',
    what: 'invoking another function',
    action: 'lambda:InvokeFunction',
    resource: arn('lambda', 'function:payments'),
  },
  {
    sid: 'Function',
    what: 'stopping the function of another prefix',
    action: 'lambda:PutFunctionConcurrency',
    resource: another(workerFunction),
  },
  {
    sid: 'Mapping',
    what: 'connecting a queue to another function',
    action: 'lambda:CreateEventSourceMapping',
    resource: '*',
    conditions: ofFunction(arn('lambda', 'function:payments')),
  },
  {
    sid: 'Mapping',
    what: 'deleting the mapping of another prefix',
    action: 'lambda:DeleteEventSourceMapping',
    resource: mapping,
    conditions: ofFunction(another(workerFunction)),
  },
  {
    sid: 'Logs',
    what: 'deleting another log group',
    action: 'logs:DeleteLogGroup',
    resource: another(logGroup),
  },
  {
    sid: 'Logs',
    what: 'listing the streams of another log',
    action: 'logs:DescribeLogStreams',
    resource: arn('logs', 'log-group:/aws/lambda/payments:log-stream:'),
  },
];

const refusedToInstructor: readonly Refused[] = [
  ...refusedToAll,
  {
    sid: 'ReadQueues',
    what: 'reading another queue',
    action: 'sqs:GetQueueAttributes',
    resource: arn('sqs', 'payments'),
  },
  {
    sid: 'PeekIntoTheDeadLetterQueueOnly',
    what: 'receiving from the source queue',
    action: 'sqs:ReceiveMessage',
    resource: sourceQueue,
  },
  {
    sid: 'ReadRole',
    what: 'reading another role',
    action: 'iam:GetRole',
    resource: arn('iam', 'role/Admin'),
  },
  {
    sid: 'ReadFunction',
    what: 'reading another function, its environment variables with it',
    action: 'lambda:GetFunction',
    resource: arn('lambda', 'function:payments'),
  },
  {
    sid: 'ReadMapping',
    what: 'reading the mapping of another function',
    action: 'lambda:GetEventSourceMapping',
    resource: mapping,
    conditions: ofFunction(arn('lambda', 'function:payments')),
  },
  {
    sid: 'ReadLogs',
    what: 'reading another log',
    action: 'logs:FilterLogEvents',
    resource: arn('logs', 'log-group:/aws/lambda/payments:log-stream:'),
  },
];

const asked = ({ action, resource, conditions = {} }: Refused): Asked => ({
  action,
  resource,
  conditions,
});

/** The statement without what narrows it. */
function opened(policy: PolicyDocument, sid: string): PolicyDocument {
  return withStatement(policy, sid, ({ Sid, Effect, Action }) => ({
    Sid,
    Effect,
    Action,
    Resource: '*',
  }));
}

describe.each([
  { file: 'learner-policy.json', refused: refusedToLearner },
  { file: 'instructor-policy.json', refused: refusedToInstructor },
] as const)('$file', ({ file, refused }) => {
  test.each(refused)('$sid refuses $what', async (one) => {
    const policy = await filledPolicy(file);
    expect(allows([policy], asked(one))).toBe(false);
    // Nothing else refused it: without what narrows this statement it would be allowed.
    expect(allows([opened(policy, one.sid)], asked(one))).toBe(true);
  });

  test('every statement that is narrowed is tried', async () => {
    const { Statement: statements } = await filledPolicy(file);
    const narrowed = statements.filter(
      ({ Resource, Condition }) => Resource !== '*' || Condition !== undefined,
    );
    expect(new Set(refused.map(({ sid }) => sid))).toEqual(new Set(narrowed.map(({ Sid }) => Sid)));
  });

  test('fits into a managed policy of AWS with the longest prefix and Region', async () => {
    // 6,144 characters, white space not counted.
    const text = (await readFile(join(root, 'infra', file), 'utf8'))
      .replaceAll('${LAB_PREFIX}', 'x'.repeat(16))
      .replaceAll('${AWS_REGION}', 'ap-southeast-1')
      .replaceAll('${AWS_ACCOUNT_ID}', '111122223333');
    expect(text.replaceAll(/\s/g, '').length).toBeLessThanOrEqual(6144);
  });
});

// The Lambda console makes execution roles under this path.
const consoleRole = arn('iam', 'role/service-role/lab01-sqs-worker-role');

describe('of a role that the Lambda console made', () => {
  test.each([
    { file: 'learner-policy.json', action: 'iam:GetRole' },
    { file: 'learner-policy.json', action: 'iam:PutRolePolicy' },
    { file: 'learner-policy.json', action: 'iam:DeleteRole' },
    { file: 'instructor-policy.json', action: 'iam:GetRole' },
    { file: 'instructor-policy.json', action: 'iam:SimulatePrincipalPolicy' },
  ] as const)('$file allows $action, and not of another one', async ({ file, action }) => {
    const policy = await filledPolicy(file);
    const may = (resource: string) => allows([policy], { action, resource, conditions: {} });
    expect(may(consoleRole)).toBe(true);
    expect(may(another(consoleRole))).toBe(false);
    expect(may(arn('iam', 'role/service-role/payments'))).toBe(false);
    expect(may(arn('iam', 'role/other/lab01-sqs-worker-role'))).toBe(false);
  });

  test('the learner may pass it to Lambda and attach the policy for the logs', async () => {
    const policy = await filledPolicy('learner-policy.json');
    const may = (action: string, conditions: Asked['conditions']) =>
      allows([policy], { action, resource: consoleRole, conditions });
    expect(may('iam:PassRole', { 'iam:PassedToService': ['lambda.amazonaws.com'] })).toBe(true);
    expect(may('iam:PassRole', { 'iam:PassedToService': ['ec2.amazonaws.com'] })).toBe(false);
    const logs = { 'iam:PolicyARN': [managed('service-role/AWSLambdaBasicExecutionRole')] };
    expect(may('iam:AttachRolePolicy', logs)).toBe(true);
  });
});

describe('the instructor', () => {
  test('has reads alone, and one receive, from the dead-letter queue', async () => {
    const policy = await filledPolicy('instructor-policy.json');
    const reads = /^[a-z]+:(Get|List|Describe|FilterLogEvents$|SimulatePrincipalPolicy$)/;
    expect(actionsOf(policy).filter((action) => !reads.test(action))).toEqual([
      'sqs:ReceiveMessage',
    ]);
  });

  test.each([
    'sqs:ReceiveMessage',
    'sqs:SendMessage',
    'sqs:DeleteMessage',
    'sqs:ChangeMessageVisibility',
    'sqs:PurgeQueue',
    'sqs:SetQueueAttributes',
    'sqs:DeleteQueue',
    'sqs:StartMessageMoveTask',
  ])('may not %s the source queue', async (action) => {
    const policy = await filledPolicy('instructor-policy.json');
    expect(allows([policy], { action, resource: sourceQueue, conditions: {} })).toBe(false);
  });

  test.each(['sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:PurgeQueue'])(
    'may not %s the dead-letter queue',
    async (action) => {
      const policy = await filledPolicy('instructor-policy.json');
      expect(allows([policy], { action, resource: deadLetterQueue, conditions: {} })).toBe(false);
    },
  );
});

describe('an instructor of a whole class, with * for the prefix', () => {
  test.each(['', 'ada-', 'bob-2-', 'x'.repeat(16)])('reaches the lab of "%s"', async (prefix) => {
    const policy = await filledPolicy('instructor-policy.json', '*');
    const own = await filledPolicy('instructor-policy.json', prefix);
    for (const { Action, Resource, Condition } of own.Statement) {
      const [functions] = Object.values(Condition?.['ArnLike'] ?? {}).flat();
      for (const action of [Action].flat()) {
        for (const resource of [Resource].flat()) {
          // A name for each pattern: `…lab01-*` is tried with `…lab01-x`.
          const named = (text: string) => text.replaceAll('-*', '-x').replaceAll(':*', ':x');
          const conditions = functions === undefined ? {} : ofFunction(named(functions));
          expect(allows([policy], { action, resource: named(resource), conditions })).toBe(true);
        }
      }
    }
  });

  test('reaches nothing that is not named as the lab is, and still receives from no source queue', async () => {
    const policy = await filledPolicy('instructor-policy.json', '*');
    for (const prefix of ['', 'ada-']) {
      const resource = arn('sqs', `${prefix}lab01-worker-queue`);
      expect(allows([policy], { action: 'sqs:ReceiveMessage', resource, conditions: {} })).toBe(
        false,
      );
    }
    for (const resource of [arn('sqs', 'payments'), arn('sqs', 'lab02-queue')]) {
      expect(allows([policy], { action: 'sqs:GetQueueUrl', resource, conditions: {} })).toBe(false);
    }
  });

  test('is filled in by the command in notes.md', async () => {
    const notes = await readFile(join(root, 'infra', 'notes.md'), 'utf8');
    const [command = ''] = /^sed .*\n?.*instructor-policy\.json$/m.exec(notes) ?? [];
    const { code, stdout } = await runChild('bash', ['-c', command], {
      cwd: root,
      environment: { PATH: process.env['PATH'] ?? '' },
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(await filledPolicy('instructor-policy.json', '*'));
  });
});
