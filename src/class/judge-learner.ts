import type { Check } from '../judging/check.ts';
import { judge, judgeAll } from '../judging/judge.ts';
import { labOf } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import type { Session } from '../lab/session.ts';
import { findStep, listSteps, loadCheck } from '../judging/steps.ts';
import type { Answers, Observation } from '../lab/look.ts';
import type { RosterRow } from './roster.ts';
import { standingOf } from './standing.ts';
import type { LearnerReport } from './class-report.ts';
import { TooLateError, withTimeLimit } from './time-limit.ts';

/** A learner as judged, and what was seen of the lab. */
export interface Looked {
  readonly report: LearnerReport;
  readonly observations: readonly Observation[];
  /** Of collected evidence: the intervals between its times. */
  readonly rhythms?: readonly string[];
}

/** Longer than the retries of a throttled question, short enough to wait for. */
const mostMs = 30_000;

/** The fact that the check of the function compares with, when the learner's zip is on another machine. */
const digestOfKit = 'digest of the worker of the kit';

/** The checks that a class is judged by: not those about who asks, the learner's machine, or a lab that is gone. */
export async function checksOfClass(lab: Lab): Promise<Check[]> {
  const entries = (await listSteps()).filter(({ cleansUp }) => !cleansUp);
  const checks = await Promise.all(entries.map((entry) => loadCheck(lab, entry)));
  return checks.filter(({ about }) => about === undefined);
}

/**
 * Judges the lab of one learner with read permissions. Never throws: a lab that cannot be reached is "not judged".
 * @param ownDigest CodeSha256 of the worker that the kit brings
 * @param limitMs after this time the learner is "not judged"
 */
export async function judgeLearner(
  { name, prefix }: RosterRow,
  session: Session,
  ownDigest: string,
  limitMs = mostMs,
): Promise<Looked> {
  const { accountId, region, profile } = session;
  const about = { name, profile, accountId, region, prefix };
  try {
    const { results, observations, nothing } = await withTimeLimit(limitMs, (signal) => {
      const open = async () => session;
      return lookAt(labOf({ prefix, signal, place: open, session: open }), ownDigest);
    });
    // Files of the learner's machine are not judged in a class.
    const standing = standingOf(results, ['not here']);
    const report = { ...about, ...standing, remarks: remarksOf(results), checks: results };
    return { report: nothing ? { ...report, state: 'not started' } : report, observations };
  } catch (error) {
    const late = error instanceof TooLateError;
    const reason = late
      ? error.message
      : `the kit itself failed; please report it: ${String(error)}`;
    const unjudged = { state: 'not judged', failing: 0, reason, remarks: [], checks: [] } as const;
    return { report: { ...about, ...unjudged }, observations: [] };
  }
}

async function lookAt(lab: Lab, ownDigest: string) {
  // The same for every learner, so it is computed once.
  const answers: Answers = new Map([[digestOfKit, Promise.resolve(ownDigest)]]);
  const judged = await judgeAll(lab, await checksOfClass(lab), answers);
  const results = judged.map(({ result }) => result);
  const nothing =
    results.every(({ outcome }) => outcome !== 'pass') && (await isGone(lab, answers));
  return { results, observations: judged.flatMap(({ observations }) => observations), nothing };
}

/** Whether no resource of the lab exists: then the check of the clean-up passes. */
async function isGone(lab: Lab, answers: Answers): Promise<boolean> {
  const certificate = await loadCheck(lab, await findStep('clean-up'));
  const { result } = await judge(lab, certificate, { answers });
  return result.expectations.every(
    ({ outcome, cause }) => outcome === 'pass' || cause === 'not here',
  );
}

function remarksOf(results: LearnerReport['checks']): string[] {
  const code = results
    .flatMap(({ expectations }) => expectations)
    .find(({ id, cause }) => id === 'code' && cause === 'not here');
  return code === undefined
    ? []
    : ["the function does not run the kit's own worker; its log shows what the code does"];
}
