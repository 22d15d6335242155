import type { Check, CheckResult } from '../judging/check.ts';
import { firstProblem } from '../judging/hint.ts';
import type { Lab } from '../lab/lab.ts';
import { printable } from '../lab/terminal.ts';
import { judgeQuietly, loadChecks } from './quiet.ts';

/** A step and the state of its check, as the page shows it. */
export interface StepState {
  readonly number: string;
  readonly title: string;
  readonly outcome: 'fail' | 'not judged' | 'not looked at' | 'pass';
  /** Why it does not pass, in a line. */
  readonly reason: string;
}

/** Looks at the lab as its checks do. Receives no message. */
export async function readSteps(lab: Lab): Promise<StepState[]> {
  const checks = await loadChecks(lab);
  const judged = await judgeQuietly(lab, checks);
  const results = new Map(judged.map(({ result }) => [result.step, result]));
  return checks.map((check) => stateOf(check, results.get(check.step)));
}

function stateOf({ step, title }: Check, result: CheckResult | undefined): StepState {
  if (result === undefined) {
    return {
      number: step,
      title,
      outcome: 'not looked at',
      reason: `Its look receives from the dead-letter queue: npx lab check ${Number(step)}`,
    };
  }
  const problem = firstProblem([result])?.expectation;
  const blocked = result.expectations.find(({ cause }) => cause === 'blocked');
  const reason =
    result.outcome === 'pass'
      ? ''
      : problem !== undefined
        ? `${problem.claim}${problem.reason === undefined ? '' : `: ${problem.reason}`}`
        : `waits for ${blocked?.blockedBy ?? 'an earlier step'}`;
  return { number: step, title, outcome: result.outcome, reason: printable(reason) };
}
