import { cliCommand } from '../aws/ask.ts';
import type { CheckResult } from '../judging/check.ts';
import { judgeObserved } from '../judging/judge.ts';
import { forLearner } from '../learner.ts';
import { findStep, loadCheck } from '../steps.ts';
import { replaying } from '../judging/witness.ts';
import type { Observation } from '../judging/witness.ts';
import type { Evidence } from './record.ts';

/** What a proof depends on, by name. */
export type Inputs = Readonly<Record<string, unknown>>;

export interface JudgedAgain {
  readonly result: CheckResult;
  /** By the number of the proof, as they were when it was recorded. */
  readonly inputs: ReadonlyMap<number, Inputs>;
}

/**
 * Reaches the verdict of recorded evidence again. Nothing is asked of AWS, and nothing that the evidence says
 * of its own verdict is used: only the recorded answers, and over them what the commands of the proofs printed.
 * @throws Error when the check of today asks what was not recorded
 */
export async function judgeAgain(evidence: Evidence): Promise<JudgedAgain> {
  const { check: step, prefix, accountId, region } = evidence;
  const learner = { prefix, place: async () => ({ accountId, region }) };
  return forLearner(learner, async () => {
    const check = await loadCheck(await findStep(step));
    const observed = await replaying(asPrinted(evidence), check.observe);
    const inputs = check.proofs.map(
      ({ number, inputs: of }) => [number, of?.(observed) ?? {}] as const,
    );
    return { result: judgeObserved(check, observed), inputs: new Map(inputs) };
  });
}

/** The recorded answers; where a proof put the same question to the CLI, what that printed. */
function asPrinted({ observations, proofs }: Evidence): Observation[] {
  const printed = new Map(proofs.map(({ command, output }) => [command, output]));
  return observations.map((observation) => {
    if ('fact' in observation) return observation;
    const output = printed.get(cliCommand(observation.question));
    return output === undefined
      ? observation
      : { question: observation.question, output: output.trim() === '' ? {} : JSON.parse(output) };
  });
}
