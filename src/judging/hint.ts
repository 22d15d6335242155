import type { Cause, CheckResult, ExpectationResult, Hints } from './check.ts';

/** The ladder, from the lowest rung. */
export const rungs: readonly { readonly name: keyof Hints; readonly title: string }[] = [
  { name: 'look', title: 'what to look at' },
  { name: 'hint', title: 'what is wrong' },
  { name: 'fix', title: 'the command' },
];

/** The expectation to fix first: other failures may disappear with it. */
export interface Problem {
  readonly check: CheckResult;
  readonly expectation: ExpectationResult;
}

const ignoredCauses: ReadonlySet<Cause> = new Set(['blocked', 'needs AWS', 'not here']);

/**
 * The first expectation that fails; when none does, the first that cannot be judged for a reason of its own.
 * An expectation that is only blocked, or not judged on this machine, is not a problem now.
 */
export function firstProblem(results: readonly CheckResult[]): Problem | undefined {
  const open = results.flatMap((check) =>
    check.expectations
      .filter(({ cause }) => cause !== undefined && !ignoredCauses.has(cause))
      .map((expectation) => ({ check, expectation })),
  );
  return open.find(({ expectation }) => expectation.outcome === 'fail') ?? open[0];
}

/** Why something is not judged, in one line: `AWS not ready yet: the mapping is Creating (at most 60 s)`. */
export function whyNotJudged({ cause, reason, clock }: ExpectationResult): string {
  const text = `${cause ?? 'not judged'}: ${reason ?? 'no reason given'}`;
  if (clock === undefined) return text;
  const { name, atMostSeconds, leftSeconds } = clock;
  const time =
    leftSeconds === undefined ? `at most ${atMostSeconds} s` : `about ${leftSeconds} s left`;
  return `${text} (AWS clock: ${name}, ${time})`;
}
