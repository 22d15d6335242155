import { describe, expect, test } from 'vitest';
import { answerOf } from './ask-learner.ts';
import type { Experiment } from './experiment.ts';
import { judgeRun, saidRight } from './judge.ts';
import { copyNames, experimentPrefix } from './copy-names.ts';
import { namesOf } from '../lab/settings.ts';
import { observedOf } from './observed.ts';
import type { RecordedSide } from './observed.ts';
import { rangeLines, tableLines } from './report.ts';
import { entriesFor } from './send.ts';

const settings = {
  batchSize: 10,
  windowSeconds: 1,
  visibilityTimeoutSeconds: 30,
  maxReceiveCount: 1,
  functionTimeoutSeconds: 5,
  reportFailures: true,
};

const experiment: Experiment = {
  number: '99',
  title: 'one good message and one poison',
  rules: ['G04'],
  why: 'One. Two.',
  question: { text: 'How many?', of: 'dead-lettered' },
  sides: {
    only: {
      title: 'only',
      handler: 'returns',
      behaviour: 'returns',
      sends: { good: 1, poison: 1 },
    },
  },
  numbers: [
    {
      id: 'dead-lettered',
      label: 'Messages in the dead-letter queue',
      side: 'only',
      rule: 'G04',
      predicted: ({ only }) => only?.predicted.deadLettered ?? 0,
      measured: ({ only }) => only?.deadLettered,
    },
  ],
  headline: ['dead-lettered', 'dead-lettered'],
  needsOneBatch: true,
  rule: 'A rule.',
  source: { url: 'https://docs.aws.amazon.com/', date: '2026-11-28' },
};

const line = (messageId: string, outcome: string, requestId = 'r1') => ({
  timestamp: 2000,
  message: `t\t${requestId}\tINFO\t${JSON.stringify({ messageId, outcome, requestId, receiveCount: 1, batchSize: 2, firstReceivedAt: 1000 })}`,
});

const right: RecordedSide = {
  settings,
  sent: [
    { messageId: 'g', name: 'good-1' },
    { messageId: 'p', name: 'poison-1' },
  ],
  events: [line('g', 'OK'), line('p', 'FAILED')],
  sourceCount: 0,
  deadLetterCount: 1,
  inSource: [],
  handled: [],
  deadLetters: [{ messageId: 'p', attributes: {} }],
  kept: {},
};

const judged = (changes: Partial<RecordedSide>) =>
  judgeRun(experiment, { only: { ...right, ...changes } }, settings);

