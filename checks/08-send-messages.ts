/** Check 08: something was sent, and it is visible somewhere: in a queue, or in the worker's log. */
import {
  defineCheck,
  lab,
  messageCount,
  observeDeliveries,
  observeQueue,
  runAlone,
} from '../src/lab/index.ts';

export const check = defineCheck(() => ({
  step: '08',
  title: 'Messages sent',
  needs: ['02'],
  // Reads only: receiving from the source queue would hide messages from Lambda and count as a receive.
  observe: async () => {
    const [source, log] = await Promise.all([observeQueue(lab.queueName), observeDeliveries()]);
    return {
      source,
      seen: new Set(log?.deliveries.map(({ messageId }) => messageId) ?? []).size,
      waiting: source === undefined ? 0 : messageCount(source),
    };
  },
  expectations: [
    {
      id: 'queue-exists',
      claim: `The queue ${lab.queueName} exists`,
      expected: 'a queue',
      actual: ({ source }) => (source === undefined ? 'no such queue' : 'a queue'),
      hint: 'npm run step 2',
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html',
    },
    {
      id: 'sent',
      claim: 'At least three messages are in the queue or have reached the worker',
      needs: ['queue-exists'],
      expected: '3 or more',
      actual: ({ seen, waiting }) => seen + waiting,
      // A message may be counted in both: the poison is, while it waits for its next receive.
      judge: (count) => Number(count) >= 3,
      hint: 'npm run step 8 (sent a moment ago? counts and logs lag by some seconds: check again)',
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html',
    },
  ],
  proofs: [],
}));

await runAlone(import.meta, check);
