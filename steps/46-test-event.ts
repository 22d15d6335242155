/**
 * Experiment 46: a function is called with a saved event of SQS, and another one gets the same message from its queue.
 * https://docs.aws.amazon.com/lambda/latest/dg/testing-functions.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'called' | 'queued'>(import.meta);
const { $, sides, send, poll, wait, settle, keep, sent, measure } = experiment;

// The message lies in the queue, and nobody polls: the event is all that the function gets.
const message = await $`MESSAGE_ID=$(aws sqs send-message \
  --queue-url "$CALLED_QUEUE_URL" \
  --message-body 'FAIL-1' \
  --query MessageId --output text)`;
const messageId = message.stdout.trim();
sent('called', [{ name: 'poison-1', messageId }]);

const answer = await $`for time in 1 2 3; do
  aws lambda invoke \
    --function-name ${sides.called.functionName} \
    --cli-binary-format raw-in-base64-out \
    --payload '{"Records":[{"messageId":"'"$MESSAGE_ID"'","body":"FAIL-1","attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1523232000000","ApproximateFirstReceiveTimestamp":"1523232000001"},"eventSource":"aws:sqs","awsRegion":"'"$AWS_REGION"'"}]}' \
    .lab/answer.json --query StatusCode && cat .lab/answer.json && echo
done`;
keep('called', 'failures', answer.stdout.split(`"itemIdentifier":"${messageId}"`).length - 1);

// The same message through a queue.
await send({ sides: ['queued'] });
await poll(['queued']);
await settle(['queued']);

// This look is a receive, too: it counts itself.
await wait('counts of a queue lag by up to a minute', 60);
const look = await $`aws sqs receive-message \
  --queue-url "$CALLED_QUEUE_URL" \
  --visibility-timeout 0 \
  --wait-time-seconds 5 \
  --message-system-attribute-names ApproximateReceiveCount \
  --query 'Messages[0].Attributes.ApproximateReceiveCount' --output text`;
keep('called', 'receives', Number(look.stdout.trim()) - 1);
await measure();
