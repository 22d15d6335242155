/**
 * Experiment 29: a poison that nobody receives any more.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'hand'>(import.meta);
const { $, send, wait, keep, measure } = experiment;

await send();

// As often as maxReceiveCount allows. A visibility timeout of 0 gives the message back at once.
await $`aws sqs receive-message --queue-url "$HAND_QUEUE_URL" --visibility-timeout 0 --wait-time-seconds 1 --query 'Messages[].MessageId'`;
await $`aws sqs receive-message --queue-url "$HAND_QUEUE_URL" --visibility-timeout 0 --wait-time-seconds 1 --query 'Messages[].MessageId'`;
await $`aws sqs receive-message --queue-url "$HAND_QUEUE_URL" --visibility-timeout 0 --wait-time-seconds 1 --query 'Messages[].MessageId'`;

await wait('nobody receives for two minutes', 120);
const before = await $`aws sqs get-queue-attributes \
  --queue-url "$HAND_DLQ_URL" \
  --attribute-names ApproximateNumberOfMessages \
  --query Attributes.ApproximateNumberOfMessages --output text`;

const fourth =
  await $`aws sqs receive-message --queue-url "$HAND_QUEUE_URL" --visibility-timeout 0 --wait-time-seconds 1 --query 'Messages[].MessageId'`;

keep('hand', 'before', before.stdout.trim());
const brought = (JSON.parse(fourth.stdout || 'null') ?? []) as readonly string[];
keep('hand', 'fourth', brought.length);
// What was moved is counted: the counts lag.
await wait('the counts of a queue lag by up to a minute', 60);
await measure();
