import { createHmac } from 'node:crypto';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startSandbox } from '../sandbox.ts';
import type { Sandbox } from '../sandbox.ts';
import { noFaults } from '../types.ts';

const token = 'a'.repeat(64);
let sandbox: Sandbox;
const stop = vi.fn<() => void>();

beforeEach(async () => {
  stop.mockClear();
  const facts = () => ({ version: 'v1', pid: 7 });
  sandbox = await startSandbox({
    storeFile: ':memory:',
    port: 0,
    control: { token, facts, stop },
  });
});
afterEach(() => sandbox.close());

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) {
  const response = await fetch(`${sandbox.endpoint}/_sandbox/${path}`, {
    method,
    headers: headers ?? { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json: unknown = text.startsWith('{') ? JSON.parse(text) : undefined;
  return { status: response.status, text, json };
}

const policy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }],
};

describe('who may', () => {
  test('hello proves the token to anybody without telling it', async () => {
    const { status, text } = await call('GET', 'hello?nonce=0123456789abcdef', undefined, {});
    expect(status).toBe(200);
    expect(text).toBe(createHmac('sha256', token).update('0123456789abcdef').digest('hex'));
  });

  test.each(['', 'short', 'x'.repeat(129), 'with space'])(
    'hello refuses the nonce "%s"',
    async (nonce) => {
      const path = `hello?nonce=${encodeURIComponent(nonce)}`;
      expect((await call('GET', path, undefined, {})).status).toBe(400);
    },
  );

  test.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['a wrong token', { authorization: `Bearer ${'b'.repeat(64)}` }],
    ['a longer token', { authorization: `Bearer ${token}a` }],
    ['the bare token', { authorization: token }],
  ])('%s opens nothing', async (_what, headers) => {
    for (const path of ['status', 'skips', 'calls']) {
      expect((await call('GET', path, undefined, headers)).status).toBe(401);
    }
    for (const path of ['advance', 'users', 'faults', 'calls', 'stop']) {
      expect((await call('POST', path, { seconds: 5 }, headers)).status).toBe(401);
    }
    expect(stop).not.toHaveBeenCalled();
    expect(sandbox.clock.offsetMs).toBe(0);
  });

  test('a browser is refused even with the token', async () => {
    const headers = { authorization: `Bearer ${token}`, origin: 'http://127.0.0.1' };
    expect((await call('GET', 'status', undefined, headers)).status).toBe(403);
  });

  test('without control there are no control paths', async () => {
    const plain = await startSandbox({ storeFile: ':memory:', port: 0 });
    const response = await fetch(`${plain.endpoint}/_sandbox/status`);
    expect(response.status).toBe(400);
    await plain.close();
  });
});

test.each(['real time', 'tenfold', 'paused', 'skipping'])(
  'the clock goes at the pace "%s"',
  async (pace) => {
    expect((await call('POST', 'pace', { pace })).json).toMatchObject({ clock: { pace } });
    expect(sandbox.clock.pace).toBe(pace);
  },
);

test('a pace that there is not is refused with those that there are', async () => {
  const { status, text } = await call('POST', 'pace', { pace: 'backwards' });
  expect(status).toBe(400);
  expect(text).toContain('skipping, real time, tenfold, paused');
});

test('one step goes to what is waited for next, and says why it goes nowhere', async () => {
  expect((await call('POST', 'step')).json).toEqual({ refused: 'Nothing is waited for.' });
  await call('POST', 'pace', { pace: 'paused' });
  // Not before: a clock that skips would be there by itself.
  const at = sandbox.clock.now() + 60_000;
  sandbox.clock.addVoter(() => ({ busy: false, next: at }));
  const { json } = await call('POST', 'step');
  expect((json as { movedMs: number }).movedMs).toBeGreaterThan(0);
  expect(sandbox.clock.now()).toBe(at);
});

