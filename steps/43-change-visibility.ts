/**
 * Experiment 43: a worker that changes how long a message stays hidden: longer after each failure, and while it works.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

type Name = 'beating' | 'constant' | 'growing' | 'silent';

await using experiment = await openExperiment<Name>(import.meta);
const { $, sides, send, poll, wait, settle, keep, measure } = experiment;

// Both functions ask for growing gaps. Their role may change the visibility of messages in one of the two queues.
await $`aws iam put-role-policy \
  --role-name ${sides.growing.roleName} \
  --policy-name hide \
  --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:ChangeMessageVisibility","Resource":"arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.growing.queueName}"}]}'`;
await wait('a new permission is known to all of AWS within a minute', 60);

await send();
await poll();
await settle(['constant', 'growing']);

// Two workers by hand, each long at work on one message. One says every half a minute that it still works.
const silent = [
  await $`aws sqs receive-message --queue-url "$SILENT_QUEUE_URL" --wait-time-seconds 1 --query 'Messages[].MessageId'`,
];
await $`HANDLE=$(aws sqs receive-message --queue-url "$BEATING_QUEUE_URL" --wait-time-seconds 1 --query 'Messages[0].ReceiptHandle' --output text)`;
await wait('the work goes on', 30);
await $`aws sqs change-message-visibility --queue-url "$BEATING_QUEUE_URL" --receipt-handle "$HANDLE" --visibility-timeout 60`;
await wait('the work goes on', 35);

// Other workers look for messages.
silent.push(
  await $`aws sqs receive-message --queue-url "$SILENT_QUEUE_URL" --wait-time-seconds 1 --query 'Messages[].MessageId'`,
);
const beating = [
  await $`aws sqs receive-message --queue-url "$BEATING_QUEUE_URL" --wait-time-seconds 1 --query 'Messages[].MessageId'`,
];
await $`aws sqs change-message-visibility --queue-url "$BEATING_QUEUE_URL" --receipt-handle "$HANDLE" --visibility-timeout 60`;
await wait('the work goes on', 30);
await $`aws sqs change-message-visibility --queue-url "$BEATING_QUEUE_URL" --receipt-handle "$HANDLE" --visibility-timeout 60`;
await wait('the work goes on', 35);

// And once more, two visibility timeouts after the beginning.
silent.push(
  await $`aws sqs receive-message --queue-url "$SILENT_QUEUE_URL" --wait-time-seconds 1 --query 'Messages[].MessageId'`,
);
beating.push(
  await $`aws sqs receive-message --queue-url "$BEATING_QUEUE_URL" --wait-time-seconds 1 --query 'Messages[].MessageId'`,
);

const brought = (answers: readonly { readonly stdout: string }[]) =>
  answers.flatMap(({ stdout }) => (JSON.parse(stdout || 'null') ?? []) as readonly string[]).length;
keep('silent', 'receives', brought(silent));
// The first one is the worker that holds the handle.
keep('beating', 'receives', 1 + brought(beating));

await wait('visibility timeout of the last receive', 60);
await measure();
