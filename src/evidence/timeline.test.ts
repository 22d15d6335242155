import { describe, expect, test } from 'vitest';
import type { Delivery } from '../lab/aws/observe.ts';
import { secondsBetween } from '../lab/aws/deliveries.ts';
import { accountOf } from '../pictures/timeline-facts.ts';
import { runOf } from './timeline.ts';
import type { Found, Run } from './timeline.ts';

const start = 1_795_438_191_000;

function delivery(
  messageId: string,
  receiveCount: number,
  seconds: number,
  more: Partial<Delivery> = {},
): Delivery {
  return {
    messageId,
    receiveCount,
    outcome: messageId.startsWith('poison') ? 'FAILED' : 'OK',
    requestId: `request-${seconds}`,
    batchSize: 3,
    timestamp: start + seconds * 1000,
    ...more,
  };
}

const good = [delivery('good-1', 1, 0.2), delivery('good-2', 1, 0.2)];
const poison = [delivery('poison', 1, 0.2), delivery('poison', 2, 30), delivery('poison', 3, 60)];
const dead = {
  messageId: 'poison',
  body: 'FAIL-please',
  sentAt: start - 500,
  firstReceivedAt: start - 100,
};

function run(change: Partial<Found> = {}): Run {
  return runOf({
    queueName: 'queue',
    deadLetterQueueName: 'dlq',
    visibilityTimeoutSeconds: 30,
    maxReceiveCount: 3,
    deliveries: [...good, ...poison],
    deadLetters: [dead],
    waiting: 0,
    lookedAt: start + 95_000,
    ...change,
  });
}

/** `3 = 2 + 1 + 0` */
function account(one: Run): string {
  const stamp = {
    target: 'SANDBOX',
    region: '',
    time: '',
    kit: '',
    awsCli: '',
    digest: '',
  } as const;
  const { sent, deleted, deadLettered, stillThere } = accountOf({ ...one, stamp });
  expect(sent).toBe(deleted + deadLettered + stillThere);
  return `${sent} = ${deleted} + ${deadLettered} + ${stillThere}`;
}

const messageOf = (one: Run, id: string) => one.messages.find(({ messageId }) => messageId === id);

test('a finished run: the good ones deleted, the poison in the dead-letter queue', () => {
  const one = run();
  expect(account(one)).toBe('3 = 2 + 1 + 0');
  expect(messageOf(one, 'good-1')).toMatchObject({ end: 'deleted', predictedMoveAt: undefined });
  expect(messageOf(one, 'poison')).toMatchObject({
    end: 'dead-letter queue',
    sentAt: dead.sentAt,
    predictedMoveAt: start + 90_000,
    seenInDeadLetterQueueAt: start + 95_000,
  });
});

test('a message is named by its body where that is recorded, and else counted in the order of sending', () => {
  const late = { ...(good[0] as Delivery), sentAt: start + 5 };
  const early = { ...(good[1] as Delivery), sentAt: start + 1 };
  const names = (change: Partial<Found>) =>
    run({ deliveries: [late, early, ...poison], ...change }).messages.map(
      ({ messageId, name }) => `${messageId}: ${name}`,
    );
  expect(names({})).toEqual(['poison: FAIL-please', 'good-2: good 1', 'good-1: good 2']);
  expect(names({ deadLetters: [] })).toEqual([
    'good-2: good 1',
    'good-1: good 2',
    'poison: failing 1',
  ]);
});

test('its times are the ones that the rule of check 09 judges', () => {
  const lines = poison.map((line) => ({ ...line, firstReceivedAt: start + 100 }));
  const receives = messageOf(run({ deliveries: [...good, ...lines] }), 'poison')?.receives ?? [];
  const gaps = receives.slice(1).map(({ at }, i) => (at - (receives[i]?.at ?? 0)) / 1000);
  expect(gaps).toEqual([29.9, 30]);
  expect(gaps).toEqual(secondsBetween(lines));
});

