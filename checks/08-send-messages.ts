/** Check 08: something was sent, and it is visible somewhere: in a queue, or in the worker's log. */
import {
  defineCheck,
  lab,
  messageCount,
  observeDeliveries,
  observeInvocation,
  observeQueue,
  sendAgain,
  showQueue,
} from '../src/judging/index.ts';
import { runAlone } from '../src/commands/check-alone.ts';

const countsLag = 'Sent a moment ago? Counts and logs can lag by up to 60 s.';

export const check = defineCheck(() => ({
  step: '08',
  title: 'Messages sent',
  // What was sent is seen by what became of it: in the log of a worker that works.
  needs: ['02', '04', '05', '06', '07'],
  // Reads only: receiving from the source queue would hide messages from Lambda and count as a receive.
  observe: async () => {
    const [source, deadLetters, log, invoked] = await Promise.all([
      observeQueue(lab.queueName),
      observeQueue(lab.deadLetterQueueName),
      observeDeliveries(),
      observeInvocation(),
    ]);
    return {
      seen: new Set(log?.deliveries.map(({ messageId }) => messageId) ?? []).size,
      waiting: source === undefined ? 0 : messageCount(source),
      elsewhere: deadLetters === undefined ? 0 : messageCount(deadLetters),
      /** Undefined: there is no log group, because nothing ran yet or because somebody deleted it. */
      invoked,
    };
  },
  expectations: [
    {
      id: 'log-readable',
      claim: 'The worker logs a line for each message that it handles',
      expected: 'a line with messageId and receiveCount for each record',
      actual: ({ seen, invoked }) =>
        invoked === true && seen === 0
          ? 'invocations, and no such line'
          : 'a line with messageId and receiveCount for each record',
      look: `aws logs tail ${lab.logGroupName} --since 15m --format short`,
      hint: 'The worker ran, and its log has no line that says which message it handled: nobody can see what became of them. The checks read one JSON line for each record, with messageId, receiveCount, outcome, requestId and batchSize, as the worker of the kit writes it.',
      fix: `git restore src/handlers/worker.ts\nnpx lab step 5\nnpx lab step 6\n${sendAgain}`,
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html',
    },
    {
      id: 'sent',
      claim: 'At least three messages are in the source queue or have reached the worker',
      needs: ['log-readable'],
      notJudged: ({ seen, waiting, elsewhere, invoked }) =>
        invoked === undefined && elsewhere > 0 && seen + waiting < 3
          ? {
              cause: 'log is gone',
              reason: `${lab.deadLetterQueueName} holds ${elsewhere}, and the log group that would show how they came there is gone: send again with npx lab step 8, then npx lab step 9`,
            }
          : undefined,
      repeatFrom: '08',
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
          ? `${lab.queueName} and the log are empty, and ${lab.deadLetterQueueName} holds ${elsewhere}: they were sent there directly, or they are of a run whose log has expired. ${countsLag}`
          : `${lab.queueName} and the log are empty: nothing was sent to this queue, or it was purged, or expired, before anything was handled. ${countsLag}`;
      },
      fix: 'npx lab step 8',
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html',
    },
  ],
  proofs: [],
}));

await runAlone(import.meta, check);
