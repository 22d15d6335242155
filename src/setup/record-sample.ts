/**
 * `npm run sample`: records the sample run of docs/ again, and lists its identifiers, so that it does not count as a
 * learner's own run. With `--known` it only lists the identifiers.
 */
import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleFile, sampleOf } from '../evidence/sample.ts';
import { root } from '../lab/settings.ts';

const docs = join(root, 'docs');

function lab(...words: string[]): void {
  const { status } = spawnSync(process.execPath, ['src/cli.ts', ...words], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`lab ${words.join(' ')} ended with exit code ${status}`);
}

async function writeKnown(): Promise<void> {
  const folder = 'evidence/sandbox';
  const names = (await readdir(join(docs, folder))).filter((name) => /^\d\d-.*\.json$/.test(name));
  const texts = names.toSorted().map(async (name) => {
    const path = `${folder}/${name}`;
    return [path, await readFile(join(docs, path), 'utf8')] as const;
  });
  const sample = sampleOf(new Map(await Promise.all(texts)));
  await writeFile(sampleFile, `${JSON.stringify(sample, null, 2)}\n`);
  console.log(`Recorded ${sample.identities.length} identifiers that only the sample has.`);
}

if (!process.argv.includes('--known')) lab('run');
await writeKnown();
// Drawn again, so that the page says that it shows the sample.
lab('pictures');
