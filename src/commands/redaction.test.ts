import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { root } from '../lab/settings.ts';
import { plainOptions } from '../lab/options.ts';
import { Memory } from '../redaction/memory.ts';
import { showRedaction } from './redaction.ts';
import { corpus } from '../testing/redaction/redact-corpus.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { anyLab } from '../testing/lab/any-lab.ts';

let [printed, complained] = ['', ''];

/** Without what redactors of this checkout have met. */
const fresh = () => ({ memory: Promise.resolve(new Memory([])) });

beforeEach(() => {
  [printed, complained] = ['', ''];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    complained += String(text);
    return true;
  });
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

const secrets = [
  'arn:aws:sqs:us-east-1:987654321098:q',
  '"Owner": "ada@analytical.example.com"',
  'again 987654321098',
].join('\n');

test('a file: kind, alias, count and lines of what would be hidden, and never the secret', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'answer.json');
  await writeFile(file, secrets);
  expect(await showRedaction(anyLab, [file], fresh())).toBe(0);
  expect(printed).toMatch(/^Kind\s+Is\s+Becomes\s+Times\s+Lines$/m);
  expect(printed).toMatch(/^account id\s+98…98\s+123456789012\s+2\s+1, 3$/m);
  expect(printed).toMatch(/^mail address\s+ad…om\s+mail-hidden\s+1\s+2$/m);
  expect(printed).not.toContain('987654321098');
  expect(printed).not.toContain('analytical');
});

test('the whole corpus in one file: no secret is printed', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'all.txt');
  await writeFile(file, corpus.flatMap(({ forms }) => forms).join('\n'));
  expect(await showRedaction(anyLab, [file], fresh())).toBe(0);
  const table = printed.replaceAll(file, '');
  expect(table.split('\n').length).toBeGreaterThan(60);
  expect(corpus.filter(({ value }) => table.includes(value)).map(({ value }) => value)).toEqual([]);
});

test('"-" reads stdin', async () => {
  async function* input() {
    yield Buffer.from('the key AKIA');
    yield Buffer.from('IOSFODNN7EXAMPLE');
  }
  expect(await showRedaction(anyLab, ['-'], { input: input(), ...fresh() })).toBe(0);
  expect(printed).toMatch(/^access key id\s+AK…LE\s+AKIA-hidden\s+1\s+1$/m);
});

test('a file without secrets is said to be one', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'clean.txt');
  await writeFile(file, 'arn:aws:sqs:us-east-1:123456789012:q\n');
  expect(await showRedaction(anyLab, [file], fresh())).toBe(0);
  expect(printed).toBe(`Redaction would hide nothing in ${file}.\n`);
});

test('--json gives the rows', async () => {
  const asJson = { ...anyLab, options: { ...plainOptions, json: true } };
  async function* input() {
    yield Buffer.from('10.20.30.40\n\n10.20.30.40');
  }
  expect(await showRedaction(asJson, ['-'], { input: input(), ...fresh() })).toBe(0);
  expect(JSON.parse(printed)).toEqual([
    {
      file: 'stdin',
      kind: 'IP address',
      secret: '10…40',
      alias: 'ip-hidden',
      count: 2,
      lines: [1, 3],
    },
  ]);
});

test('the docs of a fresh clone: every page of the kit is looked at, and no example in them is a secret', async () => {
  const folder = join(root, 'docs');
  const pages = await readdir(folder, { recursive: true, withFileTypes: true });
  expect(await showRedaction(anyLab, [], fresh())).toBe(0);
  const count = pages.filter((entry) => entry.isFile()).length;
  expect(printed).toBe(`No secret is left in the ${count} files of docs/.\n`);
  expect(complained).toBe('');
});

test.each(['README.md', 'exam-notes.md', 'my-notes.md', 'more/deep/notes.txt', 'page.css'])(
  'without a word: a secret in docs/%s is found',
  async (name) => {
    await using folder = await temporaryFolder();
    await mkdir(dirname(join(folder.path, name)), { recursive: true });
    await writeFile(join(folder.path, name), 'by ada@analytical.example.com');
    expect(await showRedaction(anyLab, [], { docs: folder.path, ...fresh() })).toBe(1);
    expect(printed).toMatch(/^mail address /m);
  },
);

const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
const pdf = (...parts: (Buffer | string)[]) =>
  Buffer.concat(['%PDF-1.7\n', ...parts, '\n%%EOF\n'].map((part) => Buffer.from(part)));

