/**
 * Experiment 22: eight answers to the same handled message.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment(import.meta);
const { $, send, poll, settle, measure } = experiment;

// One handler for all; an environment variable says what it answers.
await $`grep -n -A 8 "const answers" src/handlers/experiments/answers.ts`;

await send();
await poll();

await settle();
await measure();
