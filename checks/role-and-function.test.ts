import type {
  EventSourceMappingConfiguration,
  FunctionConfiguration,
} from '@aws-sdk/client-lambda';
import { lab, policyDocument } from '../src/lab/index.ts';
import type { Question } from '../src/lab/index.ts';
import { arnOf, proveCheck } from '../src/lab/testing-checks.ts';
import { check as executionRole } from './03-create-execution-role.ts';
import { check as permissions } from './04-grant-permissions.ts';
import { check as bundle } from './05-bundle-worker.ts';
import { check as workerFunction } from './06-create-function.ts';
import { check as mapping } from './07-connect-queue-and-function.ts';

type Json = Record<string, unknown>;

const statements = (...Statement: Json[]) => policyDocument(JSON.stringify({ Statement }));

const role = {
  Path: '/',
  RoleName: lab.roleName,
  RoleId: 'AROAEXAMPLEEXAMPLE',
  Arn: arnOf.role(lab.roleName),
  CreateDate: new Date(0),
};
const lambdaService = { Service: 'lambda.amazonaws.com' };
const assume = { Effect: 'Allow', Principal: lambdaService, Action: 'sts:AssumeRole' };
const trusting = (...all: Json[]) => ({ trust: statements(...all) });
const trustHint = /update-assume-role-policy .*lambda-trust\.json/;

proveCheck(executionRole, {
  right: { role, ...trusting(assume) },
  alsoRight: [
    {
      what: 'principal and action as lists of one',
      change: trusting({
        ...assume,
        Principal: { Service: ['lambda.amazonaws.com'] },
        Action: ['sts:AssumeRole'],
      }),
    },
  ],
  wrong: [
    {
      id: 'exists',
      what: 'no role',
      change: { role: undefined, trust: [] },
      hint: /^npm run step 3$/,
    },
    ...Object.entries({
      'another service is trusted': { Service: 'ec2.amazonaws.com' },
      'Lambda and another service are trusted': {
        Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'],
      },
      'an account is trusted as well': { ...lambdaService, AWS: 'arn:aws:iam::111122223333:root' },
      'everybody is trusted': '*',
      'the name of the service is misspelt': { Service: 'lambda.amazon.com' },
    }).map(([what, Principal]) => ({
      id: 'trusted-principals',
      what,
      change: trusting({ ...assume, Principal }),
      hint: trustHint,
    })),
    {
      id: 'trusted-principals',
      what: 'no statement at all',
      change: trusting(),
      hint: trustHint,
      also: ['assume-role'],
    },
    {
      id: 'assume-role',
      what: 'another action',
      change: trusting({ ...assume, Action: 'sts:AssumeRoleWithWebIdentity' }),
      hint: trustHint,
    },
    {
      id: 'assume-role',
      what: 'every action',
      change: trusting({ ...assume, Action: ['sts:AssumeRole', 'sts:*'] }),
      hint: trustHint,
    },
    {
      id: 'no-deny',
      what: 'a statement that denies',
      change: trusting(assume, { ...assume, Effect: 'Deny' }),
      hint: trustHint,
    },
    {
      id: 'no-deny',
      what: 'a condition',
      change: trusting({
        ...assume,
        Condition: { StringEquals: { 'aws:SourceAccount': '555566667777' } },
      }),
      hint: trustHint,
    },
  ],
});

const queueActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const logActions = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const queueArn = arnOf.queue(lab.queueName);
const readQueue = { Effect: 'Allow', Action: queueActions, Resource: queueArn };
const writeLogs = { Effect: 'Allow', Action: logActions, Resource: '*' };
const inline = (...all: Json[]) => ({ inline: statements(...all) });
const simulated = (...decisions: ('allowed' | 'explicitDeny' | 'implicitDeny')[]) => ({
  simulated: queueActions.map((EvalActionName, i) => ({
    EvalActionName,
    EvalDecision: decisions[i] ?? 'allowed',
  })),
});
const anyQuestion: Question = { service: 'iam', operation: 'GetPolicyVersion', input: {} };
const inlineHint = /put-role-policy .*lambda-sqs-policy\.json/;
const sqsManagedPolicy = 'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole';

