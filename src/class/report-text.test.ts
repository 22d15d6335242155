import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import stringWidth from 'string-width';
import { inPlaces, printable } from './printable.ts';
import { reportText } from './report-text.ts';
import { sampleReport } from '../testing/class/testing-report.ts';

const plain = (more = {}) => stripVTControlCharacters(reportText(sampleReport(more)));

test('every line fits a terminal of 80 columns, whatever the names', () => {
  const remarks = ['漢'.repeat(300), 'w'.repeat(200)];
  const lines = plain({ remarks }).split('\n');
  expect(lines.filter((line) => stringWidth(line) > 80)).toEqual([]);
});

test('says for each learner how far, and what comes first', () => {
  expect(plain()).toMatch(/^Ada Lovelace {10}✓.*✓ {2}done$/m);
  expect(plain()).toMatch(/^=cmd\|' \/C.*… {2}✓ {2}✗ {2}-.* 02\/visibility-timeout$/m);
  expect(plain()).toMatch(/^Bob .* waiting: 09\/poison-retried$/m);
  expect(plain()).toContain(
    '  The visibility timeout is 30 s, six times the function timeout: expected 30,',
  );
  expect(plain()).toContain('2 done, 2 at work, 1 waiting, 1 not started, 1 not judged');
});

test('says where the class is stuck, who shares evidence, and what is wrong with the roster', () => {
  const text = plain();
  expect(text).toContain('  2 at 02/visibility-timeout: The visibility timeout is 30 s');
  expect(text).toContain('  Ada Lovelace, Dee: the same mapping UUID and the same 2 message ids');
  expect(text).toContain('  line 9: no name; row skipped');
});

test('leaves out what there is nothing to say about', () => {
  const text = plain({ learners: [], stuck: [], copies: [], remarks: [] });
  expect(text).toContain('no learners');
  expect(text).not.toMatch(/stuck|hands|roster/);
});

test('counts apart who is done with evidence that others show, too, on both sides of a pair', () => {
  const [ada, , , bob, , dee] = sampleReport().learners;
  const zoe = { ...ada!, name: 'Zoe' };
  const learners = [ada!, zoe, bob!, dee!];
  const from = 'evidence';
  expect(plain({ learners, from })).toContain('\n1 done, 2 copied, 1 waiting\n');
  expect(plain({ learners, from, copies: [] })).toContain('\n3 done, 1 waiting\n');
  expect(plain({ learners, from })).toContain('the report cannot say whose it is');
  expect(plain({ learners, from, copies: [] })).not.toContain('whose it is');
  // Two rows for one lab are named by a remark.
  expect(plain({ learners })).toContain('\n3 done, 1 waiting\n');
  // Who is not done stays what he is.
  const shared = [{ what: 'mapping UUID' as const, value: 'd', learners: ['Zoe', 'Bob'] }];
  expect(plain({ learners, from, copies: shared })).toContain('\n2 done, 1 copied, 1 waiting\n');
});

test('says of a single learner "1 learner"', () => {
  expect(plain({ learners: sampleReport().learners.slice(0, 1) })).toContain('Class of 1 learner ');
});

test('inPlaces() cuts and fills by what a terminal shows', () => {
  expect(inPlaces('abc', 5)).toBe('abc  ');
  expect(inPlaces('abcdef', 5)).toBe('abcd…');
  expect(inPlaces('漢字漢字', 5)).toBe('漢字…');
  expect(inPlaces('👩‍🏫👩‍🏫', 4)).toBe('👩‍🏫👩‍🏫');
});

test('printable() leaves nothing that moves a cursor', () => {
  expect(printable('a\u001B[31m\u202Eb\n')).toBe('a?[31m?b?');
  expect(printable('x'.repeat(400))).toHaveLength(300);
});
