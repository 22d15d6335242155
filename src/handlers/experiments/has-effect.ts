import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSHandler } from 'aws-lambda';
import { log, work } from './lines.ts';
import { queueUrlOf, sqs } from './queues.ts';

/** Works on each message with an effect that is seen without the log: one message in another queue, its body the message id. */
export const handler: SQSHandler = async ({ Records: records }, context) => {
  for (const record of records) {
    const delivery = { record, context, batchSize: records.length };
    log(delivery);
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrlOf(record, 'effects'),
        MessageBody: record.messageId,
      }),
    );
    work(delivery);
  }
};
