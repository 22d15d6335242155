import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { root } from '../lab/settings.ts';
import { runChild } from '../testing/lab/checkout.ts';
import type { Ended } from '../testing/lab/checkout.ts';

interface Batch {
  readonly QueueUrl: string;
  readonly Entries: readonly { readonly Id: string; readonly MessageBody: string }[];
}

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly batch: Batch;
}

/** Runs the script against an SQS that gives this answer. The queue URL names a host that does not exist. */
async function send(answer: (batch: Batch) => object, status = 200) {
  const received: Received[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const batch = (await json(request)) as Batch;
    received.push({ headers: request.headers, batch });
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answer(batch)));
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return { received, ...(await script([queueUrl], `http://127.0.0.1:${port}`)) };
  } finally {
    server.close();
  }
}

const queueUrl = 'https://sqs.nowhere.invalid/111122223333/lab01-worker-queue';

function script(args: string[], endpoint: string): Promise<Ended> {
  const file = join(root, 'src', 'scripts', 'send-test-messages.ts');
  return runChild(process.execPath, [file, ...args], {
    cwd: root,
    environment: {
      PATH: process.env['PATH'] ?? '',
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_MAX_ATTEMPTS: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
  });
}

const sent = ({ Id, MessageBody }: Batch['Entries'][number]) => ({
  Id,
  MessageId: `id-of-${MessageBody}`,
  // The SDK compares it with what it sent.
  MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
});

test('two good messages and one poison go out in one batch, to the endpoint of the environment', async () => {
  const { received, code, stderr } = await send(({ Entries }) => ({
    Successful: Entries.map((entry) => sent(entry)),
    Failed: [],
  }));
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(received).toHaveLength(1);
  const [{ headers, batch }] = received as [Received];
  expect(headers['x-amz-target']).toBe('AmazonSQS.SendMessageBatch');
  expect(batch.QueueUrl).toBe(queueUrl);
  expect(batch.Entries.map(({ MessageBody }) => MessageBody)).toEqual([
    'hello-1',
    'hello-2',
    'FAIL-please-retry-me',
  ]);
});

test('the message id of each message is printed beside its body', async () => {
  const { stdout } = await send(({ Entries }) => ({
    // AWS promises no order here.
    Successful: Entries.map((entry) => sent(entry)).toReversed(),
    Failed: [],
  }));
  expect(stdout.trimEnd().split('\n')).toEqual([
    'id-of-hello-1  hello-1',
    'id-of-hello-2  hello-2',
    'id-of-FAIL-please-retry-me  FAIL-please-retry-me',
  ]);
});

test('a message that SQS did not take is named, and the exit code is 1', async () => {
  const { stdout, stderr, code } = await send(({ Entries: [first, second] }) => ({
    Successful: [first, second].filter((entry) => entry !== undefined).map((entry) => sent(entry)),
    Failed: [{ Id: 'message-3', Code: 'InternalError', Message: 'try again', SenderFault: false }],
  }));
  expect(code).toBe(1);
  expect(stderr).toContain('message-3 was not sent: InternalError try again');
  expect(stdout).not.toContain('FAIL-please-retry-me');
});

test('an error of SQS is one line that names the queue and the code, and the exit code is 1', async () => {
  const { stderr, code } = await send(
    () => ({
      __type: 'com.amazonaws.sqs#QueueDoesNotExist',
      message: 'The specified queue does not exist.',
    }),
    400,
  );
  expect(code).toBe(1);
  expect(stderr).toBe(
    `Cannot send the messages to ${queueUrl}: QueueDoesNotExist: The specified queue does not exist.\n`,
  );
});

test.each([['no queue URL', []] as const, ['an empty queue URL', ['']] as const])(
  'with %s the script says how it is used',
  async (_, args) => {
    const { code, stderr } = await script([...args], 'http://127.0.0.1:9');
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: node src/scripts/send-test-messages.ts "$QUEUE_URL"');
  },
);
