import { expect, test } from 'vitest';
import { balancedLines, textLines } from './parts.ts';

const trimmed = (lines: readonly string[]): string[] => lines.map((line) => line.trimEnd());

test('balancedLines() leaves no single word for the last line', () => {
  expect(trimmed(textLines('one two three four five', 18, 'prose'))).toEqual([
    'one two three four',
    'five',
  ]);
  expect(trimmed(balancedLines('one two three four five', 18))).toEqual([
    'one two three',
    'four five',
  ]);
  expect(trimmed(balancedLines('2 sent: 2 in the dead-letter queue', 33))).toEqual([
    '2 sent: 2 in the',
    'dead-letter queue',
  ]);
});

test('balancedLines() leaves alone what fits, and loses nothing', () => {
  expect(balancedLines('one two', 18)).toEqual(['one two']);
  const long = 'word '.repeat(40);
  expect(balancedLines(long, 20).join('')).toBe(long);
});

test('textLines() marks each further line of code, not of prose', () => {
  expect(textLines('abcdefgh', 5, 'code')).toEqual(['abcde', '↪ fgh']);
  expect(textLines('abcdefgh', 5, 'prose')).toEqual(['abcde', 'fgh']);
  expect(textLines('a\nb', 5, 'code')).toEqual(['a', 'b']);
});
