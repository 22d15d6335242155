import type { SQSRecord } from 'aws-lambda';

/** Works on one record as the lab's worker does, and logs the same line. @returns the error, if it failed */
export async function handled(
  record: SQSRecord,
  { requestId, batchSize }: { readonly requestId: string; readonly batchSize: number },
): Promise<Error | undefined> {
  const error = await work(record.body).then(
    () => undefined,
    (cause: Error) => cause,
  );
  console.log(
    JSON.stringify({
      messageId: record.messageId,
      receiveCount: Number(record.attributes.ApproximateReceiveCount),
      outcome: error === undefined ? 'OK' : 'FAILED',
      requestId,
      batchSize,
      sentAt: Number(record.attributes.SentTimestamp),
      firstReceivedAt: Number(record.attributes.ApproximateFirstReceiveTimestamp),
      ...(error === undefined ? {} : { error: error.message }),
    }),
  );
  return error;
}

/** A body containing FAIL is poison: it fails however often it is tried. */
async function work(body: string): Promise<void> {
  if (body.includes('FAIL')) throw new Error('poison message: the body contains FAIL');
}
