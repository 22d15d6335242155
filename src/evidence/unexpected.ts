import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Target } from '../lab/session.ts';
import type { Finding } from './derive.ts';
import { architecturePicture } from '../pictures/architecture.ts';
import { foldersOf, sha256 } from './manifest.ts';
import { screensOfSample } from './sample.ts';

/** The learner's own pictures: the kit says nothing of them. */
const own = 'screenshots/console';

/** Drawn from no evidence: `npm start`, filmed once for the README. A run leaves them alone. */
export const screens = ['images/npm-start.svg', 'images/npm-start.txt'];

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
    .filter((path) => !architecture.test(path))
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

/** The kit's own pictures, which a page may show: those that are not the kit's. One that is not there shows nothing. */
export async function foreignImages(docs: string): Promise<Finding[]> {
  const { svg, svgDark, txt } = architecturePicture();
  const drawn = new Map([
    ['images/architecture.svg', svg],
    ['images/architecture-dark.svg', svgDark],
    ['images/architecture.txt', txt],
  ]);
  const known = new Map([
    ...[...drawn].map(([path, text]) => [path, sha256(text)] as const),
    ...Object.entries(screensOfSample()),
  ]);
  const found = [...known].map(async ([path, digest]): Promise<Finding[]> => {
    const content = await readFile(join(docs, path)).catch(() => undefined);
    if (content === undefined || sha256(content) === digest) return [];
    return [{ path, problem: 'it is not the one that comes with this kit' }];
  });
  return (await Promise.all(found)).flat();
}
