import { expect, test } from 'vitest';
import { parseRegularExpression } from './regular-expression.ts';

test.each([
  ['ERR', 'an ERROR', true],
  ['ERR', 'an error', false],
  ['ERROR|WARN', 'a WARNING', true],
  ['ERROR|WARN', 'INFO', false],
  ['^[hc]at', 'hat and coat', true],
  ['^[hc]at', 'a hat', false],
  ['[hc]at$', 'a hat', true],
  ['[hc]at$', 'hat and coat.', false],
  ['^a$|^b$', 'b', true],
  ['^a$|^b$', 'ab', false],
  ['colou?r', 'color', true],
  ['colou?r', 'colour', true],
  ['colou?r', 'colouur', false],
  ['^a{3,5}$', 'aa', false],
  ['^a{3,5}$', 'aaaaa', true],
  ['^a{3,5}$', 'aaaaaa', false],
  ['^a{2}$', 'aa', true],
  ['^a{2,}$', 'aaaaaaa', true],
  ['^a{,2}$', 'aaa', false],
  ['^a{,2}$', '', true],
  [String.raw`10\.10\.0\.1`, '10.10.0.1', true],
  [String.raw`10\.10\.0\.1`, '10a10b0c1', false],
  [String.raw`4\d\d`, 'status 404', true],
  [String.raw`^\w+\s\S+$`, 'one two', true],
  [String.raw`^\D+$`, 'one2', false],
  [String.raw`\x41B`, 'AB', true],
  ['[^a-z]', 'abc', false],
  ['[^a-z]', 'abC', true],
  ['x.*y.+z', 'x..yz', false],
  ['x.*y.+z', 'xy.z', true],
  ['a.b', 'a\nb', true],
])('%s on %j: %s', (expression, message, matches) => {
  expect(parseRegularExpression(expression)(message)).toBe(matches);
});

test.each([
  'something!',
  '(a|b)',
  'a|',
  '',
  '[a',
  '[z-a]',
  '*a',
  'a**',
  'a{}',
  'a{3,2}',
  'a{251}',
  'a{200}b{200}',
  'größe',
  String.raw`\q`,
])('%s is refused', (expression) => {
  expect(() => parseRegularExpression(expression)).toThrow(
    `Invalid filter pattern: the regular expression %${expression}% is not supported.`,
  );
});

test('an expression that would keep other engines busy for ever is answered', () => {
  const matches = parseRegularExpression(`${'.*'.repeat(20)}x$`);
  expect(matches('a'.repeat(20_000))).toBe(false);
});
