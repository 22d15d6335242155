import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { monday } from '../../testing/sandbox/lambda.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';

const standing = () => sandboxForTest({ clock: new LabClock({ standingAt: monday }) });

/** Twenty at a time, as a hurried script would. */
async function inParallel(count: number, work: (index: number) => Promise<unknown>) {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: 20 }, worker));
}

const nameOf = (index: number) => `queue-${String(index).padStart(5, '0')}`;

test('three thousand queues: all are listed page by page, and found by name', async () => {
  await using lab = await standing();
  await inParallel(3_000, (i) => lab.sqs.send(new CreateQueueCommand({ QueueName: nameOf(i) })));
  // Without MaxResults there is one page of a thousand and no way on, as on AWS.
  const first = await lab.sqs.send(new ListQueuesCommand({}));
  expect(first).toMatchObject({ QueueUrls: { length: 1000 } });
  expect(first.NextToken).toBeUndefined();
  const seen: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await lab.sqs.send(new ListQueuesCommand({ MaxResults: 1000, NextToken }));
    seen.push(...(page.QueueUrls ?? []));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  const expected = Array.from({ length: 3_000 }, (_, i) => nameOf(i));
  expect(seen.map((url) => url.split('/').at(-1))).toEqual(expected);
  const { QueueUrls } = await lab.sqs.send(
    new ListQueuesCommand({ QueueNamePrefix: 'queue-0299' }),
  );
  expect(QueueUrls).toHaveLength(10);
  await lab.sqs.send(new ListQueueTagsCommand({ QueueUrl: nameOf(2999) }));
});

/** Makes queues that are used in every way, and deletes them. Their names are the same each time: the metrics of a name outlive its queue, as on AWS. */
async function useAndDelete(lab: TestSandbox): Promise<void> {
  await inParallel(250, async (i) => {
    const QueueUrl = `used-${i}`;
    await lab.sqs.send(
      new CreateQueueCommand({ QueueName: QueueUrl, tags: { a: 'b'.repeat(200) } }),
    );
    await lab.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(5000) }));
    await lab.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    await lab.sqs.send(new DeleteQueueCommand({ QueueUrl }));
  });
  lab.clock.advance(61_000, 'until the names are free again');
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test('what was deleted is gone: from the store, and from memory', async () => {
  await using lab = await standing();
  await useAndDelete(lab);
  const before = heapBytes();
  for (let round = 1; round <= 3; round += 1) await useAndDelete(lab);
  const kept = heapBytes() - before;
  // 750 queues with a message of 5 KB each would be 4 MB.
  expect(kept).toBeLessThan(1.5 * 1024 * 1024);
  const { store } = lab.sandbox.world;
  const rows = (table: string) =>
    store.sql(`SELECT COUNT(*) AS count FROM ${table}`).get()?.['count'];
  expect([rows('sqs_queues'), rows('sqs_messages')]).toEqual([0, 0]);
  // Locked names go with the next deletion after their 60 s.
  await lab.sqs.send(new CreateQueueCommand({ QueueName: 'last' }));
  await lab.sqs.send(new DeleteQueueCommand({ QueueUrl: 'last' }));
  expect(rows('sqs_deleted_queues')).toBe(1);
});
