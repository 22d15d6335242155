import { lstat, mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { sha256 } from '../evidence/manifest.ts';
import { LabError, reasonOf } from '../lab/errors.ts';
import { ownDocs } from '../lab/made-files.ts';
import { writeWhole } from '../lab/write-whole.ts';
import type { Files } from './portfolio.ts';
import { digestAt, readSums, sumsFile } from './sums.ts';
import type { Sums } from './sums.ts';

/** A folder that may take a portfolio. */
export interface Destination {
  readonly folder: string;
  /** What an earlier export wrote there; undefined: the folder is new or empty. */
  readonly before: Sums | undefined;
}

/**
 * Looks at the folder that somebody has named, and writes nothing.
 * @throws LabError (exit code 2) for a file, a folder inside `docs/`, and a folder that holds something else
 */
export async function destinationAt(name: string): Promise<Destination> {
  const folder = await realPlace(resolve(name));
  const docs = await realPlace(ownDocs);
  if (folder === docs || folder.startsWith(docs + sep))
    throw wrongPlace(name, 'is in docs/ of the kit, where runs write');
  const there = await lstat(folder).catch(() => undefined);
  if (there === undefined) return { folder, before: undefined };
  if (!there.isDirectory()) throw wrongPlace(name, 'is a file, and not a folder');
  const entries = (await readdir(folder)).filter((entry) => entry !== '.git');
  if (entries.length === 0) return { folder, before: undefined };
  const before = await readSums(folder).catch(() => undefined);
  if (before?.has('verify.mjs') !== true)
    throw wrongPlace(
      name,
      `is not empty and holds no portfolio (${entries.slice(0, 3).join(', ')})`,
    );
  return { folder, before };
}

function wrongPlace(name: string, why: string): LabError {
  return new LabError(`Cannot export to ${name}: it ${why}. Nothing was written`, {
    hint: 'Name a new or empty folder outside of docs/, or a portfolio to update: npx lab portfolio ../my-portfolio',
    exitCode: 2,
  });
}

/** The path without links, also of what is not there yet. */
async function realPlace(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined) return real;
  const above = dirname(path);
  return above === path ? path : join(await realPlace(above), basename(path));
}

/**
 * Writes a portfolio, or updates it: what an earlier export wrote and this one does not is removed. What the owner has edited
 * or added in a place of the export stops it before anything is written.
 * @returns how many files were written, and how many removed
 * @throws LabError (exit code 2) that names those files
 */
export async function writePortfolio({ folder, before }: Destination, files: Files) {
  const obsolete = [...(before?.keys() ?? [])].filter((path) => !files.has(path));
  const inTheWay: string[] = [];
  const changed: string[] = [];
  for (const path of [...files.keys(), ...obsolete]) {
    const now = await digestAt(folder, path);
    const content = files.get(path);
    const isSame = content !== undefined && now === sha256(content);
    if (content !== undefined && !isSame) changed.push(path);
    if (now === undefined || isSame || path === sumsFile || now === before?.get(path)) continue;
    inTheWay.push(path);
  }
  if (inTheWay.length > 0) throw edited(folder, inTheWay);
  try {
    // The sums come last: until then, the files that they name are those of the export before.
    for (const path of changed.toSorted((a, b) => Number(a === sumsFile) - Number(b === sumsFile)))
      await write(join(folder, path), files.get(path) ?? '');
    for (const path of obsolete) await rm(join(folder, path), { force: true });
  } catch (cause) {
    throw new LabError(`The portfolio in ${folder} is not whole: ${reasonOf(cause)}`, {
      hint: 'Run the same command again when that is fixed.',
      exitCode: 2,
      cause,
    });
  }
  return { written: changed.length, removed: obsolete.length };
}

async function write(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeWhole(file, content);
}

function edited(folder: string, paths: readonly string[]): LabError {
  const shown = paths.slice(0, 5).join(', ');
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  return new LabError(
    `Cannot update ${folder}: ${shown}${more} changed since the last export, or is not of the export. Nothing was written`,
    {
      hint: 'Move your own words to a file of their own, such as ABOUT.md; move or delete the files that are named; then run it again.',
      exitCode: 2,
    },
  );
}
