import { createHash } from 'node:crypto';
import { workerZip } from '../../scripts/worker-zip.ts';
import type { Check } from '../check.ts';
import { judge, judgeAll } from '../judge.ts';
import { forLearner } from '../learner.ts';
import type { Learner } from '../learner.ts';
import { observeFunction } from '../observe.ts';
import type { Session } from '../session.ts';
import { lab } from '../settings.ts';
import { findStep, listSteps, loadCheck } from '../steps.ts';
import { recording } from '../witness.ts';
import type { Answers, Observation } from '../witness.ts';
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

/** The steps whose checks a class is judged by. */
export async function stepsOfClass(): Promise<string[]> {
  return (await listSteps()).map(({ number }) => number).filter((step) => !leftOut.has(step));
}

/** Judges the lab of one learner with rights to read. Never throws: what cannot be looked at is "not judged". */
export async function judgeLearner(
  { name, prefix }: RosterRow,
  session: Session,
  ownDigest: string,
): Promise<Looked> {
  const { accountId, region, profile } = session;
  const about = { name, profile, accountId, region, prefix };
  try {
    const { results, observations, nothing } = await within(mostMs, (signal) => {
      const learner = { prefix, signal, place: async () => session, session: async () => session };
      return lookAt(learner, ownDigest);
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

async function lookAt(learner: Learner, ownDigest: string) {
  return forLearner(learner, async () => {
    const answers: Answers = new Map();
    await tellDigest(answers, ownDigest);
    const checks = await Promise.all((await stepsOfClass()).map(checkOf));
    const judged = await judgeAll(checks, answers);
    const results = judged.map(({ result }) => result);
    const none = results.every(({ outcome }) => outcome !== 'pass');
    // Only nothing at all looks like this to the check of the clean-up.
    const nothing =
      none && (await judge(await checkOf('11'), { answers })).result.outcome === 'pass';
    return { results, observations: judged.flatMap(({ observations }) => observations), nothing };
  });
}

const checkOf = async (step: string): Promise<Check> => loadCheck(await findStep(step));

/**
 * Answers the one question that a check has about the learner's machine: the digest of the zip. The kit's own worker
 * is known here; any other code is the learner's business, and its zip is not here.
 */
async function tellDigest(answers: Answers, ownDigest: string): Promise<void> {
  const { value } = await recording(observeFunction, answers).catch(() => ({ value: undefined }));
  const running = value?.output?.CodeSha256;
  const digest = running === ownDigest ? ownDigest : undefined;
  answers.set(`digest of ${lab.zipFile}`, Promise.resolve(digest));
}

function remarksOf(results: LearnerReport['checks']): string[] {
  const code = results
    .flatMap(({ expectations }) => expectations)
    .find(({ id, cause }) => id === 'code' && cause === 'not here');
  return code === undefined
    ? []
    : ["the function runs other code than the kit's own worker; what it does is judged by its log"];
}

/** CodeSha256 of the worker that the kit brings. */
export async function digestOfOwnWorker(): Promise<string> {
  return createHash('sha256')
    .update(await workerZip())
    .digest('base64');
}
