/** Check 08: something was sent, and it is visible somewhere: in a queue, or in the worker's log. */
import {
  defineCheck,
  lab,
  messageCount,
  observeDeliveries,
  observeQueue,
  runAlone,
  showQueue,
} from '../src/lab/index.ts';

const countsLag = 'Sent a moment ago? Counts and logs can lag by up to 60 s.';

export const check = defineCheck(() => ({
  step: '08',
  title: 'Messages sent',
  // What was sent is seen by what became of it: in the log of a worker that works.
  needs: ['02', '04', '05', '06', '07'],
  // Reads only: receiving from the source queue would hide messages from Lambda and count as a receive.
  observe: async () => {
    const [source, deadLetters, log] = await Promise.all([
      observeQueue(lab.queueName),
      observeQueue(lab.deadLetterQueueName),
      observeDeliveries(),
    ]);
    return {
      seen: new Set(log?.deliveries.map(({ messageId }) => messageId) ?? []).size,
      waiting: source === undefined ? 0 : messageCount(source),
      elsewhere: deadLetters === undefined ? 0 : messageCount(deadLetters),
    };
  },
  expectations: [
    {
      id: 'sent',
      claim: 'At least three messages are in the source queue or have reached the worker',
      expected: '3 or more',
      actual: ({ seen, waiting }) => seen + waiting,
      // A message may be counted in both: the poison is, while it waits for its next receive.
      judge: (count) => Number(count) >= 3,
      look: showQueue(
        lab.queueName,
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ),
      hint: (count, { elsewhere }) => {
        if (Number(count) > 0)
          return `Only ${String(count)} can be seen. The lab needs two good messages and one poison, sent as one batch. ${countsLag}`;
        return elsewhere > 0
          ? `${lab.queueName} and the log are empty, and ${lab.deadLetterQueueName} holds ${elsewhere}: messages that were sent there directly are never handled. ${countsLag}`
          : `${lab.queueName} and the log are empty: nothing was sent to this queue, or it was purged before anything was handled. ${countsLag}`;
      },
      fix: 'npm run step 8',
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html',
    },
  ],
  proofs: [],
}));

await runAlone(import.meta, check);
