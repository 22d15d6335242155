import { expect, test } from 'vitest';
import { readBatchAnswer } from './batch-answer.ts';

const batch = new Set(['a', 'b', 'c']);

function failedOf(payload: string): string[] {
  const answer = readBatchAnswer(Buffer.from(payload), batch);
  return answer === 'all-failed' ? [...batch] : [...answer.failedIds];
}

test.each([
  ['{"batchItemFailures":[{"itemIdentifier":"b"}]}', ['b']],
  ['{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"c"}]}', ['a', 'c']],
  ['{"batchItemFailures":[]}', []],
  ['{"batchItemFailures":null}', []],
  ['{}', []],
  ['null', []],
  ['', []],
  ['{"batchItemFailures":[{"itemIdentifier":""}]}', ['a', 'b', 'c']],
  ['{"batchItemFailures":[{"itemIdentifier":null}]}', ['a', 'b', 'c']],
  ['{"batchItemFailures":[{"foo":"b"}]}', ['a', 'b', 'c']],
  ['{"batchItemFailures":[{"itemIdentifier":"x"}]}', ['a', 'b', 'c']],
  ['{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"x"}]}', ['a', 'b', 'c']],
  ['not JSON', ['a', 'b', 'c']],
  // What AWS does with these is not known; failing loses nothing.
  ['"text"', ['a', 'b', 'c']],
  ['[]', ['a', 'b', 'c']],
  ['{"batchItemFailures":{}}', ['a', 'b', 'c']],
])('the answer %s fails %j', (payload, failed) => {
  expect(failedOf(payload)).toEqual(failed);
});
