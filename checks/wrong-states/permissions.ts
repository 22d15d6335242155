import type { LabNames } from '../../src/judging/index.ts';
import type { WrongState } from '../../src/testing/lab/wrong-states.ts';

const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const queue = (name: string) => `arn:aws:sqs:us-east-1:111122223333:${name}`;
const right = (lab: LabNames) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: queue(lab.queueName),
});

/** Puts these statements into the inline policy, or into one of another name. */
const inline = (lab: LabNames, statements: readonly object[], name: string = lab.policyName) =>
  `aws iam put-role-policy --role-name ${lab.roleName} --policy-name ${name} --policy-document '${JSON.stringify({ Version: '2012-10-17', Statement: statements })}'`;
const noInline = (lab: LabNames) =>
  `aws iam delete-role-policy --role-name ${lab.roleName} --policy-name ${lab.policyName}`;
const policy = (lab: LabNames, verb: 'attach' | 'detach', arn: string) =>
  `aws iam ${verb}-role-policy --role-name ${lab.roleName} --policy-arn ${arn}`;

const sqsPolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole';
const ownName = (lab: LabNames, name: string) => `${lab.prefix}lab01-${name}`;
const logs = {
  Effect: 'Allow',
  Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: '*',
};

const managed = (lab: LabNames): readonly WrongState[] => [
  {
    id: 'logs-permission-missing',
    what: 'Attached no policy for the logs',
    make: policy(lab, 'detach', lab.basicExecutionPolicyArn),
    fails: '04/managed-policy',
    says: /lacks permissions that logging needs.*attach-role-policy.*AWSLambdaBasicExecutionRole/s,
  },
  {
    id: 'managed-sqs-policy-instead',
    what: 'Attached AWSLambdaSQSQueueExecutionRole instead, which allows the logs too',
    make: [
      policy(lab, 'detach', lab.basicExecutionPolicyArn),
      policy(lab, 'attach', sqsPolicyArn),
    ].join('\n'),
    fails: '04/managed-policy',
    says: /may write its log anyway, through AWSLambdaSQSQueueExecutionRole;.*every queue/s,
  },
  {
    id: 'inline-logs-policy',
    what: 'Allowed the logs in an inline policy of their own instead of attaching the AWS managed policy',
    make: [
      policy(lab, 'detach', lab.basicExecutionPolicyArn),
      inline(lab, [logs], ownName(lab, 'logs')),
    ].join('\n'),
    fails: '04/managed-policy',
    says: /may write its log anyway, through \S*lab01-logs;.*attach-role-policy.*delete-role-policy/s,
  },
  {
    id: 'logs-in-the-inline-policy',
    what: 'Allowed the logs in the inline policy of the queue instead of attaching the AWS managed policy',
    make: [
      policy(lab, 'detach', lab.basicExecutionPolicyArn),
      inline(lab, [right(lab), logs]),
    ].join('\n'),
    fails: '04/managed-policy',
    says: /may write its log anyway, through \S*lab01-sqs-worker-policy;.*put-role-policy/s,
  },
  {
    id: 'managed-sqs-policy',
    what: 'Also attached AWSLambdaSQSQueueExecutionRole: its resource is every queue',
    make: policy(lab, 'attach', sqsPolicyArn),
    fails: '04/managed-policy',
    says: /detach-role-policy.*AWSLambdaSQSQueueExecutionRole/s,
  },
  {
    id: 'own-managed-policy',
    what: 'Also attached a managed policy of their own that allows sqs:*',
    make: `POLICY_ARN=$(aws iam create-policy --policy-name ${lab.prefix}lab01-all-of-sqs --policy-document '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}' --query Policy.Arn --output text)
${policy(lab, 'attach', '"$POLICY_ARN"')}`,
    fails: '04/managed-policy',
    says: /detach-role-policy.*lab01-all-of-sqs/s,
  },
  {
    id: 'boundary-without-logs',
    what: 'Put a permissions boundary on the role that allows the queue only',
    make: `BOUNDARY_ARN=$(aws iam create-policy --policy-name ${lab.prefix}lab01-queue-only --policy-document '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}' --query Policy.Arn --output text)
aws iam put-role-permissions-boundary --role-name ${lab.roleName} --permissions-boundary "$BOUNDARY_ARN"`,
    fails: '04/logs-permissions',
    says: /its permissions boundary does not.*delete-role --role-name/s,
  },
  {
    id: 'boundary-without-both',
    what: 'Put a permissions boundary on the role that allows neither the logs nor the queue',
    make: `BOUNDARY_ARN=$(aws iam create-policy --policy-name ${lab.prefix}lab01-send-only --policy-document '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}}' --query Policy.Arn --output text)
aws iam put-role-permissions-boundary --role-name ${lab.roleName} --permissions-boundary "$BOUNDARY_ARN"`,
    fails: '04/logs-permissions',
    says: /its permissions boundary does not.*delete-role --role-name/s,
  },
];

