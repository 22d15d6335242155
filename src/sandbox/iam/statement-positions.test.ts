import { expect, test } from 'vitest';
import { statementRanges } from './statement-positions.ts';

test('statementRanges() finds statements over several lines, whatever braces their texts have', () => {
  const document = [
    '{',
    '  "Id": "{[",',
    '  "Statement": [',
    '    { "Sid": "A}", "Condition": { "Bool": {} } },',
    '    {',
    '      "Sid": "\\"B"',
    '    }',
    '  ],',
    '  "Version": "2012-10-17"',
    '}',
  ].join('\n');
  expect(statementRanges(document)).toEqual([
    { StartPosition: { Line: 4, Column: 6 }, EndPosition: { Line: 4, Column: 49 } },
    { StartPosition: { Line: 5, Column: 6 }, EndPosition: { Line: 7, Column: 6 } },
  ]);
});

test('statementRanges() takes the last of two lists of statements, as JSON does', () => {
  expect(statementRanges('{"Statement":[{},{}],"Statement":{}}')).toHaveLength(1);
});
