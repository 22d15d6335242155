import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { firstProblem, whyNotJudged } from './hint.ts';
import { hintLines } from '../commands/hint.ts';
import { checkResult, sampleResults } from '../testing/lab/results.ts';

const { passed, failed, waiting, blocked, elsewhere } = sampleResults;

describe('firstProblem()', () => {
  test.each([
    ['nothing when all passes', [checkResult('01', passed)], undefined],
    ['nothing when the rest is only not here', [checkResult('05', elsewhere)], undefined],
    [
      'nothing when the rest only needs AWS',
      [checkResult('05', { ...elsewhere, cause: 'needs AWS' })],
      undefined,
    ],
    [
      'the first failure, not what it blocks',
      [checkResult('01', passed, blocked), checkResult('02', failed), checkResult('03', failed)],
      '02/visibility-timeout',
    ],
    [
      'a failure before what AWS is still busy with',
      [checkResult('07', waiting), checkResult('09', failed)],
      '09/visibility-timeout',
    ],
    [
      'what AWS is busy with when nothing fails',
      [checkResult('07', passed, waiting), checkResult('09', blocked)],
      '07/enabled',
    ],
  ])('is %s', (_, results, about) => {
    const problem = firstProblem(results);
    expect(problem && `${problem.check.step}/${problem.expectation.id}`).toBe(about);
  });
});

describe('hintLines()', () => {
  const lines = (upTo: number, ...expectations: Parameters<typeof checkResult>[1][]) =>
    hintLines(firstProblem([checkResult('02', ...expectations)]), upTo, ['eval "env"'])
      .map((line) => stripVTControlCharacters(line))
      .join('\n');

  test('climbs one rung at a time, and says how to climb on', () => {
    const [one, two, three] = [1, 2, 3].map((upTo) => lines(upTo, failed));
    expect(one).toContain('get-queue-attributes');
    expect(one).not.toContain('leave no room');
    expect(two).toContain('leave no room');
    expect(two).not.toContain('set-queue-attributes');
    expect(three).toContain(
      '\n    aws sqs set-queue-attributes --queue-url "…"\n    npx lab step 2',
    );
  });

  test('begins its commands with what points a new terminal at the lab, once', () => {
    const [one, three] = [1, 3].map((upTo) => lines(upTo, failed));
    expect(one).toMatch(/what to look at\n {4}eval "env" # once in each terminal\n {4}aws /);
    expect(three?.match(/eval "env"/g)).toHaveLength(1);
  });

  test('leaves that out where no command goes to AWS', () => {
    const hints = { look: 'ls lab01-worker.zip', hint: 'It is not there.', fix: 'npx lab step 5' };
    expect(lines(3, { ...failed, hints })).not.toContain('eval');
  });

  test('shows the part that differs', () => {
    expect(lines(1, failed)).toContain(
      '✗ The visibility timeout is 30 s\n      expected 30, is 5\n',
    );
  });

  test('gives no hint where nothing is wrong, but says what is waited for', () => {
    expect(lines(3, waiting)).toContain('the mapping is Creating');
    expect(lines(3, waiting)).not.toContain('Hint');
    expect(lines(3, passed)).toMatch(/^Nothing is wrong/);
  });
});

test('whyNotJudged() says the cause, the reason, and the clock with the time left', () => {
  expect(whyNotJudged(waiting)).toBe(
    'AWS not ready yet: the mapping is Creating (AWS clock: a mapping is Creating, about 12 s left)',
  );
  const clock = { name: 'a mapping is Creating', atMostSeconds: 60 };
  expect(whyNotJudged({ ...waiting, clock })).toMatch(/at most 60 s\)$/);
  expect(whyNotJudged(blocked)).toBe(
    'blocked: check 02 comes first: The visibility timeout is 30 s',
  );
});
