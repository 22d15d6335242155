import { setTimeout as pause } from 'node:timers/promises';
import type { SQSHandler } from 'aws-lambda';
import { isPoison, log, work } from './lines.ts';

/** What it takes to answer, and some more. */
const marginMs = 400;

/**
 * Works on the good messages first. The poison never gets done, but this handler looks at the time that it has left, and
 * returns what is not done while it still can.
 */
export const handler: SQSHandler = async ({ Records: records }, context) => {
  const delivery = { context, batchSize: records.length };
  for (const record of records) if (!isPoison(record)) work({ ...delivery, record });
  const poison = records.filter((record) => isPoison(record));
  for (const record of poison) log({ ...delivery, record });
  while (poison.length > 0 && context.getRemainingTimeInMillis() > marginMs) await pause(20);
  return { batchItemFailures: poison.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};
