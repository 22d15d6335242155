import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credentials } from '../../sandbox/iam/users.ts';
import type { Faults } from '../../sandbox/types.ts';

const mainFile = join(import.meta.dirname, '..', '..', 'sandbox', 'main.mjs');
const allowAll = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/** What an SDK client needs in order to be the sandbox's administrator. */
export interface ClientConfiguration {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
}

export interface SandboxStatus {
  readonly memoryRss: number;
  readonly clock: { readonly now: number; readonly offsetMs: number };
}

/** The real sandbox in a process of its own, which can be killed. */
export interface SandboxProcess extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  readonly admin: ClientConfiguration;
  status(): Promise<SandboxStatus>;
  setFaults(faults: Partial<Faults>): Promise<void>;
  advance(seconds: number): Promise<void>;
  /** `kill -9`; resolves when it is dead. */
  kill(): Promise<void>;
  /** Ends it cleanly. */
  stop(): Promise<void>;
}

/** It did not start, and said why. */
export class StartRefusedError extends Error {
  readonly code: string;

  constructor({ code, message }: { code: string; message: string }) {
    super(message);
    this.name = 'StartRefusedError';
    this.code = code;
  }
}

type Started =
  | { ready: true; port: number }
  | { ready: false; error: { code: string; message: string } };

/**
 * Starts the sandbox on the store in `home`, with an empty environment, and waits until it is ready.
 * @throws StartRefusedError
 */
export async function startProcess(
  home: string,
  flags: readonly string[] = [],
  nodeFlags: readonly string[] = [],
): Promise<SandboxProcess> {
  const child = spawn(process.execPath, [...nodeFlags, mainFile, '--home', home, ...flags], {
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const ended = once(child, 'exit');
  const started = await new Promise<Started>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Started));
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`The sandbox ended without a word (${signal ?? code})`)),
    );
  });
  if (!started.ready) {
    await ended;
    throw new StartRefusedError(started.error);
  }
  const endpoint = `http://127.0.0.1:${started.port}`;
  const token = readFileSync(join(home, 'control-token'), 'utf8').trim();
  const control = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${endpoint}/_sandbox/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const end = (signal: 'SIGKILL' | 'SIGTERM') => async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  };
  const credentials = await control('POST', 'users', { name: 'admin', policy: allowAll });
  return {
    pid: child.pid ?? 0,
    port: started.port,
    admin: { endpoint, region: 'eu-central-1', credentials: credentials as Credentials },
    status: async () => (await control('GET', 'status')) as SandboxStatus,
    async setFaults(faults) {
      await control('POST', 'faults', faults);
    },
    async advance(seconds) {
      await control('POST', 'advance', { seconds });
    },
    kill: end('SIGKILL'),
    stop: end('SIGTERM'),
    [Symbol.asyncDispose]: end('SIGKILL'),
  };
}
