/**
 * Experiment 26: two functions with a dead-letter queue of their own, one polled and one called asynchronously.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';
import { retryWhileNameIsLocked } from '../src/lab/index.ts';

await using experiment = await openExperiment<'called' | 'polled'>(import.meta);
const { $, sides, send, poll, wait, settle, keep, sent, measure } = experiment;

// Each function gets a dead-letter queue of its own; that of its queue is another one.
await $(retryWhileNameIsLocked)`POLLED_FUNCTION_DLQ_URL=$(aws sqs create-queue \
  --queue-name ${sides.polled.functionName}-function-dlq \
  --tags Project=lab01 \
  --query QueueUrl --output text)`;
await $(retryWhileNameIsLocked)`CALLED_FUNCTION_DLQ_URL=$(aws sqs create-queue \
  --queue-name ${sides.called.functionName}-function-dlq \
  --tags Project=lab01 \
  --query QueueUrl --output text)`;
await $`aws iam put-role-policy \
  --role-name ${sides.called.roleName} \
  --policy-name dead-letter \
  --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":["arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.polled.functionName}-function-dlq","arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.called.functionName}-function-dlq"]}]}'`;
await wait('a new permission is known to all of AWS within a minute', 60);
await $`aws lambda update-function-configuration \
  --function-name ${sides.polled.functionName} \
  --dead-letter-config "TargetArn=arn:aws:sqs:$AWS_REGION:$AWS_ACCOUNT_ID:${sides.polled.functionName}-function-dlq" \
  --query DeadLetterConfig`;
await $`aws lambda update-function-configuration \
  --function-name ${sides.called.functionName} \
  --dead-letter-config "TargetArn=arn:aws:sqs:$AWS_REGION:$AWS_ACCOUNT_ID:${sides.called.functionName}-function-dlq" \
  --query DeadLetterConfig`;
await wait('an update of a function takes some seconds', 10);

// A poison message through the queue.
await send({ sides: ['polled'] });
await poll(['polled']);
await settle(['polled']);

// The same poison as an asynchronous event. It names a message that lies in the queue, which nobody polls.
const message = await $`MESSAGE_ID=$(aws sqs send-message \
  --queue-url "$CALLED_QUEUE_URL" \
  --message-body 'FAIL-1' \
  --query MessageId --output text)`;
sent('called', [{ name: 'poison-1', messageId: message.stdout.trim() }]);
await $`aws lambda invoke \
  --function-name ${sides.called.functionName} \
  --invocation-type Event \
  --cli-binary-format raw-in-base64-out \
  --payload '{"Records":[{"messageId":"'"$MESSAGE_ID"'","body":"FAIL-1","attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1523232000000","ApproximateFirstReceiveTimestamp":"1523232000001"},"eventSource":"aws:sqs","awsRegion":"'"$AWS_REGION"'"}]}' \
  .lab/answer.json`;

// Lambda tries again about 1 and 2 minutes later, and gives up then.
await $`for look in $(seq 120); do
  COUNT=$(aws sqs get-queue-attributes \
    --queue-url "$CALLED_FUNCTION_DLQ_URL" \
    --attribute-names ApproximateNumberOfMessages \
    --query Attributes.ApproximateNumberOfMessages --output text)
  if [ "$COUNT" != 0 ]; then break; fi
  sleep 5
done`;

await wait('counts of a queue and lines of a log lag by up to a minute', 60);
const polled = await $`aws sqs get-queue-attributes \
  --queue-url "$POLLED_FUNCTION_DLQ_URL" \
  --attribute-names ApproximateNumberOfMessages \
  --query Attributes.ApproximateNumberOfMessages --output text`;
const called = await $`aws sqs get-queue-attributes \
  --queue-url "$CALLED_FUNCTION_DLQ_URL" \
  --attribute-names ApproximateNumberOfMessages \
  --query Attributes.ApproximateNumberOfMessages --output text`;
keep('polled', 'own', polled.stdout.trim());
keep('called', 'own', called.stdout.trim());
await measure();
