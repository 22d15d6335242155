import { expect, test } from 'vitest';
import { judgeObserved } from '../src/judging/judge.ts';
import { labOf } from '../src/lab/lab.ts';
import { plainOptions } from '../src/lab/options.ts';
import type { Options } from '../src/lab/options.ts';
import { arnOf, observedQueue, proveCheck } from '../src/testing/lab/checks.ts';
import { check as preflight } from './00-preflight.ts';
import { check as deadLetterQueue } from './01-create-dead-letter-queue.ts';
import { check as sourceQueue } from './02-create-source-queue.ts';
import { anyLab } from '../src/testing/lab/any-lab.ts';

const account = '111122223333';
const identity = { Account: account, Arn: `arn:aws:iam::${account}:user/lab-dev` };

proveCheck(preflight, {
  right: { here: true, version: '2.36.12', identity, accountId: account, region: 'us-east-1' },
  alsoRight: [
    { what: 'the oldest CLI that will do', change: { version: '2.15.47' } },
    { what: 'a Region of four parts', change: { region: 'us-gov-west-1' } },
    {
      what: 'a role as the caller',
      change: {
        identity: { ...identity, Arn: `arn:aws:sts::${account}:assumed-role/admin/ada` },
      },
    },
  ],
  wrong: [
    {
      id: 'cli-version',
      what: 'AWS CLI v1',
      change: { version: '1.45.11' },
      hint: /options that AWS CLI 1\.45\.11 does not have/,
      fix: 'npx lab doctor',
    },
    {
      id: 'cli-version',
      what: 'an AWS CLI v2 that is too old',
      change: { version: '2.9.19' },
      hint: /options that AWS CLI 2\.9\.19 does not have/,
    },
    {
      id: 'account',
      what: 'another account answers than the one the lab was opened with',
      change: { identity: { ...identity, Account: '555566667777' } },
      hint: /the profile has changed/,
    },
    {
      id: 'not-root',
      what: 'the caller is the root user',
      change: { identity: { ...identity, Arn: `arn:aws:iam::${account}:root` } },
      hint: /IAM user or role/,
    },
    {
      id: 'region',
      what: 'no Region',
      change: { region: '' },
      hint: /"none" is not a Region/,
      fix: 'aws configure set region us-east-1',
    },
    {
      id: 'region',
      what: 'an availability zone for a Region',
      change: { region: 'us-east-1a' },
      hint: /"us-east-1a" is not a Region/,
    },
  ],
  unclear: [
    {
      id: 'cli-version',
      what: 'the CLI of somebody else',
      change: { here: false },
      cause: 'not here',
      reason: /the learner's AWS CLI is on another machine/,
    },
  ],
});

test('the root user is no fault on an emulator, which knows no users', () => {
  const root = { ...identity, Arn: `arn:aws:iam::${account}:root` };
  const seen = { here: true, version: '2.36.12', accountId: account, region: 'us-east-1' };
  const outcomes = (options: Options) =>
    judgeObserved(preflight(labOf({ prefix: '', place: anyLab.place, options })), {
      ...seen,
      identity: root,
    }).expectations.map(({ outcome }) => outcome);
  const endpoint = 'http://127.0.0.1:4566';
  expect(outcomes({ ...plainOptions, endpoint })).toEqual(['pass', 'pass', 'not judged', 'pass']);
  expect(outcomes(plainOptions)).toEqual(['pass', 'pass', 'fail', 'pass']);
});

