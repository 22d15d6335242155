import { describe, expect, test } from 'vitest';
import { settingsOfLab } from '../experiments/copies.ts';
import { readArguments } from '../lab/options.ts';
import { ownOptions } from '../commands/own-options.ts';
import { refusalOf } from './refusal.ts';
import { neverEnds, readQuestion, scenarioOf, workSecondsOf } from './question.ts';

const questionOf = (...args: string[]) =>
  readQuestion(readArguments(['what-if', ...args], ownOptions).options.own);

describe('what is asked', () => {
  test('nothing: the settings of the lab, nine good messages and a poison', () => {
    expect(questionOf()).toEqual({
      settings: settingsOfLab(),
      behaviour: 'returns',
      handlerSeconds: 0,
      good: 9,
      poison: 1,
      fifo: false,
    });
  });

  test('every option of the example in the help', () => {
    const question = questionOf(
      ...['--max-receive-count', '5', '--visibility-timeout', '10', '--handler-seconds', '12'],
      ...['--send', '8', '--poison', '2', '--batch-size', '4', '--window', '0'],
      ...['--concurrency', '2', '--report-failures', 'off', '--handler', 'throws'],
    );
    expect(question).toEqual({
      settings: {
        batchSize: 4,
        windowSeconds: 0,
        visibilityTimeoutSeconds: 10,
        maxReceiveCount: 5,
        functionTimeoutSeconds: 13,
        reportFailures: false,
      },
      behaviour: 'throws',
      handlerSeconds: 12,
      good: 8,
      poison: 2,
      fifo: false,
      concurrency: 2,
    });
  });

  test('a FIFO queue has no window, and a file of the learner is predicted as it is said to behave', () => {
    expect(questionOf('--fifo').settings.windowSeconds).toBe(0);
    expect(questionOf('--handler', 'my.ts', '--behaves', 'throws')).toMatchObject({
      behaviour: 'throws',
      handlerFile: 'my.ts',
    });
  });

  test.each([
    [['--send', 'many'], '--send needs a number, and "many" is none'],
    [['--batch-size', '1.5'], '--batch-size needs a number, and "1.5" is none'],
    [['--send', '101'], '--send 101: what-if takes 0 to 100'],
    [['--handler-seconds', '61'], '--handler-seconds 61: what-if takes 0 to 60'],
    [['--handler', 'explodes'], '--handler "explodes": it takes returns, throws, swallows'],
    [['--report-failures', 'maybe'], '--report-failures "maybe": it takes on, off'],
    [['--send', '0', '--poison', '0'], 'There is nothing to send'],
  ])('%j is refused: %s', (args, words) => {
    expect(() => questionOf(...args)).toThrow(words);
  });

  test('options of what-if are no options of another command', () => {
    expect(() => readArguments(['run', '--fifo'], ownOptions)).toThrow("Unknown option '--fifo'");
    const after = readArguments(['--as', 'admin', 'what-if', '--fifo'], ownOptions);
    expect(after.options.own).toEqual({ fifo: true });
  });
});

test('without a redrive policy a poison that comes back never ends, and is looked at for five receives', () => {
  const endless = questionOf('--max-receive-count', 'none', '--visibility-timeout', '20');
  expect(neverEnds(endless)).toBe(true);
  expect(scenarioOf(endless).untilSeconds).toBe(90);
  expect(neverEnds(questionOf('--max-receive-count', 'none', '--handler', 'swallows'))).toBe(false);
  expect(neverEnds(questionOf('--max-receive-count', 'none', '--report-failures', 'off'))).toBe(
    false,
  );
  expect(neverEnds(questionOf('--max-receive-count', 'none', '--poison', '0'))).toBe(false);
});

test.each([
  ['the function times out before its work is done', ['--function-timeout', '2', '--poison', '0']],
  [
    'every message is received again while it is worked on',
    ['--visibility-timeout', '2', '--poison', '0'],
  ],
  ['work and function timeout are equally long', ['--function-timeout', '3', '--poison', '0']],
  ['a poison takes good messages along', ['--handler', 'throws', '--visibility-timeout', '20']],
])('without a redrive policy nothing ends when %s', (_, args) => {
  const question = questionOf(
    '--max-receive-count',
    'none',
    '--handler-seconds',
    '3',
    '--send',
    '1',
    ...args,
  );
  expect(neverEnds(question)).toBe(true);
  expect(neverEnds({ ...question, settings: { ...question.settings, maxReceiveCount: 3 } })).toBe(
    false,
  );
  expect(workSecondsOf(question).most).toBeLessThan(120);
});

test('work that is long, and ends, is no work without an end', () => {
  expect(
    neverEnds(
      questionOf(
        '--max-receive-count',
        'none',
        '--handler-seconds',
        '60',
        '--poison',
        '0',
        '--send',
        '100',
        '--batch-size',
        '1',
        '--visibility-timeout',
        '70',
      ),
    ),
  ).toBe(false);
});

test('possible settings are refused by nobody', () => {
  for (const args of [
    [],
    ['--fifo'],
    ['--batch-size', '10000', '--window', '1'],
    ['--max-receive-count', '1000', '--visibility-timeout', '43200', '--concurrency', '1000'],
    ['--visibility-timeout', '0'],
  ]) {
    expect(refusalOf(questionOf(...args))).toBeUndefined();
  }
});
