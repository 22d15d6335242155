import type { SQSBatchResponse, SQSHandler } from 'aws-lambda';
import { handled } from './deliveries.ts';

/** `forEach(async …)`: returns an empty list before any work has ended, so that nothing is ever reported. */
export const handler: SQSHandler = async ({ Records: records }, { awsRequestId: requestId }) => {
  const answer: SQSBatchResponse = { batchItemFailures: [] };
  // The mistake itself: nobody awaits what the callback returns.
  // oxlint-disable-next-line typescript/no-misused-promises
  records.forEach(async (record) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const error = await handled(record, { requestId, batchSize: records.length });
    if (error !== undefined) answer.batchItemFailures.push({ itemIdentifier: record.messageId });
  });
  return { ...answer };
};
