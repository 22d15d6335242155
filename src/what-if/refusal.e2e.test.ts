import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownOptions } from '../commands/own-options.ts';
import { experimentLeftovers } from '../experiments/delete-copies.ts';
import { readArguments } from '../lab/options.ts';
import { openLaboratory } from '../testing/lab/labs.ts';
import type { Laboratory, LabLearner } from '../testing/lab/labs.ts';
import { refusalOf, refusalText } from './refusal.ts';
import { runWhatIf } from './run.ts';
import { readQuestion } from './question.ts';

let laboratory: Laboratory;
let lab: LabLearner;
beforeAll(async () => {
  laboratory = await openLaboratory();
  lab = await laboratory.learner('refused-');
});
afterAll(() => laboratory[Symbol.asyncDispose]());

test('a visibility timeout below the function timeout is run to its end: its mapping takes no change any more', async () => {
  const args = [
    '--visibility-timeout',
    '2',
    '--function-timeout',
    '5',
    '--send',
    '2',
    '--max-receive-count',
    '2',
  ];
  const question = readQuestion(readArguments(['what-if', ...args], ownOptions).options.own);
  const { comparison } = await runWhatIf(lab, question, { owner: 'what-if' });
  expect(comparison).toMatchObject({ unexplained: [] });
});

// Whoever does not ask refusalOf is refused by the services, later.
test('only words that AWS was recorded with are shown as its own', () => {
  const textOf = (...args: string[]) => {
    const question = readQuestion(readArguments(['what-if', ...args], ownOptions).options.own);
    const refusal = refusalOf(question);
    return refusal === undefined ? '' : refusalText(refusal);
  };
  expect(textOf('--fifo', '--window', '1')).toBe(
    'AWS refuses this. CreateEventSourceMapping: Batching window is not supported for FIFO queues',
  );
  for (const args of [
    ['--fifo', '--batch-size', '11', '--window', '0'],
    ['--batch-size', '0'],
    ['--function-timeout', '0'],
  ])
    expect(textOf(...args)).toMatch(
      /^AWS's documentation does not allow this\. Create\w+: .+ \(https:\/\/docs\.aws\.amazon\.com\/.+\)$/,
    );
});

test.each([
  [['--max-receive-count', '0']],
  [['--max-receive-count', '1001']],
  [['--visibility-timeout', '43201']],
  [['--batch-size', '0']],
  [['--batch-size', '10001', '--window', '1']],
  [['--batch-size', '11', '--window', '0']],
  [['--window', '301']],
  [['--concurrency', '1']],
  [['--concurrency', '1001']],
  [['--function-timeout', '0']],
  [['--function-timeout', '901', '--visibility-timeout', '901']],
  [['--fifo', '--window', '1']],
  [['--fifo', '--batch-size', '11', '--window', '0']],
])('%j is refused, with the words that AWS has for it where they are known', async (args) => {
  const question = readQuestion(readArguments(['what-if', ...args], ownOptions).options.own);
  const refusal = refusalOf(question);
  expect(refusal).toBeDefined();
  const run = runWhatIf(lab, question, { owner: 'what-if' });
  const words = refusal?.documented === undefined ? (refusal?.words ?? '') : '';
  await expect(run).rejects.toMatchObject({
    $fault: 'client',
    message: expect.stringContaining(words),
  });
  expect(await experimentLeftovers(lab)).toEqual({
    mappings: [],
    functions: [],
    roles: [],
    queueUrls: [],
    logGroups: [],
  });
});
