import type { Cause, CheckResult, ExpectationResult } from '../judging/check.ts';
import type { LearnerReport, Stop } from './class-report.ts';

type Standing = Pick<LearnerReport, 'at' | 'failing' | 'reason' | 'state'>;

interface Open extends ExpectationResult {
  readonly step: string;
}

/**
 * Where a learner is, by the results of all checks in their order.
 * @param ignored causes of what is not judged and need not be
 */
export function standingOf(
  checks: readonly CheckResult[],
  ignored: readonly Cause[] = [],
): Standing {
  const open = checks.flatMap(({ step, expectations }): Open[] =>
    expectations
      .filter(({ outcome }) => outcome !== 'pass')
      .filter(({ cause }) => cause === undefined || !ignored.includes(cause))
      .map((expectation) => ({ ...expectation, step })),
  );
  const failed = open.filter(({ outcome }) => outcome === 'fail');
  const failing = failed.length;
  const [first] = failed;
  if (first !== undefined) return { state: 'at work', failing, at: stopOf(first) };
  const root = open.find(({ cause }) => cause !== 'blocked') ?? open[0];
  if (root === undefined) return { state: 'done', failing };
  const waiting = root.cause === 'AWS not ready yet' || root.cause === 'AWS chose';
  if (waiting) return { state: 'waiting', failing, at: stopOf(root) };
  return {
    state: 'not judged',
    failing,
    at: stopOf(root),
    reason: root.reason ?? 'no reason given',
  };
}

function stopOf({ step, id, claim, difference, reason, hints }: Open): Stop {
  const wrong = difference?.join('; ') ?? reason ?? '';
  return {
    id: `${step}/${id}`,
    step,
    claim,
    wrong,
    ...(hints === undefined ? {} : { hint: hints.hint }),
  };
}
