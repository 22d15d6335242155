import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { reportCsv } from './report-csv.ts';
import { hostile, sampleReport } from '../testing/class/testing-report.ts';

const read = (csv: string): Record<string, string>[] => parse(csv, { bom: true, columns: true });

test('has one row for each learner, whatever is in a name', () => {
  const rows = read(reportCsv(sampleReport()));
  expect(rows).toHaveLength(sampleReport().learners.length);
  expect(rows[1]?.['name']).toBe(`'${hostile}`);
  expect(rows[1]).toMatchObject({ state: 'at work', 'check 01': 'pass', 'check 02': 'fail' });
  expect(rows[0]?.['copied']).toBe('the same mapping UUID and the same 2 message ids as Dee');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\r=1', '＝1'])(
  'a spreadsheet takes %j for text',
  (name) => {
    const [learner] = sampleReport().learners;
    const rows = read(reportCsv(sampleReport({ learners: [{ ...learner!, name }] })));
    expect(rows[0]?.['name']).toBe(`'${name}`);
  },
);

test('begins with the mark that makes a spreadsheet read UTF-8', () => {
  expect(reportCsv(sampleReport()).codePointAt(0)).toBe(0xfe_ff);
});
