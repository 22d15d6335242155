/**
 * Step 02: create the source queue, with the redrive policy that points to the dead-letter queue.
 * Safe to repeat: CreateQueue returns a queue that already has exactly these attributes.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
import { openStep, retryWhileNameIsLocked } from '../src/lab/index.ts';

const { $, lab, done } = await openStep(import.meta, (lab) => ({
  title: 'Create the source queue with its redrive policy',
  why: 'The queue, not the function, decides how often a message is received before it counts as poison, and how long the message stays hidden between two receives.',
  console: `SQS > Queues > ${lab.queueName} > Dead-letter queue tab: maximum receives ${lab.maxReceiveCount}. Details: default visibility timeout ${lab.visibilityTimeoutSeconds} seconds.`,
  examCue: `Visibility timeout at least 6 x function timeout (${lab.functionTimeoutSeconds} s -> ${lab.visibilityTimeoutSeconds} s). maxReceiveCount ${lab.maxReceiveCount} keeps the lab short; with Lambda AWS advises 5 or more, because throttled receives count too.`,
}));

// The file sets VisibilityTimeout and RedrivePolicy. RedrivePolicy is a JSON *string* in the JSON.
await $(retryWhileNameIsLocked)`aws sqs create-queue \
  --queue-name ${lab.queueName} \
  --attributes "file://$LAB_INFRA/source-queue-attributes.json" \
  --tags Project=lab01`;

done(
  `The queue ${lab.queueName} exists. A message that fails ${lab.maxReceiveCount} times will go to ${lab.deadLetterQueueName}.`,
);
