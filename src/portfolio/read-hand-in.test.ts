import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { sha256 } from '../evidence/manifest.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { handInFileName, handInLimits, nameProblem } from './hand-in-format.ts';
import { readHandIn } from './read-hand-in.ts';

// A hand-in may come from anybody: what is refused here is never unpacked to a disk.

const evidence = 'docs/evidence/sandbox/01-create-dead-letter-queue.json';
const about = {
  schema: 1,
  name: 'Ada Lovelace',
  time: '2026-11-28T10:00:00.000Z',
  kit: '1.0.0',
  files: { [evidence]: sha256('{}') },
};

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const file = () => join(folder.path, 'hand-in.zip');

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(() => folder.remove());

interface More {
  readonly name: string;
  readonly content?: Buffer | string;
  readonly mode?: number;
}

/** A zip with a hand-in's description, one file of evidence, and more. */
async function zipOf(more: readonly More[] = [], description: unknown = about): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(JSON.stringify(description)), 'hand-in.json');
  zip.addBuffer(Buffer.from('{}'), evidence);
  for (const { name, content = '{}', mode = 0o100644 } of more)
    zip.addBuffer(Buffer.from(content), name, { mode });
  zip.end();
  return buffer(zip.outputStream);
}

/** The same length: what stands in the zip as the name of a file becomes another name. */
function renamed(zip: Buffer, from: string, to: string): Buffer {
  expect(to).toHaveLength(from.length);
  const text = zip.toString('latin1');
  expect(text).toContain(from);
  return Buffer.from(text.replaceAll(from, to), 'latin1');
}

async function refusal(zip: Buffer): Promise<string> {
  await writeFile(file(), zip);
  return readHandIn(file()).then(
    () => 'it was read',
    (error: unknown) => (error as Error).message,
  );
}

test('a hand-in is read as it was packed', async () => {
  await writeFile(file(), await zipOf());
  const { about: said, files, touched } = await readHandIn(file());
  expect(said).toEqual(about);
  expect([...files.keys()]).toEqual([evidence]);
  expect(touched).toEqual([]);
});

test('what was changed, taken out or put in after it was packed is named', async () => {
  const gone = 'docs/evidence/sandbox/manifest.json';
  const added = 'docs/screenshots/sandbox/timeline.svg';
  const files = { [evidence]: sha256('{ }'), [gone]: sha256('') };
  await writeFile(file(), await zipOf([{ name: added }], { ...about, files }));
  const { touched } = await readHandIn(file());
  expect(touched).toEqual([evidence, gone, added]);
});

const inside = 'docs/evidence/sandbox/aaaaaaaaaaaa.json';

test.each([
  ['a path that leads out', '../../../../../../../../../../../etc/abcd'],
  ['a path that leads out in the middle', 'docs/evidence/sandbox/../../../.bashr_c'],
  ['a path from the root', '/etc/evidence/sandbox/aaaaaaaaaaaa.json'],
  ['a drive', 'C:/s/evidence/sandbox/aaaaaaaaaaaa.json'],
  ['a backslash', String.raw`docs\evidence\sandbox\aaaaaaaaaaaa.json`],
  ['a deeper folder', 'docs/evidence/sandbox/aaaaaaaaaa/a.json'],
  ['a place of no run', 'docs/evidence/another/aaaaaaaaaaaa.json'],
  ['a hidden file', 'docs/evidence/sandbox/.aaaaaaaaaaa.json'],
])('%s is refused', async (_, path) => {
  const name = path.padEnd(inside.length, 'a').slice(0, inside.length);
  const zip = renamed(await zipOf([{ name: inside }]), inside, name);
  expect(await refusal(zip)).toMatch(/no run writes|invalid|absolute|relative|not read/);
});

test('a symbolic link and a device are refused', async () => {
  for (const mode of [0o120777, 0o020644])
    expect(await refusal(await zipOf([{ name: inside, content: '/etc/passwd', mode }]))).toContain(
      'is a link or a device',
    );
});

