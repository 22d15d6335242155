import { LabError } from '../errors.ts';
import { firstProblem, rungs, whyNotJudged } from './hint.ts';
import type { Problem } from './hint.ts';
import { judgeSteps } from './run-checks.ts';
import { bold, cyan, dim, printable, red, say, wrapped, yellow } from '../terminal.ts';

/**
 * `lab hint [1|2|3]`: looks at the whole lab and helps with the first thing that fails, up to this rung. Nothing is
 * stored: asked again, it looks again, and what is mended gets no hint.
 */
export async function hintCommand(words: readonly string[]): Promise<number> {
  const [word = '1', ...more] = words;
  if (!/^[123]$/.test(word) || more.length > 0) {
    throw new LabError('"hint" takes 1, 2 or 3: how much it tells', {
      hint: 'npm run lab hint 2',
      exitCode: 2,
    });
  }
  const results = (await judgeSteps()).map(({ result }) => result);
  for (const line of hintLines(firstProblem(results), Number(word))) say(line);
  return 0;
}

/** @param upTo the highest rung that is shown, 1 to 3 */
export function hintLines(problem: Problem | undefined, upTo: number): string[] {
  if (problem === undefined)
    return [
      'Nothing is wrong: every check of the built lab passes. The next step is 11, clean-up.',
    ];
  const { check, expectation } = problem;
  const { claim, hints, difference = [] } = expectation;
  const head = bold(`Check ${check.step}  ${check.title}`);
  if (hints === undefined) {
    return [
      head,
      `  ${yellow('-')} ${claim}`,
      ...wrapped(printable(`not judged, ${whyNotJudged(expectation)}`), 88).map(
        (line) => `      ${line}`,
      ),
    ];
  }
  const shown = rungs.slice(0, upTo).flatMap(({ name, title }, i) => [
    dim(`  Hint ${i + 1} of ${rungs.length}: ${title}`),
    // Commands are not folded: they are there to be copied.
    ...(name === 'hint'
      ? wrapped(printable(hints[name]), 90).map((line) => `    ${line}`)
      : printable(hints[name])
          .split('\n')
          .map((line) => `    ${cyan(line)}`)),
  ]);
  const next =
    upTo < rungs.length
      ? `More: npm run lab hint ${upTo + 1}`
      : `Then: npm run check ${Number(check.step)}`;
  return [
    head,
    `  ${red('✗')} ${claim}`,
    ...difference.map((line) => `      ${printable(line)}`),
    ...shown,
    next,
  ];
}
