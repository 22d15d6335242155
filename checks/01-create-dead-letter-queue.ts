/** Check 01: the dead-letter queue keeps messages longer than any source queue of the lab. */
import {
  allowsRedrive,
  changeTakesTime,
  commandsThatMake,
  days,
  deadLetterQueueInputs,
  defineCheck,
  foreignStatements,
  notFoundHint,
  observeQueue,
  pick,
  questions,
  queueArn,
  queueExists,
  queuePolicyHint,
  redriveAllowHint,
  setQueue,
  showQueue,
} from '../src/judging/index.ts';
import { runAlone } from '../src/commands/check-alone.ts';

const source =
  'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html';
const policySource =
  'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html';

export const check = defineCheck((lab) => ({
  step: '01',
  kind: 'make',
  title: 'Dead-letter queue',
  undoneBy: /\bDLQ_URL\b/,
  needs: ['00'],
  observe: async (look) => {
    const [queue, sourceArn, { accountId, region }] = await Promise.all([
      observeQueue(look, lab.deadLetterQueueName),
      queueArn(lab, lab.queueName),
      lab.place(),
    ]);
    const fifo =
      queue === undefined && (await queueExists(look, `${lab.deadLetterQueueName}.fifo`));
    return { queue, fifo, sourceArn, accountId, region };
  },
  expectations: [
    {
      id: 'exists',
      claim: `The queue ${lab.deadLetterQueueName} exists`,
      expected: 'a queue',
      actual: ({ queue, fifo }) => {
        if (queue !== undefined) return 'a queue';
        return fifo ? 'a FIFO queue' : 'no such queue';
      },
      look: `aws sqs get-queue-url --queue-name ${lab.deadLetterQueueName}`,
      hint: (actual, { region }) =>
        actual === 'a FIFO queue'
          ? `There is ${lab.deadLetterQueueName}.fifo. The dead-letter queue of a standard queue must be a standard queue, and the type of a queue cannot be changed.`
          : `${notFoundHint(region)} Create it first, because the source queue names its ARN.`,
      fix: commandsThatMake(lab, '01'),
      source,
    },
    {
      id: 'retention',
      claim: `It keeps messages for ${lab.deadLetterRetention}`,
      needs: ['exists'],
      expected: String(lab.deadLetterRetentionSeconds),
      actual: ({ queue }) => queue?.attributes['MessageRetentionPeriod'],
      look: showQueue(lab.deadLetterQueueName, 'MessageRetentionPeriod'),
      hint: (seconds) =>
        `It keeps messages for ${String(seconds)} s, counted from when they were first sent: a message that failed for a long time would soon be lost here. ${changeTakesTime}`,
      fix: setQueue(
        lab.deadLetterQueueName,
        `MessageRetentionPeriod=${lab.deadLetterRetentionSeconds}`,
      ),
      source,
    },
    {
      id: 'no-redrive-policy',
      claim: 'It has no redrive policy of its own: no queue comes after it',
      needs: ['exists'],
      expected: 'none',
      actual: ({ queue }) => queue?.attributes['RedrivePolicy'] || 'none',
      look: showQueue(lab.deadLetterQueueName, 'RedrivePolicy'),
      hint: `RedrivePolicy says where a queue sends the messages that fail, so it belongs on the source queue. ${changeTakesTime}`,
      fix: setQueue(lab.deadLetterQueueName, 'RedrivePolicy='),
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html',
    },
    {
      id: 'accepts-the-source-queue',
      claim: `Its redrive allow policy, if there is one, lets ${lab.queueName} use it`,
      needs: ['exists'],
      expected: 'allowed',
      actual: ({ queue, sourceArn }) =>
        allowsRedrive(queue?.attributes['RedriveAllowPolicy'], sourceArn),
      look: showQueue(lab.deadLetterQueueName, 'RedriveAllowPolicy'),
      hint: (actual) => `${redriveAllowHint(actual)} ${changeTakesTime}`,
      fix: setQueue(lab.deadLetterQueueName, 'RedriveAllowPolicy='),
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html',
    },
    {
      id: 'queue-policy',
      claim: 'No queue policy allows others or denies anybody',
      needs: ['exists'],
      expected: [],
      actual: ({ queue, accountId }) => foreignStatements(queue?.attributes['Policy'], accountId),
      look: showQueue(lab.deadLetterQueueName, 'Policy'),
      hint: (actual) => `${queuePolicyHint(actual)} ${changeTakesTime}`,
      fix: setQueue(lab.deadLetterQueueName, 'Policy='),
      source: policySource,
    },
  ],
  proofs: [
    {
      number: 1,
      name: 'dlq-configuration',
      title: 'SQS dead-letter queue configuration',
      claim: `Messages that keep failing are kept for ${lab.deadLetterRetention}, in a queue of their own`,
      show: ({ queue }) => questions.queueAttributes(queue?.url ?? ''),
      values: (printed) => {
        const attribute = (name: string) => pick(printed, 'Attributes', name);
        const arn = attribute('QueueArn');
        // What a queue does not have is not printed: that says something only when the queue was.
        const unlessPrinted = (name: string, otherwise: string) =>
          arn === undefined ? undefined : (attribute(name) ?? otherwise);
        return [
          { label: 'Queue ARN', value: arn, tie: true },
          { label: 'FIFO', value: unlessPrinted('FifoQueue', 'no, a standard queue') },
          { label: 'Keeps messages', value: days(attribute('MessageRetentionPeriod')) },
          { label: 'Redrive policy of its own', value: unlessPrinted('RedrivePolicy', 'none') },
          { label: 'Messages in it now', value: attribute('ApproximateNumberOfMessages') },
        ];
      },
      inputs: ({ queue }) => deadLetterQueueInputs(queue),
    },
  ],
}));

await runAlone(import.meta, check);
