import { expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { Store } from '../store.ts';
import { noFaults } from '../types.ts';
import type { Faults, World } from '../types.ts';
import { createSqsApi } from './api.ts';
import { deleteMessage } from './delete-message.ts';
import { Engine } from './engine.ts';
import { takeMessages } from './take-messages.ts';
import { createTables } from './schema.ts';
import { storeMessage } from './store-message.ts';
import { mostSkippedReceives, voteOnSkip } from './skip-limits.ts';

// What event source mappings get, which no client can ask for over HTTP.

const arn = 'arn:aws:sqs:eu-central-1:111122223333:orders';
const holder = 'mapping-1';
const start = 1_800_000_000_000;

function engineForTest(
  options: { faults?: Partial<Faults>; inFlightLimit?: number; skipping?: boolean } = {},
) {
  const store = new Store(':memory:');
  const clock = new LabClock({ standingAt: start, skipping: options.skipping ?? false });
  const faults = { ...noFaults, ...options.faults };
  const world: World = { store, clock, accountId: '111122223333', faults };
  createTables(store);
  const engine = new Engine(world, { inFlightLimit: options.inFlightLimit ?? 120_000 });
  const queue = engine.queues.create(arn, { attributes: {}, tags: {} });
  const send = (body: string, delaySeconds?: number) =>
    storeMessage(engine, queue, {
      body,
      delaySeconds,
      messageAttributes: {},
      traceHeader: undefined,
      senderId: 'AIDATEST',
      groupId: undefined,
      deduplicationId: undefined,
    });
  return { engine, queue, clock, send, api: createSqsApi(engine) };
}

test('a mapping receives what ReceiveMessage with All would show', () => {
  const { api, send } = engineForTest();
  const { messageId } = send('hello');
  expect(api.receive({ queueArn: arn, max: 10, holder })).toEqual([
    {
      messageId,
      receiptHandle: expect.stringMatching(/^AQEB/),
      body: 'hello',
      md5OfBody: '5d41402abc4b2a76b9719d911017c592',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: String(start),
        SenderId: 'AIDATEST',
        ApproximateFirstReceiveTimestamp: String(start),
      },
      messageAttributes: {},
    },
  ]);
  expect(api.receive({ queueArn: arn, max: 10, holder })).toEqual([]);
});

