import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { expect, test, vi } from 'vitest';
import { eventsIn, readFeedOf } from '../../testing/sandbox/feed.ts';
import type { FeedReader, Piece } from '../../testing/sandbox/feed.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestOptions } from '../../testing/sandbox/sandbox-for-test.ts';
import { LabClock } from '../clock.ts';
import { Feed } from './feed.ts';
import { readFeed } from './read-feed.ts';

const token = 'k'.repeat(64);
const start = Date.parse('2026-11-23T08:00:00Z');

async function watchedSandbox(options: TestOptions = {}) {
  const clock = options.clock ?? new LabClock({ standingAt: start });
  const lab = await sandboxForTest({
    clock,
    control: { token, stop: () => undefined },
    ...options,
  });
  return { ...lab, sqs: lab.sqs, read: () => readFeedOf(lab.endpoint, token) };
}

const isReady = ({ event }: Piece) => event === 'ready';

/** The events up to the one of this kind. */
async function told(reader: FeedReader, kind: string): Promise<Record<string, unknown>[]> {
  return eventsIn(
    await reader.until((piece) => eventsIn([piece]).some((event) => event['kind'] === kind)),
  );
}

function arn(name: string): string {
  return `arn:aws:sqs:eu-central-1:111122223333:${name}`;
}

test('a message is told from its sending to its deletion, in order, numbered without gaps, on the lab clock', async () => {
  await using lab = await watchedSandbox();
  const { sqs } = lab;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
  await using reader = await lab.read();
  await reader.until(isReady);
  const { MessageId } = await sqs.send(
    new SendMessageCommand({ QueueUrl, MessageBody: 'hello', DelaySeconds: 5 }),
  );
  lab.clock.advance(5000, 'the test waits');
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  const ReceiptHandle = Messages[0]?.ReceiptHandle;
  await sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 90 }),
  );
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  const events = await told(reader, 'deleted');
  const common = { queue: arn('work'), id: MessageId };
  expect(events).toEqual([
    { kind: 'sent', ...common, body: 'hello', until: start + 5000, at: start, seq: 1 },
    {
      kind: 'received',
      ...common,
      receiveCount: 1,
      until: start + 35_000,
      by: 'arn:aws:iam::111122223333:user/admin',
      isMapping: false,
      at: start + 5000,
      seq: 2,
    },
    { kind: 'visibility', ...common, until: start + 95_000, at: start + 5000, seq: 3 },
    { kind: 'deleted', ...common, at: start + 5000, seq: 4 },
  ]);
});

test('a message that is received too often is told as moved, with both queues', async () => {
  await using lab = await watchedSandbox();
  const { sqs } = lab;
  await sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 1 });
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({
      QueueName: 'work',
      Attributes: { VisibilityTimeout: '10', RedrivePolicy },
    }),
  );
  await using reader = await lab.read();
  await reader.until(isReady);
  const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison' }));
  await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  lab.clock.advance(10_000, 'the test waits');
  await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  expect((await told(reader, 'moved')).at(-1)).toMatchObject({
    kind: 'moved',
    queue: arn('work'),
    to: arn('dead'),
    id: MessageId,
    newId: MessageId,
    redrive: false,
    receiveCount: 1,
    body: 'poison',
  });
});

test('a reader that comes later is told what is there, and what came and went since the first one', async () => {
  await using lab = await watchedSandbox();
  const { sqs } = lab;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'before' }));
  await using first = await lab.read();
  await first.until(isReady);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle }));
  await using second = await lab.read();
  const pieces = await second.until(isReady);
  const [snapshot] = pieces;
  expect(snapshot?.data).toMatchObject({
    seq: 3,
    tallies: { [arn('work')]: { initial: 1, sent: 1, deleted: 1, purged: 0 } },
    clock: { now: start },
  });
  const messages = pieces.flatMap(({ event, data }) =>
    event === 'messages' ? (data as unknown as unknown[]) : [],
  );
  expect(messages).toHaveLength(1);
});

test('purge and deletion of a queue are told with how many messages were in it', async () => {
  await using lab = await watchedSandbox();
  const { sqs } = lab;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
  await using reader = await lab.read();
  await reader.until(isReady);
  const Entries = ['1', '2', '3'].map((Id) => ({ Id, MessageBody: Id }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one more' }));
  await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  const events = await told(reader, 'emptied');
  if (events.filter(({ kind }) => kind === 'emptied').length < 2)
    events.push(...(await told(reader, 'emptied')));
  expect(events.filter(({ kind }) => kind === 'emptied')).toMatchObject([
    { count: 3, gone: false },
    { count: 1, gone: true },
  ]);
});

test('what is undone is not told: a batch entry that is refused leaves no event', async () => {
  await using lab = await watchedSandbox();
  const { sqs } = lab;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
  await using reader = await lab.read();
  await reader.until(isReady);
  await sqs.send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: 'good', MessageBody: 'good' },
        { Id: 'bad', MessageBody: 'not a character of XML: \u0001' },
      ],
    }),
  );
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'the end' }));
  const sent = (await reader.until((piece) =>
    eventsIn([piece]).some((event) => event['body'] === 'the end'),
  )) satisfies Piece[];
  expect(eventsIn(sent).map((event) => event['body'])).toEqual(['good', 'the end']);
});

test('nobody without the token reads, nor does a browser with it', async () => {
  await using lab = await watchedSandbox();
  await expect(readFeedOf(lab.endpoint, 'x'.repeat(64))).rejects.toThrow('401');
  const response = await fetch(`${lab.endpoint}/_sandbox/events`, {
    headers: { authorization: `Bearer ${token}`, origin: 'http://evil.example' },
  });
  expect(response.status).toBe(403);
});

test('a reader that takes nothing is given one piece and is not waited for; when it reads again it begins anew', async () => {
  await using lab = await watchedSandbox();
  const { world } = lab.sandbox;
  const pieces: string[] = [];
  let take = () => {};
  const slow = new Writable({
    decodeStrings: false,
    highWaterMark: 1,
    write(piece: string, _encoding, done) {
      pieces.push(piece.slice('event: '.length, piece.indexOf('\n')));
      take = done;
    },
  });
  readFeed(world, Object.assign(slow, { writeHead: () => slow }) as unknown as ServerResponse);
  await vi.waitUntil(() => pieces.length > 0);
  for (let i = 0; i < 12_000; i += 1) world.store.tell({ kind: 'clock' });
  expect(pieces).toEqual(['snapshot']);
  await vi.waitUntil(() => {
    take();
    return pieces.filter((piece) => piece === 'ready').length === 2;
  });
  expect(pieces.filter((piece) => piece !== 'clock')).toEqual([
    'snapshot',
    'ready',
    'behind',
    'snapshot',
    'ready',
  ]);
  slow.destroy();
});

test('a rollback takes its events with it, and a commit that is not on disk yet is not told', () => {
  const feed = new Feed();
  feed.watched = true;
  feed.tell({ kind: 'clock' });
  const { mark } = feed;
  feed.tell({ kind: 'clock' });
  feed.undo(mark);
  const upTo = feed.commit();
  feed.tell({ kind: 'clock' });
  feed.commit(true);
  expect(feed.after(0, 10)?.last).toBe(0);
  feed.onDisk(upTo);
  expect(feed.after(0, 10)?.last).toBe(2);
});
