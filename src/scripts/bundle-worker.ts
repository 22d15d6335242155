/**
 * Bundles src/handlers/worker.ts and zips it: the same source gives the same bytes, on every machine and
 * every day, so that the function's CodeSha256 identifies the code that runs.
 *
 *   node src/scripts/bundle-worker.ts lab01-worker.zip
 *   node src/scripts/bundle-worker.ts throws.zip src/handlers/experiments/throws.ts
 */
import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { printable } from '../lab/terminal.ts';
import { workerZip } from './worker-zip.ts';

const [target, handler = 'src/handlers/worker.ts'] = process.argv.slice(2);
if (target === undefined) {
  console.error('Usage: node src/scripts/bundle-worker.ts lab01-worker.zip');
  process.exit(2);
}
const content = await workerZip(undefined, handler).catch((error: Error) => {
  console.error(printable(`Cannot bundle ${handler}: ${error.message}`));
  process.exit(1);
});
await mkdir(dirname(target), { recursive: true });
await writeFile(`${target}.new`, content);
await rename(`${target}.new`, target);
console.log(`${relative(process.cwd(), target)}  ${content.length} bytes`);
console.log(`CodeSha256  ${createHash('sha256').update(content).digest('base64')}`);
