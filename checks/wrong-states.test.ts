import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { listSteps, loadCheck } from '../src/judging/steps.ts';
import { catalogue, guideFile, inGuide, pageFile, table } from './wrong-states/pages.ts';
import { wrongStates } from './wrong-states.ts';
import { anyLab } from '../src/testing/lab/any-lab.ts';
import { isShipped } from '../src/testing/lab/shipped-steps.ts';

test('the catalogue has at least 45 wrong states, each with a name of its own', () => {
  const ids = wrongStates(anyLab).map(({ id }) => id);
  expect(ids.length).toBeGreaterThanOrEqual(45);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z0-9-]+$/.test(id))).toEqual([]);
});

test('every expectation of every check has a wrong state that it must catch, and there are no others', async () => {
  const steps = (await listSteps()).filter(isShipped);
  const checks = await Promise.all(steps.map((entry) => loadCheck(anyLab, entry)));
  const expectations = checks.flatMap(({ step, expectations: all }) =>
    all.map(({ id }) => `${step}/${id}`),
  );
  const caught = new Set(wrongStates(anyLab).map(({ fails }) => fails));
  expect([...caught].toSorted()).toEqual(expectations.toSorted());
});

test('a wrong state is on paper only where no command leads there', () => {
  const onPaper = wrongStates(anyLab).filter(({ onPaper: edits }) => edits !== undefined);
  expect(onPaper.length).toBeLessThan(12);
});

/** Formatting may change spaces, blank lines and the dashes of tables, nothing else. */
const linesOf = (text: string) =>
  text.split('\n').flatMap((line) => line.replaceAll(/[\s-]+/g, ' ').trim() || []);

/** The first lines that differ: a page is too long to be compared by eye. */
function differing(page: string, wanted: string) {
  const [is, should] = [linesOf(page), linesOf(wanted)];
  const first = should.findIndex((line, i) => line !== is[i]);
  if (first < 0 && is.length === should.length) return undefined;
  const at = first < 0 ? should.length : first;
  return { is: is.slice(at, at + 3), should: should.slice(at, at + 3) };
}

test('docs/wrong-states.md is the catalogue (node checks/wrong-states/pages.ts writes it)', async () => {
  expect(differing(await readFile(pageFile, 'utf8'), await catalogue())).toBeUndefined();
});

test('docs/instructor-guide.md has its table (node checks/wrong-states/pages.ts writes it)', async () => {
  const guide = await readFile(guideFile, 'utf8');
  expect(differing(guide, inGuide(guide, await table()))).toBeUndefined();
});

test('a page that is not the catalogue is told by its first differing line', () => {
  expect(differing('a\nb  c\nd', 'a\nb c\ne')).toEqual({ is: ['d'], should: ['e'] });
  expect(differing('a', 'a\nb')).toEqual({ is: [], should: ['b'] });
});
