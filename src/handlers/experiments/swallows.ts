import type { SQSHandler } from 'aws-lambda';
import { work } from './lines.ts';

/** Works on every message, logs what failed, and says nothing of it to Lambda. */
export const handler: SQSHandler = async ({ Records: records }, context) => {
  for (const record of records) work({ record, context, batchSize: records.length });
};
