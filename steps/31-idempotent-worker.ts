/**
 * Experiment 31: a worker that dies when it has paid, and before it has answered.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';
import { retryWhileNameIsLocked } from '../src/lab/index.ts';

await using experiment = await openExperiment<'delivery' | 'order'>(import.meta);
const { $, sides, send, poll, wait, settle, keep, measure } = experiment;

// Here a payment is a message, one queue for each side. A FIFO queue takes the same deduplication id once in five minutes.
await $(retryWhileNameIsLocked)`DELIVERY_PAYMENTS=$(aws sqs create-queue \
  --queue-name ${sides.delivery.functionName}-payments.fifo \
  --attributes FifoQueue=true \
  --tags Project=lab01 \
  --query QueueUrl --output text)`;
await $(retryWhileNameIsLocked)`ORDER_PAYMENTS=$(aws sqs create-queue \
  --queue-name ${sides.order.functionName}-payments.fifo \
  --attributes FifoQueue=true \
  --tags Project=lab01 \
  --query QueueUrl --output text)`;
await $`aws iam put-role-policy \
  --role-name ${sides.order.roleName} \
  --policy-name pay \
  --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":["arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.delivery.functionName}-payments.fifo","arn:aws:sqs:'"$AWS_REGION:$AWS_ACCOUNT_ID"':${sides.order.functionName}-payments.fifo"]}]}'`;
await wait('a new permission is known to all of AWS within a minute', 60);

await send();
await poll();
await settle();

await wait('counts of a queue lag by up to a minute', 60);
const delivery = await $`aws sqs get-queue-attributes \
  --queue-url "$DELIVERY_PAYMENTS" \
  --attribute-names ApproximateNumberOfMessages \
  --query Attributes.ApproximateNumberOfMessages --output text`;
const order = await $`aws sqs get-queue-attributes \
  --queue-url "$ORDER_PAYMENTS" \
  --attribute-names ApproximateNumberOfMessages \
  --query Attributes.ApproximateNumberOfMessages --output text`;

keep('delivery', 'payments', delivery.stdout.trim());
keep('order', 'payments', order.stdout.trim());
await measure();
