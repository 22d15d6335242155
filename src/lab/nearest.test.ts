import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

const commands = ['run', 'step', 'check', 'hint', 'watch', 'verify', 'doctor', 'sandbox'];

test.each([
  ['chekc', 'check'],
  ['dcotor', 'doctor'],
  ['steps', 'step'],
  ['ver', 'verify'],
  ['sandbx', 'sandbox'],
])('%s is most likely %s', (typed, meant) => {
  expect(nearest(typed, commands)).toBe(meant);
});

test('nothing is guessed from a word that is like none', () => {
  expect(nearest('deploy', commands)).toBeUndefined();
});
