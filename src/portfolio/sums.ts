import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { sha256 } from '../evidence/manifest.ts';

/** Names every file of a portfolio with its SHA-256, in the form that `sha256sum --check` reads. */
export const sumsFile = 'SHA256SUMS';

/** SHA-256 by path, relative to the portfolio, with "/". */
export type Sums = ReadonlyMap<string, string>;

export function sumsText(files: ReadonlyMap<string, string | Uint8Array>): string {
  const lines = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return lines.map(([path, content]) => `${sha256(content)}  ${path}\n`).join('');
}

/**
 * @param folder of a portfolio
 * @returns undefined when there is no such file
 * @throws Error when it is not one that the kit writes
 */
export async function readSums(folder: string): Promise<Sums | undefined> {
  const file = join(folder, sumsFile);
  const there = await lstat(file).catch(() => undefined);
  if (there === undefined) return undefined;
  if (!there.isFile()) throw new Error('it is not a plain file');
  const sums = new Map<string, string>();
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    if (line === '') continue;
    const [, digest, path] = /^([0-9a-f]{64}) {2}(\S[^\0\\]*)$/.exec(line) ?? [];
    if (digest === undefined || path === undefined || !staysInside(path) || sums.has(path))
      throw new Error(`this line is none of the kit's: ${line.slice(0, 120)}`);
    sums.set(path, digest);
  }
  return sums;
}

const staysInside = (path: string) =>
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

/**
 * The SHA-256 of a file in a folder. Follows no link, in no part of the path.
 * @returns undefined when it is not there, `not a plain file` for a link, a folder or a device, also on the way
 */
export async function digestAt(folder: string, path: string): Promise<string | undefined> {
  const parts = path.split('/');
  for (const [at] of parts.entries()) {
    const there = await lstat(join(folder, ...parts.slice(0, at + 1))).catch(() => undefined);
    if (there === undefined) return undefined;
    const fits = at === parts.length - 1 ? there.isFile() : there.isDirectory();
    if (!fits) return 'not a plain file';
  }
  return sha256(await readFile(join(folder, path)));
}

/** Paths of all files and links in a folder, without `.git`, by name. Follows no link. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const lists = entries
    .filter(({ name }) => name !== '.git')
    .map(async (entry) => {
      if (!entry.isDirectory()) return [entry.name];
      const inside = await filesIn(join(folder, entry.name));
      return inside.map((path) => `${entry.name}/${path}`);
    });
  return (await Promise.all(lists))
    .flat()
    .map((path) => relative('.', path).replaceAll('\\', '/'))
    .toSorted();
}
