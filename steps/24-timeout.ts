/**
 * Experiment 24: four messages that are finished, and one on which the function hangs.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'hangs' | 'stops'>(import.meta);
const { $, sides, send, poll, settle, measure } = experiment;

// The fifth message takes longer than any timeout. A short one shows the same, sooner.
await $`aws lambda update-function-configuration \
  --function-name ${sides.hangs.functionName} \
  --timeout 1 --query Timeout`;
await $`aws lambda update-function-configuration \
  --function-name ${sides.stops.functionName} \
  --timeout 1 --query Timeout`;

await send();
await poll();

await settle();
await measure();
