import { lab } from '../src/lab/index.ts';
import { arnOf, observedQueue, proveCheck } from '../src/lab/testing-checks.ts';
import { check as preflight } from './00-preflight.ts';
import { check as deadLetterQueue } from './01-create-dead-letter-queue.ts';
import { check as sourceQueue } from './02-create-source-queue.ts';

const account = '111122223333';
const identity = { Account: account, Arn: `arn:aws:iam::${account}:user/lab-dev` };

proveCheck(preflight, {
  right: { version: '2.36.12', identity, accountId: account, region: 'us-east-1' },
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
      hint: /npm run lab doctor/,
    },
    {
      id: 'cli-version',
      what: 'an AWS CLI v2 that is too old',
      change: { version: '2.9.19' },
      hint: /npm run lab doctor/,
    },
    {
      id: 'account',
      what: 'another account answers than the one the lab was opened with',
      change: { identity: { ...identity, Account: '555566667777' } },
      hint: /AWS_PROFILE/,
    },
    {
      id: 'not-root',
      what: 'the caller is the root user',
      change: { identity: { ...identity, Arn: `arn:aws:iam::${account}:root` } },
      hint: /IAM user or role/,
    },
    { id: 'region', what: 'no Region', change: { region: '' }, hint: /aws configure set region/ },
    {
      id: 'region',
      what: 'an availability zone for a Region',
      change: { region: 'us-east-1a' },
      hint: /aws configure set region/,
    },
  ],
});

const deadLetterAttributes = { MessageRetentionPeriod: '1209600', VisibilityTimeout: '30' };
const redrivePolicy = JSON.stringify({
  deadLetterTargetArn: arnOf.queue(lab.queueName),
  maxReceiveCount: 3,
});
const dlqWith = (attributes: Record<string, string>) => ({
  queue: observedQueue(lab.deadLetterQueueName, { ...deadLetterAttributes, ...attributes }),
});

proveCheck(deadLetterQueue, {
  right: dlqWith({}),
  wrong: [
    { id: 'exists', what: 'no queue', change: { queue: undefined }, hint: /^npm run step 1$/ },
    {
      id: 'standard',
      what: 'a FIFO queue',
      change: dlqWith({ FifoQueue: 'true' }),
      hint: /type cannot be changed/,
    },
    {
      id: 'retention',
      what: 'the default retention of 4 days',
      change: dlqWith({ MessageRetentionPeriod: '345600' }),
      hint: /set-queue-attributes .*"\$DLQ_URL" .*MessageRetentionPeriod=1209600/,
    },
    {
      id: 'no-redrive-policy',
      what: 'the redrive policy on the wrong queue',
      change: dlqWith({ RedrivePolicy: redrivePolicy }),
      hint: /belongs on the source queue/,
    },
  ],
});

const redrive = { deadLetterTargetArn: arnOf.queue(lab.deadLetterQueueName), maxReceiveCount: 3 };
const queueWith = (attributes: Record<string, string>) => ({
  queue: observedQueue(lab.queueName, { VisibilityTimeout: '30', ...attributes }),
});

proveCheck(sourceQueue, {
  right: { ...queueWith({}), redrive, deadLetterQueueArn: arnOf.queue(lab.deadLetterQueueName) },
  alsoRight: [
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
      hint: /^npm run step 2$/,
    },
    {
      id: 'standard',
      what: 'a FIFO queue',
      change: queueWith({ FifoQueue: 'true' }),
      hint: /type cannot be changed/,
    },
    ...['5', '29', '31', '0'].map((seconds) => ({
      id: 'visibility-timeout',
      what: `a visibility timeout of ${seconds} s`,
      change: queueWith({ VisibilityTimeout: seconds }),
      hint: /VisibilityTimeout=30$/,
    })),
    {
      id: 'redrive-policy',
      what: 'no redrive policy',
      change: { redrive: undefined },
      hint: /RedrivePolicy of infra\/source-queue-attributes\.json/,
    },
    {
      id: 'dead-letter-target',
      what: 'another queue as the dead-letter queue',
      change: { redrive: { ...redrive, deadLetterTargetArn: arnOf.queue('other-dlq') } },
      hint: /source-queue-attributes\.json/,
    },
    {
      id: 'dead-letter-target',
      what: 'no dead-letter queue in the policy',
      change: { redrive: { maxReceiveCount: 3 } },
      hint: /source-queue-attributes\.json/,
    },
    ...[1, 2, 4, 5, 1000].map((maxReceiveCount) => ({
      id: 'max-receive-count',
      what: `maxReceiveCount ${maxReceiveCount}`,
      change: { redrive: { ...redrive, maxReceiveCount } },
      hint: /source-queue-attributes\.json/,
    })),
    {
      id: 'max-receive-count',
      what: 'no maxReceiveCount',
      change: { redrive: { deadLetterTargetArn: redrive.deadLetterTargetArn } },
      hint: /source-queue-attributes\.json/,
    },
  ],
});
