/**
 * Bundles src/handlers/worker.ts and zips it: the same source gives the same bytes, on every machine and
 * every day, so that the function's CodeSha256 identifies the code that runs.
 *
 *   node src/scripts/bundle-worker.ts lab01-worker.zip
 */
import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { printable } from '../lab/terminal.ts';
import { workerZip } from './worker-zip.ts';

const target = process.argv[2];
if (target === undefined) {
  console.error('Usage: node src/scripts/bundle-worker.ts lab01-worker.zip');
  process.exit(2);
}
const content = await workerZip().catch((error: Error) => {
  console.error(printable(`Cannot bundle src/handlers/worker.ts: ${error.message}`));
  process.exit(1);
});
await writeFile(`${target}.new`, content);
await rename(`${target}.new`, target);
console.log(`${relative(process.cwd(), target)}  ${content.length} bytes`);
console.log(`CodeSha256  ${createHash('sha256').update(content).digest('base64')}`);