const deadLetterAttributes = { MessageRetentionPeriod: '1209600', VisibilityTimeout: '30' };
const redrivePolicy = JSON.stringify({
  deadLetterTargetArn: arnOf.queue(anyLab.queueName),
  maxReceiveCount: 3,
});
const policyOf = (...Statement: object[]) => ({ Policy: JSON.stringify({ Statement }) });
const onQueue = (Principal: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action: 'SQS:*',
  Resource: '*',
  ...more,
});
const policyFor = (Principal: unknown, more: object = {}) => policyOf(onQueue(Principal, more));
const withoutTls = {
  Effect: 'Deny',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
/** What does no harm to any queue of the lab. */
const harmlessPolicies = Object.entries({
  'that the console makes': policyFor({ AWS: `arn:aws:iam::${account}:root` }),
  'for the account by its number': policyFor({ AWS: account }),
  'for the account in a list': policyFor({ AWS: [`arn:aws:iam::${account}:root`, account] }),
  'that denies requests without TLS': policyFor('*', withoutTls),
  'that denies requests without TLS, in other letters': policyFor('*', {
    Effect: 'Deny',
    Condition: { BoolIfExists: { 'AWS:SecureTransport': [false] } },
  }),
  'without a statement': policyOf(),
});
/** What lets somebody in or keeps somebody out, with what its hint says. */
const harmfulPolicies: readonly [string, { Policy: string }, RegExp][] = [
  [
    'for everybody',
    policyFor('*'),
    /^The queue policy allows somebody: Allow SQS:\* for \*\. (?!.*Deny)/,
  ],
  [
    'for everybody who meets a condition',
    policyFor('*', { Condition: { StringEquals: { 'aws:SourceAccount': '555566667777' } } }),
    /^The queue policy allows somebody: Allow SQS:\* for \* where \{"StringEquals"/,
  ],
  [
    'for everybody but somebody, and for all actions but one',
    policyOf({
      Effect: 'Allow',
      NotPrincipal: { AWS: '555566667777' },
      NotAction: 'sqs:SendMessage',
    }),
    /allows somebody: Allow everything but sqs:SendMessage for everybody but AWS 555566667777\./,
  ],
  [
    'for another account besides',
    policyFor({ AWS: [account, '555566667777'] }),
    /allows somebody: Allow SQS:\* for AWS 111122223333, AWS 555566667777\./,
  ],
  [
    'that denies',
    policyFor({ AWS: `arn:aws:iam::${account}:root` }, { Effect: 'Deny' }),
    /^The queue policy denies somebody: Deny SQS:\* for AWS arn\S+\. A Deny wins over every Allow/,
  ],
  [
    'that denies under a condition, which is shown',
    policyFor('*', { ...withoutTls, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
    /denies somebody: Deny SQS:\* for \* where \{"Bool":\{"aws:SecureTransport":"true"\}\}\./,
  ],
  [
    'that allows and denies',
    policyOf(onQueue({ Service: 'sns.amazonaws.com' }), onQueue('*', { Effect: 'Deny' })),
    /^The queue policy allows somebody: .* The queue policy denies somebody: Deny/,
  ],
];
const wrongPolicies = (onQueueOf: (attributes: Record<string, string>) => object) =>
  harmfulPolicies.map(([what, policy, hint]) => ({
    id: 'queue-policy',
    what: `a queue policy ${what}`,
    change: onQueueOf(policy),
    hint,
    fix: / Policy=$/,
  }));
const rightPolicies = (onQueueOf: (attributes: Record<string, string>) => object) =>
  harmlessPolicies.map(([what, policy]) => ({
    what: `a queue policy ${what}`,
    change: onQueueOf(policy),
  }));
const dlqWith = (attributes: Readonly<Record<string, string>>) => ({
  queue: observedQueue(anyLab.deadLetterQueueName, { ...deadLetterAttributes, ...attributes }),
});

proveCheck(deadLetterQueue, {
  right: {
    ...dlqWith({}),
    fifo: false,
    sourceArn: arnOf.queue(anyLab.queueName),
    accountId: account,
    region: 'us-east-1',
  },
  alsoRight: [
    {
      what: 'a redrive allow policy that names the source queue',
      change: dlqWith({
        RedriveAllowPolicy: JSON.stringify({
          redrivePermission: 'byQueue',
          sourceQueueArns: [arnOf.queue(anyLab.queueName)],
        }),
      }),
    },
    {
      what: 'a redrive allow policy for all',
      change: dlqWith({ RedriveAllowPolicy: '{"redrivePermission":"allowAll"}' }),
    },
    ...rightPolicies(dlqWith),
  ],
  wrong: [
    {
      id: 'exists',
      what: 'no queue',
      change: { queue: undefined },
      hint: /^It does not exist\. The check looked in the Region us-east-1 for exactly this name/,
      fix: /^aws sqs create-queue --queue-name lab01-worker-dlq --attributes "file:\/\/\$LAB_INFRA\/\S+\.json" --tags Project=lab01\n# the same, shorter: npx lab step 1$/,
    },
    {
      id: 'exists',
      what: 'a FIFO queue',
      change: { queue: undefined, fifo: true },
      hint: /There is \S+\.fifo\..*the type of a queue cannot be changed/,
    },
    {
      id: 'retention',
      what: 'the default retention of 4 days',
      change: dlqWith({ MessageRetentionPeriod: '345600' }),
      hint: /for 345600 s, counted from when they were first sent/,
      fix: /set-queue-attributes .*lab01-worker-dlq.*MessageRetentionPeriod=1209600$/,
    },
    {
      id: 'no-redrive-policy',
      what: 'the redrive policy on the wrong queue',
      change: dlqWith({ RedrivePolicy: redrivePolicy }),
      hint: /belongs on the source queue/,
      fix: /RedrivePolicy=$/,
    },
    ...(
      [
        ['{"redrivePermission":"denyAll"}', /It says denyAll: no queue may\. /],
        ['{"redrivePermission":"byQueue"}', /It says byQueue: no queue\. /],
        [
          `{"redrivePermission":"byQueue","sourceQueueArns":["${arnOf.queue('other')}"]}`,
          /It says byQueue: \S+:other\. The source queue of the lab is not among them\. /,
        ],
      ] as const
    ).map(([RedriveAllowPolicy, hint]) => ({
      id: 'accepts-the-source-queue',
      what: `the redrive allow policy ${RedriveAllowPolicy}`,
      change: dlqWith({ RedriveAllowPolicy }),
      hint,
      fix: /RedriveAllowPolicy=$/,
    })),
    ...wrongPolicies(dlqWith),
  ],
});

const redrive = {
  deadLetterTargetArn: arnOf.queue(anyLab.deadLetterQueueName),
  maxReceiveCount: 3,
};
const sourceAttributes = {
  VisibilityTimeout: '30',
  DelaySeconds: '0',
  MessageRetentionPeriod: '345600',
  MaximumMessageSize: '1048576',
};
const queueWith = (attributes: Record<string, string>) => ({
  queue: observedQueue(anyLab.queueName, { ...sourceAttributes, ...attributes }),
});

proveCheck(sourceQueue, {
  right: {
    ...queueWith({}),
    redrive,
    fifo: false,
    accountId: account,
    region: 'us-east-1',
    deadLetterQueueArn: arnOf.queue(anyLab.deadLetterQueueName),
  },
  alsoRight: [
    ...rightPolicies(queueWith),
    {
      what: 'long polling by default: the mapping polls long anyway',
      change: queueWith({ ReceiveMessageWaitTimeSeconds: '20' }),
    },
    { what: 'encryption by SQS', change: queueWith({ SqsManagedSseEnabled: 'true' }) },
    ...['alias/aws/sqs', 'arn:aws:kms:us-east-1:111122223333:alias/aws/sqs'].map(
      (KmsMasterKeyId) => ({
        what: `encryption with the key that AWS manages, ${KmsMasterKeyId}`,
        change: queueWith({ KmsMasterKeyId, SqsManagedSseEnabled: 'false' }),
      }),
    ),
    { what: 'the size limit of earlier days', change: queueWith({ MaximumMessageSize: '262144' }) },
    {
      what: 'maxReceiveCount as a text, as it may have been sent',
      change: { redrive: { ...redrive, maxReceiveCount: '3' } },
    },
  ],
  wrong: [
    {
      id: 'exists',
      what: 'no queue',
      change: { queue: undefined, redrive: undefined },
      hint: /^It does not exist\. The check looked in the Region us-east-1 for exactly this name/,
      fix: /^aws sqs create-queue --queue-name lab01-worker-queue --attributes "file:\/\/\$LAB_INFRA\/\S+\.json" --tags Project=lab01\n# the same, shorter: npx lab step 2$/,
    },
    {
      id: 'exists',
      what: 'a FIFO queue',
      change: { queue: undefined, redrive: undefined, fifo: true },
      hint: /There is \S+\.fifo\./,
    },
    ...Object.entries({
      0: /visible again after 0 s, before the function's timeout \(\d+ s\) ends/,
      5: /^5 s leave Lambda no time/,
      29: /^29 s leave Lambda no time/,
      31: /hidden for 31 s before each retry/,
    }).map(([seconds, hint]) => ({
      id: 'visibility-timeout',
      what: `a visibility timeout of ${seconds} s`,
      change: queueWith({ VisibilityTimeout: seconds }),
      hint,
      fix: /VisibilityTimeout=30$/,
    })),
    {
      id: 'delay',
      what: 'a delay',
      change: queueWith({ DelaySeconds: '60' }),
      hint: /hides every new message for 60 s/,
      fix: /DelaySeconds=0$/,
    },
    ...Object.entries({ 60: /deleted after 60 s/, 90: /after 90 s/, 1_209_600: /at once/ }).map(
      ([seconds, hint]) => ({
        id: 'retention',
        what: `a retention period of ${seconds} s`,
        change: queueWith({ MessageRetentionPeriod: seconds }),
        hint,
        fix: /MessageRetentionPeriod=345600$/,
      }),
    ),
    {
      id: 'message-size',
      what: 'a small message size',
      change: queueWith({ MaximumMessageSize: '1024' }),
      hint: /more than 1024 bytes is refused/,
      fix: /MaximumMessageSize=1048576$/,
    },
    ...['alias/lab', 'arn:aws:kms:us-east-1:111122223333:key/1234', 'alias/aws/sqs-mine'].map(
      (KmsMasterKeyId) => ({
        id: 'encryption',
        what: `the KMS key ${KmsMasterKeyId}`,
        change: queueWith({ KmsMasterKeyId, SqsManagedSseEnabled: 'false' }),
        hint: new RegExp(`with the KMS key ${KmsMasterKeyId}\\. .*kms:Decrypt`),
        fix: /lab01-worker-queue.*KmsMasterKeyId=\n.*lab01-worker-queue.*SqsManagedSseEnabled=true$/,
      }),
    ),
    ...wrongPolicies(queueWith),
    {
      id: 'redrive-policy',
      what: 'no redrive policy',
      change: { redrive: undefined },
      hint: /received again and again/,
      fix: /source-queue-attributes\.json/,
    },
    {
      id: 'dead-letter-target',
      what: 'another queue as the dead-letter queue',
      change: { redrive: { ...redrive, deadLetterTargetArn: arnOf.queue('other-dlq') } },
      hint: /deadLetterTargetArn is \S+:other-dlq/,
      fix: /source-queue-attributes\.json/,
      difference: [`in the ARN: name other-dlq, not ${anyLab.deadLetterQueueName}`],
    },
    {
      id: 'dead-letter-target',
      what: 'no dead-letter queue in the policy',
      change: { redrive: { maxReceiveCount: 3 } },
      hint: /deadLetterTargetArn is no ARN/,
    },
    ...[1, 2, 4, 5, 1000].map((maxReceiveCount) => ({
      id: 'max-receive-count',
      what: `maxReceiveCount ${maxReceiveCount}`,
      change: { redrive: { ...redrive, maxReceiveCount } },
      hint: new RegExp(`\\b${maxReceiveCount} (receives?|times)`),
      fix: /source-queue-attributes\.json/,
    })),
    {
      id: 'max-receive-count',
      what: 'no maxReceiveCount',
      change: { redrive: { deadLetterTargetArn: redrive.deadLetterTargetArn } },
      hint: /names no maxReceiveCount/,
    },
  ],
});
