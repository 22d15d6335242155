import { besideFix } from '../judging/to-paste.ts';
import type { CheckResult, ExpectationResult } from '../judging/check.ts';
import { sameTarget, usesLabVariables } from '../lab/next.ts';
import type { Way } from '../lab/next.ts';
import { bold, cyan, printable } from '../lab/terminal.ts';
import { clockText, sentence } from './lines.ts';
import type { View } from './lines.ts';

/** Which of the three hints of an expectation the learner has seen. */
export interface Climb {
  readonly id: string;
  /** 1 to 3. */
  readonly rung: number;
}

const rungs = [
  { name: 'look', title: 'Hint 1 of 3: what to look at' },
  { name: 'hint', title: 'Hint 2 of 3: what is wrong' },
  { name: 'fix', title: 'Hint 3 of 3: the command' },
] as const;

/**
 * The next rung for what fails now; another failure, or another step, begins a ladder of its own.
 * @param at `point`: what a new terminal needs before a command with variables of the lab; `way`: where commands of the kit go
 */
export function nextHint(
  result: CheckResult,
  {
    climb: before,
    point,
    way,
  }: {
    readonly climb: Climb | undefined;
    readonly point: readonly string[];
    readonly way: Way;
  },
  view: View,
): { readonly climb: Climb | undefined; readonly lines: readonly string[] } {
  const failed = result.expectations.find(({ hints }) => hints !== undefined);
  if (failed?.hints === undefined) return { climb: undefined, lines: noHint(result, view) };
  const about = `${result.step}/${failed.id}`;
  const rung = before?.id === about ? Math.min(before.rung + 1, rungs.length) : 1;
  const { name, title } = rungs[rung - 1] ?? rungs[0];
  const text = failed.hints[name];
  const beside = besideFix(text);
  return {
    climb: { id: about, rung },
    lines: [
      '',
      bold(title),
      ...sentence(failed.claim, view),
      // A command is never folded: it is there to be copied.
      ...(name === 'hint'
        ? sentence(sameTarget(text, way), view)
        : toPaste(printable(text), point, way)),
      ...(name === 'fix' && beside !== undefined ? sentence(beside, view) : []),
    ],
  };
}

function toPaste(text: string, point: readonly string[], way: Way): string[] {
  const first = usesLabVariables(text) ? point.map((one) => `${one} # once in each terminal`) : [];
  return [...first, ...sameTarget(text, way).split('\n')].map((line) => cyan(`  ${line}`));
}

/** When nothing is wrong: what the lab waits for. */
function noHint({ step, outcome, expectations }: CheckResult, view: View): string[] {
  if (outcome === 'pass') return sentence(`Step ${step} is green: nothing is wrong.`, view);
  const open = expectations.find(({ cause }) => cause !== undefined && cause !== 'blocked');
  return sentence(
    open === undefined ? 'The check found nothing wrong here.' : waitingFor(open),
    view,
  );
}

function waitingFor({ cause, reason = '', clock, deniedAction }: ExpectationResult): string {
  if (deniedAction !== undefined)
    return `The check could not look: AWS denied ${deniedAction}. ${reason}`;
  if (clock !== undefined) return `Nothing is wrong: ${reason}. ${clockText(clock)}`;
  return `${cause}: ${reason}`;
}
