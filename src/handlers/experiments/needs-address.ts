import type { SQSHandler } from 'aws-lambda';
import { log } from './lines.ts';

/** Fails on every message while the address that it works with is wrong: its fault, and not that of a message. */
export const handler: SQSHandler = async ({ Records: records }, context) => {
  const failed = process.env['ADDRESS'] !== 'right';
  for (const record of records) {
    log({ record, context, batchSize: records.length }, { outcome: failed ? 'FAILED' : 'OK' });
  }
  if (failed) throw new Error('the address in the variable ADDRESS is wrong');
};