proveCheck(permissions, {
  right: {
    role: true,
    attached: [lab.basicExecutionPolicyArn],
    inlineNames: [lab.policyName],
    ...inline(readQueue),
    managed: statements(writeLogs),
    ...simulated(),
    queueArn,
    questions: { simulate: anyQuestion, managedVersion: anyQuestion },
  },
  alsoRight: [
    {
      what: 'actions written in small letters: IAM does not mind',
      change: inline({ ...readQueue, Action: queueActions.map((name) => name.toLowerCase()) }),
    },
    {
      what: 'one statement for each action',
      change: inline(...queueActions.map((Action) => ({ ...readQueue, Action }))),
    },
    {
      what: 'a managed policy to which AWS has added an action',
      change: {
        managed: statements({ ...writeLogs, Action: [...logActions, 'logs:PutRetentionPolicy'] }),
      },
    },
  ],
  wrong: [
    {
      id: 'role',
      what: 'no role',
      change: { role: false, attached: [], inlineNames: [], inline: [], simulated: [] },
      hint: /^npm run step 3$/,
    },
    {
      id: 'managed-policy',
      what: 'no managed policy',
      change: { attached: [] },
      hint: /attach-role-policy .*AWSLambdaBasicExecutionRole/,
    },
    {
      id: 'managed-policy',
      what: 'the managed policy for every queue',
      change: { attached: [lab.basicExecutionPolicyArn, sqsManagedPolicy] },
      hint: /detach what is too much/,
    },
    {
      id: 'managed-policy',
      what: 'another managed policy instead',
      change: { attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
      hint: /attach-role-policy/,
    },
    ...logActions.map((missing) => ({
      id: 'logs-permissions',
      what: `the managed policy lacks ${missing}`,
      change: {
        managed: statements({
          ...writeLogs,
          Action: logActions.filter((action) => action !== missing),
        }),
      },
      hint: /AWS has changed its managed policy/,
    })),
    {
      id: 'inline-policy',
      what: 'no inline policy',
      change: { inlineNames: [], inline: [], simulated: [] },
      hint: inlineHint,
    },
    {
      id: 'inline-policy',
      what: 'a second inline policy',
      change: { inlineNames: ['more', lab.policyName] },
      hint: inlineHint,
    },
    ...queueActions.map((missing, i) => ({
      id: 'queue-actions',
      what: `${missing} is missing`,
      change: {
        ...inline({ ...readQueue, Action: queueActions.filter((action) => action !== missing) }),
        ...simulated(...queueActions.map((_, j) => (j === i ? 'implicitDeny' : 'allowed'))),
      },
      hint: inlineHint,
      also: ['simulated'],
    })),
    {
      id: 'queue-actions',
      what: 'an action too many',
      change: inline({ ...readQueue, Action: [...queueActions, 'sqs:SendMessage'] }),
      hint: inlineHint,
    },
    {
      id: 'queue-actions',
      what: 'a wildcard for the actions',
      change: inline({ ...readQueue, Action: 'sqs:*' }),
      hint: inlineHint,
    },
    {
      id: 'queue-actions',
      what: 'everything but some actions',
      change: inline({ Effect: 'Allow', NotAction: ['iam:*'], Resource: queueArn }),
      hint: inlineHint,
    },
    ...['*', `${queueArn}*`, arnOf.queue(lab.deadLetterQueueName)].map((Resource) => ({
      id: 'queue-arn',
      what: `the resource ${Resource}`,
      change: inline({ ...readQueue, Resource }),
      hint: inlineHint,
    })),
    {
      id: 'queue-arn',
      what: 'a second queue',
      change: inline({ ...readQueue, Resource: [queueArn, arnOf.queue('other')] }),
      hint: inlineHint,
    },
    {
      id: 'only-allow',
      what: 'a condition',
      change: inline({ ...readQueue, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
      hint: inlineHint,
    },
    {
      id: 'only-allow',
      what: 'the three actions denied',
      change: {
        ...inline({ ...readQueue, Effect: 'Deny' }),
        ...simulated('explicitDeny', 'explicitDeny', 'explicitDeny'),
      },
      hint: inlineHint,
      also: ['simulated'],
    },
    {
      id: 'simulated',
      what: 'a permissions boundary that takes away what the policy gives',
      change: simulated('implicitDeny', 'implicitDeny', 'implicitDeny'),
      hint: inlineHint,
    },
  ],
});

const reported = (...ids: string[]) => ({
  answer: { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) },
});

proveCheck(bundle, {
  right: { digest: 'sha256-a', fresh: 'sha256-a', tried: reported('poison') },
  wrong: [
    {
      id: 'exists',
      what: 'no zip',
      change: { digest: undefined },
      hint: /^npm run step 5$/,
    },
    {
      id: 'fresh',
      what: 'the zip of an older worker',
      change: { digest: 'sha256-old' },
      hint: /npm run step 5, then npm run step 6/,
    },
    ...Object.entries({
      'swallows every error': reported(),
      'reports the good message': reported('good'),
      'reports every message': reported('good', 'poison'),
      'reports an empty id': reported(''),
      'answers nothing': { answer: null },
      'uses another key': { answer: { batchItemFailures: [{ id: 'poison' }] } },
      'cannot be run': { error: 'SyntaxError: no' },
    }).map(([what, tried]) => ({
      id: 'reports-failures',
      what: `a worker that ${what}`,
      change: { tried },
      hint: /Catch errors per record .*batchItemFailures/,
    })),
  ],
});

const configuration: FunctionConfiguration = {
  FunctionName: lab.functionName,
  State: 'Active',
  Runtime: 'nodejs24.x',
  Handler: lab.handler,
  Timeout: lab.functionTimeoutSeconds,
  MemorySize: lab.memoryMb,
  Role: arnOf.role(lab.roleName),
  CodeSha256: 'sha256-a',
};
const configured = (change: Partial<FunctionConfiguration>) => ({
  configuration: { ...configuration, ...change },
});
const updated = (option: string) =>
  new RegExp(`update-function-configuration --function-name \\S+ --${option}`);

proveCheck(workerFunction, {
  right: { ...configured({}), roleArn: arnOf.role(lab.roleName), digest: 'sha256-a' },
  wrong: [
    {
      id: 'exists',
      what: 'no function',
      change: { configuration: undefined },
      hint: /^npm run step 6$/,
    },
    ...(['Pending', 'Failed', 'Inactive'] as const).map((State) => ({
      id: 'active',
      what: `the function is ${State}`,
      change: configured({ State }),
      hint: /aws lambda wait function-active-v2/,
    })),
    {
      id: 'runtime',
      what: 'another runtime',
      change: configured({ Runtime: 'nodejs22.x' }),
      hint: updated('runtime nodejs24.x'),
    },
    {
      id: 'handler',
      what: 'another handler',
      change: configured({ Handler: 'worker.handler' }),
      hint: updated('handler index.handler'),
    },
    {
      id: 'timeout',
      what: 'the default timeout',
      change: configured({ Timeout: 3 }),
      hint: updated('timeout 5'),
    },
    {
      id: 'memory',
      what: 'more memory',
      change: configured({ MemorySize: 256 }),
      hint: updated('memory-size 128'),
    },
    {
      id: 'role',
      what: 'another role',
      change: configured({ Role: arnOf.role('other-role') }),
      hint: updated('role "arn:aws:iam::\\$AWS_ACCOUNT_ID:role/'),
    },
    {
      id: 'code',
      what: 'a stale zip',
      change: configured({ CodeSha256: 'sha256-old' }),
      hint: /update-function-code .*--zip-file fileb:/,
    },
  ],
  unclear: [
    {
      id: 'code',
      what: 'there is no zip to compare with',
      change: { digest: undefined },
      reason: /is not here: npm run step 5/,
    },
  ],
});

const labMapping: EventSourceMappingConfiguration = {
  UUID: '11111111-2222-4333-8444-555555555555',
  EventSourceArn: queueArn,
  State: 'Enabled',
  BatchSize: lab.batchSize,
  MaximumBatchingWindowInSeconds: 0,
  FunctionResponseTypes: ['ReportBatchItemFailures'],
};
const mapped = (
  change: Partial<EventSourceMappingConfiguration>,
  ...more: EventSourceMappingConfiguration[]
) => {
  const changed = { ...labMapping, ...change };
  return { mapping: changed, mappings: [changed, ...more] };
};
const updateHint = (option: string) =>
  new RegExp(`update-event-source-mapping --uuid "\\$MAPPING_UUID" --${option}`);

proveCheck(mapping, {
  right: mapped({}),
  alsoRight: [
    {
      what: 'a mapping whose answer leaves the batching window out',
      change: (() => {
        const { MaximumBatchingWindowInSeconds: _, ...rest } = labMapping;
        return { mapping: rest, mappings: [rest] };
      })(),
    },
  ],
  wrong: [
    {
      id: 'exists',
      what: 'no mapping',
      change: { mapping: undefined, mappings: [] },
      hint: /^npm run step 7$/,
    },
    {
      id: 'exists',
      what: 'a mapping from the dead-letter queue only',
      change: {
        mapping: undefined,
        mappings: [{ ...labMapping, EventSourceArn: arnOf.queue(lab.deadLetterQueueName) }],
      },
      hint: /^npm run step 7$/,
    },
    {
      id: 'only-one',
      what: 'a second mapping from another queue',
      change: mapped({}, { ...labMapping, EventSourceArn: arnOf.queue('other') }),
      hint: /list-event-source-mappings/,
    },
    {
      id: 'enabled',
      what: 'a mapping that is Disabled',
      change: mapped({ State: 'Disabled' }),
      hint: updateHint('enabled'),
    },
    ...[[], undefined].map((FunctionResponseTypes) => {
      const { FunctionResponseTypes: _, ...rest } = labMapping;
      const changed =
        FunctionResponseTypes === undefined ? rest : { ...rest, FunctionResponseTypes };
      return {
        id: 'report-batch-item-failures',
        what: `response types ${JSON.stringify(FunctionResponseTypes) ?? 'left out'}`,
        change: { mapping: changed, mappings: [changed] },
        hint: updateHint('function-response-types ReportBatchItemFailures'),
      };
    }),
    {
      id: 'batch-size',
      what: 'batches of one',
      change: mapped({ BatchSize: 1 }),
      hint: updateHint('batch-size 10'),
    },
    {
      id: 'batching-window',
      what: 'a batching window',
      change: mapped({ MaximumBatchingWindowInSeconds: 5 }),
      hint: updateHint('maximum-batching-window-in-seconds 0'),
    },
    {
      id: 'no-filter',
      what: 'a filter',
      change: mapped({ FilterCriteria: { Filters: [{ Pattern: '{"body":["hello-1"]}' }] } }),
      hint: updateHint('filter-criteria'),
    },
  ],
  unclear: ['Creating', 'Enabling', 'Disabling', 'Updating', 'Deleting'].map((State) => ({
    id: 'enabled',
    what: `the mapping is ${State}`,
    change: mapped({ State }),
    reason: new RegExp(`AWS is not ready yet: the mapping is ${State}`),
  })),
});
