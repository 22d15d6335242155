/**
 * Step 08: send two good messages and one poison, as one batch.
 * Each run sends three new messages.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
import { openStep, waitUntilMessagesArrived } from '../src/lab/index.ts';

const { $, lab, done } = await openStep(import.meta, (lab) => ({
  title: 'Send two good messages and one poison',
  why: 'The step sends one SendMessageBatch. Three separate messages may arrive in three batches of one, and then nothing shows the use of a partial batch response.',
  console: `SQS > Queues > ${lab.queueName}: messages available goes up and down again. Lambda > Monitor > Logs shows the deliveries.`,
  examCue:
    'Standard queues deliver at least once and in best-effort order: the worker must be idempotent. A message id is no idempotency key, because a redrive gives a new one.',
}));

await $`QUEUE_URL=$(aws sqs get-queue-url --queue-name ${lab.queueName} --query QueueUrl --output text)`;

const { stdout: sent } = await $`node src/scripts/send-test-messages.ts "$QUEUE_URL"`;

await waitUntilMessagesArrived(lab, sent);

done('Three messages were sent. Lambda will delete the good ones; the poison will come back.');
