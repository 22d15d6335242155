/**
 * Experiment 44: a delay before the first receive, and a visibility timeout after it.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment(import.meta);
const { $, send, poll, wait, now, settle, measure } = experiment;

await $`aws sqs set-queue-attributes \
  --queue-url "$DELAYED_QUEUE_URL" \
  --attributes DelaySeconds=40`;
await wait('a changed attribute reaches all of SQS within 60 s', 60);

// Lambda polls already: nothing but the delay keeps the message from it.
await poll();
await send();
const sentAt = await now();
// The one without a delay first: nothing moves the clock while Lambda works on it.
await settle(['plain']);
await wait('delay of the queue', 40, sentAt);

await settle();
await measure();
