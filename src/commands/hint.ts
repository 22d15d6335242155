import { openDrill } from '../drills/state.ts';
import { LabError } from '../lab/errors.ts';
import { firstProblem, rungs, whyNotJudged } from '../judging/hint.ts';
import type { Problem } from '../judging/hint.ts';
import type { Lab } from '../lab/lab.ts';
import { needsPointing, pointingAt, sameTarget, sayNext, wayTo } from '../lab/next.ts';
import type { Next } from '../lab/next.ts';
import { listSteps } from '../judging/steps.ts';
import { besideFix } from '../judging/to-paste.ts';
import { judgeSteps } from '../judging/judge-steps.ts';
import {
  bold,
  cyan,
  dim,
  lineWidth,
  printable,
  red,
  say,
  wrapped,
  yellow,
} from '../lab/terminal.ts';
import { whatNext } from '../judging/what-next.ts';

/**
 * `lab hint [1|2|3]`: looks at the whole lab and helps with the first thing that fails, up to this rung. Nothing is
 * stored: each call looks again, and a fixed mistake gets no hint.
 */
export async function hintCommand(lab: Lab, args: readonly string[]): Promise<number> {
  const [rung = '1', ...more] = args;
  if (!/^[123]$/.test(rung) || more.length > 0) {
    throw new LabError('"hint" takes 1, 2 or 3, the number of rungs to show', {
      hint: 'npx lab hint 2',
      exitCode: 2,
    });
  }
  const drill = await openDrill(lab);
  if (drill !== undefined) {
    throw new LabError(`The drill "${drill.id}" is open, and its hints are counted`, {
      hint: 'npx lab drill --hint',
      exitCode: 2,
    });
  }
  const results = (await judgeSteps(lab)).map(({ result }) => result);
  const problem = firstProblem(results);
  for (const line of hintLines(problem, Number(rung), pointingAt(lab)))
    say(sameTarget(line, wayTo(lab)));
  sayNext(lab, afterHint(problem, Number(rung)) ?? whatNext(results, await listSteps()));
  return 0;
}

/**
 * @param upTo the highest rung that is shown, 1 to 3
 * @param point what a new terminal needs before the first command
 */
export function hintLines(
  problem: Problem | undefined,
  upTo: number,
  point: readonly string[],
): string[] {
  if (problem === undefined) return ['Nothing is wrong: every check of the lab passes.'];
  const { check, expectation } = problem;
  const { claim, hints, difference = [] } = expectation;
  const head = bold(`Check ${check.step}  ${check.title}`);
  if (hints === undefined) {
    return [
      head,
      `  ${yellow('-')} ${claim}`,
      ...wrapped(printable(`not judged, ${whyNotJudged(expectation)}`), lineWidth() - 6).map(
        (line) => `      ${line}`,
      ),
    ];
  }
  const chosen = rungs.slice(0, upTo);
  const first = chosen.findIndex(({ name }) => name !== 'hint' && needsPointing(hints[name]));
  const shown = chosen.flatMap(({ name, title }, i) => [
    dim(`  Hint ${i + 1} of ${rungs.length}: ${title}`),
    ...(i === first ? point.map((command) => `    ${cyan(command)} # once in each terminal`) : []),
    // Commands are not folded: they are there to be copied.
    ...(name === 'hint'
      ? wrapped(printable(hints[name]), lineWidth() - 4).map((line) => `    ${line}`)
      : printable(hints[name])
          .split('\n')
          .map((line) => `    ${cyan(line)}`)),
    ...(name === 'fix' ? besideLines(hints[name]) : []),
  ]);
  return [
    head,
    `  ${red('✗')} ${claim}`,
    ...difference.map((line) => `      ${printable(line)}`),
    ...shown,
  ];
}

/** What may keep the commands of a fix from going through. */
const besideLines = (commands: string): string[] => {
  const text = besideFix(commands);
  return text === undefined ? [] : wrapped(text, lineWidth() - 4).map((line) => dim(`    ${line}`));
};

function afterHint(problem: Problem | undefined, upTo: number): Next | undefined {
  if (problem?.expectation.hints === undefined) return undefined;
  const check = `npx lab check ${Number(problem.check.step)}`;
  return upTo < rungs.length
    ? {
        command: `npx lab hint ${upTo + 1}`,
        why: `Shows the next hint. When it is fixed: ${check}`,
      }
    : { command: check };
}
