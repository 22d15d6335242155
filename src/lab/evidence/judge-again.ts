import { judgeObserved } from '../check.ts';
import type { CheckResult } from '../check.ts';
import { forLearner } from '../learner.ts';
import { findStep, loadCheck } from '../steps.ts';
import { replaying } from '../witness.ts';
import type { Evidence } from './record.ts';

export interface JudgedAgain {
  readonly result: CheckResult;
  /** By proof number and name: what each proof depends on, as it was recorded. */
  readonly inputs: ReadonlyMap<number, Readonly<Record<string, unknown>>>;
}

/**
 * Reaches the verdict of recorded evidence again from the recorded answers. Nothing is asked of AWS, and nothing
 * that the evidence says of its own verdict is used.
 * @throws Error when the check of today asks what was not recorded
 */
export async function judgeAgain({
  check: step,
  prefix,
  accountId,
  region,
  observations,
}: Evidence): Promise<JudgedAgain> {
  const learner = { prefix, place: async () => ({ accountId, region }) };
  return forLearner(learner, async () => {
    const check = await loadCheck(await findStep(step));
    const observed = await replaying(observations, check.observe);
    const inputs = check.proofs.map(
      ({ number, inputs: of }) => [number, of?.(observed) ?? {}] as const,
    );
    return { result: judgeObserved(check, observed), inputs: new Map(inputs) };
  });
}