describe('judgeRun()', () => {
  test('passes a run that is as predicted', () => {
    expect(judged({})).toMatchObject({ outcome: 'pass', reasons: [] });
    expect(judged({}).rows[0]?.label).toBe('Messages in the dead-letter queue, only');
  });

  test('lets a filter delete so many messages without a delivery as its rule says, and no more', () => {
    const filtered = (undelivered: number) => {
      const { only } = experiment.sides;
      if (only === undefined) throw new Error('the experiment of this test has side "only"');
      const sides = { only: { ...only, loses: 1, undelivered } };
      const events = [line('p', 'FAILED')];
      return judgeRun({ ...experiment, sides }, { only: { ...right, events } }, settings);
    };
    expect(filtered(1)).toMatchObject({ outcome: 'pass', reasons: [] });
    expect(filtered(0).reasons.join()).toMatch(/good-1 is in no queue, and was never delivered/);
  });

  const dead = right.deadLetters;
  test.each<[string, Partial<RecordedSide>, RegExp]>([
    ['another number', { deadLetters: [], deadLetterCount: 0 }, /predicted 1 \(G04\), measured 0/],
    [
      'another setting',
      { settings: { ...settings, reportFailures: false } },
      /reportFailures false/,
    ],
    [
      'a message that nobody got',
      { events: [line('p', 'FAILED')] },
      /good-1 is in no queue, and was never delivered/,
    ],
    [
      'a message that nobody sent',
      { deadLetters: [...dead, { messageId: 'x', attributes: {} }], deadLetterCount: 2 },
      /x was not sent/,
    ],
    ['one message in both queues', { inSource: ['p'], sourceCount: 1 }, /p is in both queues/],
    ['a queue that counts more than was read', { sourceCount: 1 }, /counts 1, and 0 were read/],
    [
      'too few messages',
      { sent: right.sent.slice(1), events: [line('p', 'FAILED')] },
      /was sent 0 good messages/,
    ],
    [
      'a lost message',
      { events: [line('g', 'FAILED'), line('p', 'FAILED')] },
      /lost 1 messages, and its rule loses none/,
    ],
  ])('fails %s', (_, changes, says) => {
    const { outcome, reasons } = judged(changes);
    expect(outcome).toBe('fail');
    expect(reasons.join('\n')).toMatch(says);
  });

  test('shows a number that is open, whatever it is, and fails only when nothing was measured', () => {
    const open = (measured: number | undefined) => {
      const numbers = experiment.numbers.map((number) => ({
        ...number,
        open: true as const,
        predicted: () => 'AWS does not say',
        measured: () => measured,
      }));
      return judgeRun({ ...experiment, numbers }, { only: right }, settings);
    };
    expect(open(7)).toMatchObject({ outcome: 'pass', rows: [{ open: true, holds: true }] });
    expect(tableLines(open(7).rows, { of: 'none', text: undefined })[1]).toMatch(
      /AWS does not say +7 +G04 +not judged$/,
    );
    expect(open(undefined).outcome).toBe('fail');
  });

  test('does not judge other batches than it needs, where a number differs by them', () => {
    const events = [line('g', 'OK'), line('p', 'FAILED', 'r2')];
    expect(judged({ events }).outcome).toBe('pass');
    const kept = { events, sourceCount: 1, inSource: ['p'], deadLetters: [], deadLetterCount: 0 };
    expect(judged(kept)).toMatchObject({ outcome: 'not judged' });
  });

  test('a delivery after the deletion is counted as what "at least once" allows, and nowhere else', () => {
    const again = { ...line('g', 'OK', 'r2'), timestamp: 3000 };
    const start = (id: string) => ({
      timestamp: 1500,
      message: `START RequestId: ${id} Version: $LATEST`,
    });
    const events = [start('r1'), ...right.events, start('r2'), again];
    const observed = observedOf({ ...right, events });
    expect(observed).toMatchObject({ duplicates: ['good-1'], invocations: 1, redundant: 0 });
    // One visibility timeout later it is a retry, whatever the reason.
    const late = {
      ...again,
      timestamp: 31_000,
      message: again.message.replace('"receiveCount":1', '"receiveCount":2'),
    };
    const retried = observedOf({
      ...right,
      events: [start('r1'), ...right.events, start('r2'), late],
    });
    expect(retried).toMatchObject({ duplicates: [], invocations: 2, redundant: 1 });
  });

  test('a lost message that is delivered once more at once is a duplicate, one that comes back to the DLQ is not', () => {
    const again = { ...line('g', 'FAILED', 'r2'), timestamp: 3000 };
    const events = [line('g', 'FAILED'), line('p', 'FAILED'), again];
    expect(observedOf({ ...right, events })).toMatchObject({ duplicates: ['good-1'], lost: 1 });
    const poisonAgain = { ...line('p', 'FAILED', 'r2'), timestamp: 3000 };
    const back = observedOf({ ...right, events: [...right.events, poisonAgain] });
    expect(back).toMatchObject({ duplicates: [], lost: 0 });
  });

  test('calls a message deleted or lost only when both queues were read to their end', () => {
    const failed = [line('g', 'FAILED'), line('p', 'FAILED')];
    const fates = (changes: Partial<RecordedSide>) => {
      const { messages, deleted, lost } = observedOf({ ...right, events: failed, ...changes });
      return { fates: messages.map(({ fate }) => fate), deleted, lost };
    };
    expect(fates({})).toEqual({ fates: ['deleted', 'dead-lettered'], deleted: 1, lost: 1 });
    const unknown = { fates: ['unknown', 'dead-lettered'], deleted: 0, lost: 0 };
    expect(fates({ deadLetterCount: 2 })).toEqual(unknown);
    expect(fates({ sourceCount: 1 })).toEqual(unknown);
  });

  describe('a redrive', () => {
    const again = { ...line('new', 'FAILED', 'r2'), timestamp: 40_000 };
    const moved: Partial<RecordedSide> = {
      redriven: 1,
      events: [...right.events, again],
      deadLetters: [{ messageId: 'new', attributes: {} }],
    };

    test('makes a new message out of one that was sent: the books hold both', () => {
      expect(judged(moved)).toMatchObject({ outcome: 'pass', reasons: [] });
      const { messages, redriven, lost } = observedOf({ ...right, ...moved });
      expect(messages.map(({ name, fate }) => `${name} ${fate}`)).toEqual([
        'good-1 deleted',
        'poison-1 redriven',
        'redriven-1 dead-lettered',
      ]);
      expect({ redriven, lost }).toEqual({ redriven: 1, lost: 0 });
    });

    test.each<[string, Partial<RecordedSide>, RegExp]>([
      [
        'keeps the id',
        { ...moved, ...right, redriven: 1 },
        /moved 1 messages, and 0 with a new id/,
      ],
      ['was none', { ...moved, redriven: 0 }, /new was not sent/],
      [
        'loses what it moves',
        { ...moved, events: right.events, deadLetters: [], deadLetterCount: 0 },
        /and 0 with a new id/,
      ],
      [
        'leaves what it moves',
        { ...moved, inSource: ['p'], sourceCount: 1 },
        /and 0 of those that were sent are gone/,
      ],
    ])('that %s fails', (_, changes, says) => {
      const { outcome, reasons } = judged(changes);
      expect(outcome).toBe('fail');
      expect(reasons.join('\n')).toMatch(says);
    });
  });

  test('says which side was not recorded', () => {
    expect(judgeRun(experiment, {}, settings).reasons).toEqual([
      'nothing was recorded of side "only"',
    ]);
  });
});

