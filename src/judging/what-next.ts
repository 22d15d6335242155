import type { Next } from '../lab/next.ts';
import type { CheckResult, Clock } from './check.ts';
import { firstProblem } from './hint.ts';
import type { Problem } from './hint.ts';
import type { StepEntry } from './steps.ts';

/**
 * What to do after checks have been judged.
 * @param results of the checks that were asked for and of all that they need
 * @param steps all of them, in their order
 * @param asked number of the one check that was asked for; undefined: the whole built lab
 */
export function whatNext(
  results: readonly CheckResult[],
  steps: readonly StepEntry[],
  asked?: string,
): Next {
  const problem = firstProblem(results);
  if (problem !== undefined) return afterProblem(problem, asked);
  if (results.some(({ outcome }) => outcome !== 'pass'))
    return { command: 'npx lab check', why: 'Shows what to fix first.' };
  const [after, cleanUp] = [stepAfter(steps, asked), steps.find(({ cleansUp }) => cleansUp)];
  if (after === undefined) {
    return {
      command: 'npx lab watch',
      why: 'Build the lab again, command by command. Your proofs: docs/proofs.md',
    };
  }
  if (after === cleanUp) {
    return {
      command: `npx lab step ${Number(after.number)}`,
      why: 'Deletes the lab. Before that you can look around in it: docs/manual/look-around.md',
    };
  }
  return { command: `npx lab step ${Number(after.number)}` };
}

/** Undefined after the last one. When no step was asked for, all but the clean-up are done. */
function stepAfter(steps: readonly StepEntry[], asked: string | undefined): StepEntry | undefined {
  if (asked === undefined) return steps.find(({ cleansUp }) => cleansUp);
  return steps[steps.findIndex(({ number }) => number === asked) + 1];
}

function afterProblem({ check, expectation }: Problem, asked: string | undefined): Next {
  const { hints, cause, clock, repeatFrom } = expectation;
  const again = `npx lab check${asked === undefined ? '' : ` ${Number(asked)}`}`;
  if (hints !== undefined) {
    if (check.kind === 'clean-up')
      return {
        command: `npx lab step ${Number(check.step)}`,
        why: `Deletes the rest. Then: ${again}`,
      };
    // Nothing to puzzle over: one step makes all of it.
    const step = /^(?:[^#]*\n# the same, shorter: )?(npx lab step \d+)$/.exec(hints.fix)?.[1];
    if (step !== undefined)
      return { command: step, why: 'To type the commands yourself: npx lab hint' };
    return { command: 'npx lab hint', why: `Gives a hint for check ${check.step}.` };
  }
  if (repeatFrom !== undefined) return { command: `npx lab step ${Number(repeatFrom)}` };
  if (cause !== 'AWS not ready yet')
    return { command: again, why: 'When the cause above is gone.' };
  return { command: again, why: `In ${waitOf(clock)}.` };
}

function waitOf(clock: Clock | undefined): string {
  if (clock === undefined) return 'a moment';
  const { leftSeconds, atMostSeconds } = clock;
  return leftSeconds === undefined
    ? `at most ${atMostSeconds} s`
    : `about ${Math.max(0, Math.round(leftSeconds))} s`;
}
