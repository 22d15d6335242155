/**
 * Experiment 38: a dead-letter queue that takes messages from nobody.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'allowed' | 'denied'>(import.meta);
const { $, sides, wait, keep, measure } = experiment;

// Who may name this queue as its dead-letter queue is a setting of the dead-letter queue.
await $`aws sqs set-queue-attributes \
  --queue-url "$DENIED_DLQ_URL" \
  --attributes '{"RedriveAllowPolicy":"{\"redrivePermission\":\"denyAll\"}"}'`;
await $`aws sqs set-queue-attributes \
  --queue-url "$ALLOWED_DLQ_URL" \
  --attributes '{"RedriveAllowPolicy":"{\"redrivePermission\":\"byQueue\",\"sourceQueueArns\":[\"arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.allowed.queueName}\"]}"}'`;
await wait('a changed attribute reaches all of SQS within 60 s', 60);

// What AWS calls the refusal is not documented: any error of the request is one.
const accept = ['InvalidParameterValue', 'InvalidAttributeValue', 'AccessDenied', 'InvalidRequest'];
const denied = await $({ accept })`aws sqs set-queue-attributes \
  --queue-url "$DENIED_QUEUE_URL" \
  --attributes '{"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.denied.deadLetterQueueName}\",\"maxReceiveCount\":\"3\"}"}'`;
const allowed = await $({ accept })`aws sqs set-queue-attributes \
  --queue-url "$ALLOWED_QUEUE_URL" \
  --attributes '{"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.allowed.deadLetterQueueName}\",\"maxReceiveCount\":\"3\"}"}'`;

keep('denied', 'answer', denied.code === undefined ? 'taken' : 'refused');
keep('allowed', 'answer', allowed.code === undefined ? 'taken' : 'refused');
await measure();
