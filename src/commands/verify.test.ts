import { cp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Evidence } from '../evidence/evidence.ts';
import { forge, runDocs, textOf } from '../testing/evidence/run-docs.ts';
import { anyLab } from '../testing/lab/any-lab.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { verifyCommand } from './verify.ts';

const first = 'evidence/sandbox/01-create-dead-letter-queue.json';

let whole: Awaited<ReturnType<typeof runDocs>>;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let printed = '';

beforeAll(async () => {
  whole = await runDocs();
});

afterAll(() => whole.remove());

beforeEach(async () => {
  folder = await temporaryFolder();
  await cp(whole.path, folder.path, { recursive: true });
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await folder.remove();
});

const editFirst = (edit: (one: Evidence) => object) =>
  forge(folder.path, first, (content) => textOf(edit(JSON.parse(content.toString()) as Evidence)));

async function put(path: string): Promise<void> {
  await mkdir(dirname(join(folder.path, path)), { recursive: true });
  await writeFile(join(folder.path, path), '{}');
}

/** What it says, without colours. */
async function verify(): Promise<{ code: number; lines: string[] }> {
  const code = await verifyCommand(anyLab, [folder.path]);
  return { code, lines: stripVTControlCharacters(printed).split('\n') };
}

test('evidence of another version of the kit: how many files were not compared is said, and nobody says that they hold', async () => {
  await editFirst((one) => ({
    ...one,
    title: 'Whatever I like',
    versions: { ...one.versions, kit: '0.9.0' },
  }));
  // The page and the pictures show the words of the evidence.
  const { lines } = await verify();
  expect(lines).toContain(
    '  – the claims, commands and values of 1 of 12 files were not compared: version 0.9.0 of the kit recorded them, and other versions may use other words',
  );
  expect(lines).toContain(
    '  ✓ every claim, command and value in the other 11 of 12 files is what the recorded outputs give',
  );
});

test('evidence that another version recorded, with all that is made of it, cannot be judged: exit code 2', async () => {
  const { publish } = await import('../evidence/publish.ts');
  for (const path of await evidencePaths())
    await forge(folder.path, path, (content) =>
      content.toString().replace(/"kit": "[^"]*"/, '"kit": "0.9.0"'),
    );
  await publish(folder.path);
  const { code, lines } = await verify();
  expect(lines.filter((line) => line.includes('✗'))).toEqual([]);
  expect(lines.filter((line) => line.includes('every claim'))).toEqual([]);
  expect(lines.join('\n')).toContain('values of 12 of 12 files were not compared');
  expect(code).toBe(2);
});

async function evidencePaths(): Promise<string[]> {
  const { readEvidence } = await import('../evidence/read-evidence.ts');
  return (await readEvidence(folder.path, 'sandbox')).map(({ path }) => path);
}

test('all that somebody put beside the evidence, in the place of a picture of the kit, and into what was measured, is named at once', async () => {
  await put('evidence/proof-of-aws.json');
  await put('screenshots/console/queue.png');
  await put('images/npm-start.txt');
  await put('images/architecture.svg');
  await forge(folder.path, 'measured.md', (content) =>
    content.toString().replace(/maxReceiveCount `3`/, 'maxReceiveCount `5`'),
  );
  const manifest = join(folder.path, 'evidence/sandbox/manifest.json');
  await using elsewhere = await temporaryFolder();
  await rename(manifest, join(elsewhere.path, 'manifest.json'));
  await symlink(join(elsewhere.path, 'manifest.json'), manifest);
  const { code, lines } = await verify();
  expect(code).toBe(1);
  expect(lines[1]).toContain('The manifest cannot be used: it is not a plain file');
  expect(lines.filter((line) => /^ {6}\S/.test(line))).toEqual([
    '      differs  measured.md',
    '      images/architecture.svg: it is not the one that comes with this kit',
    '      images/npm-start.txt: it is not the one that comes with this kit',
    '      extra    evidence/proof-of-aws.json',
  ]);
});

test('nothing that evidence says acts on the terminal, or looks like a line of this command', async () => {
  const hostile = 'us\u001B[33m\u001B[1m\n  \u001B[32m✓\u001B[39m all is well';
  await editFirst((one) => ({
    ...one,
    region: hostile,
    versions: { ...one.versions, kit: hostile },
    check: '01',
    expectations: [{ ...one.expectations[0], id: hostile }],
  }));
  await put('evidence/\u001B[33mx.json');
  await rm(join(folder.path, 'index.html'));
  const { lines } = await verify();
  expect(printed).not.toContain('us\u001B');
  expect(printed).not.toContain('\u001B[33mx');
  expect(printed).toContain(String.raw`us\u001b[33m\u001b[1m\n`);
  expect(lines.filter((line) => /^ {2}✓ all is well/.test(line))).toEqual([]);
});
