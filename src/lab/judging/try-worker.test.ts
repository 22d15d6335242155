import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../settings.ts';
import { temporaryFolder } from '../testing/checkout.ts';
import { tryWorker } from './try-worker.ts';

async function tried(source: string, limitSeconds?: number) {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'handler.ts');
  await writeFile(file, source);
  return await tryWorker(file, limitSeconds);
}

test('the worker of the lab names the poison and prints nothing that we would take for an answer', async () => {
  expect(await tryWorker(join(root, 'src', 'handlers', 'worker.ts'))).toEqual({
    answer: { batchItemFailures: [{ itemIdentifier: 'poison' }] },
  });
});

test.each([
  ['throws', 'export const handler = async () => { throw new TypeError("no"); };', 'TypeError: no'],
  ['has a syntax error', 'export const handler = async () => {', 'SyntaxError'],
  ['exports nothing', 'export const other = 1;', 'exports no function named handler'],
  [
    'takes a callback',
    'export const handler = (e: any, c: any, cb: any) => cb(null, {});',
    'callback',
  ],
  ['ends the process', 'export const handler = async () => process.exit(0);', 'ended its process'],
])('a handler that %s is told as an error', async (_, source, error) => {
  expect(await tried(source)).toEqual({ error: expect.stringContaining(error) });
});

test('a handler that never answers is given up after its time', async () => {
  expect(await tried('export const handler = async () => { for (;;); };', 1)).toEqual({
    error: 'it did not answer within 1 s',
  });
});

test('a handler that returns nothing has answered nothing', async () => {
  expect(await tried('export const handler = async () => {};')).toEqual({ answer: null });
});
