import { setTimeout as pause } from 'node:timers/promises';
import type { Context, SQSEvent, SQSHandler, SQSRecord } from 'aws-lambda';
import { isPoison, log, work } from './lines.ts';

/** BEHAVIOUR and SECONDS are environment variables of the function: one handler, every behaviour. */
export const handler: SQSHandler = async (event, context) => {
  // A delivery is one also when the function is ended before its work.
  for (const record of event.Records) log(delivery(record, event, context));
  await pause(Number(process.env['SECONDS'] ?? 0) * 1000);
  return behaviours[process.env['BEHAVIOUR'] ?? 'returns']?.(event, context);
};

type Answer = ReturnType<SQSHandler>;

const delivery = (record: SQSRecord, { Records: records }: SQSEvent, context: Context) => ({
  record,
  context,
  batchSize: records.length,
});

/** Works on every message. @returns the ids of those that failed */
function failedOf(event: SQSEvent, context: Context): string[] {
  const failed = event.Records.filter((record) => !work(delivery(record, event, context)));
  return failed.map(({ messageId }) => messageId);
}

const behaviours: Record<string, (event: SQSEvent, context: Context) => Answer> = {
  returns: async (event, context) => ({
    batchItemFailures: failedOf(event, context).map((itemIdentifier) => ({ itemIdentifier })),
  }),
  throws: async (event, context) => {
    const failed = failedOf(event, context);
    if (failed.length > 0) {
      throw new Error(`${failed.length} of ${event.Records.length} messages failed`);
    }
  },
  swallows: async (event, context) => {
    failedOf(event, context);
  },
  'times-out': async (event, context) => {
    const all = event.Records.map((record) => ({ record, one: delivery(record, event, context) }));
    for (const { record, one } of all) {
      // As a dependency that never answers: Lambda ends the invocation.
      if (isPoison(record)) await pause(2 ** 31 - 1);
      log(one, { outcome: 'OK' });
    }
  },
};
