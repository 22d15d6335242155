import { escapeHtml } from '../lab/html.ts';
import type { CheckResult, ExpectationResult } from './check.ts';
import { whyNotJudged } from './hint.ts';

/**
 * The results as JUnit XML: a check is a suite, an expectation a case. What fails is a failure, what is not judged
 * is skipped with its reason, a fault of the kit's own is an error.
 */
export function junitReport(checks: readonly CheckResult[]): string {
  const suites = checks.map((check) => suite(check));
  const counts = countsOf(checks.flatMap(({ expectations }) => expectations));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="lab01" ${counts}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite({ step, title, expectations }: CheckResult): string {
  const name = `${step} ${title}`;
  return [
    `  <testsuite name="${xml(name)}" ${countsOf(expectations)}>`,
    ...expectations.map((expectation) => testcase(name, expectation)),
    '  </testsuite>',
  ].join('\n');
}

function countsOf(expectations: readonly ExpectationResult[]): string {
  const count = (kind: string) => expectations.filter((one) => kindOf(one) === kind).length;
  return `tests="${expectations.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
}

function kindOf({ outcome, cause }: ExpectationResult): 'error' | 'failure' | 'passed' | 'skipped' {
  if (outcome === 'pass') return 'passed';
  if (outcome === 'fail') return 'failure';
  return cause === 'the kit itself' ? 'error' : 'skipped';
}

function testcase(suiteName: string, expectation: ExpectationResult): string {
  const head = `    <testcase classname="${xml(suiteName)}" name="${xml(expectation.claim)}"`;
  const kind = kindOf(expectation);
  if (kind === 'passed') return `${head}/>`;
  const { difference = [], hints, source } = expectation;
  if (kind !== 'failure')
    return `${head}>\n      <${kind} message="${xml(whyNotJudged(expectation))}"/>\n    </testcase>`;
  const body = [...difference, hints?.hint ?? '', hints?.fix ?? '', source].join('\n');
  const message = difference.join('; ');
  return `${head}>\n      <failure type="${xml(expectation.id)}" message="${xml(message)}">${xml(body)}</failure>\n    </testcase>`;
}

/** As text and as the value of an attribute. XML has no place at all for most control characters. */
function xml(text: string): string {
  return escapeHtml(
    text.replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, ''),
  );
}
