import type { SQSBatchItemFailure, SQSHandler } from 'aws-lambda';

/**
 * The worker of Lab 01. Handles every record of the batch by itself and reports the failed ones, so that
 * only they are received again. Two parameters, never three: nodejs24.x refuses callback handlers.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const handler: SQSHandler = async ({ Records: records }, { awsRequestId }) => {
  const batchItemFailures: SQSBatchItemFailure[] = [];
  for (const record of records) {
    let outcome = 'OK';
    let error: string | undefined;
    try {
      await work(record.body);
    } catch (cause) {
      // Caught here, per record: an error that leaves the handler fails the whole batch.
      outcome = 'FAILED';
      error = cause instanceof Error ? cause.message : String(cause);
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
    console.log(
      JSON.stringify({
        messageId: record.messageId,
        receiveCount: Number(record.attributes.ApproximateReceiveCount),
        outcome,
        requestId: awsRequestId,
        batchSize: records.length,
        sentAt: Number(record.attributes.SentTimestamp),
        firstReceivedAt: Number(record.attributes.ApproximateFirstReceiveTimestamp),
        ...(error === undefined ? {} : { error }),
      }),
    );
  }
  return { batchItemFailures };
};

/** Stands for the real work. A body containing FAIL is poison: it fails however often it is tried. */
async function work(body: string): Promise<void> {
  if (body.includes('FAIL')) throw new Error('poison message: the body contains FAIL');
}
