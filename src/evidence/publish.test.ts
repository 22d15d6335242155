import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { forge, runDocs, textOf, wholeRun } from '../testing/evidence/run-docs.ts';
import { Memory } from '../redaction/memory.ts';
import { redactor } from '../redaction/redact.ts';
import { judgeRecorded } from './judge-recorded.ts';
import { compareFiles } from './manifest.ts';
import { publish } from './publish.ts';
import { readPlain } from './read-evidence.ts';
import type { Evidence } from './evidence.ts';
import { verifyDocs } from './verify.ts';
import { writeFiles } from './write-files.ts';

/** Counts what a publication reads and judges. */
function counting() {
  const reads = new Map<string, number>();
  const judgements = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string) =>
    counts.set(key, (counts.get(key) ?? 0) + 1);
  return {
    reads,
    judgements,
    read: (docs: string, path: string) => {
      count(reads, path);
      return readPlain(docs, path);
    },
    judge: (evidence: Evidence) => {
      count(judgements, evidence.check);
      return judgeRecorded(evidence);
    },
  };
}

test('a whole run records twelve checks and publishes once: each evidence is read once and judged once more', async () => {
  await using folder = await temporaryFolder();
  const run = await wholeRun();
  const { reads, judgements, read, judge } = counting();
  // What `lab run` does after each check: the evidence is written, and nothing else.
  for (const [path, evidence] of run) {
    const { warnings } = await writeFiles(
      folder.path,
      'sandbox',
      new Map([[path, textOf(evidence)]]),
    );
    expect(warnings).toEqual([]);
  }
  const { warnings, derived } = await publish(folder.path, { read, judge });
  expect(warnings).toEqual([]);
  expect(derived).toHaveLength(83);
  expect(run.size).toBe(12);
  expect(reads).toEqual(new Map([...run.keys()].map((path) => [path, 1])));
  expect(judgements).toEqual(new Map([...run.values()].map(({ check }) => [check, 1])));
  const { targets, shared } = await verifyDocs(folder.path);
  expect(shared).toMatchObject({ differing: [], missing: [] });
  expect(targets[0]).toMatchObject({ findings: [], manifest: { edited: [], extra: [] } });
});

/** When each file of a folder was written last. */
async function times(folder: string): Promise<Map<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).toSorted();
  const written = paths.map(async (path) => [path, (await stat(path)).mtimeMs] as const);
  return new Map(await Promise.all(written));
}

test('the second publication writes nothing, the manifest neither', async () => {
  await using folder = await runDocs();
  const before = await times(folder.path);
  expect((await publish(folder.path)).warnings).toEqual([]);
  expect(await times(folder.path)).toEqual(before);
});

test('a derived file that somebody edited is made again, and evidence that somebody edited stays found', async () => {
  await using folder = await runDocs();
  const twin = join(folder.path, 'screenshots/sandbox/01-dlq-configuration.png');
  const good = await readFile(twin);
  await writeFile(twin, 'edited');
  const evidence = 'evidence/sandbox/03-create-execution-role.json';
  const text = await readFile(join(folder.path, evidence), 'utf8');
  await writeFile(join(folder.path, evidence), `${text} `);
  await publish(folder.path);
  expect(await readFile(twin)).toEqual(good);
  expect(await compareFiles(folder.path, 'sandbox')).toMatchObject({
    edited: [evidence],
    missing: [],
    extra: [],
  });
});

test('what no evidence gives any more is removed when it is as the kit wrote it, and only then', async () => {
  await using folder = await runDocs();
  await forge(folder.path, 'screenshots/sandbox/01-old-name.svg', () => '<svg/>');
  await forge(folder.path, 'screenshots/sandbox/02-edited.svg', () => '<svg/>');
  await writeFile(join(folder.path, 'screenshots/sandbox/02-edited.svg'), '<svg>edited</svg>');
  await writeFile(join(folder.path, 'screenshots/sandbox/mine.png'), 'PNG');
  await publish(folder.path);
  const names = await readdir(join(folder.path, 'screenshots/sandbox'));
  expect(names).not.toContain('01-old-name.svg');
  expect(names).toEqual(expect.arrayContaining(['02-edited.svg', 'mine.png']));
  expect(await compareFiles(folder.path, 'sandbox')).toMatchObject({
    edited: ['screenshots/sandbox/02-edited.svg'],
    missing: [],
    extra: ['screenshots/sandbox/mine.png'],
  });
});

const named: Evidence = {
  schema: 1,
  target: 'SANDBOX',
  check: '01',
  title: 'Dead-letter queue',
  verdict: 'pass',
  time: '2026-11-23T10:00:00.000Z',
  region: 'us-east-1',
  accountId: '123456789012',
  prefix: '',
  versions: { kit: '1.0.0', node: 'v24.0.0', awsCli: '2.36.12' },
  observations: [],
  expectations: [],
  proofs: [
    {
      number: 1,
      name: 'dlq-configuration',
      title: 'DLQ configuration',
      claim: 'Made by ada.lovelace',
      command: 'aws sqs get-queue-attributes',
      output: '{"Made": "by ada.lovelace"}',
      values: [],
      rules: [],
    },
  ],
};
const path = 'evidence/sandbox/01-create-dead-letter-queue.json';

test('a name that a later answer tells is taken out of what was recorded before, pictures, page and manifest too', async () => {
  await using folder = await temporaryFolder();
  await forge(folder.path, path, () => textOf(named));
  await publish(folder.path);
  expect(await readFile(join(folder.path, 'index.html'), 'utf8')).toContain('lovelace');

  const memory = new Memory(['123456789012']);
  redactor(memory)('arn:aws:iam::123456789012:user/ada.lovelace');
  expect(memory.newNames).toBe(1);
  const { derived } = await publish(folder.path, { redact: redactor(memory) });
  const texts = [path, ...derived].filter((name) => !name.endsWith('.png'));
  expect(texts).toContain('index.html');
  const told: string[] = [];
  for (const name of texts)
    if ((await readFile(join(folder.path, name), 'utf8')).includes('lovelace')) told.push(name);
  expect(told).toEqual([]);
  expect(await readFile(join(folder.path, path), 'utf8')).toContain('Made by hidden');
  expect(await compareFiles(folder.path, 'sandbox')).toMatchObject({ edited: [], missing: [] });
});

test('a name is taken out of edited evidence too, and the edit stays found', async () => {
  await using folder = await temporaryFolder();
  await forge(folder.path, path, () => textOf(named));
  await publish(folder.path);
  await writeFile(join(folder.path, path), textOf({ ...named, title: 'Dead-letter queue' }) + ' ');
  const memory = new Memory(['123456789012']);
  redactor(memory)('arn:aws:iam::123456789012:user/ada.lovelace');
  await publish(folder.path, { redact: redactor(memory) });
  expect(await readFile(join(folder.path, path), 'utf8')).not.toContain('lovelace');
  expect((await compareFiles(folder.path, 'sandbox')).edited).toEqual([path]);
});

test('what holds no such name stays as it is, byte by byte', async () => {
  await using folder = await runDocs();
  const before = await times(folder.path);
  const memory = new Memory([]);
  redactor(memory)('arn:aws:iam::123456789012:user/grace.hopper');
  await publish(folder.path, { redact: redactor(memory) });
  expect(await times(folder.path)).toEqual(before);
});
