/**
 * Experiment 36: a filter on the mapping, and messages that it does not let pass.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment(import.meta);
const { $, send, poll, settle, measure } = experiment;

// One pattern. Several are joined by OR.
await $`aws lambda update-event-source-mapping \
  --uuid "$BODIES_MAPPING" \
  --filter-criteria '{"Filters":[{"Pattern":"{\"body\":{\"type\":[\"order\"]}}"}]}'`;
await $`aws lambda update-event-source-mapping \
  --uuid "$ENVELOPE_MAPPING" \
  --filter-criteria '{"Filters":[{"Pattern":"{\"body\":{\"type\":[\"order\"]}}"}]}'`;

await send();
await poll();

await settle();
await measure();
