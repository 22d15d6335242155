import { parse } from 'csv-parse/sync';
import { LabError } from '../lab/errors.ts';
import { isPrintable, printable } from './printable.ts';
import { isPrefix } from '../lab/settings.ts';

/** One learner of a class. */
export interface RosterRow {
  /** In the file, from 1. */
  readonly line: number;
  readonly name: string;
  /** Undefined: the one that the class is run with. */
  readonly profile: string | undefined;
  /** Undefined: that of the profile. */
  readonly region: string | undefined;
  readonly prefix: string;
}

export interface Roster {
  readonly rows: readonly RosterRow[];
  /** What is wrong with the file, with the line: rows that were skipped, columns that are not used. */
  readonly remarks: readonly string[];
}

const columns = ['name', 'profile', 'region', 'prefix'] as const;
type Column = (typeof columns)[number];
type Cells = Readonly<Record<Column, string>>;

/**
 * Reads a roster: a header row, then one learner a row. Comma, semicolon or tab, quoted or not, any line ends,
 * with or without a byte order mark. A bad row is named in `remarks` and left out.
 * @throws LabError (exit code 2) when there is no header row with `name` and `prefix`
 */
export function readRoster(file: Uint8Array): Roster {
  const lines = textOf(file).split(/\r\n|\n|\r/);
  const first = lines.findIndex((line) => line.trim() !== '');
  const headerLine = lines[first] ?? '';
  const separator = separatorOf(headerLine);
  const header = (cellsOf(headerLine, separator) ?? []).map((cell) => cell.toLowerCase());
  if (!header.includes('name') || !header.includes('prefix')) {
    throw new LabError('The roster must begin with a header row that has "name" and "prefix"', {
      hint: 'First row: name,profile,region,prefix (profile and region may be left out)',
      exitCode: 2,
    });
  }
  const unknown = header.filter(
    (name) => name !== '' && !(columns as readonly string[]).includes(name),
  );
  const remarks = unknown.map(
    (name) => `line ${first + 1}: column "${printable(name, 40)}" is not used`,
  );
  const rows: RosterRow[] = [];
  for (const [index, text] of lines.entries()) {
    if (index <= first || text.trim() === '') continue;
    const line = index + 1;
    const read = rowOf(cellsOf(text, separator), header);
    if (read === 'blank') continue;
    const problem = typeof read === 'string' ? read : problemOf(read, rows);
    if (problem !== undefined) remarks.push(`line ${line}: ${problem}; row skipped`);
    if (typeof read === 'string' || problem !== undefined) continue;
    const { name, profile, region, prefix } = read;
    const row = { line, name, profile: profile || undefined, region: region || undefined, prefix };
    remarks.push(...sameLab(row, rows));
    rows.push(row);
  }
  return { rows, remarks };
}

/** Excel saves "Unicode text" as UTF-16. */
function textOf(file: Uint8Array): string {
  const encoding = file[0] === 0xff && file[1] === 0xfe ? 'utf-16le' : 'utf-8';
  return new TextDecoder(encoding).decode(file);
}

/** Spreadsheets write a semicolon where the comma is the decimal sign. */
function separatorOf(header: string): string {
  const count = (sign: string) => header.split(sign).length;
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

/** Line by line, so that a stray quotation mark spoils one row and not the rest. */
function cellsOf(line: string, delimiter: string): string[] | undefined {
  try {
    const [cells] = parse(line, { delimiter, relax_quotes: true, trim: true });
    return cells;
  } catch {
    return undefined;
  }
}

function rowOf(cells: string[] | undefined, header: readonly string[]): Cells | string {
  if (cells === undefined) return 'a quotation mark is not closed';
  if (cells.every((cell) => cell === '')) return 'blank';
  const last = cells.findLastIndex((cell) => cell !== '');
  if (cells.length < header.length || last >= header.length) {
    return `${cells.length} values for ${header.length} columns`;
  }
  const cell = (column: Column) => cells[header.indexOf(column)] ?? '';
  return {
    name: cell('name'),
    profile: cell('profile'),
    region: cell('region'),
    prefix: cell('prefix'),
  };
}

function problemOf(
  { name, profile, region, prefix }: Cells,
  before: readonly RosterRow[],
): string | undefined {
  if (name === '') return 'no name';
  if (name.includes('\uFFFD')) return 'the name is not UTF-8 (save the file as "CSV UTF-8")';
  if (!isPrintable(name + profile)) return 'a control character in the name or the profile';
  if (name.length > 80) return 'the name has more than 80 characters';
  const same = before.find((row) => comparable(row.name) === comparable(name));
  if (same !== undefined) return `"${name}" is already in line ${same.line}`;
  if (!isPrefix(prefix)) {
    return `prefix "${printable(prefix, 40)}" cannot be used in resource names (at most 16 of a-z, 0-9 and "-")`;
  }
  if (region !== '' && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    return `"${printable(region, 40)}" is not a Region`;
  return undefined;
}

function sameLab(row: RosterRow, before: readonly RosterRow[]): string[] {
  const same = before.find(
    ({ profile, region, prefix }) =>
      profile === row.profile && region === row.region && prefix === row.prefix,
  );
  if (same === undefined) return [];
  return [`line ${row.line}: the same lab as "${same.name}" in line ${same.line}`];
}

const comparable = (name: string) => name.normalize('NFC').toLowerCase();
