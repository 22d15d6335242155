import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { dirname, join, relative } from 'node:path';
import type { Target } from '../lab/session.ts';
import { writeWhole } from '../lab/write-whole.ts';

/** What the kit wrote for one target, by path relative to `docs/`. Only the kit's own writing changes an entry. */
export interface Manifest {
  readonly schema: 1;
  readonly target: Target;
  readonly files: Readonly<Record<string, string>>;
  /** SHA-256 over everything above: a slip in the manifest itself is seen too. */
  readonly seal: string;
}

/** How the files of a target differ from its manifest. */
export interface FileFindings {
  readonly checked: number;
  readonly edited: readonly string[];
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

export const manifestPath = (target: Target) => `evidence/${target}/manifest.json`;

/** The one that proves most first. */
export const allTargets = ['aws', 'sandbox', 'emulator'] as const satisfies readonly Target[];

/** The folders that belong to a target, relative to `docs/`. */
export const foldersOf = (target: Target) => [`evidence/${target}`, `screenshots/${target}`];

/** The target in whose folders a path is; undefined for what is made of all of them. */
export function targetOf(path: string): Target | undefined {
  return allTargets.find((target) =>
    foldersOf(target).some((folder) => path.startsWith(`${folder}/`)),
  );
}

/** Evidence of a check, or of an experiment: recorded, and derived from nothing. */
export function isEvidencePath(path: string): boolean {
  return /^evidence\/\w+\/(?:experiments\/)?\d\d-[^/]*\.json$/.test(path);
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * Enters files that have just been written. The others keep their entries: what somebody has edited since
 * stays found.
 * @param docs the `docs` folder
 * @param written content by path relative to `docs`
 * @param gone paths that no longer belong to the kit
 */
export async function enterFiles(
  docs: string,
  target: Target,
  written: ReadonlyMap<string, string | Uint8Array>,
  gone: readonly string[] = [],
): Promise<void> {
  const before = await readManifest(docs, target).catch(() => undefined);
  const files = { ...before?.files };
  for (const [path, content] of written) files[path] = sha256(content);
  for (const path of gone) delete files[path];
  if (before !== undefined && isDeepStrictEqual(files, before.files)) return;
  const file = join(docs, manifestPath(target));
  await mkdir(dirname(file), { recursive: true });
  await writeWhole(file, manifestText(target, files));
}

/** The manifest of these files, by path relative to `docs/`. @param entries SHA-256 by path */
export function manifestText(target: Target, entries: Readonly<Record<string, string>>): string {
  const files = Object.fromEntries(
    Object.entries(entries).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  const body = { schema: 1, target, files };
  return `${JSON.stringify({ ...body, seal: sha256(JSON.stringify(body)) }, null, 2)}\n`;
}

/**
 * @returns undefined when there is none
 * @throws Error when it is not as the kit wrote it
 */
export async function readManifest(docs: string, target: Target): Promise<Manifest | undefined> {
  const file = join(docs, manifestPath(target));
  const there = await lstat(file).catch(unlessMissing);
  if (there === undefined) return undefined;
  // A link may lead to the manifest of somebody else, and is not followed.
  if (!there.isFile()) throw new Error('it is not a plain file');
  const text = await readFile(file, 'utf8');
  const manifest = JSON.parse(text) as Manifest;
  const places = foldersOf(target).map((folder) => `${folder}/`);
  const foreign = Object.keys(manifest.files).find(
    (path) => path.includes('..') || !places.some((place) => path.startsWith(place)),
  );
  if (foreign !== undefined) throw new Error(`it names a file outside of its folders: ${foreign}`);
  if (text !== manifestText(target, manifest.files)) throw new Error('its seal does not fit');
  return manifest;
}

/** Compares every file of a target with its manifest. @throws as `readManifest` */
export async function compareFiles(docs: string, target: Target): Promise<FileFindings> {
  const entries = (await readManifest(docs, target))?.files ?? {};
  const present = new Map(await digestsOf(docs, target));
  const known = (path: string) => Object.hasOwn(entries, path);
  return {
    checked: Object.keys(entries).length,
    edited: [...present].flatMap(([path, digest]) =>
      known(path) && entries[path] !== digest ? [path] : [],
    ),
    missing: Object.keys(entries).filter((path) => !present.has(path)),
    extra: [...present.keys()].filter((path) => !known(path)),
  };
}

async function digestsOf(docs: string, target: Target): Promise<(readonly [string, string])[]> {
  const lists = await Promise.all(
    foldersOf(target).map(async (folder) => {
      const entries = await readdir(join(docs, folder), {
        withFileTypes: true,
        recursive: true,
      }).catch(unlessMissing);
      return (entries ?? []).filter((entry) => !entry.isDirectory());
    }),
  );
  const named = lists.flat().map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return { path, name: relative(docs, path).replaceAll('\\', '/'), plain: entry.isFile() };
  });
  return Promise.all(
    named
      .filter(({ name }) => name !== manifestPath(target))
      // A link or a device is never what the kit wrote, and it is not followed.
      .map(
        async ({ path, name, plain }) =>
          [name, plain ? sha256(await readFile(path)) : 'not a plain file'] as const,
      ),
  );
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
