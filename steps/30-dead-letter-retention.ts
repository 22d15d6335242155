/**
 * Experiment 30: a dead-letter queue that keeps messages for a shorter time than the retries take.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'kept' | 'short'>(import.meta);
const { $, send, poll, settle, measure } = experiment;

// Both are copies of the lab, and one dead-letter queue was made with the least retention that SQS takes.
await $`aws sqs get-queue-attributes \
  --queue-url "$SHORT_DLQ_URL" \
  --attribute-names MessageRetentionPeriod`;
await $`aws sqs get-queue-attributes \
  --queue-url "$KEPT_DLQ_URL" \
  --attribute-names MessageRetentionPeriod`;

await send();
await poll();

await settle();
await measure();
