import { setTimeout as pause } from 'node:timers/promises';
import type { SQSHandler } from 'aws-lambda';
import { log, work } from './lines.ts';

/** Seconds of work on a message that is received for the first time. */
const slowSeconds = 4;

/** Works long on the first delivery of a message, and at once on every later one. */
export const handler: SQSHandler = async ({ Records: records }, context) => {
  for (const record of records) {
    const delivery = { record, context, batchSize: records.length };
    log(delivery);
    if (record.attributes.ApproximateReceiveCount === '1') await pause(slowSeconds * 1000);
    work(delivery);
  }
};
