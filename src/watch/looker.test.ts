import { describe, expect, test } from 'vitest';
import type { Check } from '../judging/check.ts';
import { withNeeds } from '../judging/with-needs.ts';
import { createLooker } from './looker.ts';
import { anyLab } from '../testing/lab/any-lab.ts';

/** A check of one expectation; counts how often it was looked. */
function checkOf(step: string, change: Partial<Check> = {}, holds = () => true) {
  const seen = { looks: 0 };
  const check: Check = {
    step,
    kind: 'make',
    title: `Check ${step}`,
    needs: [],
    observe: async () => {
      seen.looks += 1;
      return {};
    },
    expectations: [
      {
        id: 'exists',
        claim: 'It exists',
        expected: true,
        actual: holds,
        look: '',
        hint: '',
        fix: '',
        source: '',
      },
    ],
    proofs: [],
    ...change,
  };
  return { check, seen };
}

test('a step is looked at with all that it needs, of its own and of its expectations, and with nothing else', () => {
  const [first, second, other] = ['01', '02', '03'].map((step) => checkOf(step).check);
  const { check: fourth } = checkOf('04', { needs: ['02/exists'] });
  const [expectation] = fourth.expectations;
  if (first === undefined || second === undefined || other === undefined) throw new Error();
  if (expectation === undefined) throw new Error();
  const needy = { ...second, expectations: [{ ...expectation, needs: ['exists', '01/exists'] }] };
  const chain = withNeeds(['04'], [first, needy, other, fourth]);
  expect(chain.map(({ step }) => step)).toEqual(['01', '02', '04']);
});

describe('the peek into the dead-letter queue', () => {
  const peeking = { leavesTraces: true, needs: ['09'] } as const;

  function looking(
    sign: () => { count: number; leftSeconds: number; due: boolean },
    holds = () => true,
    ready = () => true,
  ) {
    let time = 0;
    const ten = checkOf('10', peeking, holds);
    const nine = checkOf('09', {}, ready);
    const { lookAtAll } = createLooker(anyLab, { now: () => time, signOf: async () => sign() });
    return {
      peeks: () => ten.seen.looks,
      at: async (seconds: number) => {
        time = seconds * 1000;
        const [, judged] = await lookAtAll([nine.check, ten.check]);
        return judged?.result;
      },
    };
  }

  test('is not made while there is no sign of anything to find: the clock of AWS is shown', async () => {
    const { at, peeks } = looking(() => ({ count: 0, leftSeconds: 12, due: false }));
    const result = await at(0);
    expect(peeks()).toBe(0);
    expect(result?.outcome).toBe('not judged');
    expect(result?.expectations[0]).toMatchObject({
      cause: 'AWS not ready yet',
      clock: { name: 'visibility timeout', atMostSeconds: 30, leftSeconds: 12 },
    });
  });

  test('is made once when the count says that something is there, and not every second', async () => {
    const { at, peeks } = looking(
      () => ({ count: 1, leftSeconds: 0, due: true }),
      () => false,
    );
    expect((await at(0))?.outcome).toBe('fail');
    for (const second of [1, 2, 9]) await at(second);
    expect(peeks()).toBe(1);
    await at(10);
    expect(peeks()).toBe(2);
  });

  test('is made again at once when the count changes', async () => {
    let count = 0;
    const { at, peeks } = looking(() => ({ count, leftSeconds: 0, due: true }));
    await at(0);
    count = 1;
    await at(1);
    expect(peeks()).toBe(2);
  });

  test('is not made when an earlier step does not hold', async () => {
    const { at, peeks } = looking(
      () => ({ count: 1, leftSeconds: 0, due: true }),
      () => true,
      () => false,
    );
    expect((await at(0))?.expectations[0]).toMatchObject({ blockedBy: '09/exists' });
    expect(peeks()).toBe(0);
  });

  test('is left to the check, which says why, when AWS does not say whether there is something', async () => {
    const { check, seen } = checkOf('10', { leavesTraces: true });
    const { lookAtAll } = createLooker(anyLab, {
      signOf: async () => {
        throw new Error('no connection');
      },
    });
    await lookAtAll([check]);
    expect(seen.looks).toBe(1);
  });
});

describe('what a step needs', () => {
  function looking() {
    let time = 0;
    const holds = { first: true, second: false };
    const first = checkOf('01', {}, () => holds.first);
    const second = checkOf('02', { needs: ['01'] }, () => holds.second);
    const { lookAtStep } = createLooker(anyLab, { now: () => time });
    return {
      holds,
      looks: () => [first.seen.looks, second.seen.looks],
      at: async (seconds: number, step = '02') => {
        time = seconds * 1000;
        const judged = await lookAtStep(step, [first.check, second.check]);
        return judged.map(({ result }) => `${result.step} ${result.outcome}`);
      },
    };
  }

  test('is asked now and then only, the step itself each time', async () => {
    const { at, looks } = looking();
    expect(await at(0)).toEqual(['01 pass', '02 fail']);
    expect(await at(1)).toEqual(['02 fail']);
    await at(9);
    expect(looks()).toEqual([1, 3]);
    await at(10);
    expect(looks()).toEqual([2, 4]);
  });

  test('is asked each time as long as it does not hold', async () => {
    const { at, looks, holds } = looking();
    holds.first = false;
    for (const second of [0, 1, 2]) expect(await at(second)).toEqual(['01 fail', '02 not judged']);
    expect(looks()[0]).toBe(3);
  });

  test('is asked again before a step is called green, and for another step', async () => {
    const { at, holds } = looking();
    await at(0);
    holds.second = true;
    holds.first = false;
    expect(await at(1)).toEqual(['01 fail', '02 not judged']);
    expect(await at(2, '01')).toEqual(['01 fail']);
  });
});
