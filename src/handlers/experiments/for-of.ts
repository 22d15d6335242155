import { setTimeout as pause } from 'node:timers/promises';
import type { SQSBatchItemFailure, SQSHandler } from 'aws-lambda';
import { log, work } from './lines.ts';

/** As for-each.ts, and right: for...of with await answers when the work has ended. */
export const handler: SQSHandler = async ({ Records: records }, context) => {
  const batchItemFailures: SQSBatchItemFailure[] = [];
  for (const record of records) {
    const delivery = { record, context, batchSize: records.length };
    log(delivery);
    await pause(50);
    if (!work(delivery)) batchItemFailures.push({ itemIdentifier: record.messageId });
  }
  console.log(
    JSON.stringify({ requestId: context.awsRequestId, xReturned: batchItemFailures.length }),
  );
  return { batchItemFailures };
};
