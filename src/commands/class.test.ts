import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { classCommand } from './class.ts';
import type { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { anyLab } from '../testing/lab/any-lab.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-class-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A lab in which nobody may ask for a target. */
const labWith = (options: Partial<Lab['options']>): Lab => ({
  ...anyLab,
  target: () => {
    throw new Error('nothing may be asked');
  },
  options: { ...anyLab.options, out: join(folder, 'report'), ...options },
});

const refusal = (lab: Lab, ...words: string[]): Promise<LabError> =>
  classCommand(lab, words).then(
    () => Promise.reject(new Error('nothing was refused')),
    (error: unknown) => error as LabError,
  );

test.each([
  ['only a header', 'name,profile,region,prefix\n', /The roster has no learner: .*roster\.csv$/],
  ['only bad rows', 'name,prefix\n,x-\n', /roster\.csv\n {2}line 2: no name; row skipped$/],
])('a roster of %s is refused before anything is asked or written', async (_, text, says) => {
  const file = join(folder, 'roster.csv');
  await writeFile(file, text);
  const { message, hint, exitCode } = await refusal(labWith({ profile: 'x' }), file);
  expect(message).toMatch(says);
  expect(hint).toMatch(/^Add a line /);
  expect(exitCode).toBe(2);
  expect(await readdir(folder)).toEqual(['roster.csv']);
});

test('a folder in which nobody has handed in is refused, and nothing is written', async () => {
  const { message, exitCode } = await refusal(labWith({ evidence: folder }));
  expect(message).toBe(`The folder has no learner: ${folder}`);
  expect(exitCode).toBe(2);
  expect(await readdir(folder)).toEqual([]);
});
