/**
 * Experiment 25: the same work, once in forEach(async ...) and once in for...of with await. Nothing but the code differs.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment(import.meta);
const { $, send, poll, settle, measure } = experiment;

// The code of the two functions: the loop is all that differs.
await $`diff src/handlers/experiments/for-each.ts src/handlers/experiments/for-of.ts || true`;

await send();
await poll();

await settle();
await measure();
