/**
 * Experiment 23: the same failure, returned by one function and thrown by the other.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment(import.meta);
const { $, send, poll, settle, measure } = experiment;

// No setting differs, only how the code says that the message failed.
await $`diff src/handlers/experiments/returns.ts src/handlers/experiments/throws.ts || true`;

await send();
await poll();

await settle();
await measure();
