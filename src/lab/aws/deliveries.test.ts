import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { deliveryOf, latestRun, newestRun, poisonAmong, unloggedMessages } from './deliveries.ts';
import type { Delivery } from './deliveries.ts';

const line = {
  messageId: 'm-1',
  receiveCount: 2,
  outcome: 'FAILED',
  requestId: 'r-1',
  batchSize: 3,
};

describe('deliveryOf()', () => {
  test('reads the JSON behind the prefix of the runtime, with the time of the log event', () => {
    const message = `2026-11-23T08:00:00.123Z\tr-1\tINFO\t${JSON.stringify(line)}\n`;
    expect(deliveryOf(message, 1000)).toEqual([{ ...line, timestamp: 1000 }]);
  });

  test('reads a line that is JSON only', () => {
    expect(deliveryOf(JSON.stringify(line), 1000)).toEqual([{ ...line, timestamp: 1000 }]);
  });

  test.each([
    ['the START line of the runtime', 'START RequestId: r-1 Version: $LATEST\n'],
    ['JSON of another kind', '{"level":"INFO","message":"hello"}'],
    ['a message id without a receive count', '{"messageId":"m-1"}'],
    ['a line without an outcome', '{"messageId":"m-1","receiveCount":1}'],
    ['a receive count that is no number', '{"messageId":"m-1","receiveCount":"x","outcome":"OK"}'],
    [
      'a record of SQS, as it is',
      "{ messageId: 'm-1', attributes: { ApproximateReceiveCount: '1' } }",
    ],
    ['half a line of JSON', '{"messageId":"m-1","receiveCount":1'],
    ['braces around something else', '{ messageId }'],
    ['no message', undefined],
  ])('finds no delivery in %s', (_, message) => {
    expect(deliveryOf(message, 1000)).toEqual([]);
  });

  test('reads numbers that are logged as SQS gives them: as texts', () => {
    const texts = JSON.stringify({ ...line, receiveCount: '2', sentAt: '1700' });
    expect(deliveryOf(texts, 1000)).toEqual([{ ...line, sentAt: 1700, timestamp: 1000 }]);
  });

  test.each([
    ['over several lines', { ...line, error: "it's over: { or so }" }],
    ['in one line', { messageId: 'm-1', receiveCount: '2', outcome: 'OK', requestId: 'r-1' }],
  ])('reads an object as console.log() prints it, %s', (_, object) => {
    const message = `2026-11-23T08:00:00.123Z\tr-1\tINFO\t${inspect(object)}\n`;
    expect(deliveryOf(message, 1000)).toEqual([{ ...object, receiveCount: 2, timestamp: 1000 }]);
  });

  test('takes the request from the prefix of the runtime when the line does not name it', () => {
    const { requestId, ...rest } = line;
    const message = `2026-11-23T08:00:00.123Z\t${requestId}\tINFO\t${JSON.stringify(rest)}`;
    expect(deliveryOf(message, 1000)).toEqual([{ ...line, timestamp: 1000 }]);
    expect(deliveryOf(JSON.stringify(rest), 1000)).toMatchObject([{ requestId: '' }]);
  });

  test.each([
    ['an object', line],
    ['a text with JSON', JSON.stringify(line)],
    ['an object that was printed', inspect(line)],
  ])('reads %s in an event of the log format JSON', (_, message) => {
    const event = {
      timestamp: '2026-11-23T08:00:00.123Z',
      level: 'INFO',
      requestId: 'r-1',
      message,
    };
    expect(deliveryOf(JSON.stringify(event), 1000)).toEqual([{ ...line, timestamp: 1000 }]);
  });

  test('finds no delivery in an event without a time', () => {
    expect(deliveryOf(JSON.stringify(line), undefined)).toEqual([]);
  });
});

/** `delivery('poison', 3, 60, 'batch-3')`: its third receive, after 60 s, in that batch. */
function delivery(
  messageId: string,
  receiveCount: number,
  seconds: number,
  requestId: string,
): Delivery {
  const outcome = messageId.startsWith('poison') ? 'FAILED' : 'OK';
  return { messageId, receiveCount, outcome, requestId, batchSize: 3, timestamp: seconds * 1000 };
}

