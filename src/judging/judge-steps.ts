import type { Check, CheckResult, Judged } from './check.ts';
import { judgeAll } from './judge.ts';
import type { Lab } from '../lab/lab.ts';
import { listSteps, loadCheck } from './steps.ts';
import type { StepEntry } from './steps.ts';
import { withNeeds } from './with-needs.ts';

export interface JudgedCheck {
  readonly check: Check;
  readonly judged: Judged<unknown>;
  readonly result: CheckResult;
}

/**
 * Judges a check and all that it needs, or all checks of the built lab, on the same state.
 * @param own a check that is being run by itself: its file cannot be imported while it runs
 */
export async function judgeSteps(lab: Lab, step?: string, own?: Check): Promise<JudgedCheck[]> {
  const entries = await listSteps();
  // Opened while the files are read.
  const opening = lab.session();
  const loading = entries.map(async (entry) =>
    entry.number === own?.step ? own : loadCheck(lab, entry),
  );
  const checks = await Promise.all(loading);
  await opening;
  const wanted = step === undefined ? built(entries) : [step];
  const chosen = withNeeds(wanted, checks);
  const judged = await judgeAll(lab, chosen);
  return chosen.flatMap((check, i) => {
    const one = judged[i];
    return one === undefined ? [] : [{ check, judged: one, result: one.result }];
  });
}

/** The checks of a lab that is built. */
const built = (entries: readonly StepEntry[]) =>
  entries.filter(({ cleansUp }) => !cleansUp).map(({ number }) => number);
