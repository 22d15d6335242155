import { posix } from 'node:path';

/** What an entry of a deployment package is, by its name. */
export interface PackageEntry {
  /** As in the zip: a folder ends in `/`. */
  readonly name: string;
  /** Of a symbolic link: where it leads. */
  readonly target?: string;
}

/** A way out is told from a way that ends: both are refused, each with its reason. */
export type WrongLink = PackageEntry & { readonly leads: 'nowhere' | 'out of the package' };

/** The path of everything in a package, and what it is: `undefined` for what is not there. */
type Tree = ReadonlyMap<string, 'file' | 'folder' | { readonly target: string }>;

/** The folder of the package itself. */
const top = '';
/** As Linux has it. */
const mostLinksOnOneWay = 40;

/**
 * What has to be made so that the entries can be written: it is all decided by their names, so that nothing is on the
 * disk when a package is refused.
 * @returns the folders, each behind the one that it is in; and the first link that does not stay in the package
 * @throws Error when two entries are in each other's way, or one lies below a link or a file
 */
export function planPackage(entries: readonly PackageEntry[]): {
  readonly folders: readonly string[];
  readonly wrongLink: WrongLink | undefined;
} {
  const tree = new Map<string, 'file' | 'folder' | { readonly target: string }>([[top, 'folder']]);
  for (const { name, target } of entries) {
    const path = pathOf(name);
    for (const folder of foldersAbove(path)) addFolder(tree, folder);
    if (target === undefined && name.endsWith('/')) addFolder(tree, path);
    else if (tree.has(path)) throw new Error(`Two entries ${path}`);
    else tree.set(path, target === undefined ? 'file' : { target });
  }
  const folders = [...tree].flatMap(([path, what]) => (what === 'folder' ? [path] : []));
  return { folders, wrongLink: firstWrongLink(entries, tree) };
}

/** Without what says nothing (`./a//b/`). */
export function pathOf(name: string): string {
  const path = posix.normalize(name).replace(/\/$/, '');
  return path === '.' ? top : path;
}

function foldersAbove(path: string): string[] {
  const steps = path.split('/').slice(0, -1);
  return steps.map((_, at) => steps.slice(0, at + 1).join('/'));
}

function addFolder(tree: Map<string, unknown>, path: string): void {
  const there = tree.get(path);
  if (there === undefined) tree.set(path, 'folder');
  else if (there !== 'folder') throw new Error(`${path} is no folder`);
}

function firstWrongLink(entries: readonly PackageEntry[], tree: Tree): WrongLink | undefined {
  for (const entry of entries) {
    if (entry.target === undefined) continue;
    const leads = wrongEnd(pathOf(entry.name), tree);
    if (leads !== undefined) return { ...entry, leads };
  }
  return undefined;
}

/** Goes the way of a link as the system would, step by step: `..` behind another link leads up from where that one led. */
function wrongEnd(link: string, tree: Tree): WrongLink['leads'] | undefined {
  let at = posix.dirname(link) === '.' ? top : posix.dirname(link);
  let left = [posix.basename(link)];
  let links = 0;
  for (let step = left.shift(); step !== undefined; step = left.shift()) {
    if (step === '' || step === '.') continue;
    if (step === '..') {
      if (at === top) return 'out of the package';
      at = at.includes('/') ? posix.dirname(at) : top;
      continue;
    }
    const path = at === top ? step : `${at}/${step}`;
    const there = tree.get(path);
    if (typeof there !== 'object') {
      // Behind a file nothing comes, not even a slash.
      if (there === undefined || (there === 'file' && left.length > 0)) return 'nowhere';
      at = path;
      continue;
    }
    links += 1;
    if (there.target.startsWith('/')) return 'out of the package';
    if (there.target === '' || links > mostLinksOnOneWay) return 'nowhere';
    left = [...there.target.split('/'), ...left];
  }
  return undefined;
}
