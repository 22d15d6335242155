import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Target } from '../lab/session.ts';
import type { Finding } from './derive.ts';
import { foldersOf, sha256 } from './manifest.ts';
import { screensOfSample } from './sample.ts';

/** The learner's own pictures: the kit says nothing of them. */
const own = 'screenshots/console';

/** Drawn from no evidence: `npm start`, filmed once for the README. */
export const screens = ['screenshots/npm-start.svg', 'screenshots/npm-start.txt'];

const architecture = /^screenshots\/architecture(?:\.(?:svg|png|txt)|-dark\.svg)$/;

/**
 * What lies in `evidence/` and `screenshots/` and in no folder that a manifest covers: a reader of the folder may take it for a
 * proof. Follows no link.
 * @param targets that the folder has evidence of
 */
export async function unexpectedIn(docs: string, targets: readonly Target[]): Promise<string[]> {
  const covered = new Set([...targets.flatMap((target) => foldersOf(target)), own]);
  const found = await Promise.all(
    ['evidence', 'screenshots'].map((folder) => walk(docs, folder, covered)),
  );
  return found
    .flat()
    .filter((path) => !architecture.test(path) && !screens.includes(path))
    .toSorted();
}

/** Files, links, and folders with nothing in them. */
async function walk(docs: string, folder: string, covered: ReadonlySet<string>): Promise<string[]> {
  const entries = await readdir(join(docs, folder), { withFileTypes: true }).catch(() => []);
  const lists = entries.map(async (entry) => {
    const path = relative(docs, join(docs, folder, entry.name)).replaceAll('\\', '/');
    if (covered.has(path)) return [];
    if (!entry.isDirectory()) return [path];
    const inside = await walk(docs, path, covered);
    return inside.length === 0 ? [`${path}/`] : inside;
  });
  return (await Promise.all(lists)).flat();
}

/** The recording of `npm start` that is not the kit's. One that is not there shows nothing. */
export async function foreignScreens(docs: string): Promise<Finding[]> {
  const known = screensOfSample();
  const found = await Promise.all(
    screens.map(async (path) => {
      const content = await readFile(join(docs, path)).catch(() => undefined);
      return content === undefined || sha256(content) === known[path]
        ? []
        : [{ path, problem: 'it is not the recording that comes with this kit' }];
    }),
  );
  return found.flat();
}
