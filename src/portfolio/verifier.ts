import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';
import { kitVersion } from '../evidence/record.ts';
import { LabError } from '../lab/errors.ts';
import { root } from '../lab/settings.ts';
import { isExample } from '../redaction/examples.ts';
import { secretsIn } from '../redaction/redact.ts';
import type { Found } from '../redaction/redact.ts';

/** What a verification loads and never uses: to ask AWS, to run programs, to make a zip or a PNG, to redact, and the pages that no portfolio has. */
const unused =
  /^(?:@aws-sdk\/.*|@resvg\/resvg-js|esbuild|node:sqlite|yauzl|yazl|zx)$|\/(?:check-alone|page-markdown|measured-page|redaction\/[\w-]+)\.ts$/;

/** Read by the code of a verification, at the place where they are in the kit. */
const readWhole = ['src/evidence/sample.json', 'src/page/replay/replay.bundle.js'];

/** The fonts of the pictures, and what reads them: as resolved from src/pictures/fonts.ts. */
const packages = [
  'opentype.js/dist/opentype.min.js',
  'opentype.js/LICENSE',
  '@expo-google-fonts/jetbrains-mono/package.json',
  '@expo-google-fonts/jetbrains-mono/400Regular/JetBrainsMono_400Regular.ttf',
  '@expo-google-fonts/jetbrains-mono/700Bold/JetBrainsMono_700Bold.ttf',
  'dejavu-fonts-ttf/package.json',
  'dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf',
];

let made: Promise<string> | undefined;

/**
 * `verify.mjs`: this kit's own verification as one file, with its checks, its numbers and its fonts. It needs Node and
 * nothing else: no package, no network, no checkout. The same kit gives the same bytes.
 * @throws Error when a file of this checkout that goes into it holds a secret, or cannot be read
 */
export function verifierScript(): Promise<string> {
  return (made ??= makeVerifier());
}

async function makeVerifier(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'verifier-main.ts')],
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    write: false,
    outfile: 'verify.mjs',
    charset: 'utf8',
    legalComments: 'none',
    tsconfigRaw: {},
    logLevel: 'silent',
    plugins: [kitFiles],
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error('esbuild wrote no verify.mjs');
  const code = `${prelude}\n${output.text}`;
  assertNobodyIn(code, 'the code of verify.mjs', ({ kind }) => !looksLikeProgram.test(kind));
  return `${code}// What its code reads: ${readWhole.join(', ')}, infra/, the names of the steps, the fonts.\n/*\n${await packed()}\n*/\n`;
}

/** Of program text one cannot tell `token: word` from a token. Its own words are no learner's; who and where somebody is must not be in it. */
const looksLikeProgram =
  /^(?:KMS key|password|receipt handle|secret key|signature|string behind the name of a secret|token)$/;

/** The pages of the manual show examples, which are known one by one. */
const isUnknown = ({ kind, secret }: Found) => !isExample({ kind, whole: secret });

function assertNobodyIn(text: string, name: string, counts: (found: Found) => boolean): void {
  const found = secretsIn(text).filter((one) => counts(one));
  if (found.length === 0) return;
  const kinds = [...new Set(found.map(({ kind }) => kind))].join(', ');
  throw new LabError(`verify.mjs is not made: ${name} of this checkout holds ${kinds}`, {
    hint: 'Look at what you changed in the kit: git diff -- src checks infra docs/manual',
  });
}

/** Each file of the kit knows where it is in the kit; a check is loaded by its name. */
const kitFiles: Plugin = {
  name: 'files of the kit',
  setup(bundle) {
    bundle.onResolve({ filter: unused }, ({ path }) => ({ path, namespace: 'unused' }));
    bundle.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({
      // A check asks at its end whether it is run alone; whoever uses anything else gets an error that names it.
      contents: 'module.exports = { runAlone: async () => {} };',
      loader: 'js',
    }));
    bundle.onResolve({ filter: /^kit:checks$/ }, ({ path }) => ({ path, namespace: 'checks' }));
    bundle.onLoad({ filter: /.*/, namespace: 'checks' }, async () => ({
      contents: await checksModule(),
      resolveDir: root,
      loader: 'ts',
    }));
    bundle.onLoad({ filter: /\/(?:src|checks)\/.*\.ts$/ }, async ({ path }) => {
      const name = relative(root, path).replaceAll('\\', '/');
      const text = await readFile(path, 'utf8');
      const own = text.replaceAll(/\bimport\.meta\b/g, `__kit(${JSON.stringify(name)})`);
      return { contents: name === 'src/judging/steps.ts' ? withChecks(own) : own, loader: 'ts' };
    });
  },
};

