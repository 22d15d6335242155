/**
 * Check 10: the poison is in the dead-letter queue, the same message as in the log.
 * The one check that receives, and it says so: from the dead-letter queue only, hiding nothing.
 */
import type { ReceiveMessageCommandOutput } from '@aws-sdk/client-sqs';
import {
  ask,
  codeIngredient,
  observeFunction,
  observeMapping,
  deadLetterQueueIngredient,
  defineCheck,
  lab,
  latestRun,
  mappingIngredient,
  messageCount,
  observeDeliveries,
  observeQueue,
  pick,
  pickList,
  queueArn,
  runAlone,
  sourceQueueIngredient,
} from '../src/lab/index.ts';
import type { Question } from '../src/lab/index.ts';

const source =
  'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html';

/** Hides nothing; the only trace is one more receive in the count of the dead-letter queue, which moves nothing. */
const peek = (queueUrl: string): Question => ({
  service: 'sqs',
  operation: 'ReceiveMessage',
  input: {
    QueueUrl: queueUrl,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 2,
    VisibilityTimeout: 0,
    MessageSystemAttributeNames: ['All'],
  },
});

export const check = defineCheck(() => ({
  step: '10',
  title: 'Poison message in the dead-letter queue',
  needs: ['09'],
  observe: async () => {
    const [queue, log, sourceQueue, { output: configuration }, mapping] = await Promise.all([
      observeQueue(lab.deadLetterQueueName),
      observeDeliveries(),
      observeQueue(lab.queueName),
      observeFunction(),
      observeMapping(),
    ]);
    // The count may lag behind, so the peek is made whatever it says.
    const peeked =
      queue === undefined ? undefined : await ask<ReceiveMessageCommandOutput>(peek(queue.url));
    const logged = latestRun(log?.deliveries ?? []).poison[0]?.messageId;
    const messages = peeked?.output?.Messages ?? [];
    const message = messages.find(({ MessageId }) => MessageId === logged);
    return {
      queue,
      source: sourceQueue,
      configuration,
      mapping,
      count: Math.max(queue === undefined ? 0 : messageCount(queue), messages.length),
      logged,
      messages,
      message,
      sourceArn: await queueArn(lab.queueName),
    };
  },
  expectations: [
    {
      id: 'exists',
      claim: `The queue ${lab.deadLetterQueueName} exists`,
      expected: 'a queue',
      actual: ({ queue }) => (queue === undefined ? 'no such queue' : 'a queue'),
      hint: 'npm run step 1',
      source,
    },
    {
      id: 'holds-a-message',
      claim: 'It holds a message',
      needs: ['exists'],
      expected: '1 or more',
      actual: ({ count }) => count,
      judge: (count) => Number(count) >= 1,
      hint: 'The move happens on the receive after the third one, about 90 s after sending: npm run step 9 waits for it.',
      source,
    },
    {
      id: 'same-message-id',
      claim: 'It is the poison of the log: the same message id',
      needs: ['holds-a-message'],
      notJudged: ({ message, messages, logged }) => {
        if (messages.length === 0) {
          return {
            cause: 'AWS not ready yet',
            reason:
              'the dead-letter queue counts a message but showed none: somebody else has received it, and it is hidden until its visibility timeout is over',
            clock: { name: 'visibility timeout', atMostSeconds: 43_200 },
          };
        }
        return message === undefined && messages.length === 10 && logged !== undefined
          ? {
              cause: 'AWS chose',
              reason:
                'more than ten messages are in the dead-letter queue, and those that it showed are others',
            }
          : undefined;
      },
      expected: 'the message id of the log',
      actual: ({ message, messages }) =>
        message === undefined
          ? messages.map(({ MessageId }) => MessageId)
          : 'the message id of the log',
      hint: 'Another message is there: send again (npm run step 8) and wait (npm run step 9).',
      source,
    },
    {
      id: 'same-body',
      claim: 'Its body is unchanged',
      needs: ['same-message-id'],
      expected: 'a body with FAIL',
      actual: ({ message }) => message?.Body,
      judge: (body) => String(body).includes('FAIL'),
      hint: 'The body of a message never changes: this is another message.',
      source,
    },
    {
      id: 'came-from-the-source-queue',
      claim: `SQS moved it from ${lab.queueName}`,
      needs: ['same-message-id'],
      expected: `the ARN of ${lab.queueName}`,
      actual: ({ message, sourceArn }) => {
        const arn = message?.Attributes?.DeadLetterQueueSourceArn;
        return arn === sourceArn ? `the ARN of ${lab.queueName}` : (arn ?? 'sent here directly');
      },
      hint: 'A message that somebody sent straight to the dead-letter queue proves nothing: npm run step 8.',
      source,
    },
  ],
  proofs: [
    {
      number: 15,
      name: 'dlq-message-body',
      title: 'DLQ message body showing the poison message',
      claim:
        'The failing message is in the dead-letter queue: the same id, the same text, not lost',
      show: ({ queue }) => peek(queue?.url ?? ''),
      values: (printed, { observed: { logged } }) => {
        const message = pickList(printed, 'Messages').find(
          (one) => pick(one, 'MessageId') === logged,
        );
        const sent = pick(message, 'Attributes', 'SentTimestamp');
        return [
          { label: 'Failing message id', value: pick(message, 'MessageId'), tie: true },
          { label: 'Body', value: pick(message, 'Body') },
          {
            label: 'Moved by SQS from',
            value: pick(message, 'Attributes', 'DeadLetterQueueSourceArn'),
            tie: true,
          },
          {
            label: 'Sent',
            value: sent === undefined ? undefined : new Date(Number(sent)).toISOString(),
          },
          {
            label: 'Receives so far, this look too',
            value: pick(message, 'Attributes', 'ApproximateReceiveCount'),
          },
        ];
      },
      inputs: ({ configuration, mapping, source: sourceQueue, queue }) => ({
        ...codeIngredient(configuration),
        ...mappingIngredient(mapping),
        ...sourceQueueIngredient(sourceQueue),
        ...deadLetterQueueIngredient(queue),
      }),
    },
  ],
}));

await runAlone(import.meta, check);
