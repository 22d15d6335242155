/**
 * Experiment 35: two ways to let few copies of a function run, reserved concurrency and MaximumConcurrency.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'maximum' | 'reserved'>(import.meta);
const { $, sides, send, poll, settle, measure } = experiment;

// A limit of the function. The pollers of the mapping do not know of it.
await $`aws lambda put-function-concurrency \
  --function-name ${sides.reserved.functionName} \
  --reserved-concurrent-executions 1`;

// A limit of the mapping: it receives no more than it may invoke. The least is 2.
await $`aws lambda update-event-source-mapping \
  --uuid "$MAXIMUM_MAPPING" \
  --scaling-config '{"MaximumConcurrency":2}'`;

await send();
await poll();

await settle();
await measure();
