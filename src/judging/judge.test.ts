import { describe, expect, test, vi } from 'vitest';
import type {
  Cause,
  Check,
  CheckResult,
  Expectation,
  ExpectationResult,
  Outcome,
} from './check.ts';
import { LabError } from '../lab/errors.ts';
import type { Look } from '../lab/lab.ts';
import { isInNobodysWay, judge, judgeAll, worst } from './judge.ts';
import { anyLab } from '../testing/lab/any-lab.ts';

interface Queue {
  readonly seconds: number;
}

function expectation(id: string, more: Partial<Expectation<Queue>> = {}): Expectation<Queue> {
  return {
    id,
    claim: `claim of ${id}`,
    expected: 30,
    actual: ({ seconds }) => seconds,
    look: `look of ${id}`,
    hint: (actual, { seconds }) => `hint of ${id}: ${String(actual)} of ${seconds}`,
    fix: `fix of ${id}`,
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
    kind: 'make',
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
  const { result } = await judge(anyLab, subject, { earlier });
  return [result.outcome, ...result.expectations.map(({ outcome }) => outcome)];
}

function earlier(step: string, outcome: Outcome, cause?: Cause): CheckResult {
  const one: ExpectationResult = {
    id: 'exists',
    claim: `claim of ${step}`,
    outcome,
    ...(outcome === 'not judged'
      ? { cause: cause ?? 'AWS could not be asked', reason: 'no network' }
      : {}),
    expected: 30,
    actual: 5,
    source: '',
  };
  const other: ExpectationResult = { ...one, id: 'other', outcome: 'pass' };
  return { step, kind: 'make', title: `check ${step}`, outcome, expectations: [one, other] };
}

test.each([
  ['pass', undefined, true],
  ['not judged', 'needs AWS', true],
  ['not judged', 'not here', true],
  ['not judged', 'AWS not ready yet', false],
  ['not judged', 'machine too busy', false],
  ['fail', 'your lab', false],
] as const)('%s (%s) lets the lab go on: %s', (outcome, cause, goesOn) => {
  expect(isInNobodysWay(earlier('05', outcome, cause))).toBe(goesOn);
});

describe('judge()', () => {
  test('passes what equals the expected value, and returns what was observed', async () => {
    const { result, observed } = await judge(anyLab, check([expectation('timeout')]));
    expect(observed).toEqual({ seconds: 30 });
    expect(result).toEqual({
      step: '02',
      kind: 'make',
      title: 'Queue',
      outcome: 'pass',
      expectations: [
        {
          id: 'timeout',
          claim: 'claim of timeout',
          outcome: 'pass',
          expected: 30,
          actual: 30,
          source: 'https://docs.aws.amazon.com/timeout',
        },
      ],
    });
  });

  test('fails what differs, with the actual value', async () => {
    const { result } = await judge(anyLab, check([expectation('timeout')], observing(5)));
    expect(result.outcome).toBe('fail');
    expect(result.expectations[0]).toMatchObject({
      outcome: 'fail',
      cause: 'your lab',
      expected: 30,
      actual: 5,
      difference: ['expected 30, is 5'],
      hints: { look: 'look of timeout', hint: 'hint of timeout: 5 of 5', fix: 'fix of timeout' },
    });
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
    const unclear = {
      cause: 'AWS not ready yet',
      reason: 'the mapping is Creating',
      clock: { name: 'a mapping is Creating', atMostSeconds: 60, leftSeconds: 12 },
    } as const;
    const pending = expectation('timeout', {
      repeatFrom: '08',
      notJudged: ({ seconds }) => (seconds === 5 ? unclear : undefined),
    });
    const { result } = await judge(anyLab, check([pending], observing(5)));
    expect(result.outcome).toBe('not judged');
    expect(result.expectations[0]).toMatchObject({
      outcome: 'not judged',
      actual: undefined,
      ...unclear,
    });
    expect(result.expectations[0]?.hints).toBeUndefined();
    expect(result.expectations[0]?.repeatFrom).toBeUndefined();
    expect(await outcomes(check([pending], observing(7)))).toEqual(['fail', 'fail']);
  });

  test.each(['AWS chose', 'not on record'] as const)(
    'names the step to do again when the cause is: %s',
    async (cause) => {
      const again = expectation('timeout', {
        repeatFrom: '08',
        notJudged: () => ({ cause, reason: 'it is to be done again' }),
      });
      const { result } = await judge(anyLab, check([again], observing(5)));
      expect(result.expectations[0]).toMatchObject({ outcome: 'not judged', repeatFrom: '08' });
    },
  );

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
    const { result } = await judge(anyLab, chain);
    expect(result.expectations.map(({ outcome }) => outcome)).toEqual([
      'fail',
      'not judged',
      'not judged',
      'pass',
    ]);
    // Both name what is really in the way.
    for (const { cause, blockedBy, reason } of result.expectations.slice(1, 3)) {
      expect({ cause, blockedBy, reason }).toEqual({
        cause: 'blocked',
        blockedBy: '02/exists',
        reason: 'check 02 comes first: claim of exists',
      });
    }
    expect(actual).not.toHaveBeenCalled();
  });

  test('does not judge anything when AWS could not be asked, and says what happened', async () => {
    const broken = check([expectation('a'), expectation('b')], {
      observe: async () => {
        throw new LabError('The credentials have expired', { hint: 'Sign in again.' });
      },
    });
    const { result, observed } = await judge(anyLab, broken);
    expect(observed).toBeUndefined();
    expect(result.outcome).toBe('not judged');
    for (const { outcome, cause, reason } of result.expectations) {
      expect({ outcome, cause, reason }).toEqual({
        outcome: 'not judged',
        cause: 'AWS could not be asked',
        reason: 'The credentials have expired. Sign in again.',
      });
    }
    expect(result.expectations).toHaveLength(2);
  });

  test.each([
    ['fail', 'check 01 comes first: claim of 01'],
    ['not judged', 'check 01 comes first: claim of 01 (AWS could not be asked: no network)'],
  ] as const)(
    'does not even look when a check that it needs has the outcome "%s"',
    async (outcome, reason) => {
      const observe = vi.fn<() => Promise<Queue>>(observing(30).observe);
      const { result } = await judge(anyLab, check([expectation('a')], { observe }), {
        earlier: [earlier('00', 'pass'), earlier('01', outcome)],
      });
      expect(result.outcome).toBe('not judged');
      expect(result.expectations[0]).toMatchObject({
        cause: 'blocked',
        blockedBy: '01/exists',
        reason,
      });
      expect(observe).not.toHaveBeenCalled();
    },
  );

  test('is not blocked by what is not judged because it is not here', async () => {
    expect(
      await outcomes(check([expectation('a')]), [earlier('01', 'not judged', 'not here')]),
    ).toEqual(['pass', 'pass']);
  });

  test('is blocked only by the expectation that it needs', async () => {
    const failed = [earlier('01', 'fail')];
    const needing = (need: string) => check([expectation('a')], { needs: [need] });
    expect(await outcomes(needing('01/other'), failed)).toEqual(['pass', 'pass']);
    expect(await outcomes(needing('01/exists'), failed)).toEqual(['not judged', 'not judged']);
  });

  test('lets an expectation need one of another check', async () => {
    const chain = [expectation('a'), expectation('b', { needs: ['01/exists'] })];
    const subject = check(chain, { needs: [] });
    expect(await outcomes(subject, [earlier('01', 'fail')])).toEqual([
      'not judged',
      'pass',
      'not judged',
    ]);
    expect(await outcomes(subject)).toEqual(['pass', 'pass', 'pass']);
  });

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
    const { result } = await judge(anyLab, check([broken]));
    expect(result.outcome).toBe('not judged');
    expect(result.expectations[0]?.cause).toBe('the kit itself');
    expect(result.expectations[0]?.reason).toContain('the check itself failed');
  });

  test('observes once, however many expectations there are', async () => {
    const observe = vi.fn<() => Promise<Queue>>(observing(30).observe);
    await judge(anyLab, check([expectation('a'), expectation('b'), expectation('c')], { observe }));
    expect(observe).toHaveBeenCalledTimes(1);
  });
});

