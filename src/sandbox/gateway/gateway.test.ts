import { request } from 'node:http';
import { connect } from 'node:net';
import { CreateFunctionCommand, ListLayersCommand } from '@aws-sdk/client-lambda';
import {
  AddPermissionCommand,
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { GetFederationTokenCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AwsError } from '../errors.ts';
import { drawFault } from './faults.ts';
import { startGateway } from './gateway.ts';
import { sendRaw, signedByHand, signedBySdk } from '../../testing/sandbox/raw-requests.ts';
import type { RawRequest } from '../../testing/sandbox/raw-requests.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';
import { noFaults } from '../types.ts';

let lab: TestSandbox;
beforeAll(async () => {
  lab = await sandboxForTest();
});
afterAll(() => lab.close());

async function answerTo(call: Promise<unknown>) {
  const answer: unknown = await call.catch((error: unknown) => error);
  return answer;
}

describe('strangers', () => {
  let good: RawRequest;
  beforeAll(async () => {
    good = await signedBySdk(lab.sqs, () => lab.sqs.send(new ListQueuesCommand({})));
  });

  test('only 127.0.0.1 listens', () => {
    const { hostname } = new URL(lab.endpoint);
    expect(hostname).toBe('127.0.0.1');
  });

  test.each([
    ['another host name', { host: 'attacker.example' }],
    ['another port', { host: '127.0.0.1:1' }],
    ['the page that sends it', { origin: 'https://attacker.example' }],
    ['an empty origin', { origin: 'null' }],
    ['a browser', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ])('a request that names %s is refused before anything else', async (_what, headers) => {
    const answer = await sendRaw(lab.endpoint, {
      ...good,
      headers: { ...good.headers, ...headers },
    });
    expect(answer.status).toBe(403);
    expect(answer.headers['content-type']).toBe('text/plain');
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('the same request without that is answered', async () => {
    const answer = await sendRaw(lab.endpoint, good);
    expect(answer.status).toBe(200);
    expect(Object.keys(JSON.parse(answer.body))).not.toContain('__type');
  });

  test('localhost is the same place', async () => {
    const { port } = new URL(lab.endpoint);
    const answer = await sendRaw(lab.endpoint, {
      headers: { host: `localhost:${port}`, 'x-amz-target': 'AmazonSQS.ListQueues' },
    });
    expect(answer.headers['x-amzn-query-error']).toBe('MissingAuthenticationToken;Sender');
  });

  test('a request for no service of the sandbox says so', async () => {
    const headers = { 'x-amz-target': 'DynamoDB_20120810.ListTables' };
    const answer = await sendRaw(lab.endpoint, { headers });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain(
      'X-Amz-Target DynamoDB_20120810.ListTables is not in the sandbox',
    );
  });
});

describe('bodies', () => {
  test('an announced body above the limit is answered with 413', async () => {
    const good = await signedBySdk(lab.sqs, () => lab.sqs.send(new ListQueuesCommand({})));
    const body = Buffer.alloc(8 * 1024 * 1024 + 1);
    const headers = { ...good.headers, 'content-length': String(body.length) };
    const answer = await sendRaw(lab.endpoint, { ...good, headers, body });
    expect(answer.status).toBe(413);
    expect(answer.headers['x-amzn-query-error']).toBe('RequestEntityTooLarge;Sender');
  });

  test('so is one that comes in pieces without being announced', async () => {
    const good = await signedBySdk(lab.sqs, () => lab.sqs.send(new ListQueuesCommand({})));
    const { 'content-length': _length, ...headers } = good.headers;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(lab.endpoint, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      for (let i = 0; i < 9; i += 1) sent.write(Buffer.alloc(1024 * 1024));
      sent.end();
    });
    expect(status).toBe(413);
  });

  test('the body of a stranger is not read', async () => {
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'x-amz-target': 'AmazonSQS.ListQueues', 'content-length': '5000000' };
      // Announced, never sent: whoever reads it waits.
      const sent = request(lab.endpoint, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.on('error', reject);
      sent.flushHeaders();
    });
    expect(answer).toBe(403);
  });

  test.each([
    ['half of a JSON object', '{"QueueName":', 'is not valid JSON'],
    ['a list', '[1]', 'must be a JSON object'],
    ['a string', '"x"', 'must be a JSON object'],
    ['a zero byte', '\u0000', 'is not valid JSON'],
    ['XML', '<xml/>', 'is not valid JSON'],
    ['100,000 brackets', '['.repeat(100_000), 'is nested too deeply'],
    ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'is not valid JSON'],
  ])('signed %s is a SerializationException', async (_what, body, message) => {
    const answer = await sendRaw(
      lab.endpoint,
      signedByHand(lab.endpoint, {
        service: 'sqs',
        credentials: lab.sandbox.issueUser('admin', JSON.stringify(allowAll)),
        headers: { 'x-amz-target': 'AmazonSQS.ListQueues' },
        body,
      }),
    );
    expect(answer.status).toBe(400);
    expect(answer.headers['x-amzn-query-error']).toBe('SerializationException;Sender');
    expect(answer.body).toContain(message);
  });
});

