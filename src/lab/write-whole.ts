import { rename, rm, writeFile } from 'node:fs/promises';

/** Writes a file at once: a reader in another terminal sees the old file or the new one, never half of it. */
export async function writeWhole(
  file: string,
  content: string | Uint8Array,
  mode?: number,
): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  try {
    await writeFile(temporary, content, mode === undefined ? {} : { mode });
    await rename(temporary, file);
  } catch (error) {
    // A full disk leaves half a file, a folder in its place a whole one.
    await rm(temporary, { force: true }).catch(() => undefined);
    // Node names no file when the writing itself failed, and nobody knows the temporary name.
    throw error instanceof Error ? Object.assign(error, { path: file }) : error;
  }
}
