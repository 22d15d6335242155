import type { LabNames } from '../../src/judging/index.ts';
import type { Edit, WrongState } from '../../src/testing/lab/wrong-states.ts';

const set = (queue: 'DLQ_URL' | 'QUEUE_URL', attributes: Readonly<Record<string, string>>) =>
  `aws sqs set-queue-attributes --queue-url "$${queue}" --attributes '${JSON.stringify(attributes)}'`;

const arn = (name: string) => `arn:aws:sqs:us-east-1:111122223333:${name}`;

const redrive = (policy: object) => ({ RedrivePolicy: JSON.stringify(policy) });

const sending = (name: string, more: object = {}) => ({
  Policy: JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: 'sqs:SendMessage',
        Resource: arn(name),
        ...more,
      },
    ],
  }),
});

/** The sandbox has no asynchronous invocations, and takes no dead-letter queue for them. */
const functionWithDeadLetterQueue = (lab: LabNames): Edit => {
  const DeadLetterConfig = { TargetArn: arn(lab.deadLetterQueueName) };
  return {
    operation: 'GetFunctionConfiguration',
    change: (output: object) => ({ ...output, DeadLetterConfig }),
  };
};

export const deadLetterQueue = (lab: LabNames): readonly WrongState[] => [
  {
    id: 'dlq-missing',
    what: 'Deleted the dead-letter queue',
    make: 'aws sqs delete-queue --queue-url "$DLQ_URL"',
    fails: '01/exists',
    says: /aws sqs create-queue --queue-name \S*lab01-worker-dlq .*npx lab step 1\b/s,
  },
  {
    id: 'dlq-other-name',
    what: 'Created the dead-letter queue as a FIFO queue, which must have another name',
    make: `aws sqs delete-queue --queue-url "$DLQ_URL"
aws sqs create-queue --queue-name ${lab.deadLetterQueueName}.fifo --attributes FifoQueue=true`,
    fails: '01/exists',
    says: /aws sqs create-queue --queue-name \S*lab01-worker-dlq .*npx lab step 1\b/s,
  },
  {
    id: 'dlq-other-region',
    what: 'Created the dead-letter queue in another Region',
    make: `aws sqs delete-queue --queue-url "$DLQ_URL"
aws sqs create-queue --queue-name ${lab.deadLetterQueueName} --region eu-west-1`,
    fails: '01/exists',
    says: /looked in the Region us-east-1 .*aws sqs create-queue .*npx lab step 1\b/s,
  },
  {
    id: 'dlq-default-retention',
    what: 'Left the retention of the dead-letter queue at its default of 4 days',
    make: set('DLQ_URL', { MessageRetentionPeriod: '345600' }),
    fails: '01/retention',
    says: /MessageRetentionPeriod=1209600/,
  },
  {
    id: 'dlq-retention-a-minute',
    what: 'Set the retention of the dead-letter queue to a minute: SQS has deleted the poison by now',
    make: set('DLQ_URL', { MessageRetentionPeriod: '60' }),
    fails: '01/retention',
    says: /for 60 s, counted from when they were first sent.*MessageRetentionPeriod=1209600/s,
  },
  {
    id: 'dlq-redrives',
    what: 'Put the redrive policy on the dead-letter queue as well',
    make: set('DLQ_URL', redrive({ deadLetterTargetArn: arn(lab.queueName), maxReceiveCount: 3 })),
    fails: '01/no-redrive-policy',
    says: /source queue/,
  },
  {
    id: 'dlq-denies-redrive',
    what: 'Denied every queue to use it as its dead-letter queue (redriveAllowPolicy denyAll)',
    make: set('DLQ_URL', { RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'denyAll' }) }),
    fails: '01/accepts-the-source-queue',
    says: /It says denyAll: no queue may\..* RedriveAllowPolicy=$/s,
  },
  {
    id: 'dlq-allows-another-queue',
    what: 'Allowed only another queue to use it as its dead-letter queue (redriveAllowPolicy byQueue)',
    make: set('DLQ_URL', {
      RedriveAllowPolicy: JSON.stringify({
        redrivePermission: 'byQueue',
        sourceQueueArns: [arn(`${lab.prefix}lab01-other-queue`)],
      }),
    }),
    fails: '01/accepts-the-source-queue',
    says: /It says byQueue: \S+lab01-other-queue\..* RedriveAllowPolicy=$/s,
  },
  {
    id: 'dlq-queue-policy',
    what: 'Put a queue policy on the dead-letter queue that lets everybody send',
    make: set('DLQ_URL', sending(lab.deadLetterQueueName)),
    fails: '01/queue-policy',
    says: /allows somebody: Allow sqs:SendMessage for \*\..* Policy=$/s,
  },
  {
    id: 'dlq-queue-policy-denies',
    what: 'Put a queue policy on the dead-letter queue that lets nobody send',
    make: set('DLQ_URL', sending(lab.deadLetterQueueName, { Effect: 'Deny' })),
    fails: '01/queue-policy',
    says: /denies somebody: Deny sqs:SendMessage for \*\..* Policy=$/s,
  },
];

