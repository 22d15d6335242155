import { isDeepStrictEqual } from 'node:util';
import type {
  Check,
  CheckResult,
  Circumstances,
  Expectation,
  ExpectationResult,
  Hints,
  Judged,
  Outcome,
  Text,
} from './check.ts';
import { difference } from './difference.ts';
import { unanswered } from './unanswered.ts';
import type { Lab } from '../lab/lab.ts';
import { recording } from '../lab/look.ts';
import type { Answers, Observation } from '../lab/look.ts';

/** What a check has observed, or why it could not. */
type Seen<T> =
  | { readonly value: T; readonly observations: readonly Observation[] }
  | { readonly error: unknown };

/** Observes once and judges every expectation. Does not even look when something it needs does not hold. */
export async function judge<T>(
  lab: Lab,
  check: Check<T>,
  { earlier = [], answers }: Circumstances = {},
): Promise<Judged<T>> {
  const blocker = blockerOf(check.needs, earlier);
  if (blocker !== undefined) return unlooked(check, blocked(blocker));
  return judgeSeen(check, await look(lab, check, answers), earlier);
}

/**
 * Judges several checks on the same state: they look side by side and nothing is asked
 * twice. They are in the order of their numbers.
 */
export async function judgeAll(
  lab: Lab,
  checks: readonly Check[],
  answers: Answers = new Map(),
): Promise<Judged<unknown>[]> {
  const looks = checks.map((check) =>
    check.leavesTraces === true ? undefined : look(lab, check, answers),
  );
  const judged: Judged<unknown>[] = [];
  for (const [i, check] of checks.entries()) {
    const earlier = judged.map(({ result }) => result);
    const seen = await looks[i];
    const blocker = blockerOf(check.needs, earlier);
    if (blocker !== undefined) judged.push(unlooked(check, blocked(blocker)));
    else if (seen === undefined) judged.push(await judge(lab, check, { earlier, answers }));
    else judged.push(judgeSeen(check, seen, earlier));
  }
  return judged;
}

async function look<T>(lab: Lab, check: Check<T>, answers: Answers | undefined): Promise<Seen<T>> {
  try {
    return await recording(lab, check.observe, answers);
  } catch (error) {
    return { error };
  }
}

function judgeSeen<T>(check: Check<T>, seen: Seen<T>, earlier: readonly CheckResult[]): Judged<T> {
  if ('error' in seen) return unlooked(check, unanswered(seen.error));
  const { value: observed, observations } = seen;
  return { result: judgeObserved(check, observed, earlier), observed, observations };
}

/** Judges what has been observed. Asks nothing. */
export function judgeObserved<T>(
  check: Check<T>,
  observed: T,
  earlier: readonly CheckResult[] = [],
): CheckResult {
  const results: ExpectationResult[] = [];
  for (const expectation of check.expectations) {
    const own = { step: check.step, expectations: results };
    const { needs = [] } = expectation;
    const references = needs.map((need) => (need.includes('/') ? need : `${check.step}/${need}`));
    const blocker = blockerOf(references, [...earlier, own]);
    const verdict =
      blocker === undefined ? judgeOne(expectation, observed) : notJudged(blocked(blocker));
    results.push({ ...wordsOf(expectation), ...verdict });
  }
  const { step, kind, title } = check;
  return { step, kind, title, outcome: worst(results), expectations: results };
}

const wordsOf = <T>({ id, claim, expected, source }: Expectation<T>) => ({
  id,
  claim,
  expected,
  source,
});

type Verdict = Omit<ExpectationResult, 'claim' | 'expected' | 'id' | 'source'>;

