import type { Check, Judged } from '../judging/check.ts';
import { judgeAll } from '../judging/judge.ts';
import { listSteps, loadCheck } from '../judging/steps.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab, Look } from '../lab/lab.ts';

/** A lab that is only looked at: no message of it is received, so that no receive count changes by it. */
export function quietLab(lab: Lab): Lab {
  const look: Look = {
    ...lab.look,
    lab,
    ask: async (question) => {
      if (question.operation === 'ReceiveMessage')
        throw new LabError('the board receives no message; npx lab check does');
      return lab.look.ask(question);
    },
  };
  return { ...lab, look };
}

/** The checks of the built lab, in the order of the steps. */
export async function loadChecks(lab: Lab): Promise<Check[]> {
  const entries = await listSteps();
  return Promise.all(
    entries.filter(({ cleansUp }) => !cleansUp).map((entry) => loadCheck(lab, entry)),
  );
}

/** Judges them on one state, all but those whose look leaves a trace. */
export function judgeQuietly(lab: Lab, checks: readonly Check[]): Promise<Judged<unknown>[]> {
  return judgeAll(
    quietLab(lab),
    checks.filter(({ leavesTraces }) => leavesTraces !== true),
  );
}
