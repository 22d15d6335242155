import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runChild, temporaryFolder } from '../testing/lab/checkout.ts';
import { compareFiles, readManifest } from './manifest.ts';
import { reasonOf } from '../lab/errors.ts';
import { writeFiles } from './write-files.ts';

const files = new Map<string, string | Uint8Array>([
  ['evidence/sandbox/01-queue.json', '{}\n'],
  ['screenshots/sandbox/01-queue.png', Uint8Array.from([137, 80, 78, 71])],
  ['screenshots/sandbox/01-queue.txt', 'text\n'],
]);

test('all files are written and entered in the manifest', async () => {
  await using docs = await temporaryFolder();
  expect((await writeFiles(docs.path, 'sandbox', files)).warnings).toEqual([]);
  expect(await readFile(join(docs.path, 'screenshots/sandbox/01-queue.png'))).toEqual(
    Buffer.from([137, 80, 78, 71]),
  );
  expect(await compareFiles(docs.path, 'sandbox')).toEqual({
    checked: 3,
    edited: [],
    missing: [],
    extra: [],
  });
});

/** Another process, that writes twenty files of its own, one after the other. */
function writer(docs: string, name: string) {
  const module = JSON.stringify(join(import.meta.dirname, 'write-files.ts'));
  const program = `
    const { writeFiles } = await import(${module});
    for (let turn = 0; turn < 20; turn += 1) {
      const file = new Map([['evidence/sandbox/${name}-' + turn + '.txt', 'text']]);
      const { warnings } = await writeFiles(${JSON.stringify(docs)}, 'sandbox', file);
      if (warnings.length > 0) throw new Error(warnings.join());
    }`;
  return runChild(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: docs,
    environment: {},
  });
}

test('what several processes write at the same moment is all in the manifest', async () => {
  await using docs = await temporaryFolder();
  const ended = await Promise.all(['a', 'b', 'c'].map((name) => writer(docs.path, name)));
  for (const { code, stderr } of ended) expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(await compareFiles(docs.path, 'sandbox')).toEqual({
    checked: 60,
    edited: [],
    missing: [],
    extra: [],
  });
});

test('files of no target are in no manifest', async () => {
  await using docs = await temporaryFolder();
  await writeFiles(docs.path, undefined, new Map([['screenshots/architecture.txt', 'text']]));
  expect(await readdir(docs.path)).toEqual(['screenshots']);
});

test('a file in the place of a folder costs what belongs there, and is said once with its reason', async () => {
  await using docs = await temporaryFolder();
  await writeFile(join(docs.path, 'screenshots'), 'in the way');
  expect((await writeFiles(docs.path, 'sandbox', files)).warnings).toEqual([
    'docs/screenshots/sandbox/01-queue.png and 1 more could not be written: a file is in the place of a folder (ENOTDIR)',
  ]);
  expect(await readFile(join(docs.path, 'evidence/sandbox/01-queue.json'), 'utf8')).toBe('{}\n');
  expect(Object.keys((await readManifest(docs.path, 'sandbox'))?.files ?? {})).toEqual([
    'evidence/sandbox/01-queue.json',
  ]);
});

test('a folder in the place of a file costs that file, and leaves no half of it', async () => {
  await using docs = await temporaryFolder();
  await mkdir(join(docs.path, 'screenshots/sandbox/01-queue.txt'), { recursive: true });
  const {
    warnings: [warning],
  } = await writeFiles(docs.path, 'sandbox', files);
  expect(warning).toMatch(
    /^docs\/screenshots\/sandbox\/01-queue\.txt could not be written: a folder is in its place \(EISDIR\)$/,
  );
  expect((await readdir(join(docs.path, 'screenshots/sandbox'))).toSorted()).toEqual([
    '01-queue.png',
    '01-queue.txt',
  ]);
});

test.skipIf(process.platform !== 'linux')('a full disk is called that', async () => {
  await using docs = await temporaryFolder();
  await mkdir(join(docs.path, 'evidence/sandbox'), { recursive: true });
  // Where the new content is written first: every write to it finds no space.
  await symlink('/dev/full', join(docs.path, `evidence/sandbox/01-queue.json.${process.pid}`));
  expect((await writeFiles(docs.path, 'sandbox', files)).warnings).toEqual([
    'docs/evidence/sandbox/01-queue.json could not be written: the disk is full (ENOSPC)',
  ]);
  expect(await readdir(join(docs.path, 'screenshots/sandbox'))).toHaveLength(2);
});

test('a broken manifest is said too: the files are there', async () => {
  await using docs = await temporaryFolder();
  await mkdir(join(docs.path, 'evidence/sandbox/manifest.json'), { recursive: true });
  expect((await writeFiles(docs.path, 'sandbox', files)).warnings).toEqual([
    expect.stringMatching(
      /^docs\/evidence\/sandbox\/manifest\.json could not be written: .*EISDIR/,
    ),
  ]);
  expect(await readFile(join(docs.path, 'evidence/sandbox/01-queue.json'), 'utf8')).toBe('{}\n');
});

test('what the operating system says is put in words, and what has none is passed on', () => {
  const error = (code: string) => Object.assign(new Error(`${code}: as it said`), { code });
  expect(reasonOf(error('EACCES'))).toBe('you may not write there (EACCES)');
  expect(reasonOf(error('EROFS'))).toBe('the disk is read-only (EROFS)');
  expect(reasonOf(error('EIO'))).toBe('EIO: as it said');
});

test('what is still secret is not written, and the warning names the kind, not the secret', async () => {
  await using folder = await temporaryFolder();
  const key = `AKIA${'Z'.repeat(16)}`;
  const files = new Map([
    ['evidence/sandbox/01-a.json', `{"key":"${key}"}\n`],
    ['evidence/sandbox/02-b.json', '{}\n'],
  ]);
  const { warnings, paths } = await writeFiles(folder.path, 'sandbox', files);
  expect(paths).toEqual(['evidence/sandbox/02-b.json']);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('docs/evidence/sandbox/01-a.json could not be written');
  expect(warnings[0]).toContain('access key');
  expect(warnings[0]).not.toContain(key);
  expect(await readdir(join(folder.path, 'evidence', 'sandbox'))).toEqual([
    '02-b.json',
    'manifest.json',
  ]);
});
