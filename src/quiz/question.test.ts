import { expect, test } from 'vitest';
import { isRight, loadQuestions, questionsIn } from './question.ts';
import type { Question } from './question.ts';
import { examNamed } from './exams.ts';

test('questions come in the order of their ids', async () => {
  const ids = (await loadQuestions()).map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted());
  expect(ids[0]).toBe('Q01');
});

test.each([
  ['[', /Cannot read the questions of src\/quiz\/questions\/x\.json: .*JSON/],
  ['{}', /x\.json: it holds no list/],
  ['[{"id":"Q07"}]', /x\.json: Q07: "rule" is no text/],
  ['[7]', /x\.json: question 1: it is no object/],
])('a file with %s is refused with its name and the reason', (text, says) => {
  expect(() => questionsIn('x.json', text)).toThrow(says);
});

test('a question counts when all right options are chosen, and no other', async () => {
  const question = (await loadQuestions()).find(({ type }) => type === 'multiple') as Question;
  const right = question.options.flatMap((option, i) => (option.right === true ? [i] : []));
  const wrong = question.options.findIndex(({ right: isOne }) => isOne !== true);
  expect(isRight(question, right)).toBe(true);
  expect(isRight(question, right.toReversed())).toBe(true);
  expect(isRight(question, right.slice(1))).toBe(false);
  expect(isRight(question, [...right, wrong])).toBe(false);
  expect(isRight(question, [])).toBe(false);
});

test('the exams are known by number and by name', () => {
  expect(['C03', 'c02', 'DVA-C03'].map(examNamed)).toEqual(['C03', 'C02', 'C03']);
  expect(examNamed('C01')).toBeUndefined();
});
