import { describe, expect, test } from 'vitest';
import { questionOn, scriptedTerminal, tooWide, twoOfFive } from '../testing/quiz.ts';
import { continued, openExamOf, resultLines, resultOf, runExam, whatNext } from './exam.ts';
import type { ExamState } from './exam.ts';
import { loadQuestions } from './question.ts';
import type { Question } from './question.ts';
import { readNotes, rulesOf } from '../exam/rules.ts';
import { nothingShown } from './shown.ts';

const minutes = (count: number) => count * 60_000;

/** An exam whose options stand as in the file, so that A is right. */
function examOf(questions: readonly Question[], leftMs = minutes(10)): ExamState {
  const sheets = questions.map((question) => ({
    question,
    order: [...question.options.keys()],
    chosen: [],
  }));
  return { exam: 'C03', sheets, current: 0, leftMs };
}

/** Runs it with these keys; the clock goes on by a minute with each look at the keyboard. */
async function taken(
  state: ExamState,
  keys: readonly (string | undefined)[],
  { minutesPerKey = 0, columns = 80 } = {},
) {
  const terminal = scriptedTerminal(keys, columns);
  let elapsed = 0;
  const kept: ExamState[] = [];
  const done = await runExam(state, {
    terminal: {
      ...terminal,
      press: (waitMs) => {
        elapsed += minutes(minutesPerKey);
        return terminal.press(waitMs);
      },
    },
    clock: { elapsed: () => elapsed },
    keep: async (now) => void kept.push(now),
  });
  return { done, kept, lines: terminal.lines(), below: terminal.rewritten() };
}

const three = [questionOn('G06', 'Q01'), twoOfFive('G07', 'Q02'), questionOn('G07', 'Q03')];

describe('an exam', () => {
  test('gives no feedback before it is handed in', async () => {
    const keys = ['a', 'Enter', 'a', 'b', 'Enter', 'c', 'h', 'Enter'];
    const { done, lines } = await taken(examOf(three), keys);
    expect(done.end).toBe('handed in');
    expect(lines.join('\n')).not.toMatch(/Right|Not right|It is so|Why it tempts|docs\.aws/);
    expect(resultOf(done.state)).toEqual({
      exam: 'C03',
      right: 2,
      of: 3,
      domains: [{ id: '1', right: 2, of: 3 }],
      rules: [
        { id: 'G06', right: 1, of: 1 },
        { id: 'G07', right: 1, of: 2 },
      ],
    });
  });

  test('lets go back, and change an answer', async () => {
    const keys = ['b', 'Enter', 'p', 'a', 'h', 'Enter'];
    const { done, lines } = await taken(examOf(three), keys);
    expect(done.state.sheets[0]?.chosen).toEqual([0]);
    expect(lines.filter((line) => line === 'Question 1 of 3')).toHaveLength(2);
  });

  test('names what has no complete answer before it is handed in, and may go on', async () => {
    const keys = ['a', 'Enter', 'a', 'h', 'x', 'b', 'h', 'Enter'];
    const { done, lines } = await taken(examOf(three), keys);
    expect(lines).toContain('Without a complete answer: 2, 3. They count as wrong.');
    expect(lines).toContain('Without a complete answer: 3. They count as wrong.');
    expect(resultOf(done.state).right).toBe(2);
  });

  test('gives half an answer nothing', async () => {
    const { done } = await taken(examOf([twoOfFive('G07', 'Q02')]), ['a', 'h', 'Enter']);
    expect(resultOf(done.state)).toMatchObject({ right: 0, of: 1 });
  });

  test('is handed in by the clock, whatever was pressed then', async () => {
    const { done, below } = await taken(examOf(three, minutes(3)), ['a', undefined, 'Enter', 'a'], {
      minutesPerKey: 1,
    });
    expect(done.end).toBe('time over');
    expect(done.state).toMatchObject({ leftMs: 0, current: 0 });
    expect(below[0]).toBe('Your answer: - (3 min left)');
    expect(below[1]).toBe('Your answer: A (2 min left)');
  });

  test('that was left is kept with its time, and goes on where it was', async () => {
    const keys = ['a', 'Enter', 'b', 'quit'];
    const { done, kept } = await taken(examOf(three, minutes(10)), keys, { minutesPerKey: 1 });
    expect(done).toMatchObject({ end: 'left', state: { leftMs: minutes(6), current: 1 } });
    expect(kept).toHaveLength(3);
    const again = continued(openExamOf(done.state), three);
    expect(again).toEqual(done.state);
  });

  test('is not gone on with when one of its questions is gone, or has changed, or no time is left', () => {
    const open = openExamOf(examOf(three));
    expect(continued(open, three.slice(1))).toBeUndefined();
    expect(continued(open, [twoOfFive('G06', 'Q01'), ...three.slice(1)])).toBeUndefined();
    expect(continued({ ...open, leftMs: 0 }, three)).toBeUndefined();
    expect(continued({ ...open, current: 99 }, three)?.current).toBe(2);
  });
});