test.each([
  ['plain', pdf('1 0 obj << /Author (ada@analytical.example.com) >> endobj')],
  ['octal', pdf(String.raw`1 0 obj << /Author (ada\100analytical.example.com) >> endobj`)],
  ['UTF-16', pdf('<< /Author (', utf16('ada@analytical.example.com'), ') >>')],
  ['hexadecimal', pdf(`<< /Author <${utf16('ada@analytical.example.com').toString('hex')}> >>`)],
  [
    'packed',
    pdf(
      'stream\n',
      deflateSync('<pdf:Author>ada@analytical.example.com</pdf:Author>'),
      'endstream',
    ),
  ],
])('without a word: the author of a PDF, %s, is found', async (_, content) => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'proof.pdf'), content);
  expect(await showRedaction(anyLab, [], { docs: folder.path, ...fresh() })).toBe(1);
  expect(printed).toMatch(/^mail address /m);
});

test('without a word: what it did not look into is named', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'notes.md'), 'nothing');
  await writeFile(join(folder.path, 'photo.jpg'), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74]));
  await symlink('notes.md', join(folder.path, 'link.md'));
  expect(await showRedaction(anyLab, [], { docs: folder.path, ...fresh() })).toBe(0);
  expect(printed).toBe('No secret is left in the 1 file of docs/.\n');
  expect(complained.split('\n').map((line) => line.split(' (')[0])).toEqual([
    'Not looked into: link.md',
    'Not looked into: photo.jpg',
    '',
  ]);
});

test('what the kit’s pages use as an example is none in what a run has recorded', async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'evidence'));
  const example = 'arn:aws:iam::555566667777:root';
  await writeFile(join(folder.path, 'page.md'), example);
  expect(await showRedaction(anyLab, [], { docs: folder.path, ...fresh() })).toBe(0);
  await writeFile(join(folder.path, 'evidence', '01.txt'), example);
  expect(await showRedaction(anyLab, [], { docs: folder.path, ...fresh() })).toBe(1);
});

test('without a word: what the kit wrote to docs/ is redacted already', async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'evidence', 'sandbox'), { recursive: true });
  await writeFile(join(folder.path, 'evidence', 'sandbox', '01.json'), '"123456789012"');
  expect(await showRedaction(anyLab, [], { docs: folder.path, ...fresh() })).toBe(0);
  expect(printed).toContain('No secret is left in the 1 file');
});

test('without a word: a secret that somebody put into the evidence is found, and the exit code says so', async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'evidence', 'aws'), { recursive: true });
  await writeFile(join(folder.path, 'evidence', 'aws', '01.txt'), secrets);
  await writeFile(join(folder.path, 'index.html'), '<p>a&#64;example.org</p>');
  expect(await showRedaction(anyLab, [], { docs: folder.path, ...fresh() })).toBe(1);
  expect(printed).toContain(join('evidence', 'aws', '01.txt'));
  expect(printed).toMatch(/index\.html\nKind.*\nmail address/);
});

test('without evidence: says what records it', async () => {
  await using folder = await temporaryFolder();
  expect(await showRedaction(anyLab, [], { docs: folder.path, ...fresh() })).toBe(0);
  expect(printed).toBe('There is no evidence yet: npm start records it.\n');
});

test.each([[['no/such/file']], [['a', 'b']]])('%j is wrong usage', async (words) => {
  await expect(showRedaction(anyLab, words, fresh())).rejects.toMatchObject({ exitCode: 2 });
});

test('a name that one file tells is found in every other file of docs/', async () => {
  await using folder = await temporaryFolder();
  const evidence = join(folder.path, 'evidence', 'sandbox');
  await mkdir(evidence, { recursive: true });
  await writeFile(join(evidence, '01.txt'), 'looked at by ada.lovelace');
  await writeFile(join(evidence, '02.txt'), 'arn:aws:iam::123456789012:user/ada.lovelace');
  expect(await showRedaction(anyLab, [], { docs: folder.path, ...fresh() })).toBe(1);
  expect(printed).toMatch(/01\.txt\nKind.*\nuser name/);
});

test('what somebody typed into AWS is found in what AWS answers with', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'get-function.json');
  const answer = {
    Configuration: { Environment: { Variables: { STRIPE_KEY: 'rent', STAGE: 'x' } } },
    Tags: { Project: 'lab01', Team: 'ours' },
  };
  await writeFile(file, JSON.stringify(answer, null, 4));
  await showRedaction(anyLab, [file], fresh());
  expect(printed).toMatch(/^environment variable\s+…\s+text-hidden\s+1\s+5$/m);
  expect(printed).toMatch(/^tag\s+…\s+text-hidden\s+1\s+12$/m);
});
