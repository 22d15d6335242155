import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';

/** Of the handlers that ask SQS themselves. The address of a queue is made out of its ARN: it is no endpoint. */
export const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });

/**
 * The URL of the queue that a record came from; or of one beside it, which an experiment has made.
 * @param beside in place of the ending: `payments.fifo` of `lab01-x31-once-queue` is `lab01-x31-once-payments.fifo`
 */
export function queueUrlOf({ eventSourceARN }: SQSRecord, beside = 'queue'): string {
  const [, , , region, account, queueName = ''] = eventSourceARN.split(':');
  const name = queueName.replace(/-queue$/, `-${beside}`);
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}
