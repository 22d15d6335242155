import { rename, writeFile } from 'node:fs/promises';

/** A reader in another terminal sees the old file or the new one, never half of it. */
export async function writeWhole(file: string, content: string, mode?: number): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, content, mode === undefined ? {} : { mode });
  await rename(temporary, file);
}