/** Two good messages and a poison in one batch, and the two retries of the poison. */
function run(name: string, start: number): Delivery[] {
  return [
    delivery(`good-1-${name}`, 1, start, `${name}-1`),
    delivery(`good-2-${name}`, 1, start, `${name}-1`),
    delivery(`poison-${name}`, 1, start, `${name}-1`),
    delivery(`poison-${name}`, 2, start + 30, `${name}-2`),
    delivery(`poison-${name}`, 3, start + 60, `${name}-3`),
  ];
}

function shown({ poison, good }: ReturnType<typeof latestRun>) {
  return {
    poison: poison.map(({ messageId, receiveCount }) => `${messageId} ${receiveCount}`),
    good: good.map(({ messageId, receiveCount }) => `${messageId} ${receiveCount}`),
  };
}

describe('latestRun()', () => {
  test('of one run is the good messages and every receive of the poison', () => {
    expect(shown(latestRun(run('a', 0)))).toEqual({
      poison: ['poison-a 1', 'poison-a 2', 'poison-a 3'],
      good: ['good-1-a 1', 'good-2-a 1'],
    });
  });

  test('is the second run when there are two', () => {
    expect(shown(latestRun([...run('a', 0), ...run('b', 120)]))).toEqual({
      poison: ['poison-b 1', 'poison-b 2', 'poison-b 3'],
      good: ['good-1-b 1', 'good-2-b 1'],
    });
  });

  test('is the second run also when it was sent while the first poison was still being retried', () => {
    const both = [...run('a', 0), ...run('b', 20)].toSorted((a, b) => a.timestamp - b.timestamp);
    expect(shown(latestRun(both))).toEqual({
      poison: ['poison-b 1', 'poison-b 2', 'poison-b 3'],
      good: ['good-1-b 1', 'good-2-b 1'],
    });
  });

  test('has both good messages when AWS split them over two batches', () => {
    const split = [
      ...run('a', 0),
      delivery('good-1', 1, 120, 'x'),
      delivery('poison', 1, 120, 'x'),
      delivery('good-2', 1, 121, 'y'),
      delivery('poison', 2, 150, 'z'),
    ];
    expect(shown(newestRun(split))).toEqual({
      poison: ['poison 1', 'poison 2'],
      good: ['good-1 1', 'good-2 1'],
    });
  });

  test('has both good messages when all three came in batches of one', () => {
    const split = [
      ...run('a', 0),
      delivery('good-1', 1, 119, 'x'),
      delivery('poison', 1, 120, 'y'),
      delivery('good-2', 1, 121, 'z'),
    ];
    expect(shown(newestRun(split)).good).toEqual(['good-1 1', 'good-2 1']);
  });

  test('shows a good message that came back with the poison: the whole batch was retried', () => {
    const whole = [
      delivery('good', 1, 0, 'x'),
      delivery('poison', 1, 0, 'x'),
      delivery('good', 2, 30, 'y'),
      delivery('poison', 2, 30, 'y'),
    ];
    expect(shown(latestRun(whole))).toEqual({
      poison: ['poison 1', 'poison 2'],
      good: ['good 1', 'good 2'],
    });
  });

  test('keeps a batch together, however long its records take', () => {
    const slow = [
      delivery('poison-1', 1, 3, 'x'),
      delivery('good', 1, 3.5, 'y'),
      delivery('poison-2', 1, 8, 'y'),
    ];
    expect(shown(latestRun(slow))).toEqual({ poison: ['poison-2 1'], good: ['good 1'] });
  });

  test('of two poisons in one batch is the later one, with the good messages of the batch', () => {
    const two = [
      delivery('poison-1', 1, 0, 'x'),
      delivery('good', 1, 0.001, 'x'),
      delivery('poison-2', 1, 0.002, 'x'),
    ];
    expect(shown(latestRun(two))).toEqual({ poison: ['poison-2 1'], good: ['good 1'] });
  });

  test('has only good messages while no message has failed', () => {
    const good = [delivery('good-1', 1, 0, 'x'), delivery('good-2', 1, 60, 'y')];
    expect(shown(latestRun(good))).toEqual({ poison: [], good: ['good-1 1', 'good-2 1'] });
  });

  const lone = (seconds: number, name = 'lone') =>
    [0, 30, 60].map((after, i) =>
      delivery(`poison-${name}`, i + 1, seconds + after, `${name}-${i}`),
    );
  const right = shown({ poison: run('a', 0).slice(2), good: run('a', 0).slice(0, 2) });

  test.each([
    ['has just failed for the first time', lone(600).slice(0, 1)],
    ['is being retried', lone(600).slice(0, 2)],
    ['has come to its end', lone(600)],
  ])('stays the finished run when a poison was sent alone later and %s', (_, later) => {
    expect(shown(latestRun([...run('a', 0), ...later]))).toEqual(right);
    expect(shown(newestRun([...run('a', 0), ...later])).poison[0]).toBe('poison-lone 1');
  });

  test('stays the finished run after a redrive, also when the redriven message keeps its time', () => {
    const sent = (one: Delivery) => ({ ...one, sentAt: 0 });
    const both = [...run('a', 0), ...lone(600, 'redriven')].map((one) => sent(one));
    expect(shown(latestRun(both))).toEqual(right);
  });

  test('is the newest run once it is over, also when that one is wrong', () => {
    const wrong = [...run('b', 120), delivery('good-1-b', 2, 150, 'b-2')];
    const { good } = shown(latestRun([...run('a', 0), ...wrong]));
    expect(good).toEqual(['good-1-b 1', 'good-2-b 1', 'good-1-b 2']);
  });

  test('is the new run from its first receive when the one before it was wrong', () => {
    const wrong = [...run('a', 0), delivery('good-1-a', 2, 30, 'a-2')];
    const { poison, good } = shown(latestRun([...wrong, ...run('b', 120).slice(0, 3)]));
    expect(poison).toEqual(['poison-b 1']);
    expect(good).toEqual(['good-1-b 1', 'good-2-b 1']);
  });

  test('counts no good message of an earlier run whose poison was never logged', () => {
    const threw = [1, 2, 3].map((count) => delivery('good-old', count, 30 * count, `old-${count}`));
    expect(shown(latestRun([...threw, ...run('b', 300)])).good).toEqual([
      'good-1-b 1',
      'good-2-b 1',
    ]);
  });

  test('ties a good message that came late to the poison that it was sent with', () => {
    const sentAt = (one: Delivery, seconds: number) => ({ ...one, sentAt: seconds * 1000 });
    const late = sentAt(delivery('good-late', 1, 118, 'late'), 0);
    const first = run('a', 0)
      .filter(({ messageId }) => messageId !== 'good-2-a')
      .map((one) => sentAt(one, 0));
    const second = run('b', 120).map((one) => sentAt(one, 120));
    const { good } = shown(latestRun([...first, late, ...second]));
    expect(good).toEqual(['good-1-b 1', 'good-2-b 1']);
  });

  test('of messages that were sent one by one has the two good ones nearest to the poison', () => {
    const byHand = [
      delivery('good-old', 1, 0, 'o'),
      delivery('good-1', 1, 400, 'x'),
      delivery('good-2', 1, 420, 'y'),
      delivery('poison', 1, 440, 'z'),
    ];
    expect(shown(latestRun(byHand)).good).toEqual(['good-1 1', 'good-2 1']);
  });

  test('is empty when nothing was delivered', () => {
    expect(latestRun([])).toEqual({ poison: [], good: [] });
  });
});

test('unloggedMessages() counts what a batch had more than it has lines', () => {
  const all = run('a', 0);
  expect(unloggedMessages(all.slice(0, 3))).toBe(0);
  expect(unloggedMessages(all.slice(2, 3))).toBe(2);
  const quiet = all.map((one) => ({ ...one, batchSize: undefined }) as unknown as Delivery);
  expect(unloggedMessages(quiet)).toBe(0);
});

test('poisonAmong() is the poison of the run, and after a redrive the message that it has become', () => {
  const redriven = [1, 2, 3].map((count) =>
    delivery('poison-redriven', count, 600 + 30 * count, `redriven-${count}`),
  );
  const log = [...run('a', 0), ...redriven];
  expect(poisonAmong(['poison-redriven', 'poison-a'], log)).toBe('poison-a');
  expect(poisonAmong(['other', 'poison-redriven'], log)).toBe('poison-redriven');
  expect(poisonAmong(['poison-redriven'], log.slice(0, -1))).toBe('poison-a');
  expect(poisonAmong(['good-1-a'], log)).toBe('poison-a');
  expect(poisonAmong(['other'], [])).toBeUndefined();
});
