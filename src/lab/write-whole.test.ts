import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { asLabError } from './errors.ts';
import { writeWhole } from './write-whole.ts';

const disk = vi.hoisted(() => ({ isFull: false }));

// Node names no file when the writing itself fails.
vi.mock(import('node:fs/promises'), async (original) => {
  const real = await original();
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
  });
  const write = async (...args: Parameters<typeof real.writeFile>) => {
    await real.writeFile(...args);
    if (disk.isFull) throw full;
  };
  return { ...real, writeFile: write as typeof real.writeFile };
});

afterEach(() => {
  disk.isFull = false;
});

test('a full disk leaves the old file as it was, and the error names it', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'config');
  await writeFile(file, 'old');
  disk.isFull = true;
  const error = await writeWhole(file, 'new').catch((problem: unknown) => problem);
  expect(asLabError(error)?.message).toBe(`Cannot write ${file}: the disk is full (ENOSPC)`);
  expect(await readFile(file, 'utf8')).toBe('old');
  expect(await readdir(folder.path)).toEqual(['config']);
});