test('a prediction is a number, a choice, or nothing', () => {
  expect(answerOf('  ', undefined)).toEqual({ said: undefined });
  expect(answerOf(' 3 ', undefined)).toEqual({ said: '3' });
  expect(answerOf('three', undefined)).toBe('unclear');
  expect(answerOf('2', ['deleted', 'kept'])).toEqual({ said: 'kept' });
  expect(answerOf('kept', ['deleted', 'kept'])).toEqual({ said: 'kept' });
  expect(answerOf('3', ['deleted', 'kept'])).toBe('unclear');
  const range = { from: 20, to: 30, because: 'A poll takes up to 10 s.' };
  expect(saidRight('25', range)).toBe(true);
  expect(saidRight('31', range)).toBe(false);
  expect(saidRight('kept', 'kept')).toBe(true);
});

test('a report says once why numbers may differ', () => {
  const because = 'A poll takes up to 10 s.';
  const row = { label: '', rule: 'G04', unit: 's', measured: 5, holds: true, open: false };
  const rows = [
    { ...row, id: 'exact', predicted: 5 },
    { ...row, id: 'one', predicted: { from: 0, to: 10, because } },
    { ...row, id: 'two', predicted: { from: 5, to: 15, because } },
    { ...row, id: 'three', predicted: { from: 1, to: 5, because: 'A maximum.' }, unit: '' },
  ];
  expect(rangeLines(rows)).toEqual([
    '0 to 10 s, 5 to 15 s: A poll takes up to 10 s.',
    '1 to 5: A maximum.',
  ]);
  expect(rangeLines(rows.slice(0, 1))).toEqual([]);
});

test('no name of a copy is a name of the lab, and every name begins as what is deleted', () => {
  for (const prefix of ['', 'ada-', 'a'.repeat(16)]) {
    const lab = namesOf(prefix);
    const names = copyNames(lab, '20', 'a-side-that-is-long');
    const all = [names.functionName, names.queueName, names.deadLetterQueueName, names.roleName];
    expect(all.every((name) => name.startsWith(experimentPrefix(lab)))).toBe(true);
    const own = [lab.functionName, lab.queueName, lab.deadLetterQueueName, lab.roleName];
    expect(own.some((name) => name.startsWith(experimentPrefix(lab)))).toBe(false);
    expect(all.every((name) => name.length <= 64)).toBe(true);
  }
});

test('entriesFor() makes calls of at most ten, the poison last', () => {
  const calls = entriesFor({ good: 11, poison: 1 }, (name) => ({ MessageGroupId: name[0] }));
  expect(calls.map((call) => call.length)).toEqual([10, 2]);
  expect(calls[1]?.[1]).toEqual({
    Id: 'poison-1',
    MessageBody: 'FAIL poison-1',
    MessageGroupId: 'p',
  });
});

test('what an experiment says of a body is sent; the other bodies say only good or FAIL', () => {
  const [entries] = entriesFor({ good: 2, poison: 1, bodies: { 'good-2': '{"type":"order"}' } });
  expect(entries?.map(({ MessageBody }) => MessageBody)).toEqual([
    'order good-1',
    '{"type":"order"}',
    'FAIL poison-1',
  ]);
});
