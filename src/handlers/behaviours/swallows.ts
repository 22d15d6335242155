import type { SQSHandler } from 'aws-lambda';
import { handled } from './deliveries.ts';

/** Catches every error and returns nothing: Lambda takes the batch as handled, and the poison is deleted. */
export const handler: SQSHandler = async ({ Records: records }, { awsRequestId: requestId }) => {
  for (const record of records) await handled(record, { requestId, batchSize: records.length });
};
