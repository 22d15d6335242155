import { setTimeout as pause } from 'node:timers/promises';
import type { SQSBatchItemFailure, SQSHandler } from 'aws-lambda';
import { log, work } from './lines.ts';

/**
 * A mistake that type-checks: forEach() waits for no promise, so the list is still empty when it is returned. The linter of
 * the kit forbids it (no-misused-promises), and has to be told to let this one pass.
 */
export const handler: SQSHandler = async ({ Records: records }, context) => {
  const batchItemFailures: SQSBatchItemFailure[] = [];
  // oxlint-disable-next-line typescript/no-misused-promises
  records.forEach(async (record) => {
    const delivery = { record, context, batchSize: records.length };
    log(delivery);
    await pause(50);
    if (!work(delivery)) batchItemFailures.push({ itemIdentifier: record.messageId });
  });
  console.log(
    JSON.stringify({ requestId: context.awsRequestId, xReturned: batchItemFailures.length }),
  );
  return { batchItemFailures };
};
