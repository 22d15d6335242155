import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { LabError, readingReasonOf } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { sayNext } from '../lab/next.ts';
import { openMemory } from '../redaction/kept-memory.ts';
import type { Memory } from '../redaction/memory.ts';
import { lineAt, secretsIn } from '../redaction/redact.ts';
import { readableParts } from '../redaction/png.ts';
import { isExample } from '../redaction/examples.ts';
import { textsIn } from '../redaction/texts-in.ts';
import { isOfARun, ownDocs } from '../lab/made-files.ts';
import { bold, complain, printable, say, trimmed } from '../lab/terminal.ts';

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

interface FoundRow extends Row {
  /** The secret itself, which is never shown. */
  readonly whole: string;
}

/**
 * `lab redaction [FILE | -]`: what would be hidden in a file or in stdin; without an argument, whether anything is
 * still to be hidden in any file of `docs/`, and which of them it could not look into.
 * @returns 1 when something secret lies in `docs/`
 * @throws LabError (exit code 2) for a file that cannot be read
 */
export async function showRedaction(
  lab: Lab,
  args: readonly string[],
  {
    docs = ownDocs,
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
  show(
    lab,
    rows.map((row) => shown(row)),
    `Redaction would hide nothing in ${file === '-' ? 'stdin' : file}.`,
  );
  return 0;
}

async function showDocs(lab: Lab, docs: string, memory: Memory): Promise<number> {
  const { files, notPlain } = await filesIn(docs);
  const contents = await Promise.all(
    files.map(async (file) => ({ name: relative(docs, file), content: await contentOf(file) })),
  );
  const [looked, binary] = partition(contents, ({ content }) => textsIn(content) !== undefined);
  // Where nothing but a run is written, an example of the kit's pages is no example.
  const rows = rowsOf(looked, memory).filter((row) => isOfARun(row.file) || !isExample(row));
  const seen = `${looked.length} ${looked.length === 1 ? 'file' : 'files'}`;
  show(
    lab,
    rows.map((row) => shown(row)),
    looked.length === 0
      ? 'There is no evidence yet: npm start records it.'
      : `No secret is left in the ${seen} of docs/.`,
  );
  sayNotLooked([...binary.map(({ name }) => name), ...notPlain.map((one) => relative(docs, one))]);
  if (rows.length > 0 && !lab.options.json) {
    const why = 'Records the evidence again, redacted. Do not publish docs/ before.';
    sayNext(lab, { command: 'npx lab check', why });
  }
  return rows.length === 0 ? 0 : 1;
}

function partition<T>(all: readonly T[], fits: (one: T) => boolean): [T[], T[]] {
  return [all.filter((one) => fits(one)), all.filter((one) => !fits(one))];
}

/** On the other stream: the rows may go to a program. */
function sayNotLooked(names: readonly string[]): void {
  for (const name of names.toSorted())
    complain(
      `Not looked into: ${printable(name)} (neither text, PNG nor PDF). Look at it yourself before you publish it.`,
    );
}

async function filesIn(docs: string): Promise<{ files: string[]; notPlain: string[] }> {
  const entries = await readdir(docs, { recursive: true, withFileTypes: true }).catch(() => []);
  const [files, notPlain] = partition(
    entries.filter((entry) => !entry.isDirectory()),
    (entry) => entry.isFile(),
  ).map((list) => list.map((entry) => join(entry.parentPath, entry.name)).toSorted());
  return { files: files ?? [], notPlain: notPlain ?? [] };
}

async function contentOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new LabError(`Cannot read ${file}: ${readingReasonOf(cause)}`, {
      hint: 'npx lab redaction FILE (or "-" for stdin)',
      exitCode: 2,
      cause,
    });
  }
}

interface Content {
  readonly name: string;
  readonly content: string | Uint8Array;
}

function textsOf({ content }: Content): string[] {
  return typeof content === 'string' ? [content] : (textsIn(content) ?? readableParts(content));
}

/** What is met in one file is looked for in all of them. */
function rowsOf(files: readonly Content[], memory: Memory): FoundRow[] {
  for (const file of files) for (const text of textsOf(file)) secretsIn(text, memory);
  return files.flatMap((file) => rowsOfFile(file, memory));
}

function rowsOfFile(file: Content, memory: Memory): FoundRow[] {
  const rows = new Map<string, FoundRow>();
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
        whole: secret,
        alias,
        count: count + 1,
        lines: lines.includes(line) ? lines : [...lines, line],
      });
    }
  }
  return [...rows.values()];
}

/** A row without the secret. */
function shown({ file, kind, secret, alias, count, lines }: FoundRow): Row {
  return { file, kind, secret, alias, count, lines };
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
    say(bold(printable(file)));
    say(line(head));
    say(trimmed(cells.map(line).join('\n'), 200));
  }
  return undefined;
}