const allowAll = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

describe('what is not in the sandbox is named, in each protocol', () => {
  test('SQS', async () => {
    const { QueueUrl } = await lab.sqs.send(new CreateQueueCommand({ QueueName: 'named' }));
    const command = new AddPermissionCommand({
      QueueUrl,
      Label: 'x',
      AWSAccountIds: ['111122223333'],
      Actions: ['SendMessage'],
    });
    expect(await answerTo(lab.sqs.send(command))).toMatchObject({
      message: expect.stringMatching(/AddPermission.* not in the sandbox/),
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
  });

  test('STS', async () => {
    const command = new GetFederationTokenCommand({ Name: 'x' });
    expect(await answerTo(lab.sts.send(command))).toMatchObject({
      name: 'InvalidAction',
      message:
        'sts: GetFederationToken is not in the sandbox. AWS serves it. Use get-session-token, or a role and assume-role.',
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
  });

  test('Lambda', async () => {
    expect(await answerTo(lab.lambda.send(new ListLayersCommand({})))).toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringMatching(/ListLayers.* is not in the sandbox\.$/),
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
  });

  test('an operation called like a member of every object', async () => {
    const good = await signedBySdk(lab.sqs, () => lab.sqs.send(new ListQueuesCommand({})));
    const headers = { ...good.headers, 'x-amz-target': 'AmazonSQS.toString' };
    const answer = await sendRaw(lab.endpoint, { ...good, headers });
    expect(answer.status).toBe(403);
  });
});

describe('answers', () => {
  test('every answer carries its request id, in the form of its service', async () => {
    const queues = await lab.sqs.send(new ListQueuesCommand({}));
    const identity = await lab.sts.send(new GetCallerIdentityCommand({}));
    const ids = [queues, identity].map(({ $metadata }) => $metadata.requestId);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('void operations of SQS answer 200 with an empty body', async () => {
    const { QueueUrl } = await lab.sqs.send(new CreateQueueCommand({ QueueName: 'void' }));
    const good = await signedBySdk(lab.sqs, () =>
      lab.sqs.send(new DeleteQueueCommand({ QueueUrl })),
    );
    const answer = await sendRaw(lab.endpoint, good);
    expect([answer.status, answer.body]).toEqual([200, '']);
  });

  test('errors of SQS carry shape and legacy code', async () => {
    const get = new GetQueueUrlCommand({ QueueName: 'ghost' });
    const good = await signedBySdk(lab.sqs, () => lab.sqs.send(get));
    const answer = await sendRaw(lab.endpoint, good);
    expect(answer.headers['x-amzn-query-error']).toBe(
      'AWS.SimpleQueueService.NonExistentQueue;Sender',
    );
    expect(JSON.parse(answer.body)).toMatchObject({
      __type: 'com.amazonaws.sqs#QueueDoesNotExist',
    });
  });

  test('queue URLs lead back to the sandbox', async () => {
    const { QueueUrl } = await lab.sqs.send(new CreateQueueCommand({ QueueName: 'urls' }));
    expect(QueueUrl).toBe(`${lab.endpoint}/111122223333/urls`);
    await lab.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  });
});

describe('a gateway whose service breaks', () => {
  const world = () => lab.sandbox.world;

  async function gatewayWith(run: (signal: AbortSignal) => Promise<undefined>) {
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
        world: world(),
        services: [
          {
            name: 'sqs',
            operations: {
              ListQueues: { access: () => [], run: (_input, { signal }) => run(signal) },
            },
          },
        ],
        iam: { decide: () => ({ allowed: true }), assumeRole: () => undefined },
        users: {
          issue: () => credentials,
          byAccessKey: () => ({ principal, secretAccessKey: credentials.secretAccessKey }),
        },
      },
      0,
    );
    const { SQSClient } = await import('@aws-sdk/client-sqs');
    const sqs = new SQSClient({
      endpoint: `http://127.0.0.1:${gateway.port}`,
      region: 'eu-central-1',
      credentials,
      maxAttempts: 1,
    });
    return { gateway, sqs };
  }

  test('answers InternalFailure 500, logs the cause and lives on', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { gateway, sqs } = await gatewayWith(() => Promise.reject(new TypeError('broken')));
    for (const _ of [1, 2]) {
      expect(await answerTo(sqs.send(new ListQueuesCommand({})))).toMatchObject({
        name: 'InternalFailure',
        $metadata: { httpStatusCode: 500 },
      });
    }
    expect(log).toHaveBeenCalledTimes(2);
    expect(log).toHaveBeenCalledWith('sandbox: sqs failed:', new TypeError('broken'));
    log.mockRestore();
    await gateway.close();
  });

  test('aborts the call of a client that went away', async () => {
    let started: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (started = resolve));
    let ended: (aborted: boolean) => void = () => undefined;
    const outcome = new Promise<boolean>((resolve) => (ended = resolve));
    const { gateway, sqs } = await gatewayWith(async (signal) => {
      started();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      ended(signal.aborted);
      return undefined;
    });
    const abort = new AbortController();
    const call = answerTo(sqs.send(new ListQueuesCommand({}), { abortSignal: abort.signal }));
    await running;
    abort.abort();
    expect(await outcome).toBe(true);
    await call;
    await gateway.close();
  });

  test('close() ends the calls that wait', async () => {
    let started: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (started = resolve));
    const { gateway, sqs } = await gatewayWith(async (signal) => {
      started();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return undefined;
    });
    const call = answerTo(sqs.send(new ListQueuesCommand({})));
    await running;
    await gateway.close();
    await call;
    expect(await answerTo(sqs.send(new ListQueuesCommand({})))).toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});

describe('faults', () => {
  test.each([
    [{ throttling: 1 }, { name: 'RequestThrottled' }],
    [{ serverErrors: 1 }, { $metadata: { httpStatusCode: expect.toSatisfy(is5xx) } }],
    [{ connectionResets: 1 }, { code: 'ECONNRESET' }],
  ])('%j', async (faults, error) => {
    await using unkind = await sandboxForTest({ faults });
    expect(await answerTo(unkind.sqs.send(new ListQueuesCommand({})))).toMatchObject(error);
  });

  test('a client that retries lives through them', async () => {
    await using unkind = await sandboxForTest({
      faults: { throttling: 0.2, serverErrors: 0.2, connectionResets: 0.2 },
      maxAttempts: 30,
    });
    const answer = await answerTo(unkind.sts.send(new GetCallerIdentityCommand({})));
    expect(answer).toHaveProperty('Arn');
  });

  test('a connection may also break when everything is done', async () => {
    await using unkind = await sandboxForTest();
    unkind.sandbox.world.faults.connectionResets = 1;
    const tries = Array.from({ length: 40 }, (_, i) =>
      answerTo(unkind.sqs.send(new CreateQueueCommand({ QueueName: `queue-${i}` }))),
    );
    for (const answer of await Promise.all(tries))
      expect(answer).toMatchObject({ code: 'ECONNRESET' });
    unkind.sandbox.world.faults.connectionResets = 0;
    const { QueueUrls = [] } = await unkind.sqs.send(new ListQueuesCommand({}));
    expect(QueueUrls.length).toBeGreaterThan(0);
    expect(QueueUrls.length).toBeLessThan(40);
  });

  test.each([
    [0, 'reset'],
    [0.11, 'TooManyRequestsException'],
    [0.21, 'ServiceException'],
    [0.9, undefined],
  ])('a draw of %d is %s', (draw, expected) => {
    const faults = { ...noFaults, connectionResets: 0.1, throttling: 0.1, serverErrors: 0.1 };
    const fault = drawFault(faults, 'lambda', () => draw);
    expect(fault instanceof AwsError ? fault.code : fault).toBe(expected);
  });

  test('none without switches', () => {
    expect(drawFault(noFaults, 'sqs', () => 0)).toBeUndefined();
  });
});

test('a connection that does not finish its header is closed', async () => {
  const gateway = await startGateway(
    {
      world: lab.sandbox.world,
      services: [],
      iam: { decide: () => ({ allowed: true }), assumeRole: () => undefined },
      users: { issue: noKeys, byAccessKey: () => undefined },
      timeouts: { header: 50, request: 50, check: 20 },
    },
    0,
  );
  const slow = connect(gateway.port, '127.0.0.1');
  let answer = '';
  slow.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  // On a busy machine it may be closed before this is written.
  slow.on('error', () => {});
  slow.write('POST / HTTP/1.1\r\nHost: ');
  await new Promise((resolve) => slow.once('close', resolve));
  expect(answer).toContain('408 Request Timeout');
  await gateway.close();
});

function noKeys(): never {
  throw new Error('Nobody asks for keys here');
}

function is5xx(status: unknown): boolean {
  return status === 500 || status === 503;
}

test('SQS takes the same JSON request at the path of the queue URL', async () => {
  const { QueueUrl = '' } = await lab.sqs.send(new CreateQueueCommand({ QueueName: 'by-path' }));
  const atPath = signedByHand(lab.endpoint, {
    service: 'sqs',
    credentials: lab.sandbox.issueUser('admin', JSON.stringify(allowAll)),
    headers: { 'x-amz-target': 'AmazonSQS.SendMessage' },
    path: new URL(QueueUrl).pathname,
    body: JSON.stringify({ QueueUrl, MessageBody: 'x' }),
  });
  const answer = await sendRaw(lab.endpoint, atPath);
  expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
    200,
    { MD5OfMessageBody: '9dd4e461268c8034f5c8564e155c67a6' },
  ]);
});

test('a request to Lambda of more than 70,167,211 bytes is refused in its words', async () => {
  const good = await signedBySdk(lab.lambda, () =>
    lab.lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'big',
        Role: 'arn:aws:iam::111122223333:role/x',
        Code: { ZipFile: Buffer.from('x') },
      }),
    ),
  );
  const body = Buffer.alloc(70_167_212);
  const headers = { ...good.headers, 'content-length': String(body.length) };
  const answer = await sendRaw(lab.endpoint, { ...good, headers, body });
  expect(answer.status).toBe(413);
  expect(answer.headers['x-amzn-errortype']).toBe('RequestEntityTooLargeException');
  expect(answer.body).toContain(
    'Request must be smaller than 70167211 bytes for the CreateFunction operation',
  );
});
