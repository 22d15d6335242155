import { lab, policyDocument } from '../src/lab/index.ts';
import type { Question } from '../src/lab/index.ts';
import { arnOf, proveCheck } from '../src/lab/testing/checks.ts';
import { check as executionRole } from './03-create-execution-role.ts';
import { check as permissions } from './04-grant-permissions.ts';

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
const trustFix = /^aws iam update-assume-role-policy .*lambda-trust\.json"$/;

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
      hint: /^It is not there/,
      fix: 'npm run step 3',
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
      hint: /^It trusts /,
      fix: trustFix,
    })),
    {
      id: 'trusted-principals',
      what: 'no statement at all',
      change: trusting(),
      hint: /^It trusts nobody/,
      difference: ['missing: Service lambda.amazonaws.com'],
    },
    {
      id: 'assume-role',
      what: 'another action',
      change: trusting({ ...assume, Action: 'sts:AssumeRoleWithWebIdentity' }),
      hint: /assumes the role with sts:AssumeRole/,
      fix: trustFix,
      difference: ['missing: sts:AssumeRole', 'extra: sts:AssumeRoleWithWebIdentity'],
    },
    {
      id: 'assume-role',
      what: 'every action',
      change: trusting({ ...assume, Action: ['sts:AssumeRole', 'sts:*'] }),
      hint: /no other action has a meaning/,
      difference: ['extra: sts:*'],
    },
    {
      id: 'no-deny',
      what: 'a statement that denies',
      change: trusting(assume, { ...assume, Effect: 'Deny' }),
      hint: /^A Deny wins over every Allow/,
      fix: trustFix,
      difference: ['extra: a statement with Deny'],
    },
    {
      id: 'no-deny',
      what: 'a condition',
      change: trusting({
        ...assume,
        Condition: { StringEquals: { 'aws:SourceAccount': '555566667777' } },
      }),
      hint: /does not meet the condition/,
      fix: trustFix,
      difference: ['extra: {"StringEquals":{"aws:SourceAccount":"555566667777"}}'],
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
const logsSimulated = (...decisions: string[]) => ({
  logsSimulated: logActions.map((EvalActionName, i) => ({
    EvalActionName,
    EvalDecision: (decisions[i] ?? 'allowed') as 'allowed',
  })),
});
const anyQuestion: Question = {
  service: 'iam',
  operation: 'SimulatePrincipalPolicy',
  input: {},
};
const inlineFix = /^aws iam put-role-policy .*lambda-sqs-policy\.json"$/;
const sqsManagedPolicy = 'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole';

proveCheck(permissions, {
  right: {
    attached: [lab.basicExecutionPolicyArn],
    inlineNames: [lab.policyName],
    ...inline(readQueue),
    managed: statements(writeLogs),
    ...simulated(),
    ...logsSimulated(),
    queueArn,
    questions: { simulate: anyQuestion, simulateLogs: anyQuestion, managedVersion: anyQuestion },
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
  ],
  wrong: [
    {
      id: 'managed-policy',
      what: 'no managed policy',
      change: { attached: [] },
      hint: /is not attached/,
      fix: /^aws iam attach-role-policy .*AWSLambdaBasicExecutionRole$/,
    },
    {
      id: 'managed-policy',
      what: 'the managed policy for every queue',
      change: { attached: [lab.basicExecutionPolicyArn, sqsManagedPolicy] },
      hint: /Too much is attached: AWSLambdaSQSQueueExecutionRole\. .*every queue/,
      fix: /^aws iam detach-role-policy .*AWSLambdaSQSQueueExecutionRole$/,
      difference: [`extra: ${sqsManagedPolicy}`],
    },
    {
      id: 'managed-policy',
      what: 'another managed policy instead',
      change: { attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
      hint: /is not attached/,
      fix: /^aws iam attach-role-policy .*\naws iam detach-role-policy .*AdministratorAccess$/,
    },
    {
      id: 'logs-permissions',
      what: 'a permissions boundary that takes the logs away',
      change: logsSimulated('allowed', 'implicitDeny'),
      hint: /^IAM says: logs:CreateLogStream implicitDeny\. .*boundary/,
      fix: /^aws iam detach-role-policy .*\n.*\naws iam delete-role .*\nnpm run step 3\nnpm run step 4$/,
      difference: [
        'missing: logs:CreateLogStream allowed',
        'extra: logs:CreateLogStream implicitDeny',
      ],
    },
    {
      id: 'inline-policy',
      what: 'no inline policy',
      change: { inlineNames: [], inline: [], simulated: [] },
      hint: /may not read the queue/,
      fix: inlineFix,
    },
    {
      id: 'inline-policy',
      what: 'a second inline policy',
      change: { inlineNames: ['more', lab.policyName] },
      hint: /There are more: more\./,
      fix: /^aws iam delete-role-policy .*--policy-name more$/,
      difference: ['extra: more'],
    },
    ...queueActions.map((missing, i) => ({
      id: 'queue-actions',
      what: `${missing} is missing`,
      change: {
        ...inline({ ...readQueue, Action: queueActions.filter((action) => action !== missing) }),
        ...simulated(...queueActions.map((_, j) => (j === i ? 'implicitDeny' : 'allowed'))),
      },
      hint: new RegExp(`Without ${missing}`),
      fix: inlineFix,
      difference: [`missing: ${missing}`],
    })),
    {
      id: 'queue-actions',
      what: 'an action too many',
      change: inline({ ...readQueue, Action: [...queueActions, 'sqs:SendMessage'] }),
      hint: /allows more than the three/,
      difference: ['extra: sqs:SendMessage'],
    },
    {
      id: 'queue-actions',
      what: 'a wildcard for the actions',
      change: inline({ ...readQueue, Action: 'sqs:*' }),
      hint: /^sqs:\* allows more/,
      fix: inlineFix,
    },
    {
      id: 'queue-actions',
      what: 'everything but some actions',
      change: inline({ Effect: 'Allow', NotAction: ['iam:*'], Resource: queueArn }),
      hint: /^Without /,
    },
    ...['*', `${queueArn}*`, arnOf.queue(lab.deadLetterQueueName)].map((Resource) => ({
      id: 'queue-arn',
      what: `the resource ${Resource}`,
      change: inline({ ...readQueue, Resource }),
      hint: Resource.includes('*') ? /^A \* allows/ : /^It names another queue/,
      fix: inlineFix,
    })),
    {
      id: 'queue-arn',
      what: 'a second queue',
      change: inline({ ...readQueue, Resource: [queueArn, arnOf.queue('other')] }),
      hint: /another queue/,
      difference: [`extra: ${arnOf.queue('other')}`],
    },
    {
      id: 'only-allow',
      what: 'a condition',
      change: inline({ ...readQueue, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
      hint: /only where the condition holds/,
      fix: inlineFix,
    },
    {
      id: 'only-allow',
      what: 'the three actions denied',
      change: {
        ...inline({ ...readQueue, Effect: 'Deny' }),
        ...simulated('explicitDeny', 'explicitDeny', 'explicitDeny'),
      },
      hint: /^A Deny wins/,
      fix: inlineFix,
    },
    {
      id: 'simulated',
      what: 'a permissions boundary that takes away what the policy gives',
      change: simulated('implicitDeny', 'implicitDeny', 'implicitDeny'),
      hint: /a permissions boundary of the role/,
      fix: /^aws iam detach-role-policy .*\n.*\naws iam delete-role .*\nnpm run step 3\nnpm run step 4$/,
    },
  ],
});
