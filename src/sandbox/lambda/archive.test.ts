import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { extractArchive } from './archive.ts';
import { zipOf } from './testing.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

const refused = {
  code: 'InvalidParameterValueException',
  message: 'Could not unzip uploaded file. Please check your file, then try to upload again.',
};

/** The same length, so that the zip stays whole; names stand in it twice. */
function renamed(zip: Buffer, from: string, to: string): Buffer {
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
}

test('extractArchive() unpacks folders and files and keeps what is executable', async () => {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('text'), 'deep/er/file.txt');
  zip.addBuffer(Buffer.from('#!/bin/sh'), 'tool', { mode: 0o100755 });
  zip.addEmptyDirectory('empty');
  zip.end();
  await extractArchive(await buffer(zip.outputStream), folder);
  expect(await readFile(join(folder, 'deep/er/file.txt'), 'utf8')).toBe('text');
  expect((await stat(join(folder, 'tool'))).mode & 0o111).not.toBe(0);
  expect((await readdir(folder)).toSorted()).toEqual(['deep', 'empty', 'tool']);
});

test.each([
  ['../', 'xx/evil.js', '../evil.js'],
  ['an absolute path', 'xevil.js', '/evil.js'],
  ['a drive', 'xx/evil.js', 'C:/evil.js'],
  ['a backslash', 'xx/evil.js', String.raw`..\evil.js`],
])(
  'extractArchive() refuses a name with %s and writes nothing outside',
  async (_what, from, to) => {
    const zip = renamed(await zipOf({ [from]: 'x' }), from, to);
    await expect(extractArchive(zip, folder)).rejects.toMatchObject(refused);
    expect(await readdir(folder)).toEqual([]);
  },
);

test('extractArchive() refuses links', async () => {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('/etc/passwd'), 'link', { mode: 0o120777 });
  zip.end();
  await expect(extractArchive(await buffer(zip.outputStream), folder)).rejects.toMatchObject(
    refused,
  );
  expect(await readdir(folder)).toEqual([]);
});

test('extractArchive() refuses two entries of one name', async () => {
  const zip = renamed(await zipOf({ 'a.js': '1', 'b.js': '2' }), 'b.js', 'a.js');
  await expect(extractArchive(zip, folder)).rejects.toMatchObject(refused);
});

test('extractArchive() refuses content that does not match its checksum', async () => {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('original'), 'a.txt', { compress: false });
  zip.end();
  const changed = renamed(await buffer(zip.outputStream), 'original', 'modified');
  await expect(extractArchive(changed, folder)).rejects.toMatchObject(refused);
});

test('extractArchive() refuses a zip bomb: more than 250 MiB unpacked', async () => {
  const zip = new ZipFile();
  const part = Buffer.alloc(64 * 1024 * 1024);
  for (let i = 0; i < 4; i += 1) zip.addBuffer(part, `zeros-${i}`);
  zip.end();
  await expect(extractArchive(await buffer(zip.outputStream), folder)).rejects.toMatchObject({
    code: 'InvalidParameterValueException',
    message: 'Unzipped size must be smaller than 262144000 bytes',
  });
});

test('extractArchive() does not believe a declared size that is too small', async () => {
  const zip = await zipOf({ 'a.txt': 'a'.repeat(1000) });
  // The uncompressed size, in the local header or data descriptor and in the central directory.
  const honest = Buffer.alloc(4);
  honest.writeUInt32LE(1000);
  const lying = Buffer.alloc(4);
  lying.writeUInt32LE(10);
  const forged = renamed(zip, honest.toString('latin1'), lying.toString('latin1'));
  expect(forged.equals(zip)).toBe(false);
  await expect(extractArchive(forged, folder)).rejects.toMatchObject(refused);
});