function judgeOne<T>(expectation: Expectation<T>, observed: T): Verdict {
  try {
    const unclear = expectation.notJudged?.(observed);
    if (unclear !== undefined) {
      const { repeatFrom } = expectation;
      const { cause } = unclear;
      const again =
        (cause === 'AWS chose' || cause === 'not on record') && repeatFrom !== undefined;
      return notJudged({ ...unclear, ...(again ? { repeatFrom } : {}) });
    }
    const actual = expectation.actual(observed);
    if (expectation.judge?.(actual, observed) ?? isDeepStrictEqual(actual, expectation.expected))
      return { outcome: 'pass', actual };
    return {
      outcome: 'fail',
      cause: 'your lab',
      actual,
      difference:
        expectation.difference?.(actual, observed) ?? difference(expectation.expected, actual),
      hints: hintsOf(expectation, actual, observed),
    };
  } catch (error) {
    // A bug in the kit never counts against the learner.
    return notJudged({
      cause: 'the kit itself',
      reason: `the check itself failed; please report it: ${String(error)}`,
    });
  }
}

function hintsOf<T>({ look: at, hint, fix }: Expectation<T>, actual: unknown, observed: T): Hints {
  const text = (of: Text<T>) => (typeof of === 'string' ? of : of(actual, observed));
  return { look: text(at), hint: text(hint), fix: text(fix) };
}

function notJudged(why: Omit<Verdict, 'actual' | 'outcome'>): Verdict {
  return { outcome: 'not judged', actual: undefined, ...why };
}

interface Blocker {
  /** As `01/exists`. */
  readonly at: string;
  readonly result: ExpectationResult;
}

type Results = readonly Pick<CheckResult, 'expectations' | 'step'>[];

/** What this machine cannot know blocks nothing: the learner could do nothing about it. */
const blocksNothing = ({ cause }: ExpectationResult): boolean =>
  cause === 'needs AWS' || cause === 'not here';

/** Whether everything passed that this machine can know: then `lab run` goes on. */
export function isInNobodysWay({ expectations }: CheckResult): boolean {
  return expectations.every((one) => one.outcome === 'pass' || blocksNothing(one));
}

/** The first thing in the way of what is needed. */
function blockerOf(needs: readonly string[], results: Results): Blocker | undefined {
  for (const need of needs) {
    const [step = '', id] = need.split('/');
    const inTheWay = expectationsOf(step, results).find(
      (result) =>
        (id === undefined || result.id === id) &&
        result.outcome !== 'pass' &&
        !blocksNothing(result),
    );
    if (inTheWay === undefined) continue;
    const at = inTheWay.blockedBy ?? `${step}/${inTheWay.id}`;
    const [firstStep = '', firstId] = at.split('/');
    const first = expectationsOf(firstStep, results).find((result) => result.id === firstId);
    return { at, result: first ?? inTheWay };
  }
  return undefined;
}

function expectationsOf(step: string, results: Results): readonly ExpectationResult[] {
  return results.find((result) => result.step === step)?.expectations ?? [];
}

function blocked({ at, result }: Blocker): Omit<Verdict, 'actual' | 'outcome'> {
  const { claim, outcome, cause, reason } = result;
  const why = outcome === 'fail' ? '' : ` (${cause}: ${reason})`;
  return {
    cause: 'blocked',
    reason: `check ${at.slice(0, 2)} comes first: ${claim}${why}`,
    blockedBy: at,
  };
}

function unlooked<T>(check: Check<T>, why: Omit<Verdict, 'actual' | 'outcome'>): Judged<T> {
  const { step, kind, title } = check;
  const expectations = check.expectations.map((expectation) => ({
    ...wordsOf(expectation),
    ...notJudged(why),
  }));
  return {
    result: { step, kind, title, outcome: 'not judged', expectations },
    observed: undefined,
    observations: [],
  };
}

/** One failure fails; else one unjudged leaves the whole unjudged. */
export function worst(results: readonly { readonly outcome: Outcome }[]): Outcome {
  if (results.some(({ outcome }) => outcome === 'fail')) return 'fail';
  return results.some(({ outcome }) => outcome === 'not judged') ? 'not judged' : 'pass';
}
