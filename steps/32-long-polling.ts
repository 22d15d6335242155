/**
 * Experiment 32: one receive each, right after a message was sent that is not visible yet.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment(import.meta);
const { $, send, wait, keep, measure } = experiment;

await send({ more: () => ({ DelaySeconds: 6 }) });

// No wait time: the queue's own counts, which is 0. A visibility timeout of 0 gives a message back at once.
const short =
  await $`aws sqs receive-message --queue-url "$SHORT_QUEUE_URL" --visibility-timeout 0 --query 'Messages[].MessageId'`;
const long =
  await $`aws sqs receive-message --queue-url "$LONG_QUEUE_URL" --visibility-timeout 0 --wait-time-seconds 20 --query 'Messages[].MessageId'`;

const broughtBy = ({ stdout }: { readonly stdout: string }) =>
  ((JSON.parse(stdout || 'null') ?? []) as readonly string[]).length;
keep('short', 'brings', broughtBy(short));
keep('long', 'brings', broughtBy(long));
// What stays is counted: the counts lag.
await wait('the counts of a queue lag by up to a minute', 60);
await measure();
