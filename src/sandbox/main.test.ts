import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const mainFile = join(import.meta.dirname, 'main.mjs');
/** Only for what hangs. */
const hangMs = 10 * 60_000;
const allowAll = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

type Started =
  | { ready: true; port: number }
  | { ready: false; error: { code: string; message: string } };

let home = '';
const children: ChildProcess[] = [];

beforeEach(() => {
  home = join(mkdtempSync(join(tmpdir(), 'sandbox-main-')), 'home');
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  rmSync(join(home, '..'), { recursive: true, force: true });
});

async function start(...flags: string[]): Promise<{ child: ChildProcess; started: Started }> {
  const child = spawn(process.execPath, [mainFile, '--home', home, ...flags], {
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  children.push(child);
  const started = await new Promise<Started>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Started));
    child.once('exit', () => reject(new Error('It ended without a word')));
  });
  return { child, started };
}

function processFile() {
  return JSON.parse(readFileSync(join(home, 'process.json'), 'utf8')) as {
    pid: number;
    port: number;
    endpoint: string;
    version: string;
  };
}

async function control(method: string, path: string, body?: object): Promise<unknown> {
  const token = readFileSync(join(home, 'control-token'), 'utf8').trim();
  const response = await fetch(`${processFile().endpoint}/_sandbox/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
}

async function admin(): Promise<SQSClient> {
  const credentials = await control('POST', 'users', { name: 'admin', policy: allowAll });
  return new SQSClient({
    endpoint: processFile().endpoint,
    region: 'eu-central-1',
    credentials: credentials as { accessKeyId: string; secretAccessKey: string },
  });
}

describe('starting', () => {
  test('tells its parent, and everybody who can read the home', async () => {
    const { child, started } = await start('--version', 'v1');
    expect(started).toEqual({ ready: true, port: processFile().port });
    expect(processFile()).toMatchObject({ pid: child.pid, version: 'v1' });
    expect(await control('GET', 'status')).toMatchObject({
      pid: child.pid,
      version: 'v1',
      endpoint: processFile().endpoint,
      storeFile: join(home, 'store.db'),
      idleStopsAt: expect.any(String),
    });
  });

  test.skipIf(process.platform === 'win32')('only its owner can read what it makes', async () => {
    await start();
    for (const name of ['.', 'store.db', 'control-token', 'process.json']) {
      expect(statSync(join(home, name)).mode & 0o077).toBe(0);
    }
  });

  test.skipIf(process.platform === 'win32')('no signal opens its debugger', async () => {
    const child = spawn(process.execPath, ['--inspect-port=0', mainFile, '--home', home], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    children.push(child);
    const printed = text(child.stderr as Readable);
    await once(child, 'message');
    child.kill('SIGUSR1');
    for (let turn = 0; turn < 20; turn += 1) await control('GET', 'status');
    child.kill('SIGTERM');
    expect(await printed).not.toContain('Debugger');
  });

  test('--real-time and --realistic are seen in the status', async () => {
    await start('--real-time', '--realistic');
    expect(await control('GET', 'status')).toMatchObject({
      realistic: true,
      clock: { skipping: false },
      faults: { splitBatches: 0.25 },
    });
  });

  test('stays under 150 MB', async () => {
    await start();
    const { memoryRss } = (await control('GET', 'status')) as { memoryRss: number };
    expect(memoryRss).toBeLessThan(150 * 1024 * 1024);
  });
});

describe('what keeps it from starting has a code', () => {
  test('ALREADY_RUNNING, and the first one lives on', async () => {
    const first = await start();
    const { child, started } = await start();
    expect(started).toMatchObject({ ready: false, error: { code: 'ALREADY_RUNNING' } });
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(1);
    expect(await control('GET', 'status')).toMatchObject({ pid: first.child.pid });
  });

  test('PORT_TAKEN', async () => {
    const stranger = createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address() as AddressInfo;
    const { started } = await start('--port', String(port));
    expect(started).toMatchObject({ ready: false, error: { code: 'PORT_TAKEN' } });
    expect(existsSync(join(home, 'process.json'))).toBe(false);
    stranger.close();
  });

  test('STORE_DAMAGED, with the way out', async () => {
    mkdirSync(home);
    writeFileSync(join(home, 'store.db'), 'this is no database, '.repeat(500));
    const { started } = await start();
    expect(started).toMatchObject({
      ready: false,
      error: { code: 'STORE_DAMAGED', message: expect.stringContaining('lab sandbox reset') },
    });
  });

  test('HOME_NOT_WRITABLE', async () => {
    writeFileSync(home, 'a file where the folder should be');
    const { started } = await start();
    expect(started).toMatchObject({ ready: false, error: { code: 'HOME_NOT_WRITABLE' } });
  });

  test('a home in which it cannot announce itself: it ends, and leaves the home to the next one', async () => {
    mkdirSync(join(home, 'process.json.new'), { recursive: true });
    const { child, started } = await start();
    expect(started).toMatchObject({ ready: false });
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(1);
    rmSync(join(home, 'process.json.new'), { recursive: true });
    expect((await start()).started).toMatchObject({ ready: true });
  });
});

describe('stopping', () => {
  test.skipIf(process.platform === 'win32').each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends it cleanly',
    async (signal) => {
      const { child } = await start();
      child.kill(signal);
      const [code] = await once(child, 'exit');
      expect(code).toBe(0);
      expect(existsSync(join(home, 'process.json'))).toBe(false);
    },
  );

  test('the control path ends it cleanly', async () => {
    const { child } = await start();
    const ended = once(child, 'exit');
    await control('POST', 'stop');
    expect(await ended).toEqual([0, null]);
    expect(existsSync(join(home, 'process.json'))).toBe(false);
  });

  test('nobody who calls for so long ends it too', async () => {
    const { child } = await start('--idle-seconds', '0.2');
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(0);
  });

  test('a kill -9 leaves a home from which the next start works, with keys, clock and queues', async () => {
    const first = await start();
    const sqs = await admin();
    await sqs.send(new CreateQueueCommand({ QueueName: 'kept' }));
    await control('POST', 'advance', { seconds: 3600 });
    const keys = await sqs.config.credentials();
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    expect(processFile().pid).toBe(first.child.pid);

    const second = await start();
    expect(second.started.ready).toBe(true);
    const again = await admin();
    expect((await again.config.credentials()).secretAccessKey).toBe(keys.secretAccessKey);
    const { QueueUrls } = await again.send(new ListQueuesCommand({}));
    expect(QueueUrls).toEqual([`${processFile().endpoint}/111122223333/kept`]);
    expect(await control('GET', 'status')).toMatchObject({
      pid: second.child.pid,
      clock: { offsetMs: 3_600_000 },
    });
  });
});

describe('the file that says who is running', () => {
  test('a dying sandbox leaves the announcement and the store of its successor alone', async () => {
    const first = await start('--port', '0');
    // Somebody deletes the folder while the sandbox runs, and the next command starts another one.
    rmSync(home, { recursive: true });
    const second = await start('--port', '0');
    expect(second.started).toMatchObject({ ready: true });
    await (await admin()).send(new CreateQueueCommand({ QueueName: 'kept' }));
    first.child.kill('SIGTERM');
    if (first.child.exitCode === null) await once(first.child, 'exit');
    expect(processFile().pid).toBe(second.child.pid);
    expect(await control('GET', 'status')).toMatchObject({ pid: second.child.pid });
    second.child.kill('SIGKILL');
    await once(second.child, 'exit');
    await start('--port', '0');
    const { QueueUrls } = await (await admin()).send(new ListQueuesCommand({}));
    expect(QueueUrls).toHaveLength(1);
  });

  test('comes back when somebody deletes it, or breaks it', async () => {
    const { child } = await start('--port', '0');
    const file = join(home, 'process.json');
    rmSync(file);
    await expect.poll(() => existsSync(file), { timeout: hangMs }).toBe(true);
    writeFileSync(file, '{"pid":');
    await expect.poll(() => readFileSync(file, 'utf8'), { timeout: hangMs }).toContain('endpoint');
    expect(processFile().pid).toBe(child.pid);
  });

  test('has its token beside it, which comes back as well', async () => {
    const { child } = await start('--port', '0');
    const file = join(home, 'control-token');
    const token = readFileSync(file, 'utf8');
    rmSync(file);
    await expect.poll(() => existsSync(file), { timeout: hangMs }).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(token);
    writeFileSync(file, 'of somebody else\n');
    await expect.poll(() => readFileSync(file, 'utf8'), { timeout: hangMs }).toBe(token);
    expect(await control('GET', 'status')).toMatchObject({ pid: child.pid });
  });

  test('a sandbox whose home was deleted ends, and serves nobody any more', async () => {
    const { child } = await start('--port', '0');
    rmSync(home, { recursive: true });
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(0);
  });
});
