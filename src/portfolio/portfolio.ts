import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { consoleScreenshots } from '../evidence/console.ts';
import { contentOf, derive, judgeTargets } from '../evidence/derive.ts';
import { manifestPath, manifestText, sha256, targetOf } from '../evidence/manifest.ts';
import { evidenceFile, readEvidence } from '../evidence/read-evidence.ts';
import { root } from '../lab/settings.ts';
import { thisMachine } from '../redaction/machine.ts';
import { assertClean, redactor } from '../redaction/redact.ts';
import type { Memory } from '../redaction/memory.ts';
import type { OwnRun } from './own-run.ts';
import { portfolioReadme } from './readme.ts';
import { sumsFile, sumsText } from './sums.ts';
import { verifierScript } from './verifier.ts';
import { settingsFiles, workerIn, workerPath } from './verify-portfolio.ts';
import { workflows } from './workflows.ts';

/** Content by path, relative to the portfolio, with "/". */
export type Files = ReadonlyMap<string, string | Uint8Array>;

/** What redaction knows. */
export interface Door {
  /** What it has met before in this checkout. */
  readonly memory: Memory;
  /** Whose names are hidden; default: of this machine. */
  readonly machine?: ReturnType<typeof thisMachine>;
}

/**
 * Everything that a portfolio holds. All of it goes through redaction and its last look; nothing is written.
 * @param docs one's own `docs` folder
 * @throws LabError that names a file in which something secret is left, and never the secret
 */
export async function portfolioFiles(
  docs: string,
  run: OwnRun,
  { memory, machine = thisMachine() }: Door,
): Promise<Files> {
  const redact = redactor(memory, machine);
  const read = (await readEvidence(docs, run.target)).filter(({ path }) =>
    run.paths.includes(path),
  );
  const texts = new Map(read.map(({ path, text }) => [path, redact(text)]));
  // What the last file has told is hidden in the first one, too.
  const evidence = [...texts].map(([path, text]) => evidenceFile(path, redact(text)));
  const targets = await judgeTargets({ targets: [{ target: run.target, files: evidence }] });
  const screenshots = await consoleScreenshots(docs);
  const derived = await derive(targets, { console: screenshots, edition: 'portfolio' });
  const [problem] = derived.unmade;
  if (problem !== undefined || derived.page === undefined)
    throw new Error(`${problem?.path ?? 'docs'}: ${problem?.problem ?? 'it gives no page'}`);
  const made = new Map<string, string | Uint8Array>();
  for (const { path, text } of evidence) made.set(path, text);
  for (const [path, file] of derived.files) made.set(path, contentOf(path, file));
  const kept = [...made].filter(([path]) => targetOf(path) === run.target);
  const entries = Object.fromEntries(kept.map(([path, content]) => [path, sha256(content)]));
  made.set(manifestPath(run.target), manifestText(run.target, entries));
  for (const { file } of screenshots) made.set(file, await readFile(join(docs, file)));
  const proofs = evidence.flatMap((file) => file.evidence?.proofs ?? []);
  const files = new Map<string, string | Uint8Array>([
    ['README.md', portfolioReadme(derived.page)],
    ...[...made].map(([path, content]) => [`docs/${path}`, content] as const),
    [workerPath, workerIn(proofs) ?? ''],
    ...(await settingsOfLab()),
    ...workflows,
    // Byte for byte as exported, also in a clone on Windows.
    ['.gitattributes', '* -text\n'],
  ]);
  for (const [path, content] of files) assertClean(content, path, memory, machine);
  // Of these two, the one was looked at when it was made, and the other is the words of strangers, all of them public.
  files.set('verify.mjs', await verifierScript());
  files.set('verify.licenses.txt', await licences());
  files.set(sumsFile, sumsText(files));
  return files;
}

async function settingsOfLab(): Promise<(readonly [string, string])[]> {
  return Promise.all(
    settingsFiles.map(async (name) => {
      const path = `infra/${name}`;
      return [path, await readFile(join(root, path), 'utf8')] as const;
    }),
  );
}

/** What verify.mjs is made of, each with its licence. */
async function licences(): Promise<string> {
  const { resolve } = createRequire(join(root, 'src', 'pictures', 'fonts.ts'));
  const modules = dirname(dirname(resolve('dejavu-fonts-ttf/package.json')));
  const parts = [
    ['The lab kit', join(root, 'LICENSE')],
    ['opentype.js', join(modules, 'opentype.js', 'LICENSE')],
    ['wrap-ansi', join(modules, 'wrap-ansi', 'license')],
    ['JetBrains Mono', join(modules, '@expo-google-fonts', 'jetbrains-mono', 'LICENSE_FONT')],
    ['DejaVu Sans Mono', join(modules, 'dejavu-fonts-ttf', 'LICENSE')],
  ] as const;
  const texts = parts.map(
    async ([name, file]) =>
      `${name}\n${'='.repeat(name.length)}\n\n${(await readFile(file, 'utf8')).trim()}\n`,
  );
  return (await Promise.all(texts)).join('\n\n');
}
