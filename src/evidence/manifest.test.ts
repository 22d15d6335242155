import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { compareFiles, enterFiles, manifestPath, readManifest } from './manifest.ts';

const files = new Map([
  ['evidence/sandbox/01-queue.json', '{"check":"01"}\n'],
  ['screenshots/sandbox/01-queue.svg', '<svg/>\n'],
]);

/** A docs folder as the kit leaves it. */
async function written() {
  const folder = await temporaryFolder();
  for (const path of ['evidence/sandbox', 'screenshots/sandbox']) {
    await mkdir(join(folder.path, path), { recursive: true });
  }
  for (const [path, content] of files) await writeFile(join(folder.path, path), content);
  await enterFiles(folder.path, 'sandbox', files);
  return { ...folder, docs: folder.path };
}

const nothing = { edited: [], missing: [], extra: [] };

test('files as they were written are all found so', async () => {
  await using folder = await written();
  expect(await compareFiles(folder.docs, 'sandbox')).toEqual({ checked: 2, ...nothing });
});

test.each([...files.keys()])('one changed byte of %s is named', async (path) => {
  await using folder = await written();
  const bytes = await readFile(join(folder.docs, path));
  bytes[bytes.length - 2] = (bytes.at(-2) ?? 0) ^ 1;
  await writeFile(join(folder.docs, path), bytes);
  expect(await compareFiles(folder.docs, 'sandbox')).toEqual({
    checked: 2,
    ...nothing,
    edited: [path],
  });
});

test('a file that is gone and one that is too much are named', async () => {
  await using folder = await written();
  const [gone = ''] = files.keys();
  await rm(join(folder.docs, gone));
  await writeFile(join(folder.docs, 'evidence/sandbox/mine.txt'), '');
  const expected = { edited: [], missing: [gone], extra: ['evidence/sandbox/mine.txt'] };
  expect(await compareFiles(folder.docs, 'sandbox')).toEqual({ checked: 2, ...expected });
});

test('a link in the place of a file is an edit, and nobody follows it', async () => {
  await using folder = await written();
  const [path = ''] = files.keys();
  await rm(join(folder.docs, path));
  await symlink('/dev/zero', join(folder.docs, path));
  expect((await compareFiles(folder.docs, 'sandbox')).edited).toEqual([path]);
});

test('writing one file again does not bless an edit of another', async () => {
  await using folder = await written();
  const [first = '', second = ''] = files.keys();
  await writeFile(join(folder.docs, first), 'mine');
  await enterFiles(folder.docs, 'sandbox', new Map([[second, files.get(second) ?? '']]));
  expect((await compareFiles(folder.docs, 'sandbox')).edited).toEqual([first]);
});

test('any changed byte of the manifest itself is found', async () => {
  await using folder = await written();
  const file = join(folder.docs, manifestPath('sandbox'));
  const bytes = await readFile(file);
  for (const at of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await writeFile(file, changed);
    await expect(readManifest(folder.docs, 'sandbox'), `byte ${at}`).rejects.toThrow(
      /seal|JSON|names|undefined|expected/i,
    );
  }
});

test('a manifest that reaches out of its folders is refused', async () => {
  await using folder = await temporaryFolder();
  const outside = new Map([['evidence/sandbox/../../../secret', '']]);
  await enterFiles(folder.path, 'sandbox', outside);
  await expect(compareFiles(folder.path, 'sandbox')).rejects.toThrow('outside of its folders');
});
