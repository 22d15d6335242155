import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownOptions } from '../commands/own-options.ts';
import { countOf, experimentLeftovers } from '../experiments/delete-copies.ts';
import { settingsOfLab } from '../experiments/copies.ts';
import { readArguments } from '../lab/options.ts';
import { openLaboratory } from '../testing/lab/labs.ts';
import type { Laboratory, LabLearner } from '../testing/lab/labs.ts';
import { randomFrom } from '../testing/sandbox/random.ts';
import { refusalOf } from './refusal.ts';
import { runWhatIf } from './run.ts';
import { readQuestion } from './question.ts';
import type { Question } from './question.ts';

/** `WHAT_IF_SETTINGS=200 npm test -- src/what-if/random.long.test.ts` tries more of them. */
const count = Number(process.env['WHAT_IF_SETTINGS'] ?? 30);

let laboratory: Laboratory;
let lab: LabLearner;
beforeAll(async () => {
  laboratory = await openLaboratory();
  lab = await laboratory.learner('random-');
});
afterAll(() => laboratory[Symbol.asyncDispose]());

test.each(Array.from({ length: count }, (_, seed) => seed))(
  'random settings %i come to what the rules predict, or a rule says why not; nothing is lost or left',
  async (seed) => {
    const question = randomQuestion(seed);
    expect(refusalOf(question)).toBeUndefined();
    const { comparison, predicted, observed } = await runWhatIf(lab, question, {
      owner: 'what-if',
    });
    expect({ question, unexplained: comparison.unexplained }).toEqual({
      question,
      unexplained: [],
    });
    // Lost are only those that the rules lose, too.
    expect(predicted.lost === 0 ? observed.lost : 0).toBe(0);
    expect(countOf(await experimentLeftovers(lab))).toBe(0);
  },
);

// The function ends before its first message; batches that hold a message twice; and what never ends.
test.each([
  ['--handler-seconds 3 --function-timeout 2 --send 2 --poison 0'],
  ['--window 60 --visibility-timeout 30 --send 3 --poison 1'],
  ['--max-receive-count none --poison 0 --send 1 --handler-seconds 3 --function-timeout 2'],
  ['--max-receive-count none --poison 0 --send 1 --handler-seconds 3 --visibility-timeout 2'],
  ['--max-receive-count none --poison 1 --send 3 --handler throws --batch-size 2'],
  // More dead letters than one receive gives, all of one message group.
  ['--fifo --send 0 --poison 11'],
  ['--fifo --send 12 --poison 25 --handler throws --max-receive-count 2'],
  ['--fifo --send 12 --poison 1 --max-receive-count none --handler throws'],
  // The batching window is longer than the visibility timeout, and nothing ends the receives.
  [
    '--max-receive-count none --visibility-timeout 3 --send 1 --poison 2 --window 300 --report-failures off --handler throws --concurrency 2',
  ],
  ['--max-receive-count none --visibility-timeout 20 --send 0 --poison 1 --window 300'],
  ['--max-receive-count none --visibility-timeout 0 --send 0 --poison 1'],
  // Each batch hangs until the timeout, and none of the messages ends.
  [
    '--max-receive-count none --visibility-timeout 2 --function-timeout 1 --batch-size 7 --window 0 --send 2 --poison 17 --handler times-out',
  ],
  // More batches than may be worked on at once, and nobody waits.
  ['--max-receive-count none --send 4 --poison 22 --batch-size 2 --handler throws'],
])('%s comes to what the rules predict, and to an end', async (text) => {
  const question = readQuestion(
    readArguments(['what-if', ...text.split(' ')], ownOptions).options.own,
  );
  const { comparison } = await runWhatIf(lab, question, { owner: 'what-if' });
  expect(comparison.unexplained).toEqual([]);
});

test('a handler that throws at once, and logs nothing, is said to', async () => {
  const file = 'src/testing/what-if/logs-nothing.ts';
  const args = ['what-if', '--handler', file, '--behaves', 'throws', '--send', '2'];
  const question = readQuestion(readArguments(args, ownOptions).options.own);
  const { comparison } = await runWhatIf(lab, question, { owner: 'what-if' });
  expect(comparison.reasons).toEqual([]);
  expect(comparison.unexplained.join()).toMatch(/the handler logged none of its messages/);
});

function randomQuestion(seed: number): Question {
  const random = randomFrom(seed + 1);
  const oneOf = <T>(...all: readonly T[]): T => all[random(all.length)] as T;
  const fifo = random(4) === 0;
  const behaviour = oneOf('returns', 'returns', 'throws', 'throws', 'swallows', 'times-out');
  const handlerSeconds = behaviour === 'times-out' ? 0 : oneOf(0, 0, 0, 0, 0, 0, 1, 2);
  const concurrency = oneOf(undefined, undefined, 2, 3, 10);
  const question: Question = {
    settings: {
      ...settingsOfLab(),
      batchSize: 1 + random(10),
      // Now and then it is longer than the visibility timeout.
      windowSeconds: fifo ? 0 : oneOf(0, 1, 1, 2, 2, 20, 300),
      visibilityTimeoutSeconds: oneOf(1, 2, 5, 10, 30, 30, 60, 300),
      maxReceiveCount: oneOf(null, 1, 2, 3, 3, 4, 5),
      functionTimeoutSeconds: behaviour === 'times-out' ? 1 : 3 + random(4),
      reportFailures: random(3) > 0,
    },
    behaviour,
    handlerSeconds,
    good: random(12),
    // More than one receive gives, now and then.
    poison: random(5) === 0 ? 11 + random(15) : 1 + random(3),
    fifo,
    ...(concurrency === undefined ? {} : { concurrency }),
  };
  return question;
}
