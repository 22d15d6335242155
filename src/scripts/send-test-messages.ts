/**
 * Sends two good messages and one poison to a queue, as one batch, so that they can arrive as one batch.
 *
 *   node src/scripts/send-test-messages.ts "$QUEUE_URL"
 *
 * Region, credentials and endpoint come from the environment, as for the AWS CLI.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { printable } from '../lab/terminal.ts';

const bodies = ['hello-1', 'hello-2', 'FAIL-please-retry-me'];

const queueUrl = process.argv[2];
if (queueUrl === undefined || queueUrl === '') {
  console.error('Usage: node src/scripts/send-test-messages.ts "$QUEUE_URL"');
  process.exit(2);
}

try {
  // Messages go to the endpoint of the environment, never to the host that a queue URL happens to name.
  const client = new SQSClient({ useQueueUrlAsEndpoint: false });
  const { Successful: sent = [], Failed: failed = [] } = await client.send(
    new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: bodies.map((body, i) => ({ Id: `message-${i + 1}`, MessageBody: body })),
    }),
  );
  for (const [i, body] of bodies.entries()) {
    const messageId = sent.find(({ Id }) => Id === `message-${i + 1}`)?.MessageId;
    if (messageId !== undefined) console.log(`${messageId}  ${body}`);
  }
  for (const { Id, Code, Message } of failed)
    console.error(printable(`${Id} was not sent: ${Code} ${Message}`));
  if (failed.length > 0) process.exitCode = 1;
} catch (error) {
  const { name, message } = error as Error;
  console.error(printable(`Cannot send the messages to ${queueUrl}: ${name}: ${message}`));
  process.exitCode = 1;
}
