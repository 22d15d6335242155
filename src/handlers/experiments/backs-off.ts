import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
import type { SQSHandler, SQSRecord } from 'aws-lambda';
import { log, work } from './lines.ts';
import type { Delivery } from './lines.ts';
import { queueUrlOf, sqs } from './queues.ts';

/** Seconds after a first delivery that failed; after each later one twice as many as before. */
const firstSeconds = 10;

/** Hides a failed message for longer each time. Without the permission it stays hidden for as long as the queue says. */
async function hide(delivery: Delivery): Promise<void> {
  const { record } = delivery;
  const receives = Number(record.attributes.ApproximateReceiveCount);
  try {
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrlOf(record),
        ReceiptHandle: record.receiptHandle,
        VisibilityTimeout: firstSeconds * 2 ** (receives - 1),
      }),
    );
    log(delivery, { xAnswer: 'taken' });
  } catch (error) {
    const { name } = error as Error;
    if (!name.startsWith('AccessDenied')) throw error;
    log(delivery, { xAnswer: 'access-denied' });
  }
}

/** Returns the ids of the messages that failed, and hides each for longer than the time before. */
export const handler: SQSHandler = async ({ Records: records }, context) => {
  const failed: SQSRecord[] = [];
  for (const record of records) {
    const delivery = { record, context, batchSize: records.length };
    if (work(delivery)) continue;
    await hide(delivery);
    failed.push(record);
  }
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};
