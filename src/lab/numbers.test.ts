import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { isOfARun } from './made-files.ts';
import { root } from './settings.ts';
import { anyLab } from '../testing/lab/any-lab.ts';

/** What people read and no run writes anew. */
async function prose(): Promise<ReadonlyMap<string, string>> {
  const folders = ['.', 'docs', 'docs/manual', 'docs/architecture', 'infra'];
  const files = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(root, folder)))
        .filter((name) => /\.(md|txt)$/.test(name) && name !== 'wrong-states.md')
        .map((name) => join(folder, name)),
    ),
  );
  const paths = files.flat().filter((path) => !isOfARun(relative('docs', path)));
  const texts = paths.map(
    async (path) => [path, await readFile(join(root, path), 'utf8')] as const,
  );
  return new Map(await Promise.all(texts));
}

/** Every place where a page names a number of this lab, by how pages write it. */
const numbers: readonly (readonly [RegExp, number | string])[] = [
  [/lab01-worker-queue\)?, visibility timeout (\d+) s/g, anyLab.visibilityTimeoutSeconds],
  [/after the visibility timeout \((\d+) s\)/g, anyLab.visibilityTimeoutSeconds],
  [/`?maxReceiveCount`?=(\d+)/g, anyLab.maxReceiveCount],
  [/`maxReceiveCount = (\d+)`/g, anyLab.maxReceiveCount],
  [/the lab uses (\d+) so that/g, anyLab.maxReceiveCount],
  [/\| Function timeout +\| (\d+) s/g, anyLab.functionTimeoutSeconds],
  [/`lab01-worker-dlq`, retention (\d+ days)/g, anyLab.deadLetterRetention],
  [/`(nodejs\d+\.x)`, 128 MB/g, anyLab.runtime],
  [/on `nodejs24\.x`, (\d+) MB/g, anyLab.memoryMb],
  [/on `nodejs24\.x`, 128 MB, timeout (\d+) s/g, anyLab.functionTimeoutSeconds],
];

test('pages that name a number of the lab name the one of infra/', async () => {
  const wrong: string[] = [];
  const found = new Set<string>();
  for (const [path, text] of await prose()) {
    for (const [pattern, value] of numbers) {
      for (const match of text.matchAll(pattern)) {
        found.add(pattern.source);
        if (match[1] !== String(value))
          wrong.push(`${path}: ${match[0]}, and infra/ says ${value}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(found.size, 'patterns that still find something').toBeGreaterThan(5);
});
