import type { CheckResult, ExpectationResult, Outcome } from './check.ts';
import { shortJson } from './printed.ts';
import { whyNotJudged } from './hint.ts';
import type { Target } from '../lab/session.ts';
import { bold, dim, green, labelled, printable, red, say, yellow } from '../lab/terminal.ts';
import { targetLabel } from '../lab/target-name.ts';

/** Prints the result of one check. */
export function printResult({ step, title, outcome, expectations }: CheckResult, target: Target) {
  say(`${bold(`Check ${step}  ${title}`)}  [${targetLabel(target)}]`);
  const [first] = expectations;
  const oneReason =
    first?.reason !== undefined && expectations.every(({ reason }) => reason === first.reason);
  // One reason for all expectations is printed once.
  if (oneReason) say(`  ${yellow('-')} ${notJudged(first)}`);
  else {
    for (const [i, expectation] of expectations.entries())
      printExpectation(expectation, expectations[i + 1]?.reason);
  }
  const passed = expectations.filter((expectation) => expectation.outcome === 'pass').length;
  say(`  ${verdict(outcome)}  ${passed} of ${expectations.length}`);
}

function verdict(outcome: Outcome): string {
  if (outcome === 'pass') return green('PASS');
  return outcome === 'fail' ? red('FAIL') : yellow('NOT JUDGED');
}

/** @param nextReason several that have one reason are followed by it once */
function printExpectation(result: ExpectationResult, nextReason: string | undefined): void {
  const { outcome, claim, actual, difference = [], reason, source } = result;
  if (outcome === 'pass') {
    say(`  ${green('✓')} ${claim}  ${dim(shown(actual))}`);
  } else if (outcome === 'fail') {
    say(`  ${red('✗')} ${claim}`);
    for (const line of difference) say(`      ${printable(line)}`);
    say(`      ${labelled('source', source)}`);
  } else {
    say(`  ${yellow('-')} ${claim}`);
    if (reason !== nextReason) say(`      ${notJudged(result)}`);
  }
}

const notJudged = (result: ExpectationResult) => `not judged, ${printable(whyNotJudged(result))}`;

/** What was found, in the width of a line. */
function shown(actual: unknown): string {
  if (Array.isArray(actual) && actual.length === 0) return 'none';
  const text = printable(shortJson(actual));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
