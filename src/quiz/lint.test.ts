import { beforeAll, describe, expect, test } from 'vitest';
import { lintQuestions } from './lint.ts';
import { exams, readNotes, rulesOf } from '../exam/rules.ts';
import type { Rule } from '../exam/rules.ts';
import { domainOf, loadQuestions, rightOf } from './question.ts';
import type { Question } from './question.ts';
import { domains } from './exams.ts';

const today = new Date().toISOString().slice(0, 10);

let questions: Question[];
let rules: readonly Rule[];

beforeAll(async () => {
  questions = await loadQuestions();
  rules = rulesOf(await readNotes());
});

describe('the questions of the kit', () => {
  test('pass every rule of the lint', () => {
    expect(lintQuestions(questions, { rules, today })).toEqual([]);
  });

  test('are at least eighty, on every rule of the exam notes and every domain of both exams', () => {
    expect(questions.length).toBeGreaterThanOrEqual(80);
    const asked = new Set(questions.map(({ rule }) => rule));
    expect(rules.map(({ id }) => id).filter((id) => !asked.has(id))).toEqual([]);
    for (const exam of exams) {
      const found = new Set(questions.map((question) => domainOf(question, exam)));
      expect([...found].toSorted()).toEqual(Object.keys(domains[exam]));
    }
  });

  test('are not given away by the length of the right option', () => {
    const single = questions.filter(({ type }) => type === 'single');
    const isLongest = ({ options }: Question) => {
      const lengths = options.map(({ text }) => text.length);
      const right = options.findIndex((option) => option.right === true);
      return Math.max(...lengths.toSpliced(right, 1)) < (lengths[right] ?? 0);
    };
    // By chance it would be one of four.
    expect(single.filter(isLongest).length).toBeLessThan(single.length / 3);
  });

  test('of several right options offer at least five', () => {
    const multiple = questions.filter(({ type }) => type === 'multiple');
    expect(multiple.length).toBeGreaterThan(6);
    for (const { id, options } of multiple) expect([id, options.length >= 5]).toEqual([id, true]);
  });
});

/** A question without a fault, on a rule of the notes. */
const good: Question = {
  id: 'Q999',
  rule: 'G06',
  type: 'single',
  skills: { C03: ['1.2.4'], C02: ['1.2.3'] },
  question: 'What happens?',
  options: [
    { text: 'This', right: true },
    { text: 'That', why: 'No.', tempts: 'It sounds so.' },
    { text: 'Neither', why: 'No.', tempts: 'It is safe.' },
    { text: 'Both', why: 'No.', tempts: 'It is much.' },
  ],
  explanation: 'It does.',
  source: { url: 'https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html', date: '2026-11-23' },
  experiments: ['20'],
};

const [first, ...others] = good.options;
const wrongs = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ text: `W${i}`, why: 'No.', tempts: 'It looks so.' }));
const rights = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ text: `R${i}`, right: true }) as const);

