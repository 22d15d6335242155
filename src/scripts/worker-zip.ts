import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { build } from 'esbuild';
import type { BuildFailure, Plugin } from 'esbuild';
import { ZipFile } from 'yazl';

const root = join(import.meta.dirname, '..', '..');
const workerFile = 'src/handlers/worker.ts';

/**
 * The zip that Lambda is given. The same source gives the same bytes, on every machine and every day.
 * @param checkout whose handler is bundled
 * @param file of the handler, in the checkout
 */
export async function workerZip(checkout = root, file = workerFile): Promise<Buffer> {
  return zip(await bundle(checkout, file));
}

/** The CodeSha256 of a new bundle; or why the worker cannot be bundled. */
export async function workerDigest(checkout = root): Promise<string> {
  try {
    return createHash('sha256')
      .update(await workerZip(checkout))
      .digest('base64');
  } catch (error) {
    return `none, it cannot be bundled: ${(error as Error).message}`;
  }
}

/**
 * The bundle, as `index.mjs`: an ES module by its name, which the handler setting `index.handler` finds.
 * @param file in the checkout
 * @throws Error that says in one line why it cannot be bundled
 */
export async function bundle(checkout: string, file = workerFile): Promise<Buffer> {
  const { outputFiles } = await build({
    entryPoints: [file],
    absWorkingDir: checkout,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Packages as ES modules where they come as such: in one of ES modules there is no require() for the others.
    mainFields: ['module', 'main'],
    write: false,
    outfile: 'index.mjs',
    charset: 'utf8',
    legalComments: 'none',
    tsconfigRaw: {},
    // esbuild would print lines of the source.
    logLevel: 'silent',
    plugins: [await onlyFilesOf(checkout)],
  }).catch((error: unknown) => {
    throw new Error(whyNotBundled(error), { cause: error });
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error('esbuild wrote no file');
  return Buffer.from(output.contents);
}

/**
 * Bundling reads every imported file, and its content is uploaded: an import could name `~/.aws`, or the
 * environment of a process in `/proc`. So only files of the checkout are read, and of them none that is hidden: `.git/config`,
 * `.npmrc` and `.env` hold credentials, and `.lab` those of the sandbox.
 */
async function onlyFilesOf(checkout: string): Promise<Plugin> {
  const real = (path: string) => realpath(path).catch(() => path);
  const [folder = '', modules = ''] = await Promise.all(
    ['', 'node_modules'].map((name) => real(join(checkout, name))),
  );
  const isIn = (path: string, of: string) => path.startsWith(of + sep);
  const isHidden = (path: string) =>
    relative(folder, path)
      .split(sep)
      .some((name) => name.startsWith('.'));
  return {
    name: 'only files of the checkout',
    setup: (build) =>
      build.onLoad({ filter: /.*/ }, async ({ path }) => {
        const file = await real(path);
        if (isIn(file, modules)) return undefined;
        if (!isIn(file, folder)) {
          return { errors: [{ text: `${path} is not a file of the checkout` }] };
        }
        if (!isHidden(file)) return undefined;
        const text = `${path} is hidden (a "." begins its name or that of its folder) and may hold credentials`;
        return { errors: [{ text: `${text}: it is never part of the zip` }] };
      }),
  };
}

function whyNotBundled(error: unknown): string {
  const [first] = (error as Partial<BuildFailure>).errors ?? [];
  if (first === undefined) return String(error);
  const { text, location } = first;
  return location === null ? text : `${text} (${location.file}:${location.line})`;
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
