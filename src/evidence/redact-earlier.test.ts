import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Memory } from '../redaction/memory.ts';
import { redactor } from '../redaction/redact.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { derivedFrom } from './derived.ts';
import { compareFiles, enterFiles } from './manifest.ts';
import type { Evidence } from './record.ts';
import { redactEarlier } from './redact-earlier.ts';

const evidence: Evidence = {
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

test('a name that a later answer tells is taken out of what was recorded before, pictures and manifest too', async () => {
  await using folder = await temporaryFolder();
  const path = 'evidence/sandbox/01-dead-letter-queue.json';
  const text = `${JSON.stringify(evidence, null, 2)}\n`;
  const files = new Map<string, string | Uint8Array>([
    [path, text],
    ...(await derivedFrom({ evidence, text }, path)),
  ]);
  for (const [name, content] of files) {
    await mkdir(dirname(join(folder.path, name)), { recursive: true });
    await writeFile(join(folder.path, name), content);
  }
  await enterFiles(folder.path, 'sandbox', files);

  const memory = new Memory(['123456789012']);
  expect(memory.newNames).toBe(0);
  redactor(memory)('arn:aws:iam::123456789012:user/ada.lovelace');
  expect(memory.newNames).toBe(1);
  expect(await redactEarlier(folder.path, memory)).toEqual([]);

  const names = [...files.keys()].filter((name) => !name.endsWith('.png'));
  for (const name of names) {
    expect(await readFile(join(folder.path, name), 'utf8')).not.toContain('lovelace');
  }
  expect(await readFile(join(folder.path, path), 'utf8')).toContain('Made by hidden');
  expect(await compareFiles(folder.path, 'sandbox')).toMatchObject({ edited: [], missing: [] });
});

test('what holds no such name stays as it is, byte by byte', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'evidence', 'sandbox', '01-dead-letter-queue.json');
  await mkdir(dirname(path), { recursive: true });
  const text = JSON.stringify({ ...evidence, proofs: [] });
  await writeFile(path, text);
  const memory = new Memory([]);
  redactor(memory)('arn:aws:iam::123456789012:user/grace.hopper');
  expect(await redactEarlier(folder.path, memory)).toEqual([]);
  expect(await readFile(path, 'utf8')).toBe(text);
});
