import { expect, test, vi } from 'vitest';
import { describeError, LabError } from '../lab/errors.ts';
import { withOwnColours } from '../lab/terminal.ts';
import { checkResult, sampleResults } from '../testing/lab/results.ts';
import { createScreen } from '../watch/screen.ts';
import { nextHint } from '../watch/hints.ts';
import { changedLines, listLines, waitingLine, signed, taskLines } from '../watch/lines.ts';
import { tasks } from '../testing/watch.ts';
import { firstProblem } from './hint.ts';
import { hintLines } from '../commands/hint.ts';
import { printResult } from './report-terminal.ts';
import { plainWay } from '../lab/next.ts';

// What a worker can put into its error, a message into its body, AWS into its answer.
const evil = 'bad\u001B[2J\u001B]0;owned\u0007\u009B2K\u202E';
const seen = String.raw`bad\u001b[2J\u001b]0;owned\u0007\u009b2K\u202e`;

const failed = {
  ...sampleResults.failed,
  actual: evil,
  difference: [`is ${evil}`],
  hints: { look: `echo "${evil}"`, hint: `It says ${evil}.`, fix: `echo "${evil}"` },
};
const waiting = { ...sampleResults.waiting, reason: `AWS says ${evil}` };
const passed = { ...sampleResults.passed, actual: evil };
const view = { width: 80, manual: false };

/** What reaches a stream while some work is done. */
function written(stream: 'stderr' | 'stdout', work: () => void): string {
  const write = vi.spyOn(process[stream], 'write').mockReturnValue(true);
  try {
    work();
    return write.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    write.mockRestore();
  }
}

test.each<[string, () => string]>([
  [
    'check',
    () =>
      written('stdout', () => printResult(checkResult('05', passed, failed, waiting), 'sandbox')),
  ],
  ['hint', () => hintLines(firstProblem([checkResult('05', failed)]), 3, []).join('\n')],
  [
    'hint without a failure',
    () => hintLines(firstProblem([checkResult('05', waiting)]), 3, []).join(),
  ],
  [
    'watch, its hints',
    () => {
      const result = checkResult('05', failed);
      return [1, 2, 3]
        .flatMap(
          (rung) =>
            nextHint(
              result,
              { climb: { id: `05/${failed.id}`, rung: rung - 1 }, point: [], way: plainWay },
              view,
            ).lines,
        )
        .join('\n');
    },
  ],
  [
    'watch, what has changed',
    () =>
      changedLines(
        checkResult('05', waiting, passed),
        checkResult('05', failed, passed),
        view,
      ).join('\n'),
  ],
  [
    'watch, a task',
    () =>
      taskLines({ ...tasks[0]!, title: evil, why: [evil] }, checkResult('05', waiting), view).join(
        '\n',
      ),
  ],
  [
    'watch, the list',
    () =>
      listLines(tasks, new Map([['05', checkResult('05', waiting)]]), '05', view)
        .concat(signed('fail', evil, view))
        .join('\n'),
  ],
  ['an error', () => describeError(new LabError(evil, { hint: evil }))],
  ['an error that was not foreseen', () => describeError(new Error(evil))],
])('no escape sequence from outside reaches the terminal: %s', (_, print) => {
  const text = print();
  expect(text).toContain(seen);
  expect(withOwnColours(text)).toBe(text);
});

test('no escape sequence from outside reaches the terminal: the waiting line', () => {
  const clock = { name: evil, atMostSeconds: 30 };
  const result = checkResult('05', { ...waiting, clock });
  const output: string[] = [];
  const stream = { columns: 200, on() {}, off() {}, write: (text: string) => output.push(text) };
  const screen = createScreen(stream as never, { manual: false, rewrites: true });
  screen.rewrite(waitingLine({ result, at: new Date(0), nextMs: 1, paused: false }));
  expect(output.join('')).toContain(seen);
  for (const sign of ['\u0007', '\u009B', '\u202E', '\u001B]'])
    expect(output.join('')).not.toContain(sign);
});
