import { policyDocument } from '../src/judging/index.ts';
import type { Question } from '../src/judging/index.ts';
import { arnOf, proveCheck } from '../src/testing/lab/checks.ts';
import { check as executionRole } from './03-create-execution-role.ts';
import { check as permissions } from './04-grant-permissions.ts';
import { anyLab } from '../src/testing/lab/any-lab.ts';

type Json = Record<string, unknown>;

const statements = (...Statement: Json[]) => policyDocument(JSON.stringify({ Statement }));

const role = {
  Path: '/',
  RoleName: anyLab.roleName,
  RoleId: 'AROAEXAMPLEEXAMPLE',
  Arn: arnOf.role(anyLab.roleName),
  CreateDate: new Date(0),
};
const lambdaService = { Service: 'lambda.amazonaws.com' };
const assume = { Effect: 'Allow', Principal: lambdaService, Action: 'sts:AssumeRole' };
const trusting = (...all: Json[]) => ({ trust: statements(...all) });
const trustFix = /^aws iam update-assume-role-policy .*lambda-trust\.json"$/;

const tlsOnly = { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
const otherAccount = { StringEquals: { 'aws:SourceAccount': '555566667777' } };

proveCheck(executionRole, {
  right: { role, accountId: '111122223333', ...trusting(assume) },
  alsoRight: [
    {
      what: 'principal and action as lists of one',
      change: trusting({
        ...assume,
        Principal: { Service: ['lambda.amazonaws.com'] },
        Action: ['sts:AssumeRole'],
      }),
    },
    {
      what: 'the action in small letters: IAM does not mind',
      change: trusting({ ...assume, Action: 'sts:assumerole' }),
    },
    { what: 'the same statement twice', change: trusting(assume, assume) },
    {
      what: 'the principal and the action twice in one statement',
      change: trusting({
        ...assume,
        Principal: { Service: ['lambda.amazonaws.com', 'lambda.amazonaws.com'] },
        Action: ['sts:AssumeRole', 'STS:AssumeRole'],
      }),
    },
    { what: 'an empty condition', change: trusting({ ...assume, Condition: {} }) },
    {
      what: 'a condition on a second Allow, which takes nothing away from the first',
      change: trusting(assume, { ...assume, Condition: otherAccount }),
    },
    {
      what: 'a Deny for requests without TLS',
      change: trusting(assume, { ...tlsOnly, Principal: '*', Action: 'sts:AssumeRole' }),
    },
    {
      what: 'a Deny for somebody else',
      change: trusting(assume, {
        ...assume,
        Effect: 'Deny',
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      }),
    },
    {
      what: 'a Deny of another action',
      change: trusting(assume, { ...assume, Effect: 'Deny', Action: 'sts:TagSession' }),
    },
    {
      what: 'a role with a path, as the Lambda console makes it',
      change: {
        role: {
          ...role,
          Path: '/service-role/',
          Arn: arnOf.role(`service-role/${anyLab.roleName}`),
        },
      },
    },
  ],
  wrong: [
    {
      id: 'exists',
      what: 'no role',
      change: { role: undefined, trust: [] },
      hint: /^It does not exist\. The check looked in the account 111122223333 /,
      fix: /^aws iam create-role --role-name lab01-sqs-worker-role .*\naws iam wait role-exists .*\n# the same, shorter: npx lab step 3$/,
    },
    ...Object.entries({
      'another service is trusted': {
        Principal: { Service: 'ec2.amazonaws.com' },
        hint: /^It trusts Service ec2\.amazonaws\.com, and not Lambda: /,
      },
      'the name of the service is misspelt': {
        Principal: { Service: 'lambda.amazon.com' },
        hint: /^It trusts Service lambda\.amazon\.com, and not Lambda: /,
      },
      'Lambda and another service are trusted': {
        Principal: { Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'] },
        hint: /^It trusts others besides Lambda: Service ec2\.amazonaws\.com\./,
      },
      'an account is trusted as well': {
        Principal: { ...lambdaService, AWS: 'arn:aws:iam::111122223333:root' },
        hint: /^It trusts others besides Lambda: AWS arn:aws:iam::111122223333:root\./,
      },
      'everybody is trusted': {
        Principal: '*',
        hint: /^It trusts everybody: its principal is \*, in every AWS account\./,
      },
      'everybody is trusted, written as a map': {
        Principal: { AWS: '*' },
        hint: /^It trusts everybody: its principal is \*, /,
      },
    }).map(([what, { Principal, hint }]) => ({
      id: 'trusted-principals',
      what,
      change: trusting({ ...assume, Principal }),
      hint,
      fix: trustFix,
    })),
    {
      id: 'trusted-principals',
      what: 'everybody is trusted who meets a condition: the harm is the principal',
      change: trusting({ ...assume, Principal: '*', Condition: otherAccount }),
      hint: /^It trusts everybody: its principal is \*\. Only the condition protects the role \(where \{"StringEquals":/,
      fix: trustFix,
      difference: ['missing: Service lambda.amazonaws.com', 'unexpected: *'],
    },
    {
      id: 'trusted-principals',
      what: 'everybody but somebody (NotPrincipal)',
      change: trusting({
        Effect: 'Allow',
        NotPrincipal: { AWS: 'arn:aws:iam::555566667777:root' },
        Action: 'sts:AssumeRole',
      }),
      hint: /^It trusts everybody but AWS arn:aws:iam::555566667777:root, in every AWS account\./,
      fix: trustFix,
    },
    {
      id: 'trusted-principals',
      what: 'no statement at all',
      change: trusting(),
      hint: /^It trusts nobody: it has no statement\./,
      difference: ['missing: Service lambda.amazonaws.com'],
    },
    {
      id: 'trusted-principals',
      what: 'nothing but a Deny',
      change: trusting({ ...assume, Effect: 'Deny' }),
      hint: /^It trusts nobody: it has no statement with Allow\./,
    },
    {
      id: 'assume-role',
      what: 'another action',
      change: trusting({ ...assume, Action: 'sts:AssumeRoleWithWebIdentity' }),
      hint: /^It allows sts:AssumeRoleWithWebIdentity, and not sts:AssumeRole, the call/,
      fix: trustFix,
      difference: ['missing: sts:AssumeRole', 'unexpected: sts:AssumeRoleWithWebIdentity'],
    },
    ...['sts:*', '*', 'sts:AssumeRole*'].map((wildcard) => ({
      id: 'assume-role',
      what: `the wildcard ${wildcard}`,
      change: trusting({ ...assume, Action: wildcard }),
      hint: /^Besides sts:AssumeRole it allows \S+\. Lambda needs/,
      difference: [`unexpected: ${wildcard}`],
    })),
    {
      id: 'assume-role',
      what: 'everything but an action',
      change: trusting({ Effect: 'Allow', Principal: lambdaService, NotAction: 'sts:TagSession' }),
      hint: /^Besides sts:AssumeRole it allows everything but sts:TagSession\./,
      difference: ['unexpected: everything but sts:TagSession'],
    },
    {
      id: 'no-deny',
      what: 'a statement that denies',
      change: trusting(assume, { ...assume, Effect: 'Deny' }),
      hint: /^A Deny wins over every Allow: Deny sts:AssumeRole for Service lambda/,
      fix: trustFix,
      difference: ['unexpected: Deny sts:AssumeRole for Service lambda.amazonaws.com'],
    },
    {
      id: 'no-deny',
      what: 'a statement that denies everybody under a condition',
      change: trusting(assume, {
        Effect: 'Deny',
        Principal: '*',
        NotAction: 'sts:TagSession',
        Condition: { StringNotEquals: { 'aws:SourceAccount': '555566667777' } },
      }),
      hint: /^A Deny wins over every Allow: Deny everything but sts:TagSession for \* where \{"StringNotEquals"/,
    },
    {
      id: 'no-deny',
      what: 'a condition',
      change: trusting({ ...assume, Condition: otherAccount }),
      hint: /only if it meets the condition: where \{"StringEquals":\{"aws:SourceAccount":"555566667777"\}\}\./,
      fix: trustFix,
      difference: [
        'unexpected: Allow sts:AssumeRole for Service lambda.amazonaws.com where {"StringEquals":{"aws:SourceAccount":"555566667777"}}',
      ],
    },
  ],
});

const queueActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const logActions = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const queueArn = arnOf.queue(anyLab.queueName);
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
const byBoundary = { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } };
const inlineFix = /^aws iam put-role-policy .*lambda-sqs-policy\.json"$/;
const roleAnewFix =
  /^aws iam detach-role-policy .*\n.*\naws iam delete-role .*\nnpx lab step 3\nnpx lab step 4$/;
const sqsManagedPolicy = 'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole';
const denied3 = simulated('implicitDeny', 'implicitDeny', 'implicitDeny');
const noLogs = logsSimulated('implicitDeny', 'implicitDeny', 'implicitDeny');
const other = (name: string, ...all: Json[]) => ({ name, statements: statements(...all) });

proveCheck(permissions, {
  right: {
    attached: [anyLab.basicExecutionPolicyArn],
    inlineNames: [anyLab.policyName],
    otherInline: [],
    ...inline(readQueue),
    managed: statements(writeLogs),
    ...simulated(),
    ...logsSimulated(),
    queueArn,
    logGroupArn: `arn:aws:logs:us-east-1:111122223333:log-group:${anyLab.logGroupName}`,
    questions: {
      simulate: anyQuestion,
      simulateDenied: [anyQuestion],
      simulateLogs: anyQuestion,
      managedVersion: anyQuestion,
    },
  },
  alsoRight: [
    ...Object.entries({
      'actions in small letters: IAM does not mind': [
        { ...readQueue, Action: queueActions.map((name) => name.toLowerCase()) },
      ],
      'actions of which one is in small letters': [
        {
          ...readQueue,
          Action: ['sqs:ReceiveMessage', 'sqs:deletemessage', 'SQS:getQueueAttributes'],
        },
      ],
      'actions in another order, one of them twice': [
        { ...readQueue, Action: [...queueActions.toReversed(), 'sqs:deleteMessage'] },
      ],
      'one statement for each action': queueActions.map((Action) => ({ ...readQueue, Action })),
      'the same statement twice, the queue in a list': [
        readQueue,
        { ...readQueue, Resource: [queueArn, queueArn] },
      ],
      'wildcards that stand for the three actions only': [
        {
          ...readQueue,
          Action: ['sqs:ReceiveMessage*', 'sqs:DeleteM*', 'sqs:GetQueueAttribute?'],
        },
      ],
      'a Deny for requests without TLS': [
        readQueue,
        { ...tlsOnly, Action: 'sqs:*', Resource: queueArn },
      ],
      'a Deny of what the worker does not need': [
        readQueue,
        { Effect: 'Deny', Action: 'sqs:SendMessage', Resource: '*' },
        { Effect: 'Deny', Action: '*', Resource: arnOf.queue(anyLab.deadLetterQueueName) },
      ],
    }).map(([what, all]) => ({ what, change: inline(...(all as Json[])) })),
  ],
  wrong: [
    {
      id: 'managed-policy',
      what: 'no managed policy',
      change: { attached: [], ...noLogs },
      hint: /is not attached\. The role lacks permissions that logging needs\. IAM says: logs:CreateLogGroup implicitDeny, .* nobody sees/,
      fix: /^aws iam attach-role-policy .*AWSLambdaBasicExecutionRole$/,
    },
    {
      id: 'managed-policy',
      what: 'the managed policy for every queue',
      change: { attached: [anyLab.basicExecutionPolicyArn, sqsManagedPolicy] },
      hint: /^The role has managed policies that the lab does not need: AWSLambdaSQSQueueExecutionRole\. .*every queue/,
      fix: /^aws iam detach-role-policy .*AWSLambdaSQSQueueExecutionRole$/,
      difference: [`unexpected: ${sqsManagedPolicy}`],
    },
    {
      id: 'managed-policy',
      what: 'the managed policy for every queue instead, which allows the logs too',
      change: { attached: [sqsManagedPolicy] },
      hint: /is not attached\. The role may write its log anyway, through AWSLambdaSQSQueueExecutionRole; .*every queue/,
      fix: /^aws iam attach-role-policy .*\naws iam detach-role-policy .*AWSLambdaSQSQueueExecutionRole$/,
    },
    {
      id: 'managed-policy',
      what: 'another managed policy instead',
      change: { attached: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
      hint: /through AdministratorAccess; .* The role has managed policies that the lab does not need: AdministratorAccess\.$/,
      fix: /^aws iam attach-role-policy .*\naws iam detach-role-policy .*AdministratorAccess$/,
    },
    {
      id: 'managed-policy',
      what: 'an inline policy for the logs instead: one mistake, one failure',
      change: {
        attached: [],
        inlineNames: ['logs', anyLab.policyName],
        otherInline: [other('logs', writeLogs)],
      },
      hint: /is not attached\. The role may write its log anyway, through logs; /,
      fix: /^aws iam attach-role-policy .*\naws iam delete-role-policy .*--policy-name logs$/,
    },
    {
      id: 'managed-policy',
      what: 'the logs in the inline policy of the lab instead',
      change: { attached: [], ...inline(readQueue, writeLogs) },
      hint: new RegExp(`anyway, through ${anyLab.policyName}; `),
      fix: /^aws iam attach-role-policy .*\naws iam put-role-policy .*lambda-sqs-policy\.json"$/,
    },
    {
      id: 'managed-policy',
      what: 'an inline policy for the logs and a managed one for something else: IAM says which counts',
      change: {
        attached: ['arn:aws:iam::aws:policy/service-role/AWSLambdaRole'],
        inlineNames: ['logs', anyLab.policyName],
        otherInline: [other('logs', writeLogs)],
        logsSimulated: logsSimulated().logsSimulated.map((one) => ({
          ...one,
          MatchedStatements: [{ SourcePolicyId: `role_${anyLab.roleName}_logs` }],
        })),
      },
      hint: /anyway, through logs; .* The role has managed policies that the lab does not need: AWSLambdaRole\.$/,
      fix: /^aws iam attach-role-policy .*\naws iam detach-role-policy .*AWSLambdaRole\naws iam delete-role-policy .*--policy-name logs$/,
    },
    {
      id: 'logs-permissions',
      what: 'a permissions boundary that takes the logs away',
      change: {
        logsSimulated: logsSimulated('allowed', 'implicitDeny').logsSimulated.map((one, i) =>
          i === 1 ? { ...one, ...byBoundary } : one,
        ),
      },
      hint: /^IAM says: logs:CreateLogStream implicitDeny\. .*its permissions boundary does not/,
      fix: roleAnewFix,
      difference: [
        'missing: logs:CreateLogStream allowed',
        'unexpected: logs:CreateLogStream implicitDeny',
      ],
    },
    {
      id: 'logs-permissions',
      what: 'a Deny, which is no boundary',
      change: {
        logsSimulated: logsSimulated('explicitDeny').logsSimulated.map((one, i) =>
          i === 0 ? { ...one, MatchedStatements: [{ SourcePolicyId: 'some-policy' }] } : one,
        ),
      },
      hint: /^IAM says: logs:CreateLogGroup explicitDeny\. A Deny wins over every Allow: some-policy\.$/,
      fix: 'npx lab step 4',
    },
    {
      id: 'inline-policy',
      what: 'no inline policy',
      change: { inlineNames: [], inline: [], ...denied3 },
      hint: /may not read the queue: .*IAM says: sqs:DeleteMessage implicitDeny, /,
      fix: inlineFix,
    },
    {
      id: 'inline-policy',
      what: 'the right policy under another name',
      change: { inlineNames: ['mine'], otherInline: [other('mine', readQueue)], inline: [] },
      hint: /^There is no inline policy \S+\. The role may read the queue anyway, through policies with another name: mine allows sqs:ReceiveMessage, /,
      fix: /^aws iam put-role-policy .*\naws iam delete-role-policy .*--policy-name mine$/,
    },
    {
      id: 'inline-policy',
      what: 'another policy under another name',
      change: {
        inlineNames: ['mine'],
        otherInline: [other('mine', { ...readQueue, Action: 'sqs:SendMessage' })],
        inline: [],
        ...denied3,
      },
      hint: /the role may not read the queue: .* Instead there is: mine allows sqs:SendMessage\.$/,
    },
    {
      id: 'inline-policy',
      what: 'a second inline policy that allows',
      change: {
        inlineNames: ['more', anyLab.policyName],
        otherInline: [other('more', { ...readQueue, Action: 'sqs:SendMessage' })],
      },
      hint: /^The role has inline policies that the lab does not have: more allows sqs:SendMessage\. The role may do what any one of its policies allows\./,
      fix: /^aws iam delete-role-policy .*--policy-name more$/,
      difference: ['unexpected: more'],
    },
    {
      id: 'inline-policy',
      what: 'a second inline policy that denies',
      change: {
        inlineNames: ['no', anyLab.policyName],
        otherInline: [other('no', { ...readQueue, Effect: 'Deny', Action: 'sqs:DeleteMessage' })],
        ...simulated('allowed', 'explicitDeny'),
      },
      hint: /^The role has inline policies that the lab does not have: no denies sqs:DeleteMessage\. A Deny in one policy wins over every Allow in another\.$/,
      fix: /^aws iam delete-role-policy .*--policy-name no$/,
    },
    ...queueActions.map((missing, i) => ({
      id: 'queue-actions',
      what: `${missing} is missing`,
      change: {
        ...inline({ ...readQueue, Action: queueActions.filter((action) => action !== missing) }),
        ...simulated(...queueActions.map((_, j) => (j === i ? 'implicitDeny' : 'allowed'))),
      },
      hint: new RegExp(`^Without ${missing}`),
      fix: inlineFix,
      difference: [`missing: ${missing}`],
    })),
    {
      id: 'queue-actions',
      what: 'two actions are missing',
      change: inline({ ...readQueue, Action: 'sqs:GetQueueAttributes' }),
      hint: /Without sqs:DeleteMessage .* Without sqs:ReceiveMessage the mapping cannot poll/,
    },
    {
      id: 'queue-actions',
      what: 'an action too many',
      change: inline({ ...readQueue, Action: [...queueActions, 'sqs:SendMessage'] }),
      hint: /^It allows sqs:SendMessage, which the worker does not need\.$/,
      difference: ['unexpected: sqs:SendMessage'],
    },
    {
      id: 'queue-actions',
      what: 'an action too many on another queue, in a statement of its own',
      change: inline(readQueue, {
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Resource: arnOf.queue(anyLab.deadLetterQueueName),
      }),
      hint: /^It allows sqs:SendMessage, /,
    },
    ...['sqs:*', '*', 'sqs:*Message', 's?s:*'].map((wildcard) => ({
      id: 'queue-actions',
      what: `the actions ${wildcard}: nothing is missing`,
      change: inline({ ...readQueue, Action: [wildcard, 'sqs:GetQueueAttributes'] }),
      hint: /^It allows \S+: more than the three actions that the worker needs\.$/,
      fix: inlineFix,
      difference: [`unexpected: ${wildcard}`],
    })),
    {
      id: 'queue-actions',
      what: 'everything but some actions: nothing is missing',
      change: inline({ Effect: 'Allow', NotAction: ['iam:*'], Resource: queueArn }),
      hint: /^It allows everything but iam:\*: more than the three/,
      difference: ['unexpected: everything but iam:*'],
    },
    {
      id: 'queue-actions',
      what: 'everything but one that is needed',
      change: inline({ Effect: 'Allow', NotAction: 'SQS:deleteMessage', Resource: queueArn }),
      hint: /^It allows everything but SQS:deleteMessage: .* Without sqs:DeleteMessage /,
      difference: ['missing: sqs:DeleteMessage', 'unexpected: everything but SQS:deleteMessage'],
    },
    ...Object.entries({
      '*': /^It names \*: the wildcard matches more queues than this one\. Least privilege/,
      [`${queueArn}*`]: /: the wildcard matches more queues than this one\. Least privilege/,
      [`${queueArn.slice(0, -1)}?`]: /: the wildcard matches more queues than this one\. /,
      [`${arnOf.queue('other')}*`]:
        /: the wildcard matches many resources\. This queue is not among them/,
      [arnOf.queue(anyLab.deadLetterQueueName)]:
        /^It names \S+-dlq, which is not this queue\. This queue is not among them: the policy does not allow the actions on it\.$/,
      'arn:aws:sqs:us-east-1:${AWS_ACCOUNT_ID}:lab01-worker-queue':
        /^It names \S+: the check does not know the value of the variable\./,
    }).map(([Resource, hint]) => ({
      id: 'queue-arn',
      what: `the resource ${Resource}`,
      change: inline({ ...readQueue, Resource }),
      hint,
      fix: inlineFix,
    })),
    {
      id: 'queue-arn',
      what: 'a second queue',
      change: inline({ ...readQueue, Resource: [queueArn, arnOf.queue('other')] }),
      hint: /^It names \S+:other, which is not this queue\. Least privilege names only the ARN of this queue\.$/,
      difference: [`unexpected: ${arnOf.queue('other')}`],
    },
    {
      id: 'queue-arn',
      what: 'every resource but another queue (NotResource): this queue too',
      change: inline({
        Effect: 'Allow',
        Action: queueActions,
        NotResource: arnOf.queue(anyLab.deadLetterQueueName),
      }),
      hint: /^With NotResource it allows the actions on every resource but \S+-dlq\. Least privilege/,
      fix: inlineFix,
    },
    {
      id: 'queue-arn',
      what: 'every resource but this queue (NotResource)',
      change: inline({ Effect: 'Allow', Action: queueActions, NotResource: queueArn }),
      hint: /on every resource but \S+-queue\. This queue is not among them/,
    },
    {
      id: 'only-allow',
      what: 'a condition',
      change: inline({ ...readQueue, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
      hint: /only to a request that meets the condition: where \{"Bool":\{"aws:SecureTransport":"true"\}\}\./,
      fix: inlineFix,
    },
    {
      id: 'only-allow',
      what: 'the three actions denied',
      change: {
        ...inline({ ...readQueue, Effect: 'Deny' }),
        ...simulated('explicitDeny', 'explicitDeny', 'explicitDeny'),
      },
      hint: /^A Deny wins over every Allow: Deny sqs:ReceiveMessage, /,
      fix: inlineFix,
    },
    {
      id: 'only-allow',
      what: 'a Deny under a condition, which is shown',
      change: inline(readQueue, {
        Effect: 'Deny',
        NotAction: 'sqs:SendMessage',
        Resource: '*',
        Condition: { DateGreaterThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } },
      }),
      hint: /^A Deny wins over every Allow: Deny everything but sqs:SendMessage where \{"DateGreaterThan"/,
      difference: [
        'unexpected: Deny everything but sqs:SendMessage where {"DateGreaterThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}',
      ],
    },
    {
      id: 'only-allow',
      what: 'a Deny of the logs, which is no boundary',
      change: {
        ...inline(readQueue, { Effect: 'Deny', Action: 'logs:PutLogEvents', Resource: '*' }),
        ...logsSimulated('allowed', 'allowed', 'explicitDeny'),
      },
      hint: /^A Deny wins over every Allow: Deny logs:PutLogEvents\.$/,
      fix: inlineFix,
    },
    {
      id: 'simulated',
      what: 'a permissions boundary that takes away what the policy gives',
      change: {
        simulated: denied3.simulated.map((one) => ({ ...one, ...byBoundary })),
      },
      hint: /its permissions boundary does not\. To remove the boundary, delete the role\.$/,
      fix: roleAnewFix,
    },
    {
      id: 'simulated',
      what: 'an organization that does not allow it, which is no boundary',
      change: {
        simulated: denied3.simulated.map((one) => ({
          ...one,
          OrganizationsDecisionDetail: { AllowedByOrganizations: false },
        })),
      },
      hint: /^IAM says: .* A policy of the account's organization does not allow it\./,
    },
  ],
});
