/**
 * Experiment 20: the same ten messages, one of them poison, without and with partial batch responses.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment(import.meta);
const { $, send, poll, settle, measure } = experiment;

// The lab has the switch on, and so have both copies. This one loses it; its function throws when a message fails.
await $`aws lambda update-event-source-mapping \
  --uuid "$WITHOUT_MAPPING" \
  --function-response-types '[]'`;

// Sent while nobody polls, so that the ten messages share a batch.
await send();
await poll();

await settle();
await measure();
