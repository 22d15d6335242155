import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jsonReport } from './report-json.ts';
import { junitReport } from './report-junit.ts';
import { root } from '../lab/settings.ts';
import { checkResult, sampleResults } from '../testing/lab/results.ts';

const { passed, failed, waiting, blocked, faulty } = sampleResults;
const results = [
  checkResult('01', passed, { ...waiting, deniedAction: 'sqs:GetQueueUrl', repeatFrom: '08' }),
  checkResult('02', failed, blocked, faulty),
];
const where = {
  kit: '1.0.0',
  target: 'sandbox',
  region: 'us-east-1',
  accountId: '111122223333',
  prefix: 'ada-',
} as const;

/** Names of all members, however deep. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => namesIn(item));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...namesIn(member)]);
}

describe('the JSON report', () => {
  const report = jsonReport(where, results);

  test('says where it was looked, and the worst outcome', () => {
    expect(report).toMatchObject({ schema: 1, ...where, target: 'SANDBOX', outcome: 'fail' });
  });

  test('has every member as docs/check-results.md describes it, and no other', async () => {
    const text = await readFile(join(root, 'docs', 'check-results.md'), 'utf8');
    const described = [...text.replace(/^.*^## JSON$/ms, '').matchAll(/^\| `(\w+)`/gm)].map(
      ([, name]) => name ?? '',
    );
    expect(new Set(namesIn(report))).toEqual(new Set(described));
  });

  test('says null where nothing was observed', () => {
    expect(JSON.parse(JSON.stringify(report))).toMatchObject({
      checks: [{}, { expectations: [{ actual: '5' }, { actual: null }, { actual: null }] }],
    });
  });
});

/** What any reader of XML would refuse: tags that are not in pairs, attributes without quotes, bare signs. */
function faultsIn(xml: string): string[] {
  const faults: string[] = [];
  const open: string[] = [];
  const rest = xml
    .replace(/^<\?xml [^?]*\?>/, '')
    .replaceAll(
      /<(\/?)([a-z]+)((?: [a-z]+="[^"<&]*(?:&(?:amp|lt|gt|quot|apos);[^"<&]*)*")*)(\/?)>/g,
      (_, end: string, name: string, __, empty: string) => {
        if (end === '/' && open.pop() !== name) faults.push(`</${name}>`);
        if (end === '' && empty === '') open.push(name);
        return '';
      },
    );
  const bare = rest.replaceAll(/&(amp|lt|gt|quot|apos);/g, '').match(/[<>&]/g) ?? [];
  return [...faults, ...open, ...bare];
}

describe('the JUnit report', () => {
  const xml = junitReport(results);

  test('is well formed, whatever is said in it', () => {
    expect(faultsIn(xml)).toEqual([]);
    expect(faultsIn('<a b="1"><c></a> & </c>')).not.toEqual([]);
    const nasty = {
      ...failed,
      claim: `"<&'>\u{0}\u{1B}[31m\u{FFFE}😀`,
      difference: [']]>', '</a>'],
    };
    const nastyXml = junitReport([checkResult('03', nasty)]);
    expect(faultsIn(nastyXml)).toEqual([]);
    expect(nastyXml).toContain('name="&quot;&lt;&amp;&apos;&gt;[31m😀"');
  });

  test('has a suite for a check and a case for an expectation', () => {
    expect(xml).toContain(
      '<testsuites name="lab01" tests="5" failures="1" errors="1" skipped="2">',
    );
    expect(xml).toContain(
      '<testsuite name="01 Check 01" tests="2" failures="0" errors="0" skipped="1">',
    );
    expect(xml).toContain('<testcase classname="01 Check 01" name="The queue exists"/>');
  });

  test('says a failure with what differs and what to do', () => {
    expect(xml).toContain('<failure type="visibility-timeout" message="expected 30, is 5">');
    expect(xml).toContain('5 s leave no room &lt;for&gt; retries &amp; such.\naws sqs set-queue');
  });

  test('skips what is not judged, with its reason; a fault of the kit is an error', () => {
    expect(xml).toContain(
      '<skipped message="AWS not ready yet: the mapping is Creating (AWS clock',
    );
    expect(xml).toContain('<skipped message="blocked: check 02 comes first');
    expect(xml).toContain('<error message="the kit itself: the check itself failed');
  });
});
