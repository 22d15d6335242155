import { describe, expect, test } from 'vitest';
import type { Cause, CheckOf, CheckResult, Hints } from '../../judging/check.ts';
import { judge } from '../../judging/judge.ts';
import type { ObservedQueue } from '../../lab/aws/observe.ts';
import { anyLab } from './any-lab.ts';
import { questions } from '../../lab/aws/observe.ts';

/** Something wrong that can be observed: what differs from the right observation, and what must come of it. */
export interface Wrong<T> {
  /** The expectation that must fail, and nothing else may but `also`. */
  readonly id: string;
  readonly what: string;
  readonly change: Partial<T>;
  /** What its hint must say of what was found. */
  readonly hint: RegExp;
  readonly fix?: RegExp | string;
  readonly difference?: readonly string[];
  readonly also?: readonly string[];
}

/** Something that cannot be judged, and why. */
export interface Unclear<T> {
  readonly id: string;
  readonly what: string;
  readonly change: Partial<T>;
  readonly cause: Cause;
  readonly reason: RegExp;
}

/**
 * Defines the tests of a check on paper, on observations made by hand: the right one passes; each wrong one
 * fails the expectation meant for it, with its hint; and there is no expectation without a wrong one.
 */
export function proveCheck<T extends object>(
  checkOf: CheckOf<T>,
  cases: {
    readonly right: T;
    readonly wrong: readonly Wrong<T>[];
    readonly unclear?: readonly Unclear<T>[];
    /** Other right observations. */
    readonly alsoRight?: readonly { readonly what: string; readonly change: Partial<T> }[];
  },
): void {
  const check = checkOf(anyLab);
  const { right, wrong, unclear = [], alsoRight = [] } = cases;
  const judged = async (change: Partial<T>): Promise<CheckResult> =>
    (await judge(anyLab, { ...check, observe: async () => ({ ...right, ...change }) })).result;

  describe(`check ${check.step}`, () => {
    test('passes what is right, every expectation of it', async () => {
      const { outcome, expectations } = await judged({});
      expect(expectations.filter((result) => result.outcome !== 'pass')).toEqual([]);
      expect(outcome).toBe('pass');
    });

    test('has a wrong observation for every expectation', () => {
      const proven = new Set(wrong.map(({ id }) => id));
      const ids = check.expectations.map(({ id }) => id);
      expect(ids.filter((id) => !proven.has(id))).toEqual([]);
      expect(new Set(ids).size).toBe(ids.length);
    });

    test.each(alsoRight)('passes $what', async ({ change }) => {
      const { expectations } = await judged(change);
      expect(expectations.filter((result) => result.outcome !== 'pass')).toEqual([]);
    });

    test.each(wrong)('fails $id: $what', async ({ id, change, hint, fix, also = [], ...more }) => {
      const { outcome, expectations } = await judged(change);
      expect(outcome).toBe('fail');
      const failed = expectations.filter((result) => result.outcome === 'fail');
      expect(failed.map((result) => result.id).toSorted()).toEqual([id, ...also].toSorted());
      const result = failed.find((one) => one.id === id);
      expect(result?.cause).toBe('your lab');
      expect(result?.actual).not.toEqual(result?.expected);
      expect(result?.difference).not.toEqual([]);
      expect(result?.difference).toEqual(more.difference ?? result?.difference);
      expect(result?.hints?.hint).toMatch(hint);
      expect(result?.hints?.fix).toMatch(fix ?? /\w/);
      expectLadder(result?.hints);
    });

    if (unclear.length === 0) return;
    test.each(unclear)('does not judge $id: $what', async ({ id, change, cause, reason }) => {
      const { expectations } = await judged(change);
      expect(expectations.filter((result) => result.outcome === 'fail')).toEqual([]);
      const result = expectations.find((one) => one.id === id);
      expect(result?.outcome).toBe('not judged');
      expect(result?.cause).toBe(cause);
      expect(result?.hints).toBeUndefined();
      expect(result?.reason).toMatch(reason);
    });
  });
}

const reading =
  /^(aws (\w+ (get|list|describe)-|iam simulate-|sqs receive-message .*--visibility-timeout 0 |logs tail |configure list$|--version$)|cat |ls |openssl dgst )/;
const mending =
  /^(aws |eval |git stash push |npx lab (step|doctor)|rm -f |# the same, shorter: npx lab step )/;

/** Three rungs: a command that only reads, a sentence about what was found, commands that can be pasted. */
function expectLadder({ look, hint, fix }: Hints = { look: '', hint: '', fix: '' }): void {
  expect(look).toMatch(reading);
  expect(look).not.toContain('\n');
  expect(hint).toMatch(/[.)]$/);
  for (const line of fix.split('\n')) expect(line).toMatch(mending);
  // What was not found must not get into a sentence or a command.
  expect(`${look} ${hint} ${fix}`).not.toMatch(
    /undefined|\[object|NaN|\$(DLQ_URL|QUEUE_URL|MAPPING_UUID)/,
  );
}

/** A queue as it is observed. */
export function observedQueue(name: string, attributes: Record<string, string>): ObservedQueue {
  const url = `https://sqs.us-east-1.amazonaws.com/111122223333/${name}`;
  const question = questions.queueAttributes(url);
  return {
    url,
    attributes,
    answer: { question, output: { $metadata: {}, Attributes: attributes } },
  };
}

export const arnOf = {
  queue: (name: string) => `arn:aws:sqs:us-east-1:111122223333:${name}`,
  role: (name: string) => `arn:aws:iam::111122223333:role/${name}`,
};
