import type { SQSHandler } from 'aws-lambda';
import { handled } from './deliveries.ts';

/** Never comes back from a poison message: the invocation ends with the function's timeout, and nothing is reported. */
export const handler: SQSHandler = async ({ Records: records }, { awsRequestId: requestId }) => {
  for (const record of records) {
    const error = await handled(record, { requestId, batchSize: records.length });
    // A timer keeps the invocation open; a promise alone would not.
    if (error !== undefined) await new Promise((resolve) => setTimeout(resolve, 900_000));
  }
};
