import { describe, expect, test } from 'vitest';
import { difference } from './difference.ts';

describe('difference()', () => {
  test.each([
    ['nothing for equal values', { a: [1] }, { a: [1] }, []],
    ['both of two plain values', 30, 5, ['expected 30, is 5']],
    ['a number from its text', 30, '30', ['expected 30, is 30']],
    ['nothing where there is nothing', '30', undefined, ['expected 30, is nothing']],
    ['an empty text as such', 'a', '', ['expected a, is ""']],
    [
      'the items of a list that are missing and extra',
      ['sqs:DeleteMessage', 'sqs:ReceiveMessage'],
      ['sqs:ReceiveMessage', 'sqs:*'],
      ['missing: sqs:DeleteMessage', 'unexpected: sqs:*'],
    ],
    ['an item that is there twice', ['a'], ['a', 'a'], ['unexpected: a']],
    ['a list in another order', [1, 2], [2, 1], ['expected [1,2], is [2,1]']],
    [
      'the path to what differs inside',
      { Statement: [{ Effect: 'Allow', Action: 'a' }] },
      { Statement: [{ Effect: 'Deny', Action: 'a' }] },
      ['Statement[0].Effect: expected Allow, is Deny'],
    ],
    [
      'members that are missing and extra',
      { batchItemFailures: [{ itemIdentifier: 'poison' }] },
      { failures: [] },
      [
        'batchItemFailures: expected [{"itemIdentifier":"poison"}], is nothing',
        'failures: expected nothing, is []',
      ],
    ],
    [
      'the segment of an ARN',
      'arn:aws:sqs:us-east-1:111122223333:lab01-worker-dlq',
      'arn:aws:sqs:eu-west-1:111122223333:other',
      ['in the ARN: Region eu-west-1, not us-east-1; name other, not lab01-worker-dlq'],
    ],
    [
      'an empty segment of an ARN',
      'arn:aws:iam::111122223333:role/a',
      'arn:aws:iam:us-east-1:111122223333:role/a',
      ['in the ARN: Region us-east-1, not (none)'],
    ],
  ])('names %s', (_, expected, actual, lines) => {
    expect(difference(expected, actual)).toEqual(lines);
  });

  test('is never a wall of JSON', () => {
    const wall = { Statement: Array.from({ length: 100 }, (_, i) => ({ Sid: `s${i}` })) };
    const lines = difference('a queue', wall);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.length).toBeLessThan(130);
  });
});
