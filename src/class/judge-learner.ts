import type { Check } from '../judging/check.ts';
import { judge, judgeAll } from '../judging/judge.ts';
import { labOf } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import type { Session } from '../lab/session.ts';
import { findStep, listSteps, loadCheck } from '../judging/steps.ts';
import type { Answers, Observation } from '../lab/look.ts';
import type { RosterRow } from './roster.ts';
import { standingOf } from './standing.ts';
import type { LearnerReport } from './types.ts';
import { TooLateError, within } from './within.ts';

/** A learner as judged, and what was seen of the lab. */
export interface Looked {
  readonly report: LearnerReport;
  readonly observations: readonly Observation[];
}

/** Longer than the retries of a throttled question take; shorter than anybody's patience. */
const mostMs = 30_000;

/** Not of the lab in AWS: 00 is about who asks, 05 about the learner's machine, 11 about a lab that is gone. */
const leftOut = new Set(['00', '05', '11']);

/** The fact that the check of the function compares with, when the learner's zip is on another machine. */
const digestOfKit = 'digest of the worker of the kit';

/** The steps whose checks a class is judged by. */
export async function stepsOfClass(): Promise<string[]> {
  return (await listSteps()).map(({ number }) => number).filter((step) => !leftOut.has(step));
}

/**
 * Judges the lab of one learner with permissions to read. Never throws: what cannot be looked at is "not judged".
 * @param ownDigest CodeSha256 of the worker that the kit brings
 * @param limitMs who has not answered by then is not waited for
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
    const { results, observations, nothing } = await within(limitMs, (signal) => {
      const open = async () => session;
      return lookAt(labOf({ prefix, signal, place: open, session: open }), ownDigest);
    });
    // What is on the learner's own machine is nobody's concern here.
    const standing = standingOf(results, ['not here']);
    const report = { ...about, ...standing, remarks: remarksOf(results), checks: results };
    return { report: nothing ? { ...report, state: 'not started' } : report, observations };
  } catch (error) {
    const late = error instanceof TooLateError;
    const reason = late
      ? error.message
      : `the kit itself failed, please report it: ${String(error)}`;
    const unjudged = { state: 'not judged', failing: 0, reason, remarks: [], checks: [] } as const;
    return { report: { ...about, ...unjudged }, observations: [] };
  }
}

async function lookAt(lab: Lab, ownDigest: string) {
  // The same for everybody, so it is not worked out for each.
  const answers: Answers = new Map([[digestOfKit, Promise.resolve(ownDigest)]]);
  const steps = await stepsOfClass();
  const checks = await Promise.all(steps.map((step) => checkOf(lab, step)));
  const judged = await judgeAll(lab, checks, answers);
  const results = judged.map(({ result }) => result);
  const nothing =
    results.every(({ outcome }) => outcome !== 'pass') && (await isGone(lab, answers));
  return { results, observations: judged.flatMap(({ observations }) => observations), nothing };
}

const checkOf = async (lab: Lab, step: string): Promise<Check> =>
  loadCheck(lab, await findStep(step));

/** Only where nothing at all is there has the check of the clean-up nothing to say. */
async function isGone(lab: Lab, answers: Answers): Promise<boolean> {
  const { result } = await judge(lab, await checkOf(lab, '11'), { answers });
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
    : ["the function runs other code than the kit's own worker; what it does is judged by its log"];
}
