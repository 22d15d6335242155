import { expect, test } from 'vitest';
import { findIn, machineOf } from './state-machine.ts';
import type { Step } from './state-machine.ts';

const once = (test: Step['test']): Step => ({ test, optional: false, repeats: false });
const any = (test: Step['test']): Step => ({ test, optional: true, repeats: true });
const maybe = (test: Step['test']): Step => ({ test, optional: true, repeats: false });
const isA = (character: string) => character === 'a';
const isB = (character: string) => character === 'b';

test.each([
  ['few steps', [maybe(isA), maybe(isA), maybe(isA), any(isA), once(isB)], 1],
  ['many steps', [...Array.from({ length: 200 }, () => any(() => true)), once(isB)], 7],
  [
    'repeats of nearly everything',
    [once(isA), ...Array.from({ length: 248 }, () => maybe(() => true)), once(isB)],
    8,
  ],
])('%s: a message is gone through once, whatever is in it', (_, steps, words) => {
  const message = 'a'.repeat(50_000);
  let asked = 0;
  const counted = new Map<Step['test'], Step['test']>();
  const counting = (test: Step['test']): Step['test'] => {
    const known = counted.get(test);
    if (known !== undefined || typeof test === 'string') return known ?? test;
    const one = (character: string) => {
      asked += 1;
      return test(character);
    };
    counted.set(test, one);
    return one;
  };
  const machine = machineOf([steps.map((step) => ({ ...step, test: counting(step.test) }))]);
  expect(findIn(machine, message)).toEqual({ found: false, worked: 50_001 * words });
  // One character is all that there is in the message.
  expect(asked).toBeLessThanOrEqual(steps.length);
  expect(findIn(machine, `${message}ab`).found).toBe(true);
});

test('what is found ends the search', () => {
  expect(findIn(machineOf([[once(isB)], [once(isA)]]), 'xxaxx')).toEqual({
    found: true,
    worked: 4,
  });
});

test('alternatives do not run into each other, and steps go on over the 32nd', () => {
  const machine = machineOf([
    Array.from({ length: 40 }, () => once(isA)),
    [once('start'), any(isB), once('end')],
  ]);
  for (const [message, found] of [
    ['a'.repeat(40), true],
    ['a'.repeat(39), false],
    [`b${'a'.repeat(39)}b`, false],
    ['', true],
    ['bbb', true],
    ['abbb', false],
  ] as const) {
    expect([message, findIn(machine, message).found]).toEqual([message, found]);
  }
});

test("it says what JavaScript's own engine says, for every short message", () => {
  const messages = ['', ...allTexts(6)];
  const atoms = [isA, isB, () => true] as const;
  const letters = ['a', 'b', '.'];
  const kinds = [once, maybe, any] as const;
  const quantifiers = ['', '?', '*'];
  for (let number = 0; number < 9 ** 3; number += 7) {
    const digits = [number % 9, Math.floor(number / 9) % 9, Math.floor(number / 81) % 9];
    const steps = digits.map((digit) => {
      const [kind = once, atom = isA] = [kinds[digit % 3], atoms[Math.floor(digit / 3)]];
      return kind(atom);
    });
    const text = digits.map(
      (digit) => `${letters[Math.floor(digit / 3)]}${quantifiers[digit % 3]}`,
    );
    for (const [before, after] of [
      ['', ''],
      ['^', ''],
      ['', '$'],
      ['^', '$'],
    ] as const) {
      const machine = machineOf([
        [
          ...(before === '' ? [] : [once('start')]),
          ...steps,
          ...(after === '' ? [] : [once('end')]),
        ],
      ]);
      const expression = new RegExp(before + text.join('') + after);
      const wrong = messages.filter(
        (message) => findIn(machine, message).found !== expression.test(message),
      );
      expect([expression.source, wrong]).toEqual([expression.source, []]);
    }
  }
});

/** Of `a` and `b`, up to that length. */
function allTexts(length: number): string[] {
  if (length === 0) return [];
  return ['a', 'b'].flatMap((letter) => [
    letter,
    ...allTexts(length - 1).map((text) => letter + text),
  ]);
}
