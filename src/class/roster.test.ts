import { describe, expect, test } from 'vitest';
import { readRoster } from './roster.ts';

const read = (text: string) => readRoster(new TextEncoder().encode(text));
const names = (text: string) => read(text).rows.map(({ name }) => name);

describe('readRoster()', () => {
  test('reads name, profile, Region and prefix, in whatever order the header has', () => {
    expect(read('prefix,Name,region,profile\nada-,Ada,eu-central-1,class\n').rows).toEqual([
      { line: 2, name: 'Ada', profile: 'class', region: 'eu-central-1', prefix: 'ada-' },
    ]);
  });

  test('takes an empty profile, Region or prefix as not given', () => {
    expect(read('name,profile,region,prefix\nAda,,,\n').rows).toEqual([
      { line: 2, name: 'Ada', profile: undefined, region: undefined, prefix: '' },
    ]);
  });

  test.each([
    ['a byte order mark and CRLF', '\uFEFFname,prefix\r\nAda,ada-\r\nBob,bob-\r\n'],
    ['semicolons', 'name;prefix\nAda;ada-\nBob;bob-'],
    ['tabs', 'name\tprefix\nAda\tada-\nBob\tbob-'],
    ['old line ends, blank lines and rows of commas', 'name,prefix\rAda,ada-\r\r,\rBob,bob-\r'],
    ['quotation marks and spaces', ' "name" , "prefix"\n "Ada" , ada-\nBob,bob-,,\n'],
  ])('reads files with %s', (_, text) => {
    expect(read(text)).toMatchObject({
      rows: [
        { name: 'Ada', prefix: 'ada-' },
        { name: 'Bob', prefix: 'bob-' },
      ],
      remarks: [],
    });
  });

  test('reads UTF-16 as a spreadsheet writes it', () => {
    const file = Buffer.from('\uFEFFname\tprefix\nZoë\tzoe-\n', 'utf16le');
    expect(readRoster(file).rows).toMatchObject([{ name: 'Zoë', prefix: 'zoe-' }]);
  });

  test.each([
    ['no name', ',a-', /^line 3: no name; row skipped$/],
    ['a name that is there already', 'ADA,x-', /^line 3: "ADA" is already in line 2; row skipped$/],
    ['a bad prefix', 'Bob,Bob_', /^line 3: prefix "Bob_" cannot be used/],
    ['too few values', 'Bob', /^line 3: 1 values for 2 columns/],
    ['too many values', 'Lovelace, Ada,a-', /^line 3: 3 values for 2 columns/],
    ['an open quotation mark', '"Bob,b-', /^line 3: a quotation mark is not closed/],
    ['an escape sequence', '\u001B[31mBob,b-', /^line 3: a control character/],
    ['a turned writing direction', '\u202EboB,b-', /^line 3: a control character/],
    ['an endless name', `${'x'.repeat(81)},b-`, /^line 3: the name has more than 80/],
    ['bytes that are not UTF-8', 'Zo\uFFFD,b-', /^line 3: the name is not UTF-8/],
  ])('names and skips a row with %s, and reads the next', (_, row, remark) => {
    const { rows, remarks } = read(`name,prefix\nAda,ada-\n${row}\nCyd,cyd-\n`);
    expect(rows.map(({ name }) => name)).toEqual(['Ada', 'Cyd']);
    expect(remarks).toEqual([expect.stringMatching(remark)]);
  });

  test('names and skips a row whose Region is none', () => {
    const { rows, remarks } = read('name,region,prefix\nAda,Frankfurt,a-\n');
    expect(rows).toEqual([]);
    expect(remarks).toEqual(['line 2: "Frankfurt" is not a Region; row skipped']);
  });

  test('names a column that it does not know, and keeps the rows', () => {
    const text = 'name,mail,prefix\nAda,ada@example.com,ada-\n';
    expect(names(text)).toEqual(['Ada']);
    expect(read(text).remarks).toEqual(['line 1: column "mail" is not used']);
  });

  test('keeps two rows for one lab, and says so', () => {
    const text = 'name,prefix\nAda,a-\nBob,a-\n';
    expect(names(text)).toEqual(['Ada', 'Bob']);
    expect(read(text).remarks).toEqual(['line 3: the same lab as "Ada" in line 2']);
  });

  test.each(['', '\n\n', 'Ada,ada-\n', 'name\nAda\n', '"name,prefix\n'])(
    'refuses %j, which has no header row',
    (text) => {
      expect(() => read(text)).toThrow(/header row/);
    },
  );
});
