import type { SQSBatchResponse, SQSHandler } from 'aws-lambda';
import { work } from './lines.ts';

/** What a function can answer, by the name in its environment variable ANSWER. */
const answers: Readonly<Record<string, unknown>> = {
  nothing: null,
  'empty-object': {},
  'empty-list': { batchItemFailures: [] },
  'empty-id': { batchItemFailures: [{ itemIdentifier: '' }] },
  'unknown-id': { batchItemFailures: [{ itemIdentifier: 'no message of this batch' }] },
  'wrong-key': { batchItemFailures: [{ id: 'a member with another name' }] },
  string: 'all was well',
};

/** Works well on every message, and answers what it is told to; or throws. */
export const handler: SQSHandler = async ({ Records: records }, context) => {
  for (const record of records) work({ record, context, batchSize: records.length });
  const answer = process.env['ANSWER'] ?? '';
  if (!(answer in answers)) throw new Error('all was well, and the handler throws');
  return answers[answer] as SQSBatchResponse;
};
