import { expect, test } from 'vitest';
import { agreementOf } from './conformance.ts';

const number = { id: 'a', label: 'Invocations', predicted: '1', measured: '2', open: false };

test('an experiment that was not judged is no difference', () => {
  const numbers = [{ ...number, holds: false }];
  expect(agreementOf('not judged', numbers)).toMatchObject({ agreement: 'not reached' });
  expect(agreementOf('fail', numbers)).toEqual({
    agreement: 'differs',
    reasons: ['Invocations: AWS 1, here 2'],
  });
  expect(agreementOf('fail', [{ ...number, holds: true }]).agreement).toBe('differs');
  expect(agreementOf('pass', numbers)).toEqual({ agreement: 'agrees', reasons: [] });
});
