import { setTimeout as pause } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSHandler } from 'aws-lambda';
import { log, work } from './lines.ts';
import { queueUrlOf, sqs } from './queues.ts';

/** So that the log has the line before the process is gone. */
const logMs = 50;

/**
 * Pays each order: one message in a FIFO queue is one payment, and that queue takes the same id once in five minutes.
 * KEY names the id: `delivery`, a new one each time; `order`, the same for all deliveries of an order.
 * The process ends on a first delivery when it has paid, and before it has answered.
 */
export const handler: SQSHandler = async ({ Records: records }, context) => {
  for (const record of records) {
    const delivery = { record, context, batchSize: records.length };
    log(delivery);
    const key = process.env['KEY'] === 'order' ? record.body : context.awsRequestId;
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrlOf(record, 'payments.fifo'),
        MessageBody: record.body,
        MessageGroupId: 'payments',
        MessageDeduplicationId: key.replaceAll(' ', '-'),
      }),
    );
    if (record.attributes.ApproximateReceiveCount === '1') {
      await pause(logMs);
      process.exit(1);
    }
    work(delivery);
  }
};
