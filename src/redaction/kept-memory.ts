import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labHome } from '../lab/settings.ts';
import { writeWhole } from '../lab/write-whole.ts';
import { Memory } from './memory.ts';
import type { Kept } from './memory.ts';

const memoryFile = join(labHome, 'redaction.json');

/**
 * What all redactors of this checkout have met: a name that one file hides must not stand in another.
 * @param accountIds the lab's own
 */
export async function openMemory(
  accountIds: readonly string[],
  file = memoryFile,
): Promise<Memory> {
  return new Memory(accountIds, await readKept(file));
}

/** Keeps what a redactor has met. A disk that takes no file makes nothing worse than it was. */
export async function keepMemory(memory: Memory, file = memoryFile): Promise<void> {
  await writeWhole(file, JSON.stringify(memory.kept()), 0o600).catch(() => undefined);
}

async function readKept(file: string): Promise<Kept | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Partial<Kept>;
    const { salt, accounts, words } = kept;
    const isWhole =
      typeof salt === 'string' && typeof accounts === 'object' && typeof words === 'object';
    return isWhole ? (kept as Kept) : undefined;
  } catch {
    return undefined;
  }
}
