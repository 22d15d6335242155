import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../src/judging/index.ts';
import { listSteps, loadCheck } from '../src/judging/steps.ts';
import { anyLab } from '../src/testing/lab/any-lab.ts';
import { shippedSteps } from '../src/testing/lab/shipped-steps.ts';

const entries = await listSteps();
const checks = await Promise.all(entries.map((entry) => loadCheck(anyLab, entry)));

test('every check is proven on paper by a test of this folder', async () => {
  const folder = join(root, 'checks');
  const tests = (await readdir(folder)).filter((name) => name.endsWith('.test.ts'));
  const texts = await Promise.all(tests.map((name) => readFile(join(folder, name), 'utf8')));
  const proven = new Set(
    texts.flatMap((text) => {
      const imports = [...text.matchAll(/import \{ check as (\w+) \} from '\.\/(\d\d)-/g)];
      return imports
        .filter(([, name]) => text.includes(`proveCheck(${name}, {`))
        .map(([, , number]) => number);
    }),
  );
  expect(proven).toEqual(new Set(shippedSteps));
});

test('the fifteen proofs are each shown by exactly one check', () => {
  const numbers = checks.flatMap(({ proofs }) => proofs.map(({ number }) => number));
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
  const names = checks.flatMap(({ proofs }) => proofs.map(({ name }) => name));
  expect(new Set(names).size).toBe(15);
});

/** Of the checks before this one: `01/exists`. */
const expectationsBefore = (number: string) =>
  checks
    .filter(({ step }) => step < number)
    .flatMap(({ step, expectations }) => expectations.map(({ id }) => `${step}/${id}`));

describe.each(entries.map((entry, i) => ({ entry, check: checks[i] })))(
  'check $entry.number',
  ({ entry, check }) => {
    test('has the number of its file, and needs only checks before it, or expectations of them', () => {
      expect(check?.step).toBe(entry.number);
      const before = checks.filter(({ step }) => step < entry.number);
      const known = before.flatMap(({ step, expectations }) => [
        step,
        ...expectations.map(({ id }) => `${step}/${id}`),
      ]);
      expect(known).toEqual(expect.arrayContaining([...(check?.needs ?? [])]));
    });

    test('has proofs that stand for expectations of it', () => {
      const ids = check?.expectations.map(({ id }) => id) ?? [];
      for (const { rules = [] } of check?.proofs ?? [])
        expect(ids).toEqual(expect.arrayContaining([...rules]));
    });

    test('has expectations that need only expectations before them', () => {
      const expectations = check?.expectations ?? [];
      expect(expectations.length).toBeGreaterThan(0);
      for (const [i, { needs = [] }] of expectations.entries()) {
        const before = [
          ...expectations.slice(0, i).map(({ id }) => id),
          ...expectationsBefore(entry.number),
        ];
        expect(before).toEqual(expect.arrayContaining([...needs]));
      }
    });

    test('says of every expectation what it rests on: a page of AWS', () => {
      for (const { source } of check?.expectations ?? []) {
        expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/\S+$/);
      }
    });
  },
);