export const sourceQueue = (lab: LabNames): readonly WrongState[] => [
  {
    id: 'source-missing',
    what: 'Deleted the source queue',
    make: 'aws sqs delete-queue --queue-url "$QUEUE_URL"',
    fails: '02/exists',
    says: /looked in the Region us-east-1 .*aws sqs create-queue --queue-name \S*lab01-worker-queue .*npx lab step 2\b/s,
  },
  ...(
    [
      ['5', 'equal to the function timeout: a retry begins while the first try still runs'],
      ['3', 'below the function timeout'],
      ['0', '0: nothing is ever hidden'],
      ['300', 'ten times too long: nobody waits for that'],
    ] as const
  ).map(([seconds, why]) => ({
    id: `visibility-${seconds}`,
    what: `Set the visibility timeout to ${seconds} s (${why})`,
    make: set('QUEUE_URL', { VisibilityTimeout: seconds }),
    fails: '02/visibility-timeout',
    says: /VisibilityTimeout=30/,
  })),
  {
    id: 'no-redrive-policy',
    what: 'Created the source queue without a redrive policy',
    make: set('QUEUE_URL', { RedrivePolicy: '' }),
    fails: '02/redrive-policy',
    says: /RedrivePolicy|source-queue-attributes\.json/,
  },
  {
    id: 'dlq-on-the-function',
    what: 'Put the dead-letter queue on the function instead of the queue',
    make: set('QUEUE_URL', { RedrivePolicy: '' }),
    onPaper: [functionWithDeadLetterQueue(lab)],
    fails: '02/redrive-policy',
    says: /RedrivePolicy|source-queue-attributes\.json/,
  },
  {
    id: 'dlq-on-both',
    what: 'Put the dead-letter queue on the function as well',
    onPaper: [functionWithDeadLetterQueue(lab)],
    fails: '06/no-dead-letter-config',
    says: /--dead-letter-config/,
  },
  {
    id: 'redrive-elsewhere',
    what: 'Named another queue in the redrive policy',
    make: `aws sqs create-queue --queue-name ${lab.prefix}lab01-other-dlq
${set('QUEUE_URL', redrive({ deadLetterTargetArn: arn(`${lab.prefix}lab01-other-dlq`), maxReceiveCount: 3 }))}`,
    fails: '02/dead-letter-target',
    says: /lab01-worker-dlq|source-queue-attributes\.json/,
  },
  ...[1, 5, 1000].map((count) => ({
    id: `max-receive-count-${count}`,
    what: `Set maxReceiveCount to ${count}`,
    make: set(
      'QUEUE_URL',
      redrive({ deadLetterTargetArn: arn(lab.deadLetterQueueName), maxReceiveCount: count }),
    ),
    fails: '02/max-receive-count',
    says: /maxReceiveCount|source-queue-attributes\.json/,
  })),
  {
    id: 'delay',
    what: 'Set a delivery delay of 15 minutes on the source queue',
    make: set('QUEUE_URL', { DelaySeconds: '900' }),
    fails: '02/delay',
    says: /DelaySeconds=0/,
  },
  {
    id: 'retention-a-minute',
    what: 'Set the retention of the source queue to a minute: shorter than the three tries take',
    make: set('QUEUE_URL', { MessageRetentionPeriod: '60' }),
    fails: '02/retention',
    says: /MessageRetentionPeriod=345600/,
  },
  {
    id: 'retention-as-long',
    what: 'Set the retention of the source queue to 14 days, as long as that of the dead-letter queue',
    make: set('QUEUE_URL', { MessageRetentionPeriod: '1209600' }),
    fails: '02/retention',
    says: /MessageRetentionPeriod=345600/,
  },
  {
    id: 'message-size',
    what: 'Set the maximum message size of the source queue to 1 KiB',
    make: set('QUEUE_URL', { MaximumMessageSize: '1024' }),
    fails: '02/message-size',
    says: /MaximumMessageSize/,
  },
  {
    id: 'source-customer-key',
    what: 'Encrypted the source queue with a KMS key of their own, which the role may not use',
    make: set('QUEUE_URL', { KmsMasterKeyId: 'alias/lab01' }),
    fails: '02/encryption',
    says: /KMS key alias\/lab01\. .*kms:Decrypt.*SqsManagedSseEnabled=true$/s,
  },
  {
    id: 'queue-policy',
    what: 'Put a queue policy on the source queue that lets everybody send',
    make: set('QUEUE_URL', sending(lab.queueName)),
    fails: '02/queue-policy',
    says: /allows somebody: Allow sqs:SendMessage for \*\..* Policy=$/s,
  },
  {
    id: 'queue-policy-with-condition',
    what: 'Put a queue policy on the source queue that lets everybody send who meets a condition',
    make: set(
      'QUEUE_URL',
      sending(lab.queueName, {
        Condition: { StringEquals: { 'aws:SourceAccount': '555566667777' } },
      }),
    ),
    fails: '02/queue-policy',
    says: /allows somebody: Allow sqs:SendMessage for \* where .*555566667777.* Policy=$/s,
  },
  {
    id: 'queue-policy-denies',
    what: 'Put a queue policy on the source queue that lets nobody send',
    make: set('QUEUE_URL', sending(lab.queueName, { Effect: 'Deny' })),
    fails: '02/queue-policy',
    says: /denies somebody: Deny sqs:SendMessage for \*\..* Policy=$/s,
  },
];
