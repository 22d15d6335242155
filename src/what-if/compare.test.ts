import { describe, expect, test } from 'vitest';
import { predict } from '../experiments/model.ts';
import type { Scenario } from '../experiments/model.ts';
import { observedOf } from '../experiments/observed.ts';
import type { RecordedSide } from '../experiments/observed.ts';
import { compare } from './compare.ts';

const scenario: Scenario = {
  batchSize: 10,
  windowSeconds: 1,
  visibilityTimeoutSeconds: 30,
  maxReceiveCount: 3,
  functionTimeoutSeconds: 5,
  reportFailures: true,
  behaviour: 'returns',
  good: 3,
  poison: 1,
};

/** One invocation: what it got, as `good-1@2` for a second receive, and how it ended. */
interface Ran {
  readonly at: number;
  readonly got: readonly string[];
  readonly seconds?: number;
  readonly failed?: boolean;
  /** The handler logs so many of them. */
  readonly logs?: number;
}

const sent = ['good-1', 'good-2', 'good-3', 'poison-1'].map((name) => ({ name, messageId: name }));

function measured(runs: readonly Ran[], more: Partial<RecordedSide> = {}) {
  const events = runs.flatMap(({ at, got, seconds = 0, failed = false, logs = got.length }, i) => {
    const requestId = `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
    const timestamp = at * 1000;
    const lines = got.slice(0, logs).map((text) => {
      const [messageId = '', count = '1'] = text.split('@');
      const outcome = messageId.startsWith('poison') ? 'FAILED' : 'OK';
      const line = { messageId, requestId, receiveCount: Number(count), batchSize: got.length };
      const message = `t\t${requestId}\tINFO\t${JSON.stringify({ ...line, outcome, firstReceivedAt: timestamp })}`;
      return { timestamp, message };
    });
    return [
      { timestamp, message: `START RequestId: ${requestId} Version: $LATEST` },
      ...lines,
      ...(failed ? [{ timestamp, message: `t\t${requestId}\tERROR\tInvoke Error\t{}` }] : []),
      { timestamp: timestamp + seconds * 1000, message: `REPORT RequestId: ${requestId}` },
    ];
  });
  return observedOf({
    settings: scenario,
    sent,
    events,
    sourceCount: 0,
    deadLetterCount: 1,
    inSource: [],
    deadLetters: [{ messageId: 'poison-1', attributes: {} }],
    handled: [],
    kept: {},
    ...more,
  });
}

const asPredicted: readonly Ran[] = [
  { at: 0, got: ['good-1', 'good-2', 'good-3', 'poison-1'] },
  { at: 30, got: ['poison-1@2'] },
  { at: 60, got: ['poison-1@3'] },
];
const otherBatches: readonly Ran[] = [
  { at: 0, got: ['good-1', 'good-2'] },
  { at: 0, got: ['good-3', 'poison-1'] },
  ...asPredicted.slice(1),
];

const compared = (runs: readonly Ran[], more: Partial<RecordedSide> = {}, other = scenario) =>
  compare(other, predict(other), measured(runs, more));

describe('compare()', () => {
  test('what is as predicted needs no reason', () => {
    expect(compared(asPredicted)).toMatchObject({ reasons: [], unexplained: [] });
  });

  test('other batches explain another number of invocations', () => {
    const { reasons, unexplained } = compared(otherBatches);
    expect(unexplained).toEqual([]);
    expect(reasons.map(({ rule }) => rule)).toEqual(['G18']);
  });

  test.each([
    ['in the batches of the prediction', asPredicted],
    ['in other batches', otherBatches],
  ])('a 4th receive that is measured is explained by nothing, %s', (_, runs) => {
    const { unexplained } = compared([...runs, { at: 90, got: ['poison-1@4'] }]);
    expect(unexplained).toContain('poison-1 was delivered a 4th time, and maxReceiveCount is 3');
    expect(unexplained).toContain('deliveries of poison messages: predicted 3, measured 4');
  });

  test.each([
    ['in the batches of the prediction', asPredicted],
    ['in other batches', otherBatches],
  ])('a 4th receive that is predicted is explained by nothing, %s', (_, runs) => {
    const wrong = { ...scenario, maxReceiveCount: 4 };
    // The prediction alone is wrong, and then every use of the rule.
    expect(compare(scenario, predict(wrong), measured(runs)).unexplained).toEqual([
      'deliveries of poison messages: predicted 4, measured 3',
    ]);
    expect(compared(runs, {}, wrong).unexplained).toEqual([
      'poison-1 was not handled at its 3rd receive, and no 4th one was measured',
      'deliveries of poison messages: predicted 4, measured 3',
    ]);
  });

  test('an error of a handler that returns is explained by no batch', () => {
    const [first, ...rest] = otherBatches;
    const { unexplained } = compared([{ ...(first as Ran), failed: true }, ...rest]);
    expect(unexplained.join('\n')).toMatch(/ended in an error, and by its batch it must not/);
    expect(unexplained).toContain('invocations that ended in an error: predicted 0, measured 1');
  });

  test('another fate is explained by no batch', () => {
    const lost = { deadLetters: [], deadLetterCount: 0 };
    const { unexplained } = compared(otherBatches, lost);
    expect(unexplained).toContain(
      'poison-1 is deleted, and by its receives it must be dead-lettered',
    );
    expect(unexplained).toContain('messages dead-lettered: predicted 1, measured 0');
  });

  test('a good message that was handled and comes again is explained by no batch', () => {
    const { unexplained } = compared([...otherBatches, { at: 30, got: ['good-1@2'] }]);
    expect(unexplained).toContain('good-1 was handled at its 1st receive, and came again');
    expect(unexplained).toContain('deliveries of good messages: predicted 3, measured 4');
  });

  test('a handler that logs nothing, or not all, is said to, and nothing else is made of it', () => {
    const silent = asPredicted.map((run) => ({ ...run, logs: 0, failed: true }));
    expect(compared(silent)).toMatchObject({
      reasons: [],
      unexplained: [
        'in 3 of 3 invocations the handler logged none of its messages',
        expect.stringContaining('log each message of each batch'),
      ],
    });
    const half = asPredicted.map((run, i) => (i === 0 ? { ...run, logs: 2 } : run));
    expect(compared(half).unexplained.join('\n')).toMatch(
      /got 4 messages, and its handler logged 2/,
    );
  });

  test('a handler that throws takes its batch along: then batches explain fates, and only as they were', () => {
    const throws = { ...scenario, behaviour: 'throws' as const };
    const apart = otherBatches.flatMap((run, i) =>
      i === 0
        ? [run]
        : [{ at: run.at, got: i === 1 ? run.got : [`good-3@${i}`, `poison-1@${i}`], failed: true }],
    );
    const dead = ['good-3', 'poison-1'].map((messageId) => ({ messageId, attributes: {} }));
    const right = compared(apart, { deadLetters: dead, deadLetterCount: 2 }, throws);
    expect(right.unexplained).toEqual([]);
    expect(right.reasons.map(({ rule }) => rule)).toEqual(['G18']);
    expect(compared(apart, {}, throws).unexplained).toContain(
      'good-3 is deleted, and by its receives it must be dead-lettered',
    );
  });

  test('a receive that no delivery belongs to counts, and is named', () => {
    const { reasons, unexplained } = compared(asPredicted.filter((_, i) => i !== 1));
    expect(unexplained).toEqual([]);
    expect(reasons).toContainEqual({
      rule: 'G20',
      text: 'a receive counts also when the function is not invoked with it: poison-1',
    });
  });

  test('a batch that is gathered for longer than the visibility timeout has a message more than once', () => {
    const slow = { ...scenario, windowSeconds: 60 };
    const all = sent.map(({ name }) => name);
    const twice = [...all, ...all.map((name) => `${name}@2`)];
    const thrice = all.map((name) => `${name}@3`);
    const dead = all.map((messageId) => ({ messageId, attributes: {} }));
    const runs = [
      { at: 60, got: twice },
      { at: 120, got: thrice },
    ];
    const observed = measured(runs, { deadLetters: dead, deadLetterCount: 4 });
    expect(observed.messages.map(({ deliveries }) => deliveries.length)).toEqual([3, 3, 3, 3]);
    expect(compare(slow, predict(slow), observed).unexplained).toEqual([]);
  });

  describe('work that is longer than the visibility timeout', () => {
    const slow: Scenario = {
      ...scenario,
      functionTimeoutSeconds: 60,
      batchSeconds: 40,
      good: 1,
    };
    const pair = sent.filter(({ name }) => name.endsWith('-1'));

    test('explains nothing where nobody handled a message, and none was overtaken', () => {
      const throws: Scenario = { ...slow, behaviour: 'throws', good: 0 };
      const only = sent.filter(({ name }) => name === 'poison-1');
      const runs = [0, 30, 60].map((at, i) => ({
        at,
        got: [`poison-1@${i + 1}`],
        seconds: 40,
        failed: true,
      }));
      const predicted = predict(throws);
      expect(predicted.effects.map(({ rule }) => rule)).toContain('G02');
      expect(predicted.overtaken).toEqual([]);
      const gone = { sent: only, deadLetters: [], deadLetterCount: 0 };
      const { reasons, unexplained } = compare(throws, predicted, measured(runs, gone));
      expect(reasons).toEqual([]);
      expect(unexplained).toContain('messages dead-lettered: predicted 1, measured 0');
      expect(unexplained).toContain('messages deleted: predicted 0, measured 1');
    });

    test('explains the rows of the messages that the prediction has overtaken, names them, and no others', () => {
      const predicted = predict(slow);
      expect(predicted.overtaken).toEqual(['good-1']);
      // Here nobody was: the first deletion came in time.
      const runs = [
        { at: 0, got: ['good-1', 'poison-1'], seconds: 40 },
        { at: 30, got: ['poison-1@2'], seconds: 40 },
        { at: 60, got: ['poison-1@3'], seconds: 40 },
      ];
      const right = compare(slow, predicted, measured(runs, { sent: pair }));
      expect(right.unexplained).toEqual([]);
      expect(right.reasons).toContainEqual({
        rule: 'G02',
        text: expect.stringContaining('in the prediction, and not here, good-1 came again'),
      });
      const fewer = compare(slow, predicted, measured(runs.slice(0, 2), { sent: pair }));
      expect(fewer.unexplained).toContain('deliveries of poison messages: predicted 3, measured 2');
    });
  });

  test('many batches are said by their sizes', () => {
    const all = Array.from({ length: 12 }, (_, i) => `good-${i + 1}`);
    const many: Scenario = { ...scenario, good: 12, poison: 0, batchSize: 1 };
    const runs = all.map((name) => ({ at: 0, got: [name] }));
    const { reasons, unexplained } = compare(
      { ...many, batchSize: 10 },
      predict({ ...many, batchSize: 10 }),
      measured(runs, {
        sent: all.map((name) => ({ name, messageId: name })),
        deadLetters: [],
        deadLetterCount: 0,
      }),
    );
    expect(unexplained).toEqual([]);
    expect(reasons.map(({ text }) => text).join()).toContain(
      'batches of 12 of 1, the prediction has 10, 2',
    );
  });
});
