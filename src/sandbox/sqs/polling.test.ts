import { DeleteQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { bodies, refusal, sqsForTest } from '../../testing/sandbox/sqs.ts';

type Lab = Awaited<ReturnType<typeof sqsForTest>>;

/** Lets lab time go on, second by second, until the answer is there. */
async function secondsUntil(q: Lab, url: string, answer: Promise<unknown>): Promise<number> {
  let there = false;
  let seconds = 0;
  void answer.catch(() => undefined).finally(() => (there = true));
  // Each round asks something, so that the server has a turn.
  for (; ; seconds += 1) {
    await q.counts(url);
    if (there) return seconds;
    q.pass(1);
  }
}

test('a long poll answers as soon as a message arrives', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const polls = [1, 2].map(() => q.receive(url, { WaitTimeSeconds: 20 }));
  await q.counts(url);
  await q.send(url, 'x');
  expect(bodies(await Promise.race(polls))).toEqual(['x']);
});

test('a long poll ends without Messages when its time is over, and not before', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const poll = q.receive(url, { WaitTimeSeconds: 20 });
  expect(await secondsUntil(q, url, poll)).toBeGreaterThanOrEqual(20);
  expect(await poll).toEqual([]);
});

test('ReceiveMessageWaitTimeSeconds makes every receive a long poll, WaitTimeSeconds 0 overrides it', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders', { ReceiveMessageWaitTimeSeconds: '20' });
  expect(await q.receive(url, { WaitTimeSeconds: 0 })).toEqual([]);
  const poll = q.receive(url);
  expect(await secondsUntil(q, url, poll)).toBeGreaterThanOrEqual(20);
});

test('a long poll is woken when a delay or a visibility timeout ends', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'delayed', { DelaySeconds: 5 });
  const first = q.receive(url, { WaitTimeSeconds: 20, VisibilityTimeout: 10 });
  expect(await secondsUntil(q, url, first)).toBeLessThan(20);
  expect(bodies(await first)).toEqual(['delayed']);
  const second = q.receive(url, { WaitTimeSeconds: 20 });
  expect(await secondsUntil(q, url, second)).toBeLessThan(20);
  expect(bodies(await second)).toEqual(['delayed']);
});

test('a long poll is woken when ChangeMessageVisibility makes a message visible', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'x');
  const [message] = await q.receive(url);
  const poll = q.receive(url, { WaitTimeSeconds: 20 });
  await q.counts(url);
  await q.hide(url, message, 0);
  expect(bodies(await poll)).toEqual(['x']);
});

test('a long poll on a dead-letter queue is woken by a move', async () => {
  await using q = await sqsForTest();
  const dlq = await q.create('dlq');
  const url = await q.create('orders', {
    RedrivePolicy:
      '{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:111122223333:dlq","maxReceiveCount":1}',
  });
  await q.send(url, 'poison');
  await q.receive(url, { VisibilityTimeout: 0 });
  const poll = q.receive(dlq, { WaitTimeSeconds: 20 });
  await q.counts(url);
  await q.receive(url);
  expect(bodies(await poll)).toEqual(['poison']);
});

test('a client that goes away during a long poll takes no message', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const gone = new AbortController();
  const command = new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 });
  const poll = q.sqs.send(command, { abortSignal: gone.signal });
  for (let i = 0; i < 5; i += 1) await q.counts(url);
  gone.abort();
  await expect(poll).rejects.toThrow('aborted');
  await q.send(url, 'x');
  const [message] = await q.receive(url);
  expect(message?.Attributes?.ApproximateReceiveCount).toBe('1');
});

test('deleting the queue ends a long poll: NonExistentQueue', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const poll = refusal(q.receive(url, { WaitTimeSeconds: 20 }));
  await q.counts(url);
  await q.sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
  expect((await poll).shape).toBe('QueueDoesNotExist');
});
