import { expect, test } from 'vitest';
import { parseFilterPattern } from './filter-pattern.ts';

const report = 'REPORT RequestId: 8a2c-77 Duration: 3.01 ms';
const event = JSON.stringify({
  level: 'ERROR',
  count: 3,
  user: null,
  retry: true,
  path: ['orders', { id: 'A-17' }],
  failures: [
    { itemIdentifier: 'm-1', tries: 1 },
    { itemIdentifier: 'm-2', tries: 3, reason: null },
  ],
  'odd key': 'x',
});

test.each([
  ['REPORT', report, true],
  ['report', report, false],
  ['REPORT Duration', report, true],
  ['REPORT Billed', report, false],
  ['"RequestId: 8a2c-77"', report, true],
  ['"RequestId: 9"', report, false],
  ['REPORT -Duration', report, false],
  ['REPORT -"Init Duration"', report, true],
  ['?Billed ?Duration', report, true],
  ['?Billed ?Init', report, false],
  // Optional terms beside others are ignored.
  ['REPORT ?Billed', report, true],
  [String.raw`"say \"hello\""`, 'they say "hello"', true],
  ['', report, true],
  [String.raw`%RequestId: [0-9a-f]{4}-\d+%`, report, true],
  ['%Billed|Init%', report, false],
])('the text pattern %s on %s: %s', (pattern, message, matches) => {
  expect(parseFilterPattern(pattern)(message)).toBe(matches);
});

test.each([
  ['{ $.level = "ERROR" }', true],
  ['{ $.level = ERROR }', true],
  ['{ $.level = "ERR*" }', true],
  ['{ $.level = "*RR*R" }', true],
  ['{ $.level = "*X*" }', false],
  ['{ $.level != "INFO" }', true],
  ['{ $.level != "ERROR" }', false],
  ['{ $.missing != "ERROR" }', false],
  ['{ $.level = "INFO" && $.count = 3 }', false],
  ['{ $.level = "INFO" || $.count >= 3 }', true],
  // && binds stronger: true || (false && false).
  ['{ $.count = 3 || $.level = "INFO" && $.count = 4 }', true],
  ['{ ($.count = 3 || $.level = "INFO") && $.count = 4 }', false],
  ['{ $.count > 2.5 }', true],
  ['{ $.count < 3 }', false],
  ['{ $.count = "3" }', false],
  ['{ $.user IS NULL }', true],
  ['{ $.level IS NULL }', false],
  ['{ $.retry IS TRUE }', true],
  ['{ $.retry IS FALSE }', false],
  ['{ $.missing NOT EXISTS }', true],
  ['{ $.level NOT EXISTS }', false],
  ['{ $.path[0] = "orders" }', true],
  ['{ $.path[1].id = "A-17" }', true],
  [`{ $['odd key'] = "x" }`, true],
  ['{ $.failures[*].itemIdentifier = "m-2" }', true],
  ['{ $.failures[*].itemIdentifier = "m-3" }', false],
  ['{ $.failures[*].itemIdentifier != "m-1" }', true],
  ['{ $.failures[*].tries > 2 }', true],
  ['{ $.failures[*].reason IS NULL }', true],
  ['{ $.failures[*].missing NOT EXISTS }', true],
  ['{ $.failures[*].tries NOT EXISTS }', false],
  ['{ $.path[*] = "orders" }', true],
  ['{ $.level = %ERR% }', true],
  ['{ $.level = %err% }', false],
  ['{ $.level = %^WARN|^ERR% && $.count = 3 }', true],
  ['{ $.level != %ERR|WARN% }', false],
  ['{ $.level != %WARN% }', true],
  ['{ $.missing != %WARN% }', false],
  ['{ $.failures[*].itemIdentifier = %-2$% }', true],
  ['{ $.count = %^3$% }', true],
  ['{ $.level[*] = "ERROR" }', false],
])('the JSON pattern %s: %s', (pattern, matches) => {
  expect(parseFilterPattern(pattern)(event)).toBe(matches);
});

test('a JSON pattern never matches a message that is not JSON', () => {
  expect(parseFilterPattern('{ $.level NOT EXISTS }')('level ERROR')).toBe(false);
});

test.each([
  '8a2c-77',
  '"open',
  '{ $.level }',
  '{ $.level = }',
  '{ level = "ERROR" }',
  '{ $.level = "ERROR"',
  '{ $.level > "ERROR" }',
  '{ $.level = "ERROR" } more',
  '{ $.level MAYBE NULL }',
  `{ ${'('.repeat(400)} }`,
  '{ $.path[x] = "orders" }',
  '{ $.level = %ERR }',
  '{ $.level > %ERR% }',
  '{ $.level = %(ERR)% }',
  '%something!%',
  '{ $.* = "ERROR" }',
])('the pattern %s is refused', (pattern) => {
  expect(() => parseFilterPattern(pattern)).toThrow('Invalid filter pattern');
});

test.each(['[ip, user, ...]', 'REPORT %ERROR%', '?%ERROR%', '-%ERROR%'])(
  'the pattern %s is refused as unknown',
  (pattern) => {
    expect(() => parseFilterPattern(pattern)).toThrow('are not in the sandbox');
  },
);

test('a JSON pattern has at most 2 regular expressions', () => {
  const pattern = (count: number) =>
    `{ ${Array.from({ length: count }, () => '$.level = %ERR%').join(' && ')} }`;
  expect(parseFilterPattern(pattern(2))(event)).toBe(true);
  expect(() => parseFilterPattern(pattern(3))).toThrow('at most 2 regular expressions');
});
