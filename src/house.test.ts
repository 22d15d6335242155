import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './lab/settings.ts';

/** The rooms from the top floor down: each imports what is below it, types too, and nothing above. */
const floors = [
  'cli',
  'commands',
  'drills',
  'quiz',
  'board',
  'watch',
  'class',
  'portfolio',
  'what-if',
  'evidence',
  'exam',
  'template',
  'page',
  'pictures',
  'experiments',
  'judging',
  'scripts',
  'redaction',
  'lab',
] as const;

/** Beside the floors: who may use them, and what they may use themselves. */
const beside: Readonly<Record<string, readonly string[] | 'everything'>> = {
  // An experiment measures, judges and records at the end of its step: that is a command.
  steps: ['commands', 'lab'],
  // A check may also be run by itself, and what it does then is a command.
  checks: ['commands', 'experiments', 'judging', 'lab', 'scripts'],
  sandbox: [],
  handlers: [],
  setup: 'everything',
  testing: 'everything',
  bench: 'everything',
};

/** What breaks the order, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {
  'src/judging/try-worker.ts':
    "the worker is tried in the sandbox's own runtime, so that a check and an invocation confine it alike",
};

const room = (file: string): string => {
  if (file.startsWith('steps/') || file.startsWith('checks/')) return file.split('/')[0] ?? '';
  if (/^src\/[^/]+$/.test(file)) return 'cli';
  return file.split('/')[1] ?? '';
};

/** Test support and the catalogue of wrong states may look into every room. */
const isTest = (file: string) =>
  /\.test\.ts$|\.fixture\.ts$/.test(file) || file.startsWith('checks/wrong-states');

async function sources(): Promise<string[]> {
  const lists = await Promise.all(
    ['src', 'steps', 'checks'].map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((name) => join(folder, name)),
    ),
  );
  return lists
    .flat()
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.(tsx?|mjs)$/.test(file));
}

/** `import … from`, `export … from`, `import('…')`: of values and of types. */
async function importsOf(file: string): Promise<string[]> {
  const text = await readFile(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, path = '']) =>
    normalize(join(dirname(file), path)).replaceAll('\\', '/'),
  );
}

function isAllowed(from: string, to: string): boolean {
  const [a, b] = [room(from), room(to)];
  // The one plain way in prepares before anything else is loaded.
  if (a === b || b === 'handlers' || /^src\/(lab|zx)\.mjs$/.test(from)) return true;
  const own = beside[a];
  if (own !== undefined) return own === 'everything' || own.includes(b);
  const [above, below] = [a, b].map((one) => floors.indexOf(one as (typeof floors)[number]));
  return above !== undefined && below !== undefined && above >= 0 && below > above;
}

test('every room is on a floor, or beside them', async () => {
  const rooms = new Set((await sources()).map((file) => room(file)));
  expect(
    [...rooms].filter((one) => !floors.some((floor) => floor === one) && !(one in beside)),
  ).toEqual([]);
});

test('imports point one way, down the floors', async () => {
  const wrong: string[] = [];
  for (const file of await sources()) {
    if (isTest(file) || Object.hasOwn(exceptions, file)) continue;
    for (const other of await importsOf(file)) {
      if (!isAllowed(file, other)) wrong.push(`${file} -> ${other}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('every exception is still one', async () => {
  for (const file of Object.keys(exceptions)) {
    const others = await importsOf(file);
    expect(others.filter((other) => !isAllowed(file, other))).not.toEqual([]);
  }
});

/** The first way from a file back to itself. */
async function circleAmong(files: readonly string[]): Promise<readonly string[] | undefined> {
  const imports = new Map(
    await Promise.all(files.map(async (file) => [file, await importsOf(file)] as const)),
  );
  const done = new Set<string>();
  const walk = (file: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const other of imports.get(file) ?? []) {
      const circle = walk(other, [...way, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  return files.map((file) => walk(file, [])).find((circle) => circle !== undefined);
}

test('no file imports itself by way of others, not even types', async () => {
  expect(await circleAmong(await sources())).toBeUndefined();
});

test('the map of the code has the rooms in the order of the floors', async () => {
  const map = await readFile(join(root, 'docs', 'architecture', 'README.md'), 'utf8');
  const listed = [...map.matchAll(/^src\/(\w[\w-]*)(?:\/|\.ts) /gm)].map(([, name = '']) => name);
  expect(listed.filter((name) => !(name in beside))).toEqual([...floors]);
});

test('the README can be read at one go', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  expect(readme.split('\n').length - 1).toBeLessThanOrEqual(200);
});

test('every file that the map of the code names is there', async () => {
  const map = await readFile(join(root, 'docs', 'architecture', 'README.md'), 'utf8');
  const named = new Set(
    [...map.matchAll(/`((?:src|steps|checks)\/[\w/.-]+\.(?:ts|mjs))`/g)].map(
      ([, path = '']) => path,
    ),
  );
  expect(named.size).toBeGreaterThan(20);
  const missing = await Promise.all(
    [...named].map(async (path) =>
      readFile(join(root, path)).then(
        () => [],
        () => [path],
      ),
    ),
  );
  expect(missing.flat()).toEqual([]);
});
