import { isDeepStrictEqual } from 'node:util';
import type { Question } from './ask.ts';
import { recording } from './witness.ts';
import type { Answers, Observation } from './witness.ts';

/** One thing that must be true, as data. */
export interface Expectation<T> {
  /** Unique in its check, kebab-case: `visibility-timeout`. */
  readonly id: string;
  readonly claim: string;
  /** What `actual` must equal, or a sentence when `judge` decides. */
  readonly expected: unknown;
  readonly actual: (observed: T) => unknown;
  /** For expectations that equality does not say. */
  readonly judge?: (actual: unknown, observed: T) => boolean;
  /** True: this cannot be judged on what was observed (not the learner's fault); the text says why. */
  readonly notJudged?: (observed: T) => string | undefined;
  /** Number of the step that is to be run again when this cannot be judged: `lab run` goes back there. */
  readonly repeatFrom?: string;
  /** Ids of expectations of the same check that must hold before this one means anything. */
  readonly needs?: readonly string[];
  readonly hint: string;
  readonly source: string;
}

/** One of the fifteen proofs: what to show. A question is put to the real CLI when the check has passed. */
export interface Proof<T> {
  readonly number: number;
  /** kebab-case, for file names: `dlq-configuration`. */
  readonly name: string;
  readonly title: string;
  readonly show: (observed: T) => Question | string;
  /**
   * What the proof would no longer show if it changed, by name: `trust policy`, `code`, `mapping`. No counts and no
   * times. A recorded proof is stale when the lab's own differ.
   */
  readonly inputs?: (observed: T) => Readonly<Record<string, unknown>>;
}

export interface Check<T = unknown> {
  /** `01`, as in the file name. */
  readonly step: string;
  readonly title: string;
  /** Checks without which this one means nothing: when one of them fails, this one is not judged. */
  readonly needs: readonly string[];
  /** Reads only. What does not exist is observed as undefined; a throw means: AWS could not be asked. */
  readonly observe: () => Promise<T>;
  readonly expectations: readonly Expectation<T>[];
  readonly proofs: readonly Proof<T>[];
}

export type Outcome = 'fail' | 'not judged' | 'pass';

export interface ExpectationResult {
  readonly id: string;
  readonly claim: string;
  readonly outcome: Outcome;
  readonly expected: unknown;
  readonly actual: unknown;
  /** Why it could not be judged. */
  readonly reason?: string;
  /** Not judged, and to be tried again from this step. */
  readonly repeatFrom?: string;
  readonly hint: string;
  readonly source: string;
}

export interface CheckResult {
  readonly step: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly expectations: readonly ExpectationResult[];
}

/**
 * Keeps the type of what is observed together with what is said about it.
 * @param check a function, because the names in its sentences are those of the learner who is judged
 */
export function defineCheck<T>(check: () => Check<T>): () => Check<T> {
  return check;
}

/** The verdict on one check, and what it was reached by. */
export interface Judged<T> {
  readonly result: CheckResult;
  /** Undefined when AWS could not be asked, or was not because another check comes first. */
  readonly observed: T | undefined;
  /** Everything that was seen, so that the verdict can be reached again. */
  readonly observations: readonly Observation[];
}

export interface Circumstances {
  /** Results of the checks before it; empty when the check is run by itself. */
  readonly earlier?: readonly CheckResult[];
  /** What was asked already for other checks of the same moment. */
  readonly answers?: Answers;
}

/** Observes once and judges every expectation. */
export async function judge<T>(
  check: Check<T>,
  { earlier = [], answers }: Circumstances = {},
): Promise<Judged<T>> {
  const blocking = earlier.find(
    ({ step, outcome }) => check.needs.includes(step) && outcome !== 'pass',
  );
  if (blocking !== undefined) {
    return {
      result: unjudged(check, `blocked by check ${blocking.step}, which comes first`),
      observed: undefined,
      observations: [],
    };
  }
  try {
    const { value, observations } = await recording(check.observe, answers);
    return { result: judgeObserved(check, value), observed: value, observations };
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return {
      result: unjudged(check, `could not look: ${reason}`),
      observed: undefined,
      observations: [],
    };
  }
}

/** Judges what has been observed. Asks nothing. */
export function judgeObserved<T>(check: Check<T>, observed: T): CheckResult {
  const results: ExpectationResult[] = [];
  for (const expectation of check.expectations)
    results.push(judgeOne(expectation, observed, results));
  return {
    step: check.step,
    title: check.title,
    outcome: worst(results),
    expectations: results,
  };
}

function judgeOne<T>(
  expectation: Expectation<T>,
  observed: T,
  before: readonly ExpectationResult[],
): ExpectationResult {
  const { id, claim, expected, hint, source, needs = [] } = expectation;
  const base = { id, claim, expected, hint, source };
  const blocker = before.find((result) => needs.includes(result.id) && result.outcome !== 'pass');
  if (blocker !== undefined) {
    return {
      ...base,
      outcome: 'not judged',
      actual: undefined,
      reason: `blocked by "${blocker.claim}"`,
    };
  }
  const reason = expectation.notJudged?.(observed);
  if (reason !== undefined) {
    const repeatFrom =
      expectation.repeatFrom === undefined ? {} : { repeatFrom: expectation.repeatFrom };
    return { ...base, outcome: 'not judged', actual: undefined, reason, ...repeatFrom };
  }
  try {
    const actual = expectation.actual(observed);
    const holds = expectation.judge?.(actual, observed) ?? isDeepStrictEqual(actual, expected);
    return { ...base, outcome: holds ? 'pass' : 'fail', actual };
  } catch (error) {
    // A fault of the kit's own is never the learner's.
    const fault = `the check itself failed, please report it: ${String(error)}`;
    return { ...base, outcome: 'not judged', actual: undefined, reason: fault };
  }
}

function unjudged<T>({ step, title, expectations }: Check<T>, reason: string): CheckResult {
  return {
    step,
    title,
    outcome: 'not judged',
    expectations: expectations.map(({ id, claim, expected, hint, source }) => ({
      id,
      claim,
      expected,
      hint,
      source,
      actual: undefined,
      outcome: 'not judged',
      reason,
    })),
  };
}

/** One failure fails; else one unjudged leaves the whole unjudged. */
export function worst(results: readonly { readonly outcome: Outcome }[]): Outcome {
  if (results.some(({ outcome }) => outcome === 'fail')) return 'fail';
  return results.some(({ outcome }) => outcome === 'not judged') ? 'not judged' : 'pass';
}
