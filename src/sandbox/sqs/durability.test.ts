import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { arnOf, bodies, sqsForTest, testStart } from '../../testing/sandbox/sqs.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sqs-'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** The same store, at the same or a later lab time. */
function reopened(passedSeconds = 0) {
  const clock = new LabClock({ standingAt: testStart + passedSeconds * 1000 });
  return sqsForTest({ storeFile: join(home, 'store.db'), clock });
}

test('queues, messages, delays, in-flight states and receipt handles survive a restart', async () => {
  const before = await reopened();
  const url = await before.create('orders', { VisibilityTimeout: '60' });
  await before.send(url, 'in flight');
  await before.send(url, 'delayed', { DelaySeconds: 90 });
  const [held] = await before.receive(url);
  await before.send(url, 'visible');
  const counts = await before.counts(url);
  await before.lab.close();

  await using after = await reopened();
  expect(counts).toEqual([1, 1, 1]);
  expect(await after.counts('orders')).toEqual(counts);
  expect((await after.attributes('orders'))?.['VisibilityTimeout']).toBe('60');
  await after.remove('orders', held);
  after.clock.advance(90_000, 'test');
  expect(bodies(await after.receive('orders'))).toEqual(['visible', 'delayed']);
});

test('FIFO order, group blocking and deduplication survive a restart', async () => {
  const before = await reopened();
  const fifo = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
  const url = await before.create('orders.fifo', fifo);
  const group = { MessageGroupId: 'g' };
  const first = await before.send(url, '1', group);
  const second = await before.send(url, '2', group);
  const [held] = await before.receive(url, { MaxNumberOfMessages: 1 });
  await before.lab.close();

  await using after = await reopened(1);
  expect(await after.receive('orders.fifo')).toEqual([]);
  expect((await after.send('orders.fifo', '1', group)).MessageId).toBe(first.MessageId);
  const third = await after.send('orders.fifo', '3', group);
  expect(BigInt(third.SequenceNumber ?? 0)).toBeGreaterThan(BigInt(second.SequenceNumber ?? 0));
  await after.remove('orders.fifo', held);
  expect(bodies(await after.receive('orders.fifo'))).toEqual(['2', '3']);
});

test('a move task that was under way goes on after a restart', async () => {
  const before = await reopened();
  const dlq = await before.create('dlq');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(dlq), maxReceiveCount: 1 });
  const url = await before.create('orders', { RedrivePolicy });
  for (const body of ['1', '2', '3']) await before.send(url, body);
  await before.receive(url, { VisibilityTimeout: 0 });
  await before.receive(url);
  await before.sqs.send(
    new StartMessageMoveTaskCommand({ SourceArn: arnOf(dlq), MaxNumberOfMessagesPerSecond: 1 }),
  );
  await expect.poll(() => before.counts(url)).toEqual([1, 0, 0]);
  await before.lab.close();

  await using after = await reopened(1);
  const countsSecondBySecond = () => {
    after.clock.advance(1000, 'test');
    return after.counts('orders');
  };
  await expect.poll(countsSecondBySecond).toEqual([3, 0, 0]);
});

test('a store from before messages had the time of their move goes on', async () => {
  const before = await reopened();
  await before.create('dlq');
  const url = await before.create('orders', {
    VisibilityTimeout: '0',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('dlq'), maxReceiveCount: 1 }),
  });
  await before.send(url, 'poison');
  before.lab.sandbox.world.store.migrate('ALTER TABLE sqs_messages DROP COLUMN moved_at');
  await before.lab.close();

  await using after = await reopened();
  expect(bodies(await after.receive('orders'))).toEqual(['poison']);
  expect(bodies(await after.receive('orders'))).toEqual([]);
  expect(bodies(await after.receive('dlq'))).toEqual(['poison']);
});
