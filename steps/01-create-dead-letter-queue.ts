/**
 * Step 01: create the dead-letter queue.
 * Safe to repeat: CreateQueue returns a queue that already has exactly these attributes.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
 */
import { openStep, retryWhileNameIsLocked } from '../src/lab/index.ts';

const { $, lab, done } = await openStep(import.meta, (lab) => ({
  title: 'Create the dead-letter queue',
  why: 'The redrive policy of the source queue names the ARN of this queue, and AWS refuses the policy when the queue does not exist. So the dead-letter queue comes first.',
  console: `SQS > Queues > ${lab.deadLetterQueueName}: type Standard, message retention period ${lab.deadLetterRetention}.`,
  examCue: `On a standard queue the move does not reset a message's clock, so the dead-letter queue must keep messages longer than the source queue does (here ${lab.deadLetterRetention} against the default 4).`,
}));

await $(retryWhileNameIsLocked)`aws sqs create-queue \
  --queue-name ${lab.deadLetterQueueName} \
  --attributes "file://$LAB_INFRA/dead-letter-queue-attributes.json" \
  --tags Project=lab01`;

done(`The queue ${lab.deadLetterQueueName} exists and is empty. No queue points to it yet.`);
