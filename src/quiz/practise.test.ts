import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noChance, questionOn, scriptedTerminal, tooWide, twoOfFive } from '../testing/quiz.ts';
import { loadQuestions } from './question.ts';
import type { Question } from './question.ts';
import { practise, practisedLines } from './practise.ts';
import type { Session } from './practise.ts';
import { nothingShown } from './shown.ts';
import { addAnswers, answered, readCards } from './state.ts';
import type { AnswerTo, Cards } from './state.ts';
import { keysOf, keysOfLine } from './terminal.ts';

const now = new Date('2026-11-28T08:00:00.000Z');

async function session(
  questions: readonly Question[],
  keys: readonly string[],
  { columns = 80, keep }: { columns?: number; keep?: Session['keep'] } = {},
) {
  const terminal = scriptedTerminal(keys, columns);
  const kept: Cards[] = [];
  const inMemory = async ({ id, answer }: AnswerTo) => {
    const before = kept.at(-1) ?? {};
    kept.push({ ...before, [id]: answered(before[id], answer) });
    return kept.at(-1) ?? {};
  };
  const practised = await practise(
    questions.map((question) => ({ question, reason: 'new' as const })),
    {},
    {
      terminal,
      exam: 'C03',
      now: () => now,
      chance: noChance,
      shown: Promise.resolve(nothingShown),
      keep: keep ?? inMemory,
    },
  );
  return { practised, kept, text: terminal.lines().join('\n'), terminal };
}

const one = questionOn('G06', 'Q01');

describe('a question', () => {
  test('is asked with its letters, and answered by a letter and Enter', async () => {
    const { practised, text, terminal } = await session([one], ['a', 'Enter', 'Enter']);
    expect(text).toContain('Question 1 of 1 · G06 · DVA-C03 1.2.3 · DVA-C02 2.1.6 · new');
    expect(text).toContain('  A  Yes\n  B  no\n');
    expect(text).toContain('✓ Right: A.');
    expect(terminal.rewritten()).toContain('Your answer: A');
    expect(practised.answers).toEqual([{ question: one, grade: 'right' }]);
  });

  test('tells after a wrong answer why it is wrong, why each other one is, and why they tempt', async () => {
    const { practised, text } = await session([one], ['b', 'Enter', 'Enter']);
    expect(text).toContain('✗ Not right: B. The right answer is A.');
    expect(text).toContain('✗ B  Not no.\n     Why it tempts: Like no.');
    expect(text).toContain('  C  Not maybe.');
    expect(text).toContain('It is so in Q01.');
    expect(text).toContain('https://docs.aws.amazon.com/ (looked up 2026-11-23)');
    expect(text).toContain('Experiment 20');
    expect(practised.answers[0]?.grade).toBe('wrong');
  });

  test('of two right options wants both, in any order, and lets go of the oldest of three', async () => {
    const two = twoOfFive('G06', 'Q02');
    const { text, practised } = await session([two], ['e', 'Enter', 'b', 'a', 'Enter', 'g']);
    expect(text).toContain('Choose 2 of the letters first.');
    expect(text).toContain('✓ Right: A, B.');
    expect(practised.answers[0]?.grade).toBe('guessed');
  });

  test('a letter that was chosen by mistake is taken back by the same letter', async () => {
    const { text } = await session([one], ['b', 'b', 'a', 'Enter', 'Enter']);
    expect(text).toContain('✓ Right: A.');
  });

  test('leaves out keys that are no option', async () => {
    const { practised } = await session([one], ['x', '7', 'a', 'Enter', 'Enter']);
    expect(practised.answers[0]?.grade).toBe('right');
  });
});

