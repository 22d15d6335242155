import { describe, expect, test } from 'vitest';
import { LabError } from '../lab/errors.ts';
import { unanswered } from './unanswered.ts';

const named = (name: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });
const cause = 'AWS could not be asked';

describe('unanswered()', () => {
  test('names the action that the caller may not do', () => {
    const message =
      'User: arn:aws:iam::111122223333:user/ada is not authorized to perform: sqs:GetQueueAttributes on resource: arn because no identity-based policy allows it';
    expect(unanswered(named('AccessDeniedException', message))).toEqual({
      cause,
      reason: 'you lack the permission sqs:GetQueueAttributes: ask for it',
      deniedAction: 'sqs:GetQueueAttributes',
    });
  });

  test.each([
    ['throttling', named('ThrottlingException', 'Rate exceeded'), /busy or has a fault/],
    [
      'an AWS that is unwell',
      named('Boom', '', { $metadata: { httpStatusCode: 503 } }),
      /has a fault/,
    ],
    [
      'no network',
      named('Error', 'connect', { code: 'ECONNREFUSED' }),
      /no connection.*ECONNREFUSED/,
    ],
    ['no answer in time', named('TimeoutError', 'socket'), /no connection to AWS \(TimeoutError\)/],
    [
      'a denial without an action',
      named('AccessDenied', 'Access to it is denied'),
      /AWS denied it/,
    ],
    [
      'expired credentials',
      named('ExpiredTokenException', 'The token has expired', { $metadata: {} }),
      /ExpiredTokenException/,
    ],
    [
      'a sentence of the kit',
      new LabError('No profile', { hint: 'Make one.' }),
      /No profile\. Make/,
    ],
  ])('blames neither learner nor kit for %s', (_, error, reason) => {
    const result = unanswered(error);
    expect(result.cause).toBe(cause);
    expect(result.reason).toMatch(reason);
    expect(result.deniedAction).toBeUndefined();
  });

  test.each([new TypeError('no such member'), 'thrown text', named('RangeError', 'x')])(
    'takes the blame for what nobody else can have done',
    (error) => {
      expect(unanswered(error).cause).toBe('the kit itself');
      expect(unanswered(error).reason).toContain('please report it');
    },
  );
});