describe('judgeAll()', () => {
  const seconds = (step: string, look: () => Promise<number>, more: Partial<Check<Queue>> = {}) =>
    check([expectation('exists')], {
      step,
      needs: [],
      observe: async ({ fact }: Look) => ({ seconds: await fact('seconds', look) }),
      ...more,
    }) as Check;

  test('looks once at what several checks look at', async () => {
    const look = vi.fn<() => Promise<number>>(async () => 30);
    const judged = await judgeAll(anyLab, [seconds('01', look), seconds('02', look)]);
    expect(judged.map(({ result }) => result.outcome)).toEqual(['pass', 'pass']);
    expect(look).toHaveBeenCalledTimes(1);
    for (const { observations } of judged)
      expect(observations).toEqual([{ fact: 'seconds', value: 30 }]);
  });

  test('fails one check and blocks those that need it', async () => {
    const wrong = seconds('01', async () => 5);
    const judged = await judgeAll(anyLab, [wrong, check([expectation('a')]) as Check]);
    expect(judged.map(({ result }) => result.expectations[0]?.cause)).toEqual([
      'your lab',
      'blocked',
    ]);
  });

  test('does not look for nothing where a look leaves traces', async () => {
    const look = vi.fn<() => Promise<number>>(async () => 30);
    const peek = check([expectation('a')], {
      leavesTraces: true,
      observe: async () => ({ seconds: await look() }),
    }) as Check;
    await judgeAll(anyLab, [seconds('01', async () => 5), peek]);
    expect(look).not.toHaveBeenCalled();
    const judged = await judgeAll(anyLab, [seconds('01', async () => 30), peek]);
    expect(judged[1]?.result.outcome).toBe('pass');
    expect(look).toHaveBeenCalledTimes(1);
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
