/** Check 02: the source queue hides a message long enough, and gives up on it after maxReceiveCount receives. */
import {
  changeTakesTime,
  commandsThatMake,
  defineCheck,
  difference,
  foreignStatements,
  infraFile,
  notFoundHint,
  settings,
  observeQueue,
  pick,
  printedJson,
  questions,
  queueArn,
  queueExists,
  queuePolicyHint,
  setQueue,
  showQueue,
  sourceQueueInputs,
  withUnit,
} from '../src/judging/index.ts';
import type { LabNames } from '../src/judging/index.ts';
import { runAlone } from '../src/commands/check-alone.ts';

interface RedrivePolicy {
  readonly deadLetterTargetArn?: string;
  readonly maxReceiveCount?: number | string;
}

const redriveSource =
  'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html';
const redriveFix = (lab: LabNames) =>
  setQueue(lab.queueName, infraFile('source-queue-attributes.json'));

/** From the first receive to the move. */
const { retriesSeconds } = settings;

function visibilityHint(seconds: number): string {
  if (seconds < settings.functionTimeoutSeconds)
    return `A message is visible again after ${seconds} s, before the function's timeout (${settings.functionTimeoutSeconds} s) ends: two workers could handle it at the same time.`;
  return seconds < settings.visibilityTimeoutSeconds
    ? `${seconds} s leave Lambda no time to retry a throttled batch while it is hidden. AWS advises six times the function timeout.`
    : `A message that fails is hidden for ${seconds} s before each retry, longer than the lab waits.`;
}

function receiveCountHint(count: number): string {
  if (!(count > 0)) return 'The redrive policy names no maxReceiveCount.';
  return count < settings.maxReceiveCount
    ? `After ${count} ${count === 1 ? 'receive' : 'receives'} SQS gives a message up, even when it was throttled and never handled.`
    : `A poison message would be received ${count} times, about ${count * settings.visibilityTimeoutSeconds} s, before it is moved. (AWS advises 5 or more in production; the lab keeps the wait short.)`;
}

/** AWS's own key may be named by its alias or the alias's ARN. */
function customerKey(key: string | undefined): string {
  return key === undefined || key === '' || /(^|:)alias\/aws\/sqs$/.test(key)
    ? 'no customer KMS key'
    : key;
}