describe('the result', () => {
  const around = { rules: [], shown: nothingShown, width: 80 };

  test('comes last, by domain and by rule, with what was missed and why', async () => {
    const { done } = await taken(examOf(three), [
      'a',
      'Enter',
      'c',
      'd',
      'Enter',
      'b',
      'h',
      'Enter',
    ]);
    const rules = [{ id: 'G07', title: 'A switch', skills: { C03: [], C02: [] } }];
    const text = resultLines(done, { ...around, rules }).join('\n');
    expect(text).toContain('Result: 1 of 3 right (33 %)');
    expect(text).toContain('✗ 1/3  1 Development');
    expect(text).toMatch(/✗ 0\/2 {2}G07 A switch\n {2}✓ 1\/1 {2}G06/);
    expect(text).toContain('✗ Not right: C, D. The right answer is A, B.');
    expect(text).toContain('✗ Not right: B. The right answer is A.');
    expect(text).not.toContain('It is so in Q01.');
    expect(text.indexOf('Result:')).toBeGreaterThan(text.indexOf('Not right'));
  });

  test('says when the time was over, and which question has no answer', () => {
    const done = { state: examOf(three), end: 'time over' as const };
    const text = resultLines(done, around).join('\n');
    expect(text).toContain('The time is over; the exam was handed in.');
    expect(text).toContain('✗ No answer. The right answer is A.');
  });

  test('names what to run next, what was missed most first', () => {
    const questions = [
      questionOn('G06', 'Q01'),
      questionOn('G07', 'Q02', { experiments: ['21'] }),
      questionOn('G07', 'Q03', { experiments: ['21', '22'] }),
    ];
    const shown = { ...nothingShown, runnable: new Set(['20', '21']) };
    expect(whatNext(examOf(questions), shown)).toEqual([
      'npx lab experiment 21',
      'npx lab quiz --rule G07',
      'npx lab experiment 20',
      'npx lab quiz --rule G06',
    ]);
    expect(whatNext(examOf(questions), nothingShown)).toEqual([
      'npx lab quiz --rule G07',
      'npx lab quiz --rule G06',
    ]);
  });

  test.each([80, 40])('of all questions fits a terminal of %i columns', async (columns) => {
    const [questions, rules] = await Promise.all([loadQuestions(), readNotes().then(rulesOf)]);
    const { done, lines, below } = await taken(
      examOf(questions),
      [...questions.flatMap(() => ['c', 'd', 'Enter']), 'h', 'Enter'],
      { columns },
    );
    const result = resultLines(done, { rules, shown: nothingShown, width: columns });
    expect(tooWide([...lines, ...result], columns)).toEqual([]);
    for (const line of below) expect(line.length).toBeLessThan(40);
  });
});
