import { describe, expect, test, vi } from 'vitest';
import { judge, worst } from './check.ts';
import type { Check, CheckResult, Expectation, Outcome } from './check.ts';

interface Queue {
  readonly seconds: number;
}

function expectation(id: string, more: Partial<Expectation<Queue>> = {}): Expectation<Queue> {
  return {
    id,
    claim: `claim of ${id}`,
    expected: 30,
    actual: ({ seconds }) => seconds,
    hint: `hint of ${id}`,
    source: `https://docs.aws.amazon.com/${id}`,
    ...more,
  };
}

function check(
  expectations: readonly Expectation<Queue>[],
  more: Partial<Check<Queue>> = {},
): Check<Queue> {
  return {
    step: '02',
    title: 'Queue',
    needs: ['01'],
    observe: async () => ({ seconds: 30 }),
    proofs: [],
    expectations,
    ...more,
  };
}

const observing = (seconds: number) => ({ observe: async () => ({ seconds }) });

async function outcomes(subject: Check<Queue>, earlier: CheckResult[] = []) {
  const { result } = await judge(subject, { earlier });
  return [result.outcome, ...result.expectations.map(({ outcome }) => outcome)];
}

function earlier(step: string, outcome: Outcome): CheckResult {
  return { step, title: `check ${step}`, outcome, expectations: [] };
}

describe('judge()', () => {
  test('passes what equals the expected value, and returns what was observed', async () => {
    const { result, observed } = await judge(check([expectation('timeout')]));
    expect(observed).toEqual({ seconds: 30 });
    expect(result).toEqual({
      step: '02',
      title: 'Queue',
      outcome: 'pass',
      expectations: [
        {
          id: 'timeout',
          claim: 'claim of timeout',
          outcome: 'pass',
          expected: 30,
          actual: 30,
          hint: 'hint of timeout',
          source: 'https://docs.aws.amazon.com/timeout',
        },
      ],
    });
  });

  test('fails what differs, with the actual value', async () => {
    const { result } = await judge(check([expectation('timeout')], observing(5)));
    expect(result.outcome).toBe('fail');
    expect(result.expectations[0]).toMatchObject({ outcome: 'fail', expected: 30, actual: 5 });
  });

  test('compares lists and objects by what is in them, and tells a number from its text', async () => {
    const list = (actual: unknown) =>
      check([expectation('list', { expected: ['a', { b: 1 }], actual: () => actual })]);
    expect(await outcomes(list(['a', { b: 1 }]))).toEqual(['pass', 'pass']);
    expect(await outcomes(list([{ b: 1 }, 'a']))).toEqual(['fail', 'fail']);
    expect(await outcomes(list(['a', { b: '1' }]))).toEqual(['fail', 'fail']);
  });

  test('lets the judge of an expectation decide instead of equality', async () => {
    const atLeast = expectation('timeout', {
      expected: '30 or more',
      judge: (actual) => Number(actual) >= 30,
    });
    expect(await outcomes(check([atLeast], observing(60)))).toEqual(['pass', 'pass']);
    expect(await outcomes(check([atLeast], observing(29)))).toEqual(['fail', 'fail']);
  });

  test('does not judge what cannot be judged yet, and says why', async () => {
    const pending = expectation('timeout', {
      notJudged: ({ seconds }) => (seconds === 5 ? 'AWS is not ready yet' : undefined),
    });
    const { result } = await judge(check([pending], observing(5)));
    expect(result.outcome).toBe('not judged');
    expect(result.expectations[0]).toMatchObject({
      outcome: 'not judged',
      actual: undefined,
      reason: 'AWS is not ready yet',
    });
    expect(await outcomes(check([pending], observing(7)))).toEqual(['fail', 'fail']);
  });

  test('does not judge an expectation whose need failed, nor what needs that in turn', async () => {
    const actual = vi.fn<() => number>(() => 30);
    const chain = check(
      [
        expectation('exists'),
        expectation('policy', { needs: ['exists'], actual }),
        expectation('count', { needs: ['policy'], actual }),
        expectation('independent', { actual: () => 30 }),
      ],
      observing(5),
    );
    const { result } = await judge(chain);
    expect(result.expectations.map(({ outcome }) => outcome)).toEqual([
      'fail',
      'not judged',
      'not judged',
      'pass',
    ]);
    expect(result.expectations[1]?.reason).toBe('blocked by "claim of exists"');
    expect(result.expectations[2]?.reason).toBe('blocked by "claim of policy"');
    expect(actual).not.toHaveBeenCalled();
  });

  test('does not judge anything when AWS could not be asked, and says what happened', async () => {
    const broken = check([expectation('a'), expectation('b')], {
      observe: async () => {
        throw new RangeError('no route to AWS');
      },
    });
    const { result, observed } = await judge(broken);
    expect(observed).toBeUndefined();
    expect(result.outcome).toBe('not judged');
    for (const { outcome, reason } of result.expectations) {
      expect({ outcome, reason }).toEqual({
        outcome: 'not judged',
        reason: 'could not look: RangeError: no route to AWS',
      });
    }
    expect(result.expectations).toHaveLength(2);
  });

  test.each(['fail', 'not judged'] as const)(
    'does not even look when a check that it needs has the outcome "%s"',
    async (outcome) => {
      const observe = vi.fn<() => Promise<Queue>>(observing(30).observe);
      const { result } = await judge(check([expectation('a')], { observe }), {
        earlier: [earlier('00', 'pass'), earlier('01', outcome)],
      });
      expect(result.outcome).toBe('not judged');
      expect(result.expectations[0]?.reason).toBe('blocked by check 01, which comes first');
      expect(observe).not.toHaveBeenCalled();
    },
  );

  test('looks when the checks it needs passed, whatever the others did', async () => {
    expect(
      await outcomes(check([expectation('a')]), [earlier('00', 'fail'), earlier('01', 'pass')]),
    ).toEqual(['pass', 'pass']);
  });

  test('does not blame the learner when the check itself fails', async () => {
    const broken = {
      ...expectation('a'),
      actual: () => {
        throw new TypeError('no such member');
      },
    };
    const { result } = await judge(check([broken]));
    expect(result.outcome).toBe('not judged');
    expect(result.expectations[0]?.reason).toContain('the check itself failed');
  });

  test('observes once, however many expectations there are', async () => {
    const observe = vi.fn<() => Promise<Queue>>(observing(30).observe);
    await judge(check([expectation('a'), expectation('b'), expectation('c')], { observe }));
    expect(observe).toHaveBeenCalledTimes(1);
  });
});

describe('worst()', () => {
  test.each([
    ['pass', ['pass', 'pass']],
    ['fail', ['pass', 'fail', 'not judged']],
    ['fail', ['not judged', 'fail']],
    ['not judged', ['pass', 'not judged']],
    ['pass', []],
  ] as const)('is "%s" of %j', (expected, results) => {
    expect(worst(results.map((outcome) => ({ outcome })))).toBe(expected);
  });
});
