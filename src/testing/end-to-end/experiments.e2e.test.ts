import { access, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleDocs } from '../../lab/made-files.ts';
import { runChild, temporaryCheckout } from '../lab/checkout.ts';
import type { Checkout } from '../lab/checkout.ts';

// One experiment as a learner runs it, from nothing: the long tests run them all.

let checkout: Checkout;

beforeAll(async () => {
  checkout = await temporaryCheckout();
});

afterAll(() => checkout.remove());

test('npx zx steps/20-… builds the lab, predicts, measures, records and restores, and asks nobody in a pipe', async () => {
  const step = 'steps/20-report-batch-item-failures.ts';
  const { code, stdout } = await runChild(process.execPath, ['src/zx.mjs', step], {
    cwd: checkout.root,
    environment: { PATH: process.env['PATH'] ?? '', HOME: checkout.root },
  });
  expect(stdout).toContain('There is no lab yet');
  expect(stdout).not.toContain('Your prediction');
  expect(stdout).toMatch(/Times that a good message is handled, without +3 +3 +G06 +as predicted/);
  expect(stdout).toMatch(/Times that a good message is handled, with +1 +1 +G06 +as predicted/);
  expect(stdout).toContain('sent 10 = deleted 0 + dead-lettered 10 + still there 0; lost 0');
  expect(stdout).toContain('sent 10 = deleted 9 + dead-lettered 1 + still there 0; lost 0');
  expect(stdout).toContain('All 7 checks of the built lab pass, as before.');
  expect(code).toBe(0);
  const name = 'sandbox/experiments/20-report-batch-item-failures';
  for (const file of [`evidence/${name}.json`, `evidence/${name}.txt`, `screenshots/${name}.svg`])
    await access(join(checkout.root, 'docs', file));
});

test('lab check 20 judges the recorded run again, and says what to run where there is none', async () => {
  const record = 'evidence/sandbox/experiments/20-report-batch-item-failures.json';
  await cp(join(sampleDocs, record), join(checkout.root, 'docs', record));
  const recorded = await checkout.lab(['check', '20']);
  expect(recorded.stdout).toContain("PASS  experiment 20: every number is as AWS's rule says");
  expect(recorded.code).toBe(0);
  const missing = await checkout.lab(['check', '28']);
  expect(missing.stderr).toContain('Experiment 28 has no record');
  expect(missing.stderr).toContain('npx lab experiment 28');
  expect(missing.code).toBe(2);
});

test('lab steps lists the experiments apart from the lab', async () => {
  const { stdout, code } = await checkout.lab(['steps']);
  const [lab = '', act2 = ''] = stdout.split('Act 2: break it');
  expect(lab).toContain('11  clean-up');
  expect(lab).not.toContain('20  ');
  expect(act2).toContain('20  One poison among nine good messages');
  expect(code).toBe(0);
});

test('an experiment that there is not is said with those that there are', async () => {
  const { stderr, code } = await checkout.lab(['experiment', '99']);
  expect(stderr).toMatch(/There is no experiment "99"[^]*npx lab steps/);
  expect(code).toBe(2);
});