test('two sessions at once, and an exam that is handed in meanwhile, keep the answers of each other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lab-quiz-'));
  try {
    const exam = { at: now.toISOString(), grade: 'wrong', inExam: true } as const;
    const keep = async (answer: AnswerTo) => (await addAnswers([answer], folder)).cards;
    // All of the others happens between the first answer of this session and its second one.
    let answers = 0;
    const outer = await session(
      [one, questionOn('G07', 'Q02')],
      ['a', 'Enter', 'Enter', 'a', 'Enter', 'Enter'],
      {
        keep: async (answer) => {
          if ((answers += 1) === 2) {
            await session([questionOn('G08', 'Q03')], ['b', 'Enter', 'Enter'], { keep });
            await addAnswers(
              [
                { id: 'Q01', answer: exam },
                { id: 'Q04', answer: exam },
              ],
              folder,
            );
          }
          return keep(answer);
        },
      },
    );
    const { cards } = await readCards(folder);
    expect(Object.keys(cards).toSorted()).toEqual(['Q01', 'Q02', 'Q03', 'Q04']);
    expect(cards['Q01']?.answers.map(({ grade }) => grade)).toEqual(['right', 'wrong']);
    expect(outer.practised.cards).toEqual(cards);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

describe('leaving', () => {
  test('in the middle keeps what was answered before, and not the open question', async () => {
    const questions = [one, questionOn('G07', 'Q02')];
    const { practised, kept } = await session(questions, ['a', 'Enter', 'Enter', 'b', 'quit']);
    expect(practised.left).toBe(true);
    expect(Object.keys(kept.at(-1) ?? {})).toEqual(['Q01']);
  });

  test('after an answer keeps that answer', async () => {
    const questions = [one, questionOn('G07', 'Q02')];
    const { practised, kept } = await session(questions, ['b', 'Enter', 'quit']);
    expect(practised).toMatchObject({ left: true, answers: [{ grade: 'wrong' }] });
    expect(kept).toHaveLength(1);
  });

  test('after the last question leaves nothing', async () => {
    const { practised } = await session([one], ['a', 'Enter', 'quit']);
    expect(practised.left).toBe(false);
  });
});

test('the end says how many were right and when the next are due', async () => {
  const questions = [one, questionOn('G07', 'Q02'), questionOn('G08', 'Q03')];
  const { practised } = await session(questions.slice(0, 2), [
    'a',
    'Enter',
    'Enter',
    'b',
    'Enter',
    'Enter',
  ]);
  const lines = practisedLines(practised, { now, width: 80, all: questions }).join('\n');
  expect(lines).toContain('1 of 2 right.');
  expect(lines).toContain('Asked so far: 2 of 3 questions. Due within a day: 1');
  expect(lines).toContain('The first is due on 2026-11-29.');
});

test.each([80, 40])('every question of the kit fits a terminal of %i columns', async (columns) => {
  const questions = await loadQuestions();
  const keys = questions.flatMap(({ type }) =>
    type === 'single' ? ['c', 'Enter', 'Enter'] : ['c', 'd', 'Enter', 'Enter'],
  );
  const { practised, terminal } = await session(questions, keys, { columns });
  expect(practised.answers).toHaveLength(questions.length);
  expect(tooWide(terminal.lines(), columns)).toEqual([]);
});

describe('keys', () => {
  test('come one by one, also when fast fingers send several at once', () => {
    expect(keysOf('bD')).toEqual([
      { kind: 'key', key: 'b' },
      { kind: 'key', key: 'd' },
    ]);
    expect(keysOf('\r')).toEqual([{ kind: 'key', key: 'Enter' }]);
    expect(keysOf('q')).toEqual([{ kind: 'quit' }]);
    expect(keysOf('\u0003')).toEqual([{ kind: 'quit' }]);
    expect(keysOf('\u001B[D')).toEqual([{ kind: 'key', key: 'p' }]);
    expect(keysOf('\u001B[A')).toEqual([]);
  });

  test('of a pasted command do nothing', () => {
    expect(keysOf('aws sqs list-queues\r')).toEqual([{ kind: 'pasted' }]);
    expect(keysOfLine('aws sqs list-queues')).toEqual([{ kind: 'pasted' }]);
  });

  test('of a line are its letters and Enter; a command needs no Enter', () => {
    expect(keysOfLine('b, d')).toEqual([
      { kind: 'key', key: 'b' },
      { kind: 'key', key: 'd' },
      { kind: 'key', key: 'Enter' },
    ]);
    expect(keysOfLine('')).toEqual([{ kind: 'key', key: 'Enter' }]);
    expect(keysOfLine('h')).toEqual([{ kind: 'key', key: 'h' }]);
    expect(keysOfLine('q')).toEqual([{ kind: 'quit' }]);
  });
});
