import { lab } from '../../src/lab/index.ts';
import type { WrongState } from '../../src/lab/testing/wrong-states.ts';

const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const queue = (name: string) => `arn:aws:sqs:us-east-1:111122223333:${name}`;
const right = () => ({ Effect: 'Allow', Action: actions, Resource: queue(lab.queueName) });

/** Puts these statements into the inline policy, or into one of another name. */
const inline = (statements: readonly object[], name: string = lab.policyName) =>
  `aws iam put-role-policy --role-name ${lab.roleName} --policy-name ${name} --policy-document '${JSON.stringify({ Version: '2012-10-17', Statement: statements })}'`;
const noInline = () =>
  `aws iam delete-role-policy --role-name ${lab.roleName} --policy-name ${lab.policyName}`;
const policy = (verb: 'attach' | 'detach', arn: string) =>
  `aws iam ${verb}-role-policy --role-name ${lab.roleName} --policy-arn ${arn}`;

const managed = (): readonly WrongState[] => [
  {
    id: 'logs-permission-missing',
    what: 'Attached no policy for the logs',
    make: policy('detach', lab.basicExecutionPolicyArn),
    fails: '04/managed-policy',
    says: /attach-role-policy.*AWSLambdaBasicExecutionRole/s,
  },
  {
    id: 'managed-sqs-policy',
    what: 'Attached AWSLambdaSQSQueueExecutionRole besides: its resource is every queue',
    make: policy('attach', 'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole'),
    fails: '04/managed-policy',
    says: /detach-role-policy.*AWSLambdaSQSQueueExecutionRole/s,
  },
  {
    id: 'own-managed-policy',
    what: 'Attached a managed policy of their own that allows sqs:* besides',
    make: `POLICY_ARN=$(aws iam create-policy --policy-name ${lab.prefix}lab01-all-of-sqs --policy-document '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}' --query Policy.Arn --output text)
${policy('attach', '"$POLICY_ARN"')}`,
    fails: '04/managed-policy',
    says: /detach-role-policy.*lab01-all-of-sqs/s,
  },
  {
    id: 'boundary-without-logs',
    what: 'Put a permissions boundary on the role that allows the queue only',
    make: `BOUNDARY_ARN=$(aws iam create-policy --policy-name ${lab.prefix}lab01-queue-only --policy-document '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}' --query Policy.Arn --output text)
aws iam put-role-permissions-boundary --role-name ${lab.roleName} --permissions-boundary "$BOUNDARY_ARN"`,
    fails: '04/logs-permissions',
    says: /permissions boundary.*delete-role --role-name/s,
  },
];

export const permissions = (): readonly WrongState[] => [
  ...managed(),
  {
    id: 'inline-policy-missing',
    what: 'Put no inline policy on the role',
    make: noInline(),
    fails: '04/inline-policy',
    says: /put-role-policy.*lambda-sqs-policy\.json|npm run step 4/s,
  },
  {
    id: 'second-inline-policy',
    what: 'Put a second inline policy on the role',
    make: inline([{ ...right(), Action: 'sqs:SendMessage' }], `${lab.prefix}lab01-send`),
    fails: '04/inline-policy',
    says: /delete-role-policy.*lab01-send/s,
  },
  ...actions.map((missing) => ({
    id: `no-${missing.slice(4).toLowerCase()}`,
    what: `Left ${missing} out of the inline policy`,
    make: inline([{ ...right(), Action: actions.filter((action) => action !== missing) }]),
    fails: '04/queue-actions',
    says: new RegExp(missing),
  })),
  {
    id: 'extra-action',
    what: 'Allowed sqs:SendMessage besides',
    make: inline([{ ...right(), Action: [...actions, 'sqs:SendMessage'] }]),
    fails: '04/queue-actions',
    says: /sqs:SendMessage|lambda-sqs-policy\.json/,
  },
  {
    id: 'wildcard-action',
    what: 'Allowed sqs:* on the queue',
    make: inline([{ ...right(), Action: 'sqs:*' }]),
    fails: '04/queue-actions',
    says: /sqs:\*|lambda-sqs-policy\.json/,
  },
  {
    id: 'not-action',
    what: 'Allowed everything but sending (NotAction)',
    make: inline([
      { Effect: 'Allow', NotAction: 'sqs:SendMessage', Resource: queue(lab.queueName) },
    ]),
    fails: '04/queue-actions',
    says: /lambda-sqs-policy\.json/,
  },
  {
    id: 'wildcard-resource',
    what: 'Allowed the three actions on "*"',
    make: inline([{ ...right(), Resource: '*' }]),
    fails: '04/queue-arn',
    says: /lambda-sqs-policy\.json/,
  },
  {
    id: 'other-resource',
    what: 'Named the ARN of the dead-letter queue in the inline policy',
    make: inline([{ ...right(), Resource: queue(lab.deadLetterQueueName) }]),
    fails: '04/queue-arn',
    says: /lambda-sqs-policy\.json/,
  },
  {
    id: 'both-queues',
    what: 'Allowed the three actions on the dead-letter queue as well',
    make: inline([
      { ...right(), Resource: [queue(lab.queueName), queue(lab.deadLetterQueueName)] },
    ]),
    fails: '04/queue-arn',
    says: /lambda-sqs-policy\.json/,
  },
  {
    id: 'inline-deny',
    what: 'Denied sqs:DeleteMessage in a second statement',
    make: inline([right(), { ...right(), Effect: 'Deny', Action: 'sqs:DeleteMessage' }]),
    fails: '04/only-allow',
    says: /lambda-sqs-policy\.json/,
  },
  {
    id: 'inline-condition',
    what: 'Allowed the three actions under a condition that Lambda does not meet (aws:SourceAccount)',
    make: inline([
      { ...right(), Condition: { StringEquals: { 'aws:SourceAccount': '555566667777' } } },
    ]),
    fails: '04/only-allow',
    says: /lambda-sqs-policy\.json/,
  },
  {
    id: 'boundary-without-queue',
    what: 'Put a permissions boundary on the role that allows logs only',
    make: `aws iam put-role-permissions-boundary --role-name ${lab.roleName} --permissions-boundary ${lab.basicExecutionPolicyArn}`,
    fails: '04/simulated',
    says: /permissions boundary.*delete-role --role-name/s,
  },
];
