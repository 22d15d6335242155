import { expect, test } from 'vitest';
import { wrap } from './wrap.ts';

function wrapped(text: string, columns: number, indent = 0): string[] {
  const cells = Array.from(text, (sign) => ({ sign }));
  return wrap(cells, { columns, indent }).map((line) => line.map(({ sign }) => sign).join(''));
}

test('wrap() breaks after a space and lets the space hang', () => {
  expect(wrapped('one two three', 7)).toEqual(['one two ', 'three']);
  expect(wrapped('one two three', 8)).toEqual(['one two ', 'three']);
  expect(wrapped('one two three', 10)).toEqual(['one two ', 'three']);
});

test('wrap() breaks a name after a sign that divides it', () => {
  expect(wrapped('arn:aws:sqs:us-east-1', 14)).toEqual(['arn:aws:sqs:', 'us-east-1']);
});

test('wrap() cuts a word that has no place to break, and gives room to the continuation sign', () => {
  expect(wrapped('abcdefghij', 4, 2)).toEqual(['abcd', 'ef', 'gh', 'ij']);
});

test('wrap() loses nothing and makes no line too long', () => {
  for (const text of ['', 'a', ' '.repeat(50), 'ab cd '.repeat(40), '/'.repeat(99)]) {
    for (const columns of [1, 5, 17]) {
      const lines = wrapped(text, columns);
      expect(lines.join('')).toBe(text);
      expect(Math.max(...lines.map((line) => line.trimEnd().length))).toBeLessThanOrEqual(columns);
    }
  }
});

test('wrap() keeps a name whole that has room in the next line', () => {
  expect(wrapped('  "Arn": "arn:aws:sqs:us-east-1"', 24)).toEqual([
    '  "Arn": ',
    '"arn:aws:sqs:us-east-1"',
  ]);
  // Not after indentation alone: that would waste a line.
  expect(wrapped('    arn:aws:sqs:us-east-1', 21)).toEqual(['    arn:aws:sqs:us-', 'east-1']);
});