const loading = 'await import(pathToFileURL(checkFile).href)';

function withChecks(text: string): string {
  if (!text.includes(loading)) throw new Error(`src/judging/steps.ts has no "${loading}" any more`);
  return `import { bundledCheck } from 'kit:checks';\n${text.replace(loading, 'await bundledCheck(checkFile)')}`;
}

async function checksModule(): Promise<string> {
  const names = (await readdir(join(root, 'checks'))).filter((name) => isStep(name)).toSorted();
  const entries = names.map((name) => `${JSON.stringify(name)}: () => import('./checks/${name}'),`);
  return `const checks = {\n${entries.join('\n')}\n};
export const bundledCheck = (file) => checks[file.replaceAll('\\\\', '/').split('/').at(-1)]();`;
}

const isStep = (name: string) => /^\d\d-[a-z-]+\.ts$/.test(name);

/** Unpacks what the code reads, before any of it runs; removes it at the end. */
const prelude = `// Verifies this portfolio: node verify.mjs. Made by the lab kit from its own verification; needs Node 20 or later, no package, no network.
import { mkdirSync as __mkdir, mkdtempSync as __mkdtemp, readFileSync as __read, rmSync as __rm, writeFileSync as __write } from 'node:fs';
import { createRequire as __createRequire } from 'node:module';
import { tmpdir as __tmpdir } from 'node:os';
import { dirname as __dirname, join as __join } from 'node:path';
import { fileURLToPath as __toPath, pathToFileURL as __toUrl } from 'node:url';
import { brotliDecompressSync as __unpack } from 'node:zlib';
const require = __createRequire(import.meta.url);
// Node 20 has none.
Map.groupBy ??= (items, keyOf) => {
  const groups = new Map();
  let at = 0;
  for (const item of items) {
    const key = keyOf(item, at++);
    groups.has(key) ? groups.get(key).push(item) : groups.set(key, [item]);
  }
  return groups;
};
const __self = __toPath(import.meta.url);
const __root = __mkdtemp(__join(__tmpdir(), 'lab01-verify-'));
process.once('exit', () => __rm(__root, { recursive: true, force: true }));
{
  const own = __read(__self, 'latin1');
  // Base64 may end with a slash: the mark at each end has a line of its own.
  const packed = own.slice(own.lastIndexOf('\\n/*\\n') + 4, own.lastIndexOf('\\n*/'));
  const files = JSON.parse(__unpack(Buffer.from(packed, 'base64')).toString('utf8'));
  for (const [name, content] of Object.entries(files)) {
    const file = __join(__root, ...name.split('/'));
    __mkdir(__dirname(file), { recursive: true });
    __write(file, Buffer.from(content, 'base64'));
  }
}
const __kit = (name) => {
  const filename = __join(__root, ...name.split('/'));
  return { dirname: __dirname(filename), filename, url: __toUrl(filename).href, main: false };
};`;

/** Files by name, packed: each went through the door by itself, as it is. */
async function packed(): Promise<string> {
  const files: Record<string, string> = {};
  for (const name of (await readdir(join(root, 'steps'))).filter((one) => isStep(one)).toSorted())
    files[`steps/${name}`] = '';
  // Hints quote the pages of the manual.
  const [infra, manual] = await Promise.all([
    filesIn('infra', '.json'),
    filesIn('docs/manual', '.md'),
  ]);
  for (const name of [...readWhole, ...infra, ...manual]) {
    const text = await readFile(join(root, name), 'utf8');
    assertNobodyIn(text, name, isUnknown);
    files[name] = base64Of(text);
  }
  files['package.json'] = base64Of(JSON.stringify({ version: await kitVersion() }));
  const { resolve } = createRequire(join(root, 'src', 'pictures', 'fonts.ts'));
  const modules = join(resolve('opentype.js'), '..', '..', '..');
  for (const name of packages)
    files[`node_modules/${name}`] = (await readFile(join(modules, name))).toString('base64');
  // The smaller one of its two forms, which does the same.
  const main = JSON.stringify({ name: 'opentype.js', main: 'dist/opentype.min.js' });
  files['node_modules/opentype.js/package.json'] = base64Of(main);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  return brotliCompressSync(JSON.stringify(files), { params }).toString('base64');
}

async function filesIn(folder: string, ending: string): Promise<string[]> {
  const names = (await readdir(join(root, folder))).filter((name) => name.endsWith(ending));
  return names.toSorted().map((name) => `${folder}/${name}`);
}

const base64Of = (text: string) => Buffer.from(text).toString('base64');

/** Its name in the portfolio. */
export const verifierName = basename('verify.mjs');