describe('a run on its way', () => {
  test('the poison waits for its next receive: still there, and the move is predicted over the receives that are left', () => {
    const one = run({ deliveries: [...good, poison[0] as Delivery], deadLetters: [], waiting: 1 });
    expect(account(one)).toBe('3 = 2 + 0 + 1');
    expect(messageOf(one, 'poison')).toMatchObject({
      end: 'still there',
      predictedMoveAt: start + 200 + 90_000,
      seenInDeadLetterQueueAt: undefined,
    });
  });

  test('received three times and not seen in the dead-letter queue: still there, whatever the lagging count says', () => {
    expect(account(run({ deadLetters: [], waiting: 0 }))).toBe('3 = 2 + 0 + 1');
  });

  test('what the queue counts and no log line tells of is still there too', () => {
    expect(account(run({ deliveries: [], deadLetters: [], waiting: 3 }))).toBe('3 = 0 + 0 + 3');
    expect(account(run({ waiting: 2 }))).toBe('5 = 2 + 1 + 2');
  });

  test('a log that is not there yet gives no message', () => {
    expect(run({ deliveries: [], deadLetters: [] })).toMatchObject({ messages: [], notSeenYet: 0 });
  });
});

describe('what AWS may do', () => {
  test('separate batches: each message keeps the size of its own', () => {
    const deliveries = [...good, ...poison].map((one) => ({ ...one, batchSize: 1 }));
    const one = run({ deliveries });
    expect(
      one.messages.every(({ receives }) => receives.every(({ batchSize }) => batchSize === 1)),
    ).toBe(true);
    expect(account(one)).toBe('3 = 2 + 1 + 0');
  });

  test('a good message that came twice is one message with two receives', () => {
    const one = run({ deliveries: [...good, delivery('good-1', 2, 31), ...poison] });
    expect(messageOf(one, 'good-1')?.receives).toHaveLength(2);
    expect(account(one)).toBe('3 = 2 + 1 + 0');
  });

  test('a good message that failed first and then was handled is deleted', () => {
    const failed = delivery('good-1', 1, 0.2, { outcome: 'FAILED' });
    const one = run({
      deliveries: [failed, delivery('good-1', 2, 30), good[1] as Delivery, ...poison],
    });
    expect(
      one.messages
        .filter(({ messageId }) => messageId === 'good-1')
        .every(({ end }) => end === 'deleted'),
    ).toBe(true);
    account(one);
  });

  test('log lines come in any order', () => {
    expect(run({ deliveries: [...poison, ...good].toReversed() })).toEqual(run());
  });
});

test('of several runs in one log the latest is shown, and another message in the dead-letter queue is not', () => {
  const earlier = [
    delivery('old-1', 1, -500),
    delivery('old-2', 1, -500),
    delivery('poison-old', 1, -500),
  ];
  const one = run({
    deliveries: [...earlier, ...good, ...poison],
    deadLetters: [{ ...dead, messageId: 'poison-old' }, dead],
  });
  expect(one.messages.map(({ messageId }) => messageId).toSorted()).toEqual([
    'good-1',
    'good-2',
    'poison',
  ]);
});

describe('times', () => {
  test('SQS itself tells when it was sent and first received; later receives are those of the log', () => {
    const times = { sentAt: start, firstReceivedAt: start + 10 };
    const one = run({
      deliveries: [...good, ...poison].map((line) => ({ ...line, ...times })),
      deadLetters: [],
    });
    const [first, second] = messageOf(one, 'poison')?.receives ?? [];
    expect(messageOf(one, 'good-2')?.sentAt).toBe(start);
    expect(first?.at).toBe(start + 10);
    expect(second?.at).toBe(start + 30_000);
  });

  test('a worker that does not log them leaves them to the dead-letter queue, or open', () => {
    const one = run();
    expect(messageOf(one, 'good-1')).toMatchObject({
      sentAt: undefined,
      receives: [{ at: start + 200 }],
    });
    expect(messageOf(one, 'poison')?.receives[0]?.at).toBe(dead.firstReceivedAt);
  });

  test('nonsense in the log of somebody’s own worker is not believed', () => {
    const nonsense = { sentAt: Number.NaN, firstReceivedAt: start + 9_999_999 };
    const one = run({
      deliveries: good.map((line) => ({ ...line, ...nonsense })),
      deadLetters: [],
    });
    expect(messageOf(one, 'good-1')).toMatchObject({
      sentAt: undefined,
      receives: [{ at: start + 200 }],
    });
  });

  test('messages stand in the order in which they were sent', () => {
    const late = { ...(good[0] as Delivery), sentAt: start + 5 };
    const early = { ...(good[1] as Delivery), sentAt: start + 1 };
    expect(
      run({ deliveries: [late, early, ...poison], deadLetters: [] }).messages.map(
        ({ messageId }) => messageId,
      ),
    ).toEqual(['good-2', 'good-1', 'poison']);
  });
});
