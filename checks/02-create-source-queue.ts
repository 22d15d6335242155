/** Check 02: the source queue hides a message long enough, and gives up on it after three receives. */
import {
  defineCheck,
  lab,
  observeQueue,
  pick,
  printedJson,
  questions,
  queueArn,
  runAlone,
  sourceQueueIngredient,
  withUnit,
} from '../src/lab/index.ts';

interface RedrivePolicy {
  readonly deadLetterTargetArn?: string;
  readonly maxReceiveCount?: number | string;
}

const redriveSource =
  'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html';
const redriveHint =
  'Put the RedrivePolicy of infra/source-queue-attributes.json on the queue with aws sqs set-queue-attributes.';

export const check = defineCheck(() => ({
  step: '02',
  title: 'Source queue and redrive policy',
  needs: ['01'],
  observe: async () => {
    const queue = await observeQueue(lab.queueName);
    const policy = queue?.attributes['RedrivePolicy'];
    return {
      queue,
      redrive: policy === undefined ? undefined : (JSON.parse(policy) as RedrivePolicy),
      deadLetterQueueArn: await queueArn(lab.deadLetterQueueName),
    };
  },
  expectations: [
    {
      id: 'exists',
      claim: `The queue ${lab.queueName} exists`,
      expected: 'a queue',
      actual: ({ queue }) => (queue === undefined ? 'no such queue' : 'a queue'),
      hint: 'npm run step 2',
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html',
    },
    {
      id: 'standard',
      claim: 'It is a standard queue',
      needs: ['exists'],
      expected: 'standard',
      actual: ({ queue }) => (queue?.attributes['FifoQueue'] === 'true' ? 'FIFO' : 'standard'),
      hint: 'The type cannot be changed: delete the queue and run npm run step 2.',
      source: redriveSource,
    },
    {
      id: 'visibility-timeout',
      claim: `The visibility timeout is ${lab.visibilityTimeoutSeconds} s, six times the function timeout`,
      needs: ['exists'],
      expected: String(lab.visibilityTimeoutSeconds),
      actual: ({ queue }) => queue?.attributes['VisibilityTimeout'],
      hint: `aws sqs set-queue-attributes --queue-url "$QUEUE_URL" --attributes VisibilityTimeout=${lab.visibilityTimeoutSeconds}`,
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html',
    },
    {
      id: 'redrive-policy',
      claim: 'It has a redrive policy',
      needs: ['exists'],
      expected: 'a redrive policy',
      actual: ({ redrive }) => (redrive === undefined ? 'none' : 'a redrive policy'),
      hint: redriveHint,
      source: redriveSource,
    },
    {
      id: 'dead-letter-target',
      claim: `What fails goes to ${lab.deadLetterQueueName}`,
      needs: ['redrive-policy'],
      expected: `the ARN of ${lab.deadLetterQueueName}`,
      actual: ({ redrive, deadLetterQueueArn }) =>
        redrive?.deadLetterTargetArn === deadLetterQueueArn
          ? `the ARN of ${lab.deadLetterQueueName}`
          : redrive?.deadLetterTargetArn,
      hint: redriveHint,
      source: redriveSource,
    },
    {
      id: 'max-receive-count',
      claim: `A message is received ${lab.maxReceiveCount} times before it is moved (maxReceiveCount)`,
      needs: ['redrive-policy'],
      expected: lab.maxReceiveCount,
      // AWS answers a number even when a string was sent; both count.
      actual: ({ redrive }) => Number(redrive?.maxReceiveCount),
      hint: redriveHint,
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html',
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
      inputs: ({ queue }) => sourceQueueIngredient(queue),
    },
  ],
}));

await runAlone(import.meta, check);