export const permissions = (lab: LabNames): readonly WrongState[] => [
  ...managed(lab),
  {
    id: 'inline-policy-missing',
    what: 'Put no inline policy on the role',
    make: noInline(lab),
    fails: '04/inline-policy',
    says: /may not read the queue.*put-role-policy.*lambda-sqs-policy\.json/s,
  },
  {
    id: 'inline-policy-renamed',
    what: 'Gave the inline policy another name',
    make: [inline(lab, [right(lab)], ownName(lab, 'queue')), noInline(lab)].join('\n'),
    fails: '04/inline-policy',
    says: /may read the queue anyway, through .*lab01-queue allows sqs:ReceiveMessage.*delete-role-policy/s,
  },
  {
    id: 'second-inline-policy',
    what: 'Put a second inline policy on the role',
    make: inline(lab, [{ ...right(lab), Action: 'sqs:SendMessage' }], ownName(lab, 'send')),
    fails: '04/inline-policy',
    says: /lab01-send allows sqs:SendMessage\..*delete-role-policy.*lab01-send/s,
  },
  {
    id: 'second-inline-policy-denies',
    what: 'Put a second inline policy on the role that denies sqs:DeleteMessage',
    make: inline(
      lab,
      [{ ...right(lab), Effect: 'Deny', Action: 'sqs:DeleteMessage' }],
      ownName(lab, 'deny'),
    ),
    fails: '04/inline-policy',
    says: /lab01-deny denies sqs:DeleteMessage\. A Deny in one policy wins.*delete-role-policy/s,
  },
  ...actions.map((missing) => ({
    id: `no-${missing.slice(4).toLowerCase()}`,
    what: `Left ${missing} out of the inline policy`,
    make: inline(lab, [{ ...right(lab), Action: actions.filter((action) => action !== missing) }]),
    fails: '04/queue-actions',
    says: new RegExp(`Without ${missing}`),
  })),
  {
    id: 'extra-action',
    what: 'Also allowed sqs:SendMessage',
    make: inline(lab, [{ ...right(lab), Action: [...actions, 'sqs:SendMessage'] }]),
    fails: '04/queue-actions',
    says: /It allows sqs:SendMessage, which .*lambda-sqs-policy\.json/s,
  },
  {
    id: 'wildcard-action',
    what: 'Allowed sqs:* on the queue',
    make: inline(lab, [{ ...right(lab), Action: 'sqs:*' }]),
    fails: '04/queue-actions',
    says: /^It allows sqs:\*: more than the three actions that the worker needs\.\n.*lambda-sqs-policy\.json/,
  },
  {
    id: 'not-action',
    what: 'Allowed everything but sending (NotAction)',
    make: inline(lab, [
      { Effect: 'Allow', NotAction: 'sqs:SendMessage', Resource: queue(lab.queueName) },
    ]),
    fails: '04/queue-actions',
    says: /^It allows everything but sqs:SendMessage: more than the three actions that the worker needs\.\n/,
  },
  {
    id: 'not-action-needed',
    what: 'Allowed everything but deleting (NotAction)',
    make: inline(lab, [
      { Effect: 'Allow', NotAction: 'sqs:DeleteMessage', Resource: queue(lab.queueName) },
    ]),
    fails: '04/queue-actions',
    says: /^It allows everything but sqs:DeleteMessage: .* Without sqs:DeleteMessage /,
  },
  {
    id: 'wildcard-resource',
    what: 'Allowed the three actions on "*"',
    make: inline(lab, [{ ...right(lab), Resource: '*' }]),
    fails: '04/queue-arn',
    says: /matches more queues than this one\..*lambda-sqs-policy\.json/s,
  },
  {
    id: 'not-resource',
    what: 'Allowed the three actions everywhere but on the dead-letter queue (NotResource)',
    make: inline(lab, [
      { Effect: 'Allow', Action: actions, NotResource: queue(lab.deadLetterQueueName) },
    ]),
    fails: '04/queue-arn',
    says: /on every resource but \S+-dlq\. Least privilege.*lambda-sqs-policy\.json/s,
  },
  {
    id: 'not-resource-this-queue',
    what: 'Allowed the three actions everywhere but on the queue itself (NotResource)',
    make: inline(lab, [{ Effect: 'Allow', Action: actions, NotResource: queue(lab.queueName) }]),
    fails: '04/queue-arn',
    says: /on every resource but \S+-queue\. This queue is not among them.*lambda-sqs-policy\.json/s,
  },
  {
    id: 'other-resource',
    what: 'Named the ARN of the dead-letter queue in the inline policy',
    make: inline(lab, [{ ...right(lab), Resource: queue(lab.deadLetterQueueName) }]),
    fails: '04/queue-arn',
    says: /-dlq, which is not this queue\. This queue is not among them.*lambda-sqs-policy\.json/s,
  },
  {
    id: 'both-queues',
    what: 'Allowed the three actions on the dead-letter queue as well',
    make: inline(lab, [
      { ...right(lab), Resource: [queue(lab.queueName), queue(lab.deadLetterQueueName)] },
    ]),
    fails: '04/queue-arn',
    says: /-dlq, which is not this queue\. Least privilege.*lambda-sqs-policy\.json/s,
  },
  {
    id: 'inline-deny',
    what: 'Denied sqs:DeleteMessage in a second statement',
    make: inline(lab, [right(lab), { ...right(lab), Effect: 'Deny', Action: 'sqs:DeleteMessage' }]),
    fails: '04/only-allow',
    says: /A Deny wins over every Allow: Deny sqs:DeleteMessage\..*lambda-sqs-policy\.json/s,
  },
  {
    id: 'inline-deny-with-condition',
    what: 'Denied the three actions in a second statement, under a condition that Lambda meets',
    make: inline(lab, [
      right(lab),
      { ...right(lab), Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
    ]),
    fails: '04/only-allow',
    says: /A Deny wins over every Allow: Deny .* where \{"Bool":\{"aws:SecureTransport":"true"\}\}\./,
  },
  {
    id: 'inline-denies-logs',
    what: 'Denied logs:PutLogEvents in a second statement',
    make: inline(lab, [right(lab), { ...logs, Effect: 'Deny', Action: 'logs:PutLogEvents' }]),
    fails: '04/only-allow',
    says: /A Deny wins over every Allow: Deny logs:PutLogEvents\..*lambda-sqs-policy\.json/s,
  },
  {
    id: 'inline-condition',
    what: 'Allowed the three actions under a condition that Lambda does not meet (aws:SourceAccount)',
    make: inline(lab, [
      { ...right(lab), Condition: { StringEquals: { 'aws:SourceAccount': '555566667777' } } },
    ]),
    fails: '04/only-allow',
    says: /only to a request that meets the condition: where .*555566667777.*lambda-sqs-policy\.json/s,
  },
  {
    id: 'boundary-without-queue',
    what: 'Put a permissions boundary on the role that allows logs only',
    make: `aws iam put-role-permissions-boundary --role-name ${lab.roleName} --permissions-boundary ${lab.basicExecutionPolicyArn}`,
    fails: '04/simulated',
    says: /its permissions boundary does not.*delete-role --role-name/s,
  },
];