test('a name that is in it twice is refused, also in capitals', async () => {
  const twice = await zipOf([{ name: inside }, { name: inside }]);
  expect(await refusal(twice)).toContain('is in it twice');
  const capitals = await zipOf([{ name: inside }, { name: inside.replace('aaaa', 'AAAA') }]);
  expect(await refusal(capitals)).toContain('is in it twice');
});

test('more files than a run writes are refused', async () => {
  const many = Array.from({ length: handInLimits.files + 1 }, (_, i) => ({
    name: `docs/evidence/sandbox/${i}.json`,
  }));
  expect(await refusal(await zipOf(many))).toContain(`more than ${handInLimits.files} files`);
});

test('a bomb is refused by the sizes that it declares', async () => {
  const zeros = Buffer.alloc(handInLimits.bytes / 2 + 1);
  const zip = await zipOf(
    [
      { name: inside, content: zeros },
      { name: inside.replace('a', 'b').replace('aaaa', 'bbbb'), content: zeros },
    ].map((one, i) => ({ ...one, name: `docs/evidence/sandbox/${i}.json` })),
  );
  expect(zip.length).toBeLessThan(1_000_000);
  expect(await refusal(zip)).toContain(`unpacks to more than ${handInLimits.bytes} bytes`);
});

test('a bomb that declares little is refused while it unpacks', async () => {
  const bytes = 5_000_000;
  const zip = await zipOf([{ name: inside, content: Buffer.alloc(bytes) }]);
  const declared = Buffer.alloc(4);
  declared.writeUInt32LE(bytes);
  const small = Buffer.alloc(4);
  small.writeUInt32LE(10);
  const lying = Buffer.from(
    zip.toString('latin1').replaceAll(declared.toString('latin1'), small.toString('latin1')),
    'latin1',
  );
  expect(lying.equals(zip)).toBe(false);
  expect(await refusal(lying)).not.toBe('it was read');
});

test('a file that is larger than any hand-in is not opened', async () => {
  expect(await refusal(Buffer.alloc(handInLimits.packedBytes + 1))).toContain('it has more than');
});

test('a damaged file is refused', async () => {
  const content = 'a text that stands in the zip as it is: '.repeat(3);
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(JSON.stringify(about)), 'hand-in.json');
  zip.addBuffer(Buffer.from(content), evidence, { compress: false });
  zip.end();
  const whole = await buffer(zip.outputStream);
  const damaged = Buffer.from(whole.toString('latin1').replace('a text', 'A text'), 'latin1');
  expect(await refusal(damaged)).toContain('is damaged');
});

test.each([
  ['nothing', ''],
  ['no zip', 'name,profile\n'],
  ['half a zip', undefined],
])('a file with %s is refused', async (_, content) => {
  const zip = content === undefined ? (await zipOf()).subarray(0, 200) : Buffer.from(content);
  expect(await refusal(zip)).toBe('it is no zip file');
});

test('a link is not followed', async () => {
  await writeFile(join(folder.path, 'other'), await zipOf());
  await symlink(join(folder.path, 'other'), file());
  await expect(readHandIn(file())).rejects.toThrow('it is not a plain file');
});

test.each([
  ['null', null],
  ['another schema', { ...about, schema: 2 }],
  ['no name', { ...about, name: 7 }],
  ['a name that acts on a terminal', { ...about, name: 'Ada\u001B[2J' }],
  ['a name of a thousand letters', { ...about, name: 'A'.repeat(1000) }],
  ['a time that is none', { ...about, time: 'yesterday' }],
  ['no files', { ...about, files: null }],
])('a description with %s is refused', async (_, description) => {
  expect(await refusal(await zipOf([], description))).toContain('it has no hand-in.json');
});

test('a file is named after its learner, whatever the name', () => {
  expect(handInFileName('Ada Lovelace')).toBe('lab01-ada-lovelace.zip');
  expect(handInFileName('Łukasz  Żak / 3')).toBe('lab01-łukasz-żak-3.zip');
  expect(handInFileName('../../etc/passwd')).toBe('lab01-etc-passwd.zip');
  expect(nameProblem('Ada Lovelace')).toBeUndefined();
  for (const name of ['', '///', 'Ada\nBob', 'a'.repeat(81), 'Ada\u202EBob'])
    expect(nameProblem(name)).toBeTypeOf('string');
});
