import type { SQSHandler } from 'aws-lambda';
import { isPoison, log, work } from './lines.ts';

/** Works on the good messages first, and then never comes back from the poison: the function times out. */
export const handler: SQSHandler = async ({ Records: records }, context) => {
  const delivery = { context, batchSize: records.length };
  for (const record of records) if (!isPoison(record)) work({ ...delivery, record });
  for (const record of records) {
    if (!isPoison(record)) continue;
    log({ ...delivery, record });
    // Something that keeps the runtime waiting: a promise alone would end the invocation.
    await new Promise((resolve) => setTimeout(resolve, 15 * 60_000));
  }
  return { batchItemFailures: [] };
};
