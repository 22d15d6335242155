/**
 * Experiment 21: the function returns the failed message, and nobody reads the answer.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment(import.meta);
const { $, send, poll, settle, measure } = experiment;

// The code stays as it is, and returns what failed. Only the switch that reads the answer is gone.
await $`aws lambda update-event-source-mapping \
  --uuid "$OFF_MAPPING" \
  --function-response-types '[]'`;

await send();
await poll();

await settle();
await measure();