test('status shows what was given and what is', async () => {
  const { json } = await call('GET', 'status');
  expect(json).toEqual({
    version: 'v1',
    pid: 7,
    accountId: '111122223333',
    clock: {
      now: expect.any(Number),
      offsetMs: 0,
      skipping: true,
      pace: 'skipping',
      skippedTotalMs: 0,
    },
    faults: noFaults,
    memoryRss: expect.any(Number),
  });
});

describe('the clock', () => {
  test('advance moves it and the skip is listed', async () => {
    await call('POST', 'advance', { seconds: 30 });
    await call('POST', 'advance', { seconds: 1.5 });
    const { json } = await call('GET', 'skips');
    expect(json).toMatchObject({
      skips: [
        { id: 1, reason: 'moved by hand' },
        { id: 2, reason: 'moved by hand' },
      ],
    });
    expect((await call('GET', 'skips?since=1')).json).toMatchObject({ skips: [{ id: 2 }] });
    expect((await call('GET', 'status')).json).toMatchObject({
      clock: { offsetMs: 31_500, skippedTotalMs: 31_500, lastSkip: { id: 2 } },
    });
  });

  test('status and advance say why the clock skips no more', async () => {
    sandbox.clock.addVoter(() => ({ busy: false, stop: 'Nothing new would come.' }));
    sandbox.clock.consider();
    while (sandbox.clock.stopped === undefined) await call('GET', 'status');
    const clock = { stopped: { at: expect.any(Number), reason: 'Nothing new would come.' } };
    expect((await call('GET', 'status')).json).toMatchObject({ clock });
    expect((await call('POST', 'advance', { seconds: 30 })).json).toMatchObject({ clock });
  });

  test('a careful advance does not delete a message by its age, and says which; one by hand does', async () => {
    const admin = sandbox.issueUser('admin', JSON.stringify(policy));
    const sqs = new SQSClient({
      endpoint: sandbox.endpoint,
      region: 'eu-central-1',
      credentials: { ...admin },
    });
    const Attributes = { MessageRetentionPeriod: '120' };
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'short', Attributes }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    const careful = { seconds: 200, careful: true };
    expect((await call('POST', 'advance', careful)).json).toMatchObject({
      clock: { offsetMs: 0 },
      refused: expect.stringMatching(/^A skip to .* would delete a message in queue "short"/),
    });
    const { json } = await call('POST', 'advance', { ...careful, seconds: 60 });
    expect(json).toMatchObject({ clock: { offsetMs: 60_000 } });
    expect(json).not.toHaveProperty('refused');
    expect((await call('POST', 'advance', { seconds: 200 })).json).toMatchObject({
      clock: { offsetMs: 260_000 },
    });
    expect((await call('POST', 'advance', { ...careful, careful: 'yes' })).status).toBe(400);
    sqs.destroy();
  });

  test.each([0, -1, '5', null, 1e12])('advance refuses %j seconds', async (seconds) => {
    expect((await call('POST', 'advance', { seconds })).status).toBe(400);
    expect(sandbox.clock.offsetMs).toBe(0);
  });
});

describe('users', () => {
  test('are made with keys that work at once', async () => {
    const { json } = await call('POST', 'users', { name: 'lab-dev', policy });
    const client = new STSClient({
      endpoint: sandbox.endpoint,
      region: 'eu-central-1',
      // A copy: the SDK writes into what it is given.
      credentials: { ...(json as { accessKeyId: string; secretAccessKey: string }) },
    });
    const { Arn } = await client.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe('arn:aws:iam::111122223333:user/lab-dev');
    expect((await call('POST', 'users', { name: 'lab-dev', policy })).json).toEqual(json);
  });

  test.each([
    [{ name: '../x', policy }, 'name must be'],
    [{ name: 'x' }, 'policy must be'],
    [{ name: 'x', policy: { Version: '2012-10-17' } }, 'Syntax errors in policy.'],
  ])('%j is refused', async (body, message) => {
    const { status, text } = await call('POST', 'users', body);
    expect(status).toBe(400);
    expect(text).toContain(message);
  });
});

