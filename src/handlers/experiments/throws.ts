import type { SQSHandler } from 'aws-lambda';
import { work } from './lines.ts';

/** Works on every message of the batch, and throws at the end when one has failed: the whole batch comes back. */
export const handler: SQSHandler = async ({ Records: records }, context) => {
  const ended = records.map((record) => work({ record, context, batchSize: records.length }));
  const failed = ended.filter((well) => !well).length;
  if (failed > 0) throw new Error(`${failed} of ${records.length} messages failed`);
};
