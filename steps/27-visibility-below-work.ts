/**
 * Experiment 27: the visibility timeout ends while the function still works.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'long' | 'short'>(import.meta);
const { $, sides, send, poll, wait, settle, keep, measure } = experiment;

await poll();

// Lambda looked at the visibility timeout when the mapping was made. SQS takes a shorter one afterwards.
await $`aws sqs set-queue-attributes \
  --queue-url "$SHORT_QUEUE_URL" \
  --attributes VisibilityTimeout=2`;
await wait('a changed attribute reaches all of SQS within 60 s', 60);

// A mapping that is made now is refused.
const refused = await $({
  accept: ['InvalidParameterValueException'],
})`aws lambda create-event-source-mapping \
  --function-name ${sides.long.functionName} \
  --event-source-arn "arn:aws:sqs:$AWS_REGION:$AWS_ACCOUNT_ID:${sides.short.queueName}"`;
keep('short', 'mapping', refused.code ?? 'taken');

await send();

await settle();
await measure();
