/**
 * Experiment 28: the same poison, and 1, 3 and 5 receives of it allowed; and a good message whose function may not run.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'five' | 'one' | 'throttled'>(import.meta);
const { $, sides, send, poll, wait, settle, measure } = experiment;

// The lab allows 3. A redrive policy is one attribute: who changes its count names the dead-letter queue again.
await $`aws sqs set-queue-attributes \
  --queue-url "$ONE_QUEUE_URL" \
  --attributes '{"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.one.deadLetterQueueName}\",\"maxReceiveCount\":\"1\"}"}'`;
await $`aws sqs set-queue-attributes \
  --queue-url "$FIVE_QUEUE_URL" \
  --attributes '{"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.five.deadLetterQueueName}\",\"maxReceiveCount\":\"5\"}"}'`;

// Reserved concurrency 0 throttles every invocation. The pollers of the mapping do not know of it.
await $`aws lambda put-function-concurrency \
  --function-name ${sides.throttled.functionName} \
  --reserved-concurrent-executions 0`;
await wait('a changed attribute reaches all of SQS within 60 s', 60);

await send();
await poll();

await settle();
await measure();
