import { setTimeout as pause } from 'node:timers/promises';
import type { SQSHandler } from 'aws-lambda';
import { log, work } from './lines.ts';

/** Seconds of work on one message. */
const workSeconds = 1.5;

/** Works for a while on every message, and never fails a good one. */
export const handler: SQSHandler = async ({ Records: records }, context) => {
  for (const record of records) {
    const delivery = { record, context, batchSize: records.length };
    log(delivery);
    await pause(workSeconds * 1000);
    work(delivery);
  }
};
