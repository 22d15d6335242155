import type { SQSHandler } from 'aws-lambda';
import { work } from './lines.ts';

/** Works on every message of the batch, and returns the ids of those that failed. */
export const handler: SQSHandler = async ({ Records: records }, context) => {
  const failed = records.filter((record) => !work({ record, context, batchSize: records.length }));
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};
