import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway } from '../gateway/gateway.ts';
import { sendRaw, signedByHand, signedBySdk } from '../../testing/sandbox/raw-requests.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';

let lab: TestSandbox;
beforeAll(async () => {
  lab = await sandboxForTest();
});
afterAll(() => lab.close());

async function queues(of: TestSandbox): Promise<string[]> {
  const { QueueUrls = [] } = await of.sqs.send(new ListQueuesCommand({}));
  return QueueUrls;
}

const addresses = Object.values(networkInterfaces())
  .flat()
  .flatMap((found) => (found === undefined || found.internal ? [] : [found.address]));

test.skipIf(addresses.length === 0)('no other address of this machine leads in', async () => {
  for (const host of addresses) {
    const outcome = await new Promise((resolve) => {
      const socket = connect({ host, port: lab.sandbox.port });
      socket.once('connect', () => {
        socket.destroy();
        resolve('connected');
      });
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(outcome).not.toBe('connected');
  }
});

test('a request that was signed for another port opens nothing here, whatever its Host says', async () => {
  const home = await mkdtemp(join(tmpdir(), 'hostile-'));
  const storeFile = join(home, 'store.sqlite');
  const first = await sandboxForTest({ storeFile });
  const stolen = await signedBySdk(first.sqs, () =>
    first.sqs.send(new CreateQueueCommand({ QueueName: 'stolen' })),
  );
  await first.close();
  {
    // The same keys, another port.
    await using second = await sandboxForTest({ storeFile });
    expect(second.endpoint).not.toBe(first.endpoint);
    const asItWas = await sendRaw(second.endpoint, stolen);
    expect(asItWas.status).toBe(403);
    expect(asItWas.headers['content-type']).toBe('text/plain');
    const { host } = new URL(second.endpoint);
    const readdressed = { ...stolen, headers: { ...stolen.headers, host } };
    const answer = await sendRaw(second.endpoint, readdressed);
    expect(answer.headers['x-amzn-query-error']).toBe('SignatureDoesNotMatch;Sender');
    expect(await queues(second)).toEqual([]);
  }
  await rm(home, { recursive: true });
});

test('a preflight of a web page gets no leave, in no header', async () => {
  const answer = await sendRaw(lab.endpoint, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://attacker.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,x-amz-date,x-amz-target',
      'access-control-request-private-network': 'true',
    },
  });
  expect(answer.status).toBe(403);
  expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual(
    [],
  );
});

test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
  'what a page may send without asking changes nothing: a form of type %s',
  async (type) => {
    const answer = await sendRaw(lab.endpoint, {
      headers: { 'content-type': type, origin: 'null' },
      body: 'Action=CreateQueue&QueueName=from-a-page&Version=2012-11-05',
    });
    expect(answer.status).toBe(403);
    expect(await queues(lab)).toEqual([]);
  },
);

/** Sends bytes as they are. @returns what came back until the connection was closed */
async function raw(text: string): Promise<string> {
  const socket = connect(lab.sandbox.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => socket.destroy());
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.end(text);
  await closed;
  return Buffer.concat(chunks).toString('latin1');
}

const hostLine = () => `Host: 127.0.0.1:${lab.sandbox.port}\r\n`;

test.each<[string, () => string]>([
  ['no HTTP at all', () => '\u0000\u0001\u0002\r\n\r\n'],
  ['TLS', () => '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
  ['another version', () => `POST / HTTP/9.9\r\n${hostLine()}\r\n`],
  ['a method of its own', () => `BREW / HTTP/1.1\r\n${hostLine()}\r\n`],
  ['CONNECT', () => `CONNECT sqs.eu-central-1.amazonaws.com:443 HTTP/1.1\r\n${hostLine()}\r\n`],
  [
    'an upgrade',
    () => `GET / HTTP/1.1\r\n${hostLine()}Connection: upgrade\r\nUpgrade: h2c\r\n\r\n`,
  ],
  ['TRACE', () => `TRACE / HTTP/1.1\r\n${hostLine()}Connection: close\r\n\r\n`],
  [
    'a whole URL as its path',
    () =>
      `GET http://attacker.example/2015-03-31/functions HTTP/1.1\r\n${hostLine()}Connection: close\r\n\r\n`,
  ],
  ['no Host', () => 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
  [
    'two Hosts',
    () => `GET / HTTP/1.1\r\n${hostLine()}Host: attacker.example\r\nConnection: close\r\n\r\n`,
  ],
  [
    'two lengths',
    () => `POST / HTTP/1.1\r\n${hostLine()}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx`,
  ],
  [
    'a length and chunks (smuggling)',
    () =>
      `POST / HTTP/1.1\r\n${hostLine()}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG`,
  ],
  ['a negative length', () => `POST / HTTP/1.1\r\n${hostLine()}Content-Length: -1\r\n\r\n`],
  [
    'a chunk of 2^64 bytes',
    () =>
      `POST / HTTP/1.1\r\n${hostLine()}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nx\r\n`,
  ],
  [
    'a header of 20 KB',
    () => `GET / HTTP/1.1\r\n${hostLine()}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
  ],
  [
    '1,500 headers',
    () => `GET / HTTP/1.1\r\n${hostLine()}${'X-A: b\r\n'.repeat(1500)}Connection: close\r\n\r\n`,
  ],
  ['header lines without end', () => `GET / HTTP/1.1\r\n${hostLine()}\r\r\n\n\r`],
])('%s is refused or cut off, and the sandbox goes on', async (_what, text) => {
  const answer = await raw(text());
  expect(answer === '' || /^HTTP\/1\.1 4\d\d /.test(answer)).toBe(true);
  expect(await queues(lab)).toEqual([]);
});

test('a body that comes drop by drop is cut off', async () => {
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
  const principal = {
    kind: 'user',
    arn: 'arn:aws:iam::111122223333:user/x',
    userId: 'AIDAX',
    accountId: '111122223333',
    name: 'x',
  } as const;
  const gateway = await startGateway(
    {
      world: lab.sandbox.world,
      services: [],
      iam: { decide: () => ({ allowed: true }), assumeRole: () => undefined },
      users: {
        issue: () => credentials,
        byAccessKey: () => ({ principal, secretAccessKey: credentials.secretAccessKey }),
      },
      timeouts: { header: 50, request: 100, check: 20 },
    },
    0,
  );
  const endpoint = `http://127.0.0.1:${gateway.port}`;
  const { headers } = signedByHand(endpoint, {
    service: 'sqs',
    credentials,
    headers: { 'x-amz-target': 'AmazonSQS.ListQueues' },
    body: 'x'.repeat(1000),
  });
  const ended = await new Promise<number | string | undefined>((resolve) => {
    const sent = request(endpoint, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    // A known key is announced, a thousand bytes too, and one comes.
    sent.write('x');
  });
  expect([408, 'ECONNRESET']).toContain(ended);
  await gateway.close();
});

test('three hundred connections that say nothing keep nobody out', async () => {
  const idle = Array.from({ length: 300 }, () => connect(lab.sandbox.port, '127.0.0.1'));
  await Promise.all(
    idle.map((socket) => new Promise((resolve) => socket.once('connect', resolve))),
  );
  expect(await queues(lab)).toEqual([]);
  for (const socket of idle) socket.destroy();
});
