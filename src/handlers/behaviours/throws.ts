import type { SQSHandler } from 'aws-lambda';
import { handled } from './deliveries.ts';

/** Works on every record, then throws if one failed: Lambda takes the whole batch as failed, the good records too. */
export const handler: SQSHandler = async ({ Records: records }, { awsRequestId: requestId }) => {
  const errors: Error[] = [];
  for (const record of records) {
    const error = await handled(record, { requestId, batchSize: records.length });
    if (error !== undefined) errors.push(error);
  }
  const [first] = errors;
  if (first !== undefined) throw first;
};
