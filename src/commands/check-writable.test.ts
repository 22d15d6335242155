import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plainOptions } from '../lab/options.ts';
import { labOf } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { checkFileWritable, checkFolderWritable } from './check-writable.ts';
import { classCommand } from './class.ts';
import { conformanceCommand } from './conformance.ts';
import { whatIfCommand } from './what-if.ts';

test('a file in a folder that is there can be written, and nothing is made by looking', async () => {
  await using folder = await temporaryFolder();
  await checkFileWritable(join(folder.path, 'x.svg'), '--svg');
  await checkFileWritable(undefined, '--svg');
  expect(await readdir(folder.path)).toEqual([]);
});

test('one in a folder that is missing, or that is a folder itself, is refused', async () => {
  await using folder = await temporaryFolder();
  const missing = join(folder.path, 'missing', 'x.svg');
  const refused = { exitCode: 2, hint: expect.stringContaining('--svg') as string };
  await expect(checkFileWritable(missing, '--svg')).rejects.toMatchObject(refused);
  await mkdir(join(folder.path, 'x.svg'));
  const taken = join(folder.path, 'x.svg');
  await expect(checkFileWritable(taken, '--svg')).rejects.toMatchObject(refused);
  await writeFile(join(folder.path, 'file'), '');
  const inFile = join(folder.path, 'file', 'report');
  await expect(checkFolderWritable(inFile, '--out')).rejects.toMatchObject({ exitCode: 2 });
});

/** Whoever asks for its session would begin to work. */
function untouched(options: Partial<Lab['options']>): Lab {
  const session = () => Promise.reject(new Error('it began to work'));
  const lab = labOf({ prefix: '', place: session, session });
  return { ...lab, options: { ...plainOptions, ...options } };
}

test.each<[string, (path: string) => Promise<number>]>([
  ['what-if --svg', (path) => whatIfCommand(untouched({ own: { svg: path } }))],
  ['conformance --out', (path) => conformanceCommand(untouched({ out: path }))],
  ['class --out', (path) => classCommand(untouched({ out: path }), ['no-roster-is-read.csv'])],
])('%s says before all work that it cannot write its result', async (_, command) => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'file'), '');
  const path = join(folder.path, 'file', 'result');
  await expect(command(path)).rejects.toMatchObject({
    message: expect.stringMatching(/^Cannot write to .+result: /),
    hint: expect.stringMatching(/^Nothing was done yet/),
    exitCode: 2,
  });
});
