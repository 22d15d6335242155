import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { sayNext } from '../lab/next.ts';
import { openMemory } from '../redaction/kept-memory.ts';
import type { Memory } from '../redaction/memory.ts';
import { lineAt, secretsIn } from '../redaction/redact.ts';
import { readableParts } from '../redaction/png.ts';
import { root } from '../lab/settings.ts';
import { bold, say, trimmed } from '../lab/terminal.ts';

/** One secret of a file, as far as it may be shown. */
interface Row {
  readonly file: string;
  readonly kind: string;
  /** Two characters of each end at most. */
  readonly secret: string;
  readonly alias: string;
  readonly count: number;
  readonly lines: readonly number[];
}

/** What the kit writes to `docs/`. */
const written = ['evidence', 'screenshots', 'index.html'];

/**
 * `lab redaction [FILE | -]`: what would be hidden in a file or in stdin; without an argument, whether anything is
 * still to be hidden in what the kit has written to `docs/`.
 * @returns 1 when something secret lies in `docs/`
 * @throws LabError (exit code 2) for a file that cannot be read
 */
export async function showRedaction(
  lab: Lab,
  args: readonly string[],
  {
    docs = join(root, 'docs'),
    input = process.stdin,
    memory = openMemory([]),
  }: { docs?: string; input?: AsyncIterable<Buffer>; memory?: Promise<Memory> } = {},
): Promise<number> {
  const [file, ...more] = args;
  if (more.length > 0) {
    throw new LabError('"redaction" takes one file', {
      hint: 'npx lab redaction FILE (or "-" for stdin)',
      exitCode: 2,
    });
  }
  if (file === undefined) return showDocs(lab, docs, await memory);
  const name = file === '-' ? 'stdin' : file;
  const content = file === '-' ? await readAll(input) : await contentOf(file);
  const rows = rowsOf([{ name, content }], await memory);
  show(lab, rows, `Redaction would hide nothing in ${file === '-' ? 'stdin' : file}.`);
  return 0;
}

async function showDocs(lab: Lab, docs: string, memory: Memory): Promise<number> {
  const files = await filesIn(docs);
  const contents = await Promise.all(
    files.map(async (file) => ({ name: relative(docs, file), content: await contentOf(file) })),
  );
  const rows = rowsOf(contents, memory);
  const seen = `${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  show(
    lab,
    rows,
    files.length === 0
      ? 'There is no evidence yet: npm start records it.'
      : `No secret is left in the ${seen} that the kit wrote to docs/.`,
  );
  if (rows.length > 0 && !lab.options.json) {
    const why = 'Records the evidence again, redacted. Do not publish docs/ before.';
    sayNext(lab, { command: 'npx lab check', why });
  }
  return rows.length === 0 ? 0 : 1;
}

async function filesIn(docs: string): Promise<string[]> {
  const found = await Promise.all(
    written.map(async (name) => {
      const path = join(docs, name);
      if (name.endsWith('.html'))
        return (await readdir(docs).catch((): string[] => [])).includes(name) ? [path] : [];
      const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
    }),
  );
  return found.flat().toSorted();
}

async function contentOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new LabError(
      `Cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        hint: 'npx lab redaction FILE (or "-" for stdin)',
        exitCode: 2,
        cause,
      },
    );
  }
}

interface Content {
  readonly name: string;
  readonly content: string | Uint8Array;
}

function textsOf({ content }: Content): string[] {
  return typeof content === 'string' ? [content] : readableParts(content);
}

/** What is met in one file is looked for in all of them. */
function rowsOf(files: readonly Content[], memory: Memory): Row[] {
  for (const file of files) for (const text of textsOf(file)) secretsIn(text, memory);
  return files.flatMap((file) => rowsOfFile(file, memory));
}

function rowsOfFile(file: Content, memory: Memory): Row[] {
  const rows = new Map<string, Row>();
  for (const text of textsOf(file)) {
    for (const { kind, alias, secret, start } of secretsIn(text, memory)) {
      const key = `${kind}\n${secret}\n${alias}`;
      const line = lineAt(text, start);
      const { count, lines }: Pick<Row, 'count' | 'lines'> = rows.get(key) ?? {
        count: 0,
        lines: [],
      };
      rows.set(key, {
        file: file.name,
        kind,
        secret: masked(secret),
        alias,
        count: count + 1,
        lines: lines.includes(line) ? lines : [...lines, line],
      });
    }
  }
  return [...rows.values()];
}

/** Enough to recognize one's own, too little for anybody else. */
function masked(secret: string): string {
  const one = secret.replaceAll(/\s+/g, ' ');
  return one.length < 8 ? '…' : `${one.slice(0, 2)}…${one.slice(-2)}`;
}

function show({ options }: Lab, rows: readonly Row[], nothing: string): void {
  if (options.json) return say(JSON.stringify(rows, null, 2));
  if (rows.length === 0) return say(nothing);
  const files = new Set(rows.map(({ file }) => file));
  const head = ['Kind', 'Is', 'Becomes', 'Times', 'Lines'];
  for (const file of files) {
    const cells = rows
      .filter((row) => row.file === file)
      .map(({ kind, secret, alias, count, lines }) => [
        kind,
        secret,
        alias.length > 36 ? `${alias.slice(0, 35)}…` : alias,
        String(count),
        lines.length > 8 ? `${lines.slice(0, 8).join(', ')} …` : lines.join(', '),
      ]);
    const widths = head.map((title, i) =>
      Math.max(title.length, ...cells.map((row) => (row[i] ?? '').length)),
    );
    const line = (row: readonly string[]) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd();
    say(bold(file));
    say(line(head));
    say(trimmed(cells.map(line).join('\n'), 200));
  }
  return undefined;
}
