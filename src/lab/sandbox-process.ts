import { spawn } from 'node:child_process';
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { LabError } from './errors.ts';
import { labHome, root } from './settings.ts';

/** Where the sandbox keeps its store, its control token and its log. */
export const sandboxHome = join(labHome, 'sandbox');
const mainFile = join(root, 'src', 'sandbox', 'main.ts');
const logFile = join(sandboxHome, 'sandbox.log');
const defaultPort = 4801;

export interface SandboxStatus {
  readonly version: string;
  readonly pid: number;
  readonly port: number;
  readonly endpoint: string;
  readonly startedAt: string;
  readonly accountId: string;
  readonly clock: {
    readonly now: number;
    readonly offsetMs: number;
    readonly skipping: boolean;
    readonly skippedTotalMs: number;
  };
  readonly memoryRss: number;
  /** Started with every fault on. */
  readonly realistic: boolean;
}

/** How unkind and how slow the sandbox is; what is left out stays as it is, or off in a new one. */
export interface SandboxMode {
  readonly realTime?: boolean;
  readonly realistic?: boolean;
}

/** A running sandbox of this checkout, and the calls of its control door. */
export interface SandboxHandle {
  readonly endpoint: string;
  status(): Promise<SandboxStatus>;
  /** Creates or updates a user with exactly this policy; the same keys for as long as the store lives. */
  issueUser(
    name: string,
    policy: unknown,
  ): Promise<{ accessKeyId: string; secretAccessKey: string }>;
  advance(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

interface ProcessFile {
  readonly pid: number;
  readonly port: number;
  readonly endpoint: string;
}

/** The sandbox of this checkout if one runs; told apart from a stranger on its port by a challenge. */
export async function findSandbox(): Promise<SandboxHandle | undefined> {
  const [processFile, token] = await Promise.all([
    readFile(join(sandboxHome, 'process.json'), 'utf8').catch(() => undefined),
    readFile(join(sandboxHome, 'control-token'), 'utf8').catch(() => undefined),
  ]);
  if (processFile === undefined || token === undefined) return undefined;
  const { endpoint } = JSON.parse(processFile) as ProcessFile;
  return (await isOurs(endpoint, token.trim())) ? handle(endpoint, token.trim()) : undefined;
}

async function isOurs(endpoint: string, token: string): Promise<boolean> {
  const nonce = randomBytes(16).toString('hex');
  const answer = await fetch(`${endpoint}/_sandbox/hello?nonce=${nonce}`, {
    signal: AbortSignal.timeout(2000),
    redirect: 'error',
  }).then(
    (response) => (response.ok ? response.text() : ''),
    () => '',
  );
  const expected = createHmac('sha256', token).update(nonce).digest('hex');
  const given = Buffer.from(answer.trim());
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
}

function handle(endpoint: string, token: string): SandboxHandle {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${endpoint}/_sandbox/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new LabError(`The sandbox refused ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    endpoint,
    status: async () => (await call('GET', 'status')) as SandboxStatus,
    issueUser: async (name, policy) =>
      (await call('POST', 'users', { name, policy })) as {
        accessKeyId: string;
        secretAccessKey: string;
      },
    advance: async (seconds) => {
      await call('POST', 'advance', { seconds });
    },
    stop: async () => {
      const { pid } = (await call('GET', 'status')) as SandboxStatus;
      await call('POST', 'stop');
      await waitForEnd(pid);
    },
  };
}

/**
 * The running sandbox, started in the background if there is none. One of another version of the kit, or in
 * another mode than asked for, is started anew with everything that it holds.
 */
export async function ensureSandbox(mode: SandboxMode = {}): Promise<SandboxHandle> {
  const running = await findSandbox();
  if (running === undefined) return startSandbox(mode);
  const { version: runningVersion, clock, realistic } = await running.status();
  const now = { realTime: !clock.skipping, realistic };
  const wanted = { ...now, ...mode };
  const sameMode = wanted.realTime === now.realTime && wanted.realistic === now.realistic;
  if (sameMode && runningVersion === (await sandboxVersion())) return running;
  await running.stop();
  return startSandbox(wanted);
}

async function startSandbox(mode: SandboxMode): Promise<SandboxHandle> {
  try {
    await mkdir(sandboxHome, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw notWritable(cause);
  }
  const wanted = process.env['LAB_PORT'];
  if (wanted === undefined || wanted === '') {
    await startOnFreePort(mode);
  } else {
    const port = Number(wanted);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new LabError(`LAB_PORT "${wanted}" is not a port`, {
        hint: 'Use a number from 1 to 65535.',
        exitCode: 2,
      });
    }
    const error = await startOn(port, mode);
    if (error !== undefined) throw startError(error, port);
  }
  const sandbox = await findSandbox();
  if (sandbox === undefined) {
    throw new LabError('The sandbox started but does not answer', {
      hint: `Look at ${logFile}, then run the command again.`,
    });
  }
  return sandbox;
}

/** Another clone may start its sandbox at the same moment and take the port that was just free. */
async function startOnFreePort(mode: SandboxMode): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const port = await firstFreePort();
    const error = await startOn(port, mode);
    if (error === undefined) return;
    if (error.code !== 'PORT_TAKEN' || tries === 10) throw startError(error, port);
  }
}

/** @returns what is wrong, if anything; another process of ours that was faster is not */
async function startOn(
  port: number,
  mode: SandboxMode,
): Promise<{ code: string; message: string } | undefined> {
  const started = await spawnSandbox(port, mode);
  return started.ready || started.error.code === 'ALREADY_RUNNING' ? undefined : started.error;
}

type Started =
  | { ready: true; port: number }
  | { ready: false; error: { code: string; message: string } };

async function spawnSandbox(port: number, mode: SandboxMode): Promise<Started> {
  let log: number;
  try {
    log = openSync(logFile, 'a', 0o600);
  } catch (cause) {
    throw notWritable(cause);
  }
  const flags = [
    ...(mode.realTime === true ? ['--real-time'] : []),
    ...(mode.realistic === true ? ['--realistic'] : []),
  ];
  const child = spawn(
    process.execPath,
    [
      mainFile,
      '--home',
      sandboxHome,
      '--port',
      String(port),
      '--version',
      await sandboxVersion(),
      ...flags,
    ],
    {
      // Nothing of the user's environment: the sandbox needs none of it.
      env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC' },
      cwd: sandboxHome,
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    },
  );
  closeSync(log);
  const started = await new Promise<Started>((resolve) => {
    let refusal: Started | undefined;
    child.once('message', (message) => {
      const answer = message as Started;
      if (answer.ready) resolve(answer);
      // Its end is awaited, so that it writes nothing any more when we say that it did not start.
      else refusal = answer;
    });
    child.once('error', (error) =>
      resolve({ ready: false, error: { code: 'SPAWN', message: error.message } }),
    );
    child.once('exit', (code, signal) =>
      resolve(
        refusal ?? {
          ready: false,
          error: { code: 'EXIT', message: `it ended at once (${signal ?? code})` },
        },
      ),
    );
  });
  // A process that will not serve is over before anybody goes on: it may still be writing to its home.
  if (
    !started.ready &&
    child.pid !== undefined &&
    child.exitCode === null &&
    child.signalCode === null
  ) {
    await once(child, 'exit');
  }
  child.removeAllListeners();
  if (child.connected) child.disconnect();
  child.unref();
  return started;
}

function startError(error: { code: string; message: string }, port: number): LabError {
  if (error.code === 'PORT_TAKEN') {
    return new LabError(`Port ${port} is taken by another program; the sandbox was not started`, {
      hint: `Stop that program, or choose another port: LAB_PORT=${port + 1} npm start`,
    });
  }
  if (error.code === 'HOME_NOT_WRITABLE') return notWritable(new Error(error.message));
  if (error.code === 'STORE_DAMAGED') return new LabError(error.message);
  return new LabError(`The sandbox did not start: ${error.message}`, {
    hint: `Look at ${logFile}.`,
  });
}

function notWritable(cause: unknown): LabError {
  return new LabError(
    `Cannot write to ${labHome}: ${cause instanceof Error ? cause.message : String(cause)}`,
    {
      hint: 'Make the checkout writable (or clone it to a place that is) and free some disk space, then run the command again.',
      cause,
    },
  );
}

/** 4801, or the first free port after it: a stranger there, or another clone's sandbox, is no reason to fail. */
async function firstFreePort(): Promise<number> {
  for (let port = defaultPort; port < defaultPort + 50; port += 1) {
    if (await isFree(port)) {
      if (port !== defaultPort) {
        console.error(
          `lab: port ${defaultPort} is taken by another program; the sandbox listens on ${port}`,
        );
      }
      return port;
    }
  }
  throw new LabError(`Ports ${defaultPort} to ${defaultPort + 49} are all taken`, {
    hint: 'Choose a free one: LAB_PORT=<port> npm start',
  });
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}

/** Stops the sandbox and forgets everything in it, its keys and its clock included. */
export async function resetSandbox(): Promise<void> {
  const running = await findSandbox();
  await running?.stop();
  await rm(sandboxHome, { recursive: true, force: true });
}

let version: string | undefined;

/** A digest of the sandbox's code: a running sandbox of older code is replaced. */
async function sandboxVersion(): Promise<string> {
  if (version !== undefined) return version;
  const folder = join(root, 'src', 'sandbox');
  const names = (await readdir(folder, { recursive: true })).filter(
    (name) => /\.m?ts$|\.mjs$/.test(name) && !name.includes('.test.'),
  );
  const hash = createHash('sha256');
  for (const name of names.toSorted()) hash.update(name).update(await readFile(join(folder, name)));
  version = hash.digest('hex').slice(0, 12);
  return version;
}

async function waitForEnd(pid: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    // There is no event for the end of a process that is not our child.
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new LabError(`The sandbox (process ${pid}) does not stop`, {
    hint: `Stop it by hand: kill ${pid}`,
  });
}
