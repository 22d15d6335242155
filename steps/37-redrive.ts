/**
 * Experiment 37: the same redrive, before the cause is fixed and after it.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'fixed' | 'unfixed'>(import.meta);
const { $, sides, send, poll, settle, redriven, measure } = experiment;

// Both functions have a wrong address: every message comes to the dead-letter queue.
await send();
await poll();
await settle();

// The cause is fixed on one side only.
await $`aws lambda update-function-configuration \
  --function-name ${sides.fixed.functionName} \
  --environment 'Variables={ADDRESS=right}' --query Environment`;
await $`aws lambda wait function-updated-v2 --function-name ${sides.fixed.functionName}`;

// Without a destination each message goes back to the queue that it came from. One of the two may move one message a second.
await $`aws sqs start-message-move-task \
  --source-arn "arn:aws:sqs:$AWS_REGION:$AWS_ACCOUNT_ID:${sides.unfixed.deadLetterQueueName}"`;
await $`aws sqs start-message-move-task \
  --source-arn "arn:aws:sqs:$AWS_REGION:$AWS_ACCOUNT_ID:${sides.fixed.deadLetterQueueName}" \
  --max-number-of-messages-per-second 1`;
await redriven();

await settle();
await measure();
