/** Check 01: the dead-letter queue keeps messages longer than any source queue of the lab. */
import {
  days,
  deadLetterQueueIngredient,
  defineCheck,
  lab,
  observeQueue,
  pick,
  questions,
  runAlone,
} from '../src/lab/index.ts';

export const check = defineCheck(() => ({
  step: '01',
  title: 'Dead-letter queue',
  needs: ['00'],
  observe: async () => ({ queue: await observeQueue(lab.deadLetterQueueName) }),
  expectations: [
    {
      id: 'exists',
      claim: `The queue ${lab.deadLetterQueueName} exists`,
      expected: 'a queue',
      actual: ({ queue }) => (queue === undefined ? 'no such queue' : 'a queue'),
      hint: 'npm run step 1',
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html',
    },
    {
      id: 'standard',
      claim: 'It is a standard queue, like the source queue',
      needs: ['exists'],
      expected: 'standard',
      actual: ({ queue }) => (queue?.attributes['FifoQueue'] === 'true' ? 'FIFO' : 'standard'),
      hint: 'The type cannot be changed: delete the queue and run npm run step 1.',
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html',
    },
    {
      id: 'retention',
      claim: 'It keeps messages for 14 days',
      needs: ['exists'],
      expected: String(lab.deadLetterRetentionSeconds),
      actual: ({ queue }) => queue?.attributes['MessageRetentionPeriod'],
      hint: `aws sqs set-queue-attributes --queue-url "$DLQ_URL" --attributes MessageRetentionPeriod=${lab.deadLetterRetentionSeconds}`,
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html',
    },
    {
      id: 'no-redrive-policy',
      claim: 'It has no redrive policy of its own: it is the end of the road',
      needs: ['exists'],
      expected: 'none',
      actual: ({ queue }) => queue?.attributes['RedrivePolicy'] ?? 'none',
      hint: 'RedrivePolicy belongs on the source queue: aws sqs set-queue-attributes --queue-url "$DLQ_URL" --attributes RedrivePolicy=',
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html',
    },
  ],
  proofs: [
    {
      number: 1,
      name: 'dlq-configuration',
      title: 'SQS dead-letter queue configuration',
      claim: 'Messages that keep failing are kept for 14 days, in a queue of their own',
      show: ({ queue }) => questions.queueAttributes(queue?.url ?? ''),
      values: (printed) => {
        const attribute = (name: string) => pick(printed, 'Attributes', name);
        return [
          { label: 'Queue ARN', value: attribute('QueueArn'), tie: true },
          { label: 'Type', value: attribute('FifoQueue') === 'true' ? 'FIFO' : 'standard' },
          { label: 'Keeps messages', value: days(attribute('MessageRetentionPeriod')) },
          { label: 'Redrive policy of its own', value: attribute('RedrivePolicy') ?? 'none' },
          { label: 'Messages in it now', value: attribute('ApproximateNumberOfMessages') },
        ];
      },
      inputs: ({ queue }) => deadLetterQueueIngredient(queue),
    },
  ],
}));

await runAlone(import.meta, check);
