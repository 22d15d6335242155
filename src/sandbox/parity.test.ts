import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** docs/architecture/parity.md says which test holds which behaviour: here that is true. */
const document = join(import.meta.dirname, '../../docs/architecture/parity.md');

interface Row {
  readonly section: string;
  readonly cells: readonly string[];
}

/** The rows of all tables, each with the heading that it stands under; header lines left out. */
function rowsOf(markdown: string): readonly Row[] {
  const rows: Row[] = [];
  let section = '';
  let inTable = false;
  for (const line of markdown.split('\n')) {
    if (line.startsWith('## ')) section = line.slice(3);
    if (/^\|[ :|-]+\|$/.test(line)) inTable = true;
    else if (!line.startsWith('|')) inTable = false;
    else if (inTable) rows.push({ section, cells: cellsOf(line) });
  }
  return rows;
}

/** A cell may hold `\|`, which is no border. */
function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'));
}

interface NamedTest {
  readonly file: string;
  readonly title: string;
}

/** `file.test.ts`: `title of the test`; … */
function namedTests(cell: string): NamedTest[] {
  const named = /`([\w./-]+\.test\.ts)`: (?:``(.+?)``|`([^`]+)`)/g;
  return [...cell.matchAll(named)].map(([, file = '', quoted, title]) => ({
    file,
    title: (quoted ?? title ?? '').trim(),
  }));
}

const sources = new Map<string, string>();

/** Is there a `test('title', …)`, `test.each(…)('title', …)` or `test.skipIf(…)('title', …)`? */
function exists({ file, title }: NamedTest): boolean {
  const path = join(import.meta.dirname, file);
  if (!existsSync(path)) return false;
  const source = sources.get(path) ?? readFileSync(path, 'utf8');
  sources.set(path, source);
  return [...source.matchAll(/(?<before>\btest|\))\(\s*(?<quote>['"`])/g)].some((match) => {
    const start = match.index + match[0].length;
    const quote = match.groups?.['quote'] ?? '';
    const end = start + title.length;
    return source.startsWith(title, start) && source.startsWith(`${quote},`, end);
  });
}

const rows = rowsOf(readFileSync(document, 'utf8'));
const inSection = (name: string) => rows.filter(({ section }) => section.startsWith(name));
const behaviours = [
  'SQS:',
  'Lambda:',
  'IAM and STS',
  'CloudWatch Logs',
  'CloudWatch metrics',
  'Gateway and protocols',
].flatMap(inSection);
const about = ({ section, cells }: Row) => `${section} | ${cells[0]}`;

describe('docs/architecture/parity.md', () => {
  test('has its tables: behaviours, known differences, and what is UNCONFIRMED', () => {
    expect(behaviours.length).toBeGreaterThan(150);
    expect(inSection('Known differences').length).toBeGreaterThan(40);
    expect(inSection('UNCONFIRMED').length).toBeGreaterThan(20);
  });

  test('names a source and a test for each behaviour', () => {
    const lacking = behaviours.filter(
      ({ cells }) =>
        cells.length !== 3 || cells[1] === '' || namedTests(cells[2] ?? '').length === 0,
    );
    expect(lacking.map(about)).toEqual([]);
  });

  test('names only tests that exist, by file and exact title', () => {
    const missing = behaviours.flatMap((row) =>
      namedTests(row.cells[2] ?? '')
        .filter((named) => !exists(named))
        .map(({ file, title }) => `${about(row)}: ${file}: ${title}`),
    );
    expect(missing).toEqual([]);
  });

  test('holds nothing else than tests in the column of the tests', () => {
    const other = behaviours.filter(({ cells: [, , cell = ''] }) => {
      const rest = cell.replaceAll(/`[\w./-]+\.test\.ts`: (?:``.+?``|`[^`]+`)/g, '');
      return /[^;\s]/.test(rest);
    });
    expect(other.map(about)).toEqual([]);
  });

  test('tells for each known difference where, what AWS does, what the sandbox does, and why', () => {
    const incomplete = inSection('Known differences').filter(
      ({ cells }) => cells.length !== 4 || cells.includes(''),
    );
    expect(incomplete.map(about)).toEqual([]);
  });

  test('tells for each open point what was chosen, and why it is safer', () => {
    const incomplete = inSection('UNCONFIRMED').filter(
      ({ cells }) => cells.length !== 3 || cells.includes(''),
    );
    expect(incomplete.map(about)).toEqual([]);
  });

  test('has no row twice', () => {
    const all = rows.map(about);
    expect(all.filter((row, i) => all.indexOf(row) !== i)).toEqual([]);
  });
});

describe('the reading of tables', () => {
  const table = [
    '## SQS: x',
    '| B | S | T |',
    '| --- | --- | --- |',
    '| a \\| b | doc | `x.test.ts`: `y` |',
  ];

  test('leaves header and rule out and keeps escaped borders', () => {
    expect(rowsOf(table.join('\n'))).toEqual([
      { section: 'SQS: x', cells: ['a | b', 'doc', '`x.test.ts`: `y`'] },
    ]);
  });

  test('finds files and titles, and knows a title that no test has', () => {
    const [own, other] = namedTests(
      '`parity.test.ts`: `has no row twice`; `parity.test.ts`: `has no row`',
    );
    expect(own && exists(own)).toBe(true);
    expect(other && exists(other)).toBe(false);
    expect(exists({ file: 'no-such.test.ts', title: 'has no row twice' })).toBe(false);
  });
});
