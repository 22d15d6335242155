import { describe, expect, test } from 'vitest';
import { jsonExcess } from './json-cost.ts';

const excess = (text: string) => jsonExcess(Buffer.from(text), { levels: 3, values: 6 });

describe('jsonExcess()', () => {
  test.each([
    ['[[[]]]', undefined],
    ['[[[[]]]]', 'nested too deeply'],
    ['{"a":{"b":{"c":{}}}}', 'nested too deeply'],
    ['[[],[],[]]', undefined],
    ['[[],[],[],[]]', 'made of too many values'],
    ['[1,2,3,4,5,6]', undefined],
    ['[1,2,3,4,5,6,7]', 'made of too many values'],
    ['["[[[[", ",,,,,,,,"]', undefined],
    [String.raw`["a\"[[[[,,,,,,,", "\\"]`, undefined],
    [String.raw`["\\",[[[]]]]`, 'nested too deeply'],
    ['["no end [[[[[[', undefined],
    ['', undefined],
  ])('of %s is %s', (text, expected) => {
    expect(excess(text)).toBe(expected);
  });
});
