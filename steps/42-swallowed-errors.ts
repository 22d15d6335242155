/**
 * Experiment 42: one function catches its errors, the other reports them.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment(import.meta);
const { $, send, poll, settle, measure } = experiment;

// No setting differs, only the code.
await $`diff src/handlers/experiments/swallows.ts src/handlers/experiments/returns.ts || true`;

await send();
await poll();

await settle();
await measure();