export const check = defineCheck((lab) => ({
  step: '02',
  kind: 'make',
  title: 'Source queue and redrive policy',
  undoneBy: /\bQUEUE_URL\b/,
  needs: ['01/exists'],
  observe: async (look) => {
    const [queue, { accountId, region }] = await Promise.all([
      observeQueue(look, lab.queueName),
      lab.place(),
    ]);
    const policy = queue?.attributes['RedrivePolicy'];
    return {
      queue,
      fifo: queue === undefined && (await queueExists(look, `${lab.queueName}.fifo`)),
      accountId,
      region,
      redrive: policy === undefined ? undefined : (JSON.parse(policy) as RedrivePolicy),
      deadLetterQueueArn: await queueArn(lab, lab.deadLetterQueueName),
    };
  },
  expectations: [
    {
      id: 'exists',
      claim: `The queue ${lab.queueName} exists`,
      expected: 'a queue',
      actual: ({ queue, fifo }) => {
        if (queue !== undefined) return 'a queue';
        return fifo ? 'a FIFO queue' : 'no such queue';
      },
      look: `aws sqs get-queue-url --queue-name ${lab.queueName}`,
      hint: (actual, { region }) =>
        actual === 'a FIFO queue'
          ? `There is ${lab.queueName}.fifo. The lab is about a standard queue, and the type of a queue cannot be changed.`
          : notFoundHint(region),
      fix: commandsThatMake(lab, '02'),
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html',
    },
    {
      id: 'visibility-timeout',
      claim: `The visibility timeout is ${lab.visibilityTimeoutSeconds} s, six times the function timeout`,
      needs: ['exists'],
      expected: String(lab.visibilityTimeoutSeconds),
      actual: ({ queue }) => queue?.attributes['VisibilityTimeout'],
      look: showQueue(lab.queueName, 'VisibilityTimeout'),
      hint: (seconds) => `${visibilityHint(Number(seconds))} ${changeTakesTime}`,
      fix: setQueue(lab.queueName, `VisibilityTimeout=${lab.visibilityTimeoutSeconds}`),
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html',
    },
    {
      id: 'redrive-policy',
      claim: 'It has a redrive policy',
      needs: ['exists'],
      expected: 'a redrive policy',
      actual: ({ redrive }) => (redrive === undefined ? 'none' : 'a redrive policy'),
      look: showQueue(lab.queueName, 'RedrivePolicy'),
      hint: `Without it a message that fails is received again and again until its retention period ends. ${changeTakesTime}`,
      fix: redriveFix(lab),
      source: redriveSource,
    },
    {
      id: 'dead-letter-target',
      claim: `Messages that fail go to ${lab.deadLetterQueueName}`,
      needs: ['redrive-policy'],
      expected: `the ARN of ${lab.deadLetterQueueName}`,
      actual: ({ redrive, deadLetterQueueArn: arn }) =>
        redrive?.deadLetterTargetArn === arn
          ? `the ARN of ${lab.deadLetterQueueName}`
          : (redrive?.deadLetterTargetArn ?? 'no ARN'),
      difference: (actual, { deadLetterQueueArn: arn }) => difference(arn, actual),
      look: showQueue(lab.queueName, 'RedrivePolicy'),
      hint: (arn) => `deadLetterTargetArn is ${String(arn)}. ${changeTakesTime}`,
      fix: redriveFix(lab),
      source: redriveSource,
    },
    {
      id: 'max-receive-count',
      claim: `A message is received ${lab.maxReceiveCount} times before it is moved (maxReceiveCount)`,
      needs: ['redrive-policy'],
      expected: lab.maxReceiveCount,
      // AWS answers a number even when a string was sent; both count.
      actual: ({ redrive }) => Number(redrive?.maxReceiveCount),
      look: showQueue(lab.queueName, 'RedrivePolicy'),
      hint: (count) => `${receiveCountHint(Number(count))} ${changeTakesTime}`,
      fix: redriveFix(lab),
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html',
    },
    {
      id: 'delay',
      claim: 'It delivers messages without a delay',
      needs: ['exists'],
      expected: '0',
      actual: ({ queue }) => queue?.attributes['DelaySeconds'],
      look: showQueue(lab.queueName, 'DelaySeconds'),
      hint: (seconds) =>
        `DelaySeconds hides every new message for ${String(seconds)} s before its first receive. It is not the pause between retries: that is the visibility timeout. ${changeTakesTime}`,
      fix: setQueue(lab.queueName, 'DelaySeconds=0'),
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html',
    },
    {
      id: 'retention',
      claim:
        'It keeps messages longer than all retries take, and not as long as the dead-letter queue',
      needs: ['exists'],
      expected: `more than ${retriesSeconds} s, less than ${lab.deadLetterRetentionSeconds} s`,
      actual: ({ queue }) => Number(queue?.attributes['MessageRetentionPeriod']),
      judge: (seconds) =>
        Number(seconds) > retriesSeconds && Number(seconds) < lab.deadLetterRetentionSeconds,
      look: showQueue(lab.queueName, 'MessageRetentionPeriod'),
      hint: (seconds) =>
        Number(seconds) > retriesSeconds
          ? 'The clock of a message keeps running when it is moved: a message that stayed here long would be deleted in the dead-letter queue at once. The default is 345600 s (4 days). A change can take up to 15 minutes.'
          : `A message is deleted after ${String(seconds)} s, before its retries are over and it can be moved. The default is 345600 s (4 days). A change can take up to 15 minutes.`,
      fix: setQueue(lab.queueName, 'MessageRetentionPeriod=345600'),
      source: redriveSource,
    },
    {
      id: 'message-size',
      claim: 'It takes messages of 256 KiB and more',
      needs: ['exists'],
      expected: '262144 bytes or more',
      actual: ({ queue }) => Number(queue?.attributes['MaximumMessageSize']),
      judge: (bytes) => Number(bytes) >= 262_144,
      look: showQueue(lab.queueName, 'MaximumMessageSize'),
      hint: (bytes) =>
        `A message of more than ${String(bytes)} bytes is refused. The default, and the most, is 1048576 (1 MiB). ${changeTakesTime}`,
      fix: setQueue(lab.queueName, 'MaximumMessageSize=1048576'),
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html',
    },
    {
      id: 'encryption',
      claim: 'Lambda can read its messages without a KMS key of your own',
      needs: ['exists'],
      expected: 'no customer KMS key',
      // Everybody who may use the queue may use the key alias/aws/sqs, which AWS manages.
      actual: ({ queue }) => customerKey(queue?.attributes['KmsMasterKeyId']),
      look: showQueue(lab.queueName, 'KmsMasterKeyId', 'SqsManagedSseEnabled'),
      hint: (key) =>
        `The queue is encrypted with the KMS key ${String(key)}. To read it the execution role needs kms:Decrypt for that key, and the lab's policy does not allow it: Lambda would receive nothing. The encryption of SQS itself (SSE-SQS) needs no permission. ${changeTakesTime}`,
      // Without a key the queue is not encrypted at all: SSE-SQS does not come back by itself.
      fix: [
        setQueue(lab.queueName, 'KmsMasterKeyId='),
        setQueue(lab.queueName, 'SqsManagedSseEnabled=true'),
      ].join('\n'),
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html',
    },
    {
      id: 'queue-policy',
      claim: 'No queue policy allows others or denies anybody',
      needs: ['exists'],
      expected: [],
      actual: ({ queue, accountId }) => foreignStatements(queue?.attributes['Policy'], accountId),
      look: showQueue(lab.queueName, 'Policy'),
      hint: (actual) => `${queuePolicyHint(actual)} ${changeTakesTime}`,
      fix: setQueue(lab.queueName, 'Policy='),
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html',
    },
  ],
  proofs: [
    {
      number: 2,
      name: 'redrive-policy',
      title: 'SQS redrive policy with the dead-letter queue (maxReceiveCount)',
      claim: `A message that fails ${lab.maxReceiveCount} times is moved to the dead-letter queue`,
      show: ({ queue }) => questions.queueAttributes(queue?.url ?? ''),
      values: (printed) => {
        const policy = printedJson(String(pick(printed, 'Attributes', 'RedrivePolicy')));
        return [
          { label: 'Queue ARN', value: pick(printed, 'Attributes', 'QueueArn'), tie: true },
          { label: 'maxReceiveCount', value: pick(policy, 'maxReceiveCount') },
          {
            label: 'Dead-letter queue ARN',
            value: pick(policy, 'deadLetterTargetArn'),
            tie: true,
          },
          {
            label: 'Visibility timeout',
            value: withUnit(pick(printed, 'Attributes', 'VisibilityTimeout'), 's'),
          },
        ];
      },
      inputs: ({ queue }) => sourceQueueInputs(queue),
    },
  ],
}));

await runAlone(import.meta, check);
