import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepMemory, openMemory } from './kept-memory.ts';
import { redactor } from './redact.ts';

const machine = { home: '/home/ada', host: 'adas-laptop', checkout: '/srv/lab01' };
const accountId = '987654321098';
let file: string;

beforeAll(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'lab-memory-')), 'redaction.json');
  const memory = await openMemory([accountId], file);
  redactor(
    memory,
    machine,
  )(`"Arn": "arn:aws:iam::602315874409:user/ada.lovelace"
{"Environment": {"Variables": {"DB": "analytical-mill-7"}}} arn:aws:iam::318840027716:root`);
  await keepMemory(memory, file);
});

afterAll(async () => {
  await rm(join(file, '..'), { recursive: true });
});

test('a name that was hidden in one file is hidden in the next one, where nothing tells that it is a name', async () => {
  const redact = redactor(await openMemory([accountId], file), machine);
  expect(redact('worked on by ada.lovelace with analytical-mill-7')).toBe(
    'worked on by hidden with text-hidden',
  );
});

test('an account has the same alias in every file, in whatever order they are met', async () => {
  const redact = redactor(await openMemory([accountId], file), machine);
  expect(redact('arn:aws:iam::318840027716:root and arn:aws:iam::602315874409:root')).toBe(
    'arn:aws:iam::444455556666:root and arn:aws:iam::111122223333:root',
  );
});

test('what is kept names nobody', async () => {
  const kept = await readFile(file, 'utf8');
  expect(kept).not.toMatch(/lovelace|mill|602315874409|318840027716/);
});

test('a memory that cannot be read is an empty one', async () => {
  const redact = redactor(await openMemory([accountId], join(file, '..', 'none.json')), machine);
  expect(redact('worked on by ada.lovelace')).toBe('worked on by ada.lovelace');
});

test('what belongs to one answer is not kept: runs do not make the memory grow', async () => {
  const memory = await openMemory([accountId], file);
  const before = Object.keys(memory.kept().words);
  redactor(
    memory,
    machine,
  )(
    `{"requestId": "3f1c9a52-8d4e-5b60-9c7a-0e1d2f3a4b5c", "ReceiptHandle": "any-handle/at+all=9"}`,
  );
  expect(Object.keys(memory.kept().words)).toEqual(before);
});
