/**
 * `npm run sample`: records the sample run of docs/ again, and lists its identifiers, so that it does not count as a
 * learner's own run. With `--known` it only lists the identifiers, and the digest of the recording that `npm run record` made.
 */
import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { sampleFile, sampleOf } from '../evidence/sample.ts';
import type { Sample } from '../evidence/sample.ts';
import { screens } from '../evidence/unexpected.ts';
import { root } from '../lab/settings.ts';

const docs = join(root, 'docs');

function lab(...words: string[]): void {
  const { status } = spawnSync(process.execPath, ['src/cli.ts', ...words], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`lab ${words.join(' ')} ended with exit code ${status}`);
}

/** By path relative to `docs/`. */
async function textsOf(paths: readonly string[]): Promise<Map<string, string>> {
  const texts = paths.map(
    async (path) => [path, await readFile(join(docs, path), 'utf8')] as const,
  );
  return new Map(await Promise.all(texts));
}

async function writeKnown(): Promise<void> {
  const folder = 'evidence/sandbox';
  const names = (await readdir(join(docs, folder))).filter((name) => /^\d\d-.*\.json$/.test(name));
  const evidence = names.toSorted().map((name) => `${folder}/${name}`);
  const before = JSON.parse(await readFile(sampleFile, 'utf8')) as Sample;
  const texts = await textsOf(evidence);
  const { files } = sampleOf(texts);
  // What learners may still have of an earlier kit stays known.
  const { identities, rhythms } = before;
  const earlier = isDeepStrictEqual(files, before.files)
    ? before.earlier
    : [...before.earlier, { identities, rhythms }];
  const sample = sampleOf(texts, await textsOf(screens), earlier);
  await writeFile(sampleFile, `${JSON.stringify(sample, null, 2)}\n`);
  console.log(`Recorded ${sample.identities.length} identifiers that only the sample has.`);
}

if (!process.argv.includes('--known')) lab('run');
await writeKnown();
// Drawn again, so that the page says that it shows the sample.
lab('pictures');
