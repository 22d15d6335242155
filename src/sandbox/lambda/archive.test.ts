import { mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { extractArchive } from './archive.ts';
import { zipOf } from '../../testing/sandbox/lambda.ts';

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

/** A zip with files, and with symbolic links. */
function zipWithLinks(
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>>,
): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, target] of Object.entries(links))
    zip.addBuffer(Buffer.from(target), name, { mode: 0o120777 });
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  return buffer(zip.outputStream);
}

describe.skipIf(process.platform === 'win32')('symbolic links', () => {
  test('are kept when they stay inside', async () => {
    const zip = await zipWithLinks(
      { 'lib/v1/index.js': 'one', 'lib/note.txt': 'note' },
      { latest: 'lib/v1', 'lib/v1/up.txt': '../note.txt', again: 'latest/index.js' },
    );
    await extractArchive(zip, folder);
    expect(await readlink(join(folder, 'latest'))).toBe('lib/v1');
    expect(await readFile(join(folder, 'latest/index.js'), 'utf8')).toBe('one');
    expect(await readFile(join(folder, 'again'), 'utf8')).toBe('one');
    expect(await readFile(join(folder, 'lib/v1/up.txt'), 'utf8')).toBe('note');
  });

  test.each<[string, Record<string, string>, string]>([
    ['an absolute path outside', { link: '/etc/passwd' }, 'link leads out of the package'],
    ['a way up', { 'a/link': '../../' }, 'a/link leads out of the package'],
    // By its letters it stays inside, but `deep/root` is the folder itself.
    [
      'a way up through another one',
      { 'deep/root': '..', link: 'deep/root/../' },
      'link leads out of the package',
    ],
    ['nothing', { link: 'missing.txt' }, 'link leads nowhere'],
    ['itself', { link: 'link' }, 'link leads nowhere'],
  ])('are refused when they lead to %s', async (_, links, why) => {
    const zip = await zipWithLinks({ 'a/b.txt': 'b' }, links);
    await expect(extractArchive(zip, folder)).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: expect.stringContaining(`Symbolic link ${why}`),
    });
    expect(await readdir(folder)).toEqual([]);
  });

  test.each<[string, (outside: string) => Record<string, string>]>([
    [
      'links below a link that leads outside',
      (outside) => ({ h: outside, 'h/.aws/config': '/etc/hosts', 'h/bin/aws': '/bin/sh' }),
    ],
    [
      'links below one that leads to a link outside',
      (outside) => ({ a: 'h', h: outside, 'a/.aws/config': '/etc/hosts' }),
    ],
  ])('that are refused leave nothing outside: %s', async (_, links) => {
    const outside = await mkdtemp(join(tmpdir(), 'archive-outside-'));
    try {
      const zip = await zipWithLinks({ 'h.txt': 'x' }, links(outside));
      await expect(extractArchive(zip, folder)).rejects.toMatchObject({
        code: 'InvalidParameterValueException',
      });
      expect(await readdir(outside)).toEqual([]);
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  test('are followed one after the other, up to a folder that is the package itself', async () => {
    const zip = await zipWithLinks(
      { 'lib/a.txt': 'a' },
      { 'deep/er/root': '../..', 'deep/a': 'er/root/lib/./a.txt', b: 'deep/er/../a' },
    );
    await extractArchive(zip, folder);
    expect(await readFile(join(folder, 'b'), 'utf8')).toBe('a');
  });

  test('are never written through: an entry below a link is refused', async () => {
    const zip = await zipWithLinks({ 'link/evil.txt': 'x', 'a/b.txt': 'b' }, { link: 'a' });
    await expect(extractArchive(zip, folder)).rejects.toMatchObject(refused);
    expect(await readdir(folder)).toEqual([]);
  });
});

test.skipIf(process.platform === 'win32')(
  'extractArchive() makes unreadable what others than the owner may not read',
  async () => {
    const zip = new ZipFile();
    for (const mode of [0o600, 0o640, 0o644, 0o755, 0o604])
      zip.addBuffer(Buffer.from('x'), mode.toString(8), { mode: 0o100000 | mode });
    zip.end();
    await extractArchive(await buffer(zip.outputStream), folder);
    const readable = [];
    for (const name of await readdir(folder))
      if (((await stat(join(folder, name))).mode & 0o444) !== 0) readable.push(name);
    expect(readable.toSorted((a, b) => a.localeCompare(b))).toEqual(['604', '644', '755']);
  },
);

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
