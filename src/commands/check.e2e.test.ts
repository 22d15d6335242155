import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../judging/report-json.ts';
import { temporaryCheckout } from '../testing/lab/checkout.ts';
import type { Checkout } from '../testing/lab/checkout.ts';

let checkout: Checkout;

beforeAll(async () => {
  checkout = await temporaryCheckout();
  const { code, stderr } = await checkout.lab(['step', '1']);
  if (code !== 0) throw new Error(stderr);
});

afterAll(() => checkout.remove());

describe('lab check on a lab of which only the dead-letter queue is there', () => {
  it('fails what comes next, blocks what needs it, and says so as JSON and JUnit', async () => {
    const { code, stdout } = await checkout.lab(['check', '--json', '--junit', 'results.xml']);
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as Report;
    expect(report).toMatchObject({ schema: 1, target: 'SANDBOX', outcome: 'fail' });
    const all = report.checks.flatMap(({ step, expectations }) =>
      expectations.map((expectation) => ({ ...expectation, at: `${step}/${expectation.id}` })),
    );
    const failed = all.filter(({ outcome }) => outcome === 'fail').map(({ at }) => at);
    expect(failed).toEqual(['02/exists', '03/exists', '05/exists']);
    const unjudged = all.filter(({ outcome }) => outcome === 'not judged');
    expect(new Set(unjudged.map(({ cause }) => cause))).toEqual(new Set(['blocked']));
    for (const { blockedBy } of unjudged) expect(failed).toContain(blockedBy);
    const junit = await readFile(join(checkout.root, 'results.xml'), 'utf8');
    expect(junit).toContain(`tests="${all.length}" failures="3" errors="0"`);
  });

  it('cannot judge a check whose needs do not hold: exit code 2, and the first thing in the way', async () => {
    const { code, stdout } = await checkout.lab(['check', '10']);
    expect(code).toBe(2);
    expect(stdout).toContain('blocked: check 02 comes first: The queue lab01-worker-queue exists');
    expect(stdout).toContain('NOT JUDGED');
  });

  it('passes one check, records its evidence over what is none, and says the second time that it is up to date', async () => {
    const folder = join(checkout.root, 'docs', 'evidence', 'sandbox');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '01-create-dead-letter-queue.json'), '{"verdict":"pass"}');
    const first = await checkout.lab(['check', '1']);
    expect(first.code).toBe(0);
    expect(first.stdout).toContain(
      'evidence docs/evidence/sandbox/01-create-dead-letter-queue.json (proof 1)',
    );
    const second = await checkout.lab(['check', '1']);
    expect(first.stderr + second.stderr).toBe('');
    expect(second.stdout).toContain('The evidence of 1 check is up to date');
  });

  it('hints at the first thing that fails, as far as it is asked to', async () => {
    const { code, stdout } = await checkout.lab(['hint', '3']);
    expect(code).toBe(0);
    expect(stdout).toContain('✗ The queue lab01-worker-queue exists');
    expect(stdout).toContain('aws sqs get-queue-url --queue-name lab01-worker-queue');
    expect(stdout).toContain('It does not exist. The check looked in the Region us-east-1');
    expect(stdout).toContain('    aws sqs create-queue --queue-name lab01-worker-queue ');
    expect(stdout).toContain('    # the same, shorter: npx lab step 2\n');
  });

  it('names a JUnit file that cannot be written, after the verdict', async () => {
    await symlink('/dev/full', join(checkout.root, 'full.xml'));
    const { code, stdout, stderr } = await checkout.lab(['check', '1', '--junit', 'full.xml']);
    expect(stdout).toContain('PASS');
    expect(stderr).toContain('Cannot write the JUnit report');
    expect(code).toBe(2);
  });
});
