import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { build } from 'esbuild';
import { ZipFile } from 'yazl';

const root = join(import.meta.dirname, '..', '..');

/**
 * The zip that Lambda is given. The same source gives the same bytes, on every machine and every day.
 * @param checkout whose src/handlers/worker.ts is bundled
 */
export async function workerZip(checkout = root): Promise<Buffer> {
  return zip(await bundle(checkout));
}

/** What Lambda would know a fresh bundle by (CodeSha256); why there is none when it cannot be bundled. */
export async function workerDigest(checkout = root): Promise<string> {
  try {
    return createHash('sha256')
      .update(await workerZip(checkout))
      .digest('base64');
  } catch (error) {
    return `none, it cannot be bundled: ${String(error).split('\n')[0]}`;
  }
}

/** The bundle, as `index.mjs`: an ES module by its name, which the handler setting `index.handler` finds. */
async function bundle(checkout: string): Promise<Buffer> {
  const { outputFiles } = await build({
    entryPoints: ['src/handlers/worker.ts'],
    absWorkingDir: checkout,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    write: false,
    outfile: 'index.mjs',
    charset: 'utf8',
    legalComments: 'none',
    tsconfigRaw: {},
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error('esbuild wrote no file');
  return Buffer.from(output.contents);
}

/** Stored, not compressed: deflate output may differ between zlib builds. Date and mode are fixed. */
async function zip(code: Buffer): Promise<Buffer> {
  const file = new ZipFile();
  file.addBuffer(code, 'index.mjs', {
    mtime: new Date(1980, 0, 1),
    forceDosTimestamp: true,
    mode: 0o100644,
    compress: false,
  });
  file.end();
  return buffer(file.outputStream);
}
