/**
 * Experiment 33: the same ten messages, in batches of at most four, and of at most ten.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'four' | 'ten'>(import.meta);
const { $, send, poll, settle, keep, measure } = experiment;

// More than 10 needs a batching window: SQS gives at most 10 messages with one receive.
const refused = await $({
  accept: ['InvalidParameterValueException'],
})`aws lambda update-event-source-mapping \
  --uuid "$FOUR_MAPPING" \
  --batch-size 11 \
  --maximum-batching-window-in-seconds 0`;
keep('four', 'eleven', refused.code ?? 'taken');

await $`aws lambda update-event-source-mapping \
  --uuid "$FOUR_MAPPING" \
  --batch-size 4`;

await send();
await poll();

await settle();
await measure();