test('a mapping deletes by receipt handle, and a bad handle does not spoil the others', () => {
  const { api, engine, queue, send } = engineForTest();
  send('1');
  send('2');
  const handles = api
    .receive({ queueArn: arn, max: 10, holder })
    .map(({ receiptHandle }) => receiptHandle);
  api.delete(arn, ['garbage', ...handles]);
  expect(engine.counts.exact(queue)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

test('a queue that is gone is undefined, receives nothing and deletes nothing', () => {
  const { api, engine, queue } = engineForTest();
  expect(api.queue(arn)).toEqual({
    name: 'orders',
    url: '/111122223333/orders',
    fifo: false,
    visibilityTimeoutSeconds: 30,
  });
  engine.queues.delete(queue);
  expect(api.queue(arn)).toBeUndefined();
  expect(api.receive({ queueArn: arn, max: 10, holder })).toEqual([]);
  expect(() => api.delete(arn, ['x'])).not.toThrow();
  expect(api.nextReturn(arn, holder)).toBeUndefined();
});

test('with the fault splitBatchesAt a mapping receives no more than that at once', () => {
  const { api, send } = engineForTest({ faults: { splitBatchesAt: 2 } });
  for (const body of ['1', '2', '3']) send(body);
  expect(api.receive({ queueArn: arn, max: 10, holder })).toHaveLength(2);
  expect(api.receive({ queueArn: arn, max: 10, holder })).toHaveLength(1);
});

test('with the fault splitBatches a mapping receives a part, and the rest after it', () => {
  const { api, send } = engineForTest({ faults: { splitBatches: 1 } });
  for (const body of ['1', '2', '3']) send(body);
  const sizes: number[] = [];
  for (;;) {
    const { length } = api.receive({ queueArn: arn, max: 10, holder });
    if (length === 0) break;
    sizes.push(length);
  }
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(3);
});

test('nextReturn tells when the first message of this holder comes back', () => {
  const { api, clock, send } = engineForTest();
  send('1');
  send('2');
  expect(api.nextReturn(arn, holder)).toBeUndefined();
  api.receive({ queueArn: arn, max: 1, holder });
  clock.advance(10_000, 'test');
  api.receive({ queueArn: arn, max: 1, holder });
  api.receive({ queueArn: arn, max: 1, holder: 'mapping-2' });
  expect(api.nextReturn(arn, holder)).toBe(start + 30_000);
  expect(api.nextReturn(arn, 'mapping-2')).toBeUndefined();
  clock.advance(20_000, 'test');
  expect(api.nextReturn(arn, holder)).toBe(start + 40_000);
});

test('whenVisible resolves on a send, a return, the end of a delay, and at once when something is there', async () => {
  const { api, clock, send } = engineForTest();
  const waiting = () => api.whenVisible(arn, new AbortController().signal);
  const take = () => api.receive({ queueArn: arn, max: 1, holder }).map(({ body }) => body);

  const sent = waiting();
  send('x');
  await sent;
  await waiting();
  expect(take()).toEqual(['x']);

  const returned = waiting();
  clock.advance(30_000, 'test');
  await returned;
  expect(take()).toEqual(['x']);

  send('later', 5);
  const due = waiting();
  clock.advance(5_000, 'test');
  await due;
  expect(take()).toEqual(['later']);
});

test('whenVisible stays pending while nothing happens, and resolves on abort', async () => {
  const { api, send, clock } = engineForTest();
  send('delayed', 60);
  const abort = new AbortController();
  let resolved = false;
  const waiting = api.whenVisible(arn, abort.signal).then(() => (resolved = true));
  clock.advance(59_999, 'test');
  await new Promise(setImmediate);
  expect(resolved).toBe(false);
  abort.abort();
  await waiting;
  expect(resolved).toBe(true);
});

test('the skip vote: nothing ahead without hidden messages', () => {
  const { engine, send } = engineForTest();
  send('visible');
  expect(voteOnSkip(engine, false)).toEqual({ busy: false });
});

test('the skip vote: the return of what a mapping holds may be jumped to', () => {
  const { api, engine, send } = engineForTest();
  send('x');
  api.receive({ queueArn: arn, max: 1, holder });
  expect(voteOnSkip(engine, false)).toEqual({ busy: false, next: start + 30_000 });
});

test('the skip vote: after 20 receives by a mapping nothing is skipped for a message any more, but for others', () => {
  const { api, clock, engine, send } = engineForTest();
  const { messageId } = send('poison');
  for (let receives = 1; receives < mostSkippedReceives; receives += 1) {
    api.receive({ queueArn: arn, max: 1, holder });
    clock.advance(30_000, 'test');
  }
  api.receive({ queueArn: arn, max: 1, holder });
  expect(api.nextReturn(arn, holder)).toBeUndefined();
  expect(voteOnSkip(engine, false)).toEqual({
    busy: false,
    stop: expect.stringContaining(`Message ${messageId} in queue "orders" was received 20 times`),
  });
  clock.advance(10_000, 'test');
  send('another');
  api.receive({ queueArn: arn, max: 1, holder });
  expect(voteOnSkip(engine, false)).toEqual({ busy: false, next: clock.now() + 30_000 });
  expect(api.nextReturn(arn, holder)).toBe(clock.now() + 30_000);
});

test("the skip vote: somebody's own receive, a delay or a move task is waited out", () => {
  const { api, engine, queue, clock, send } = engineForTest();
  send('x');
  send('held by the mapping');
  const [own] = takeMessages(engine, queue, { max: 1 });
  api.receive({ queueArn: arn, max: 1, holder });
  expect(voteOnSkip(engine, false)).toEqual({ busy: true, until: start + 30_000 });
  deleteMessage(engine, queue, own?.receiptHandle ?? '');
  expect(voteOnSkip(engine, false)).toEqual({ busy: false, next: start + 30_000 });
  expect(voteOnSkip(engine, true)).toEqual({ busy: true });
  send('delayed', 10);
  expect(voteOnSkip(engine, false)).toEqual({ busy: true, until: start + 10_000 });
  clock.advance(10_000, 'test');
  expect(voteOnSkip(engine, false)).toEqual({ busy: false, next: start + 30_000 });
});

test('a mapping that is alone with hidden messages has its clock jump to their return', async () => {
  const { api, clock, engine, send } = engineForTest({ skipping: true });
  clock.addVoter(() => voteOnSkip(engine, false));
  send('x');
  api.receive({ queueArn: arn, max: 1, holder });
  await api.whenVisible(arn, new AbortController().signal);
  expect(clock.now()).toBe(start + 30_000);
  expect(api.receive({ queueArn: arn, max: 1, holder })).toHaveLength(1);
});

test('no more messages are in flight than the limit allows, and deleted ones make room', () => {
  const { engine, queue, send } = engineForTest({ inFlightLimit: 5 });
  for (let i = 0; i < 8; i += 1) send(String(i));
  const receive = (max: number) => takeMessages(engine, queue, { max });
  const [first] = receive(3);
  expect(receive(10)).toHaveLength(2);
  expect(receive(10)).toEqual([]);
  deleteMessage(engine, queue, first?.receiptHandle ?? '');
  expect(receive(10)).toHaveLength(1);
});