describe('faults', () => {
  test('are switched one by one', async () => {
    const { json } = await call('POST', 'faults', { logDeliveryDelayMs: 500 });
    expect(json).toEqual({ faults: { ...noFaults, logDeliveryDelayMs: 500 } });
    expect(sandbox.world.faults.logDeliveryDelayMs).toBe(500);
  });

  test.each([{ nonsense: 1 }, { throttling: 2 }, { throttling: -1 }, { throttling: '1' }])(
    '%j is refused',
    async (body) => {
      expect((await call('POST', 'faults', body)).status).toBe(400);
      expect(sandbox.world.faults).toEqual(noFaults);
    },
  );
});

describe('calls', () => {
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sqs:CreateQueue', Resource: '*' }],
  };

  /** One call that needs no permission, one that is allowed, and one that lacks its second right. */
  async function callThreeTimes() {
    const { json } = await call('POST', 'users', { name: 'ada', policy });
    const settings = {
      endpoint: sandbox.endpoint,
      region: 'eu-central-1',
      credentials: { ...(json as { accessKeyId: string; secretAccessKey: string }) },
      maxAttempts: 1,
    };
    const [sts, sqs] = [new STSClient(settings), new SQSClient(settings)];
    await sts.send(new GetCallerIdentityCommand({}));
    await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
    const tagged = new CreateQueueCommand({ QueueName: 'paid', tags: { Project: 'shop' } });
    await expect(sqs.send(tagged)).rejects.toThrow('sqs:tagqueue');
    sts.destroy();
    sqs.destroy();
  }

  test('are recorded when asked for, with what IAM was asked and said', async () => {
    expect((await call('POST', 'calls', { record: true })).json).toEqual({ recording: true });
    await callThreeTimes();
    await call('POST', 'calls', { record: false });
    await callThreeTimes();
    const region = { 'aws:RequestedRegion': ['eu-central-1'] };
    const resource = (name: string) => `arn:aws:sqs:eu-central-1:111122223333:${name}`;
    expect((await call('GET', 'calls')).json).toEqual({
      dropped: 0,
      calls: [
        {
          caller: 'ada',
          byFunction: false,
          service: 'sts',
          operation: 'GetCallerIdentity',
          asked: [],
        },
        {
          caller: 'ada',
          byFunction: false,
          service: 'sqs',
          operation: 'CreateQueue',
          asked: [
            {
              action: 'sqs:CreateQueue',
              resource: resource('orders'),
              conditions: region,
              allowed: true,
            },
          ],
        },
        {
          caller: 'ada',
          byFunction: false,
          service: 'sqs',
          operation: 'CreateQueue',
          asked: [
            expect.objectContaining({ action: 'sqs:CreateQueue', allowed: true }),
            expect.objectContaining({ action: 'sqs:TagQueue', allowed: false }),
          ],
        },
      ],
    });
  });

  test('are not recorded unless asked for, and a new record begins empty', async () => {
    await callThreeTimes();
    expect((await call('GET', 'calls')).json).toEqual({ calls: [], dropped: 0 });
    await call('POST', 'calls', { record: true });
    await callThreeTimes();
    await call('POST', 'calls', { record: true });
    expect((await call('GET', 'calls')).json).toEqual({ calls: [], dropped: 0 });
    expect((await call('POST', 'calls', { record: 'yes' })).status).toBe(400);
  });
});

test('stop answers first and stops then', async () => {
  const stopped = new Promise<void>((resolve) => stop.mockImplementation(resolve));
  const { status } = await call('POST', 'stop');
  expect(status).toBe(200);
  await stopped;
  expect(stop).toHaveBeenCalledTimes(1);
});

test.each([
  ['GET', 'nothing', undefined, 404],
  ['DELETE', 'users', undefined, 404],
  ['POST', 'advance', [1], 400],
])('%s %s with %j is answered %i', async (method, path, body, status) => {
  expect((await call(method, path, body)).status).toBe(status);
});
