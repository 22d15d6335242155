/**
 * Experiment 33: what closes a batch: its size, the batching window, and 6 MB.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'four' | 'twenty'>(import.meta);
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

// Fewer messages than this wait in Lambda until the window is over.
await $`aws lambda update-event-source-mapping \
  --uuid "$TWENTY_MAPPING" \
  --batch-size 20 \
  --maximum-batching-window-in-seconds 10`;

await send();
await poll();

await settle();
await measure();
