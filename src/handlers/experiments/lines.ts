import type { Context, SQSRecord } from 'aws-lambda';

/** A delivery, and the invocation that it is part of. */
export interface Delivery {
  readonly record: SQSRecord;
  readonly context: Pick<Context, 'awsRequestId'>;
  readonly batchSize: number;
}

/**
 * One line of the log, in the words of the worker's: an experiment is measured by these lines. A handler writes one when it
 * begins with a message (without `outcome`), and one when the work on it has ended. What only one experiment needs is named
 * `xReturned`: a number or one short word. All else is hidden when the run is recorded. In a JSON log the line is an object,
 * not a text, so that a filter pattern finds its members.
 */
export function log(
  { record, context, batchSize }: Delivery,
  more: {
    readonly outcome?: 'FAILED' | 'OK';
    readonly [own: `x${string}`]: boolean | number | string;
  } = {},
): void {
  const line = {
    messageId: record.messageId,
    receiveCount: Number(record.attributes.ApproximateReceiveCount),
    requestId: context.awsRequestId,
    batchSize,
    sentAt: Number(record.attributes.SentTimestamp),
    firstReceivedAt: Number(record.attributes.ApproximateFirstReceiveTimestamp),
    ...more,
  };
  console.log(process.env['AWS_LAMBDA_LOG_FORMAT'] === 'JSON' ? line : JSON.stringify(line));
}

/** A body containing FAIL is poison: it fails however often it is tried. */
export const isPoison = ({ body }: Pick<SQSRecord, 'body'>): boolean => body.includes('FAIL');

/** Works on one message, and logs how that ended. @returns whether it ended well */
export function work(delivery: Delivery): boolean {
  const failed = isPoison(delivery.record);
  log(delivery, { outcome: failed ? 'FAILED' : 'OK' });
  return !failed;
}
