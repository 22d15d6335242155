import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { deliveryOf, latestRun, messageCount } from './observe.ts';
import type { Delivery, ObservedQueue } from './observe.ts';

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

  test('reads the receive count as the string that SQS gives', () => {
    const text = JSON.stringify({ ...line, receiveCount: '2' });
    expect(deliveryOf(text, 1000)).toEqual([{ ...line, timestamp: 1000 }]);
  });

  test.each([
    ['in one line', inspect(line, { breakLength: Infinity })],
    ['in several lines', inspect(line, { breakLength: 10, compact: false })],
    ['with another object before its own', `2026\tr-1\tINFO\t${inspect(line)}`],
  ])('reads an object as console.log shows it, %s', (_, text) => {
    expect(deliveryOf(text, 1000)).toEqual([{ ...line, timestamp: 1000 }]);
  });

  test.each([
    ['the START line of the runtime', 'START RequestId: r-1 Version: $LATEST\n'],
    ['JSON of another kind', '{"level":"INFO","message":"hello"}'],
    ['a message id without a receive count', '{"messageId":"m-1"}'],
    ['a receive count that is none', '{"messageId":"m-1","receiveCount":"many"}'],
    ['half a line of JSON', '{"messageId":"m-1","receiveCount":1'],
    ['braces around something else', '{ messageId }'],
    ['no message', undefined],
  ])('finds no delivery in %s', (_, message) => {
    expect(deliveryOf(message, 1000)).toEqual([]);
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
    expect(shown(latestRun(split))).toEqual({
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
    expect(shown(latestRun(split)).good).toEqual(['good-1 1', 'good-2 1']);
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

  test('is the newest run with good messages: a lone poison after it, or one that a redrive brought, takes nothing from it', () => {
    const complete = run('a', 0);
    const lone = [delivery('poison-late', 1, 600, 'z-1'), delivery('poison-late', 2, 630, 'z-2')];
    expect(shown(latestRun([...complete, ...lone]))).toEqual(shown(latestRun(complete)));
    const whole = [...complete, ...lone, delivery('poison-late', 3, 660, 'z-3')];
    expect(shown(latestRun(whole))).toEqual(shown(latestRun(complete)));
  });

  test('is the new run once it is complete, and old deliveries do not count', () => {
    const both = [...run('a', 0), ...run('b', 600)];
    expect(shown(latestRun(both))).toEqual(shown(latestRun(run('b', 600))));
  });

  test('ties a good message to the poison that was sent with it, also when it comes in the batch of a later one', () => {
    const sent = (one: Delivery, sentAt: number) => ({ ...one, sentAt });
    const old = run('a', 0).map((one) => sent(one, 1));
    const late = sent(delivery('good-1-a', 2, 600, 'b-1'), 1);
    const fresh = run('b', 600).map((one) => sent(one, 599_000));
    expect(shown(latestRun([...old, late, ...fresh]))).toEqual(shown(latestRun(fresh)));
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

  test('is empty when nothing was delivered', () => {
    expect(latestRun([])).toEqual({ poison: [], good: [] });
  });
});

test('messageCount() adds visible, hidden and delayed messages; what is not told counts as none', () => {
  const queue = (attributes: Record<string, string>) =>
    ({ attributes }) as unknown as ObservedQueue;
  const some = {
    ApproximateNumberOfMessages: '1',
    ApproximateNumberOfMessagesNotVisible: '2',
    ApproximateNumberOfMessagesDelayed: '4',
  };
  expect(messageCount(queue(some))).toBe(7);
  expect(messageCount(queue({}))).toBe(0);
});