/** Each fault, as a change of the good question, and what the lint says. */
const faults: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['no rule', { rule: 'none' }, 'it has no rule: "none"'],
  ['an empty rule', { rule: '' }, '"rule" is no text'],
  ['a rule that nobody wrote', { rule: 'G99' }, 'its rule G99 is not in the exam notes'],
  ['no skill of C03', { skills: { C03: [], C02: ['1.2.3'] } }, 'it names no skill of DVA-C03'],
  ['no skill of C02', { skills: { C03: ['1.2.4'], C02: [] } }, 'it names no skill of DVA-C02'],
  ['no mapping to C02', { skills: { C03: ['1.2.4'] } }, '"skills" has no list for each exam'],
  [
    'a skill that its rule does not list',
    { skills: { C03: ['4.1.1'], C02: ['1.2.3'] } },
    'its rule G06 does not list DVA-C03 4.1.1',
  ],
  [
    'a skill that is none',
    { skills: { C03: ['1.2.4'], C02: ['5.1.1', '1.2.3'] } },
    '"5.1.1" is no number of a skill',
  ],
  ['no source', { source: { url: 'the guide', date: '2026-11-23' } }, 'its source is no URL'],
  ['no member for its source', { source: undefined }, '"source" has no url and date'],
  [
    'no date',
    { source: { url: good.source.url, date: 'lately' } },
    'the date of its source is no day: "lately"',
  ],
  [
    'a source of tomorrow',
    { source: { url: good.source.url, date: '2999-01-01' } },
    'the date of its source is after today: 2999-01-01',
  ],
  [
    'no reason for a wrong option',
    { options: [first, { text: 'That', why: ' ', tempts: 'So.' }, ...others.slice(1)] },
    'it does not say why "That" is wrong',
  ],
  [
    'no word on why a wrong option tempts',
    { options: [first, { text: 'That', why: 'No.' }, ...others.slice(1)] },
    'it does not say why "That" tempts',
  ],
  [
    'an undated limit in words',
    { explanation: 'A batch has at most 10 records of one queue.' },
    'it states a limit without a date: "A batch has at most 10 records of one queue."',
  ],
  [
    'an undated amount',
    { explanation: 'The window is 5 minutes long.' },
    'it states a limit without a date: "The window is 5 minutes long."',
  ],
  [
    'a limit of a day that is none',
    { limitsAsOf: 'soon' },
    'the date of its limits is no day: "soon"',
  ],
  [
    'two right options in a single choice',
    { options: [...rights(2), ...wrongs(2)] },
    'a single choice has one right option, not 2',
  ],
  [
    'three options',
    { options: [...rights(1), ...wrongs(2)] },
    'a single choice has four options, not 3',
  ],
  [
    'four options to select two of',
    {
      type: 'multiple',
      question: 'Which? (Select TWO.)',
      options: [...rights(2), ...wrongs(2)],
    },
    'it has 4 options: several of less than five are not asked',
  ],
  [
    'several right options, and not how many',
    { type: 'multiple', options: [...rights(2), ...wrongs(3)] },
    '2 options are right: it must end with how many to select',
  ],
  [
    'two of three right options asked for',
    { type: 'multiple', question: 'Which? (Select TWO.)', options: [...rights(3), ...wrongs(3)] },
    '3 options are right: it must end with how many to select',
  ],
  [
    'the same option twice',
    { options: [first, { text: 'this.', why: 'No.', tempts: 'So.' }, ...others.slice(1)] },
    'two of its options are the same',
  ],
  [
    'neither an experiment nor a reason',
    { experiments: [] },
    'it names no experiment, and not why there is none',
  ],
  ['an experiment that is a step', { experiments: ['09'] }, '"09" is no number of an experiment'],
  ['an id of another form', { id: 'seven' }, 'its id is not Q and a number'],
];

describe('the lint', () => {
  test('finds nothing in a good question', () => {
    expect(lintQuestions([good], { rules, today })).toEqual([]);
  });

  test.each(faults)('refuses a question with %s', (_, change, says) => {
    const faulty = { ...good, ...change } as Question;
    const found = lintQuestions([faulty], { rules, today });
    expect(found).toContain(`${faulty.id}: ${says}`);
  });

  test('takes a limit that is dated, and the numbers of a story', () => {
    const dated = { ...good, explanation: 'At most 10 records.', limitsAsOf: '2026-11-23' };
    const story = { ...good, question: 'A function runs for 25 seconds. What happens?' };
    expect(lintQuestions([dated], { rules, today })).toEqual([]);
    expect(lintQuestions([story], { rules, today })).toEqual([]);
  });

  test('takes two of five, and a question that no experiment shows with the reason', () => {
    const two = {
      ...good,
      type: 'multiple' as const,
      question: 'Which? (Select TWO.)',
      options: [...rights(2), ...wrongs(3)],
    };
    const notShown = { ...good, experiments: [], notShown: 'It is on a real account only.' };
    expect(lintQuestions([two], { rules, today })).toEqual([]);
    expect(lintQuestions([notShown], { rules, today })).toEqual([]);
  });

  test('finds a question that is asked twice, by its id and by its words', () => {
    expect(lintQuestions([good, { ...good, question: 'And then?' }], { rules, today })).toEqual([
      'Q999: it is asked twice, see Q999',
    ]);
    const twin = { ...good, id: 'Q998', question: '  what HAPPENS ?' };
    expect(lintQuestions([good, twin], { rules, today })).toEqual([
      'Q998: it is asked twice, see Q999',
    ]);
  });

  test('knows as many right options as there are', () => {
    expect(rightOf(good)).toEqual([0]);
  });
});
