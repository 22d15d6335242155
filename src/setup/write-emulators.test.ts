import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Conformance } from '../commands/conformance.ts';
import { listExperiments } from '../experiments/list.ts';
import { listSteps } from '../judging/steps.ts';
import { root } from '../lab/settings.ts';
import { isShipped } from '../testing/lab/shipped-steps.ts';
import { emulatorsPage } from './write-emulators.ts';

/** Padding of tables is the formatter's. */
const plain = (text: string) => text.replaceAll(/ {2,}/g, ' ').replaceAll(/-{3,}/g, '---');

test('docs/emulators.md is what the results say: node src/setup/write-emulators.ts', async () => {
  const page = await readFile(join(root, 'docs', 'emulators.md'), 'utf8');
  expect(plain(page)).toBe(plain(await emulatorsPage()));
});

test('our own sandbox was tried with every step and every experiment, and agrees', async () => {
  const file = join(root, 'docs', 'emulators', 'sandbox.json');
  const { rows } = JSON.parse(await readFile(file, 'utf8')) as Conformance;
  const all = [...(await listSteps()).filter(isShipped), ...(await listExperiments())];
  expect(rows.map(({ number }) => number).toSorted()).toEqual(
    all.map(({ number }) => number).toSorted(),
  );
  expect(rows.filter(({ agreement }) => agreement !== 'agrees')).toEqual([]);
});
