import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSHandler, SQSRecord } from 'aws-lambda';
import { log, work } from './lines.ts';

// The address of the queue is made out of an ARN: it is no endpoint.
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });

/** `lab01-x41-silent-queue` has its effects in `lab01-x41-silent-effects`. */
function effectsUrl({ eventSourceARN }: SQSRecord): string {
  const [, , , region, account, queueName = ''] = eventSourceARN.split(':');
  const name = queueName.replace(/-queue$/, '-effects');
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}

/** Works on each message with an effect that is seen without the log: one message in another queue, its body the message id. */
export const handler: SQSHandler = async ({ Records: records }, context) => {
  for (const record of records) {
    const delivery = { record, context, batchSize: records.length };
    log(delivery);
    await sqs.send(
      new SendMessageCommand({ QueueUrl: effectsUrl(record), MessageBody: record.messageId }),
    );
    work(delivery);
  }
};
