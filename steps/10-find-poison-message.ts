/**
 * Step 10: find the poison message in the dead-letter queue.
 * The peek counts as a receive in that queue; with visibility timeout 0 it hides nothing.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
import { openStep } from '../src/lab/index.ts';

const { $, lab, done } = await openStep(import.meta, (lab) => ({
  title: 'Find the poison message in the dead-letter queue',
  why: 'The dead-letter queue keeps the messages that could not be handled, with the same body and message id, so that a person can inspect them, fix the cause and redrive.',
  console: `SQS > Queues > ${lab.deadLetterQueueName} > Send and receive messages > Poll for messages.`,
  examCue: `maxReceiveCount ${lab.maxReceiveCount} = ${lab.maxReceiveCount} deliveries; in recorded runs receive ${lab.maxReceiveCount + 1} moves the message, not a timer (AWS does not say so). Id, body and receive count stay; redrive (StartMessageMoveTask) makes a new message with a new id.`,
}));

await $`DLQ_URL=$(aws sqs get-queue-url --queue-name ${lab.deadLetterQueueName} --query QueueUrl --output text)`;

await $`aws sqs get-queue-attributes \
  --queue-url "$DLQ_URL" \
  --attribute-names ApproximateNumberOfMessages ApproximateNumberOfMessagesNotVisible ApproximateNumberOfMessagesDelayed \
  --output table`;

await $({ show: 30 })`aws sqs receive-message \
  --queue-url "$DLQ_URL" \
  --max-number-of-messages 10 \
  --wait-time-seconds 5 \
  --visibility-timeout 0 \
  --message-system-attribute-names All`;

done('The poison message is in the dead-letter queue, unchanged.');
