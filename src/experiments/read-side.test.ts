import { CreateQueueCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lab } from '../lab/lab.ts';
import type { Session } from '../lab/session.ts';
import { sandboxForTest } from '../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../testing/sandbox/sandbox-for-test.ts';
import { asking } from './ask.ts';
import type { Copy } from './copies.ts';
import { countsOf, readQueue } from './read-side.ts';
import { setMapping } from './set-mapping.ts';

let aws: TestSandbox;
let lab: Lab;
beforeAll(async () => {
  aws = await sandboxForTest();
  const credentials = aws.sandbox.issueUser(
    'reader',
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    }),
  );
  const clientConfig = { endpoint: aws.endpoint, region: 'eu-central-1', credentials };
  lab = { session: async () => ({ clientConfig }) as unknown as Session } as unknown as Lab;
});
afterAll(() => aws.close());

/** A queue with so many messages, all in one message group where it is a FIFO queue. @returns its URL */
async function queueOf(name: string, count: number): Promise<string> {
  const fifo = name.endsWith('.fifo');
  const { QueueUrl = '' } = await aws.sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: fifo ? { FifoQueue: 'true' } : {} }),
  );
  for (let i = 0; i < count; i += 1) {
    const more = fifo ? { MessageGroupId: 'one', MessageDeduplicationId: `${i}` } : {};
    const Entries = [{ Id: 'a', MessageBody: `${i}`, ...more }];
    await aws.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
  return QueueUrl;
}

test.each(['standard', 'group.fifo'])(
  'all messages of a queue are read, more than one receive can give: %s',
  async (name) => {
    const url = await queueOf(name, 23);
    const ids = (await readQueue(await asking(lab), url, 23)).map(({ messageId }) => messageId);
    expect(ids).toHaveLength(23);
    expect(new Set(ids).size).toBe(23);
  },
);

test('reading ends when nothing new comes, whatever the queue counts, and whatever comes again', async () => {
  const message = { MessageId: 'always the same', ReceiptHandle: 'one', Attributes: {} };
  let receives = 0;
  const read = await readQueue(
    async <T>(_: string, operation: string) => {
      if (operation !== 'ReceiveMessage') return undefined;
      receives += 1;
      if (receives > 100) throw new Error('it reads for ever');
      return { Messages: [message] } as T;
    },
    'any-queue',
    15,
  );
  expect(read).toHaveLength(1);
});

test('a queue or a mapping that somebody has deleted ends a run at once: it begins anew', async () => {
  const url = await queueOf('there', 0);
  const gone = { queueUrl: url, deadLetterQueueUrl: `${url}-gone` } as Copy;
  await expect(countsOf(lab, gone)).rejects.toMatchObject({
    message: expect.stringMatching(/^This run cannot go on: its queue there-gone is not there/),
    hint: expect.stringMatching(/begins anew/),
  });
  const id = '00000000-0000-4000-8000-000000000000';
  for (const enabled of [true, false])
    await expect(setMapping(lab, id, enabled)).rejects.toMatchObject({
      message: expect.stringMatching(`its mapping ${id} is not there any more`),
      hint: expect.stringMatching(/begins anew/),
    });
});
