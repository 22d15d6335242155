import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../errors.ts';
import { labHome } from '../settings.ts';

/** Where the sandbox keeps its store, its control token and its log. */
export const sandboxHome = join(labHome, 'sandbox');

/** How lab time flows, as the sandbox calls it. */
export type Pace = 'paused' | 'real time' | 'skipping' | 'tenfold';

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
    /** Why it skips no more, since that lab time. */
    readonly stopped?: { readonly at: number; readonly reason: string };
    readonly skippedTotalMs: number;
    readonly pace: Pace;
  };
  readonly memoryRss: number;
  /** Started with every fault on. */
  readonly realistic: boolean;
}

/** Whether the sandbox runs in real time and with faults. A member that is left out stays as it is; in a new sandbox it is off. */
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
  /** As `advance`, for waits of AWS that the kit skips: not when that would delete a message by its age. @returns why not */
  skip(seconds: number): Promise<string | undefined>;
  setPace(pace: Pace): Promise<void>;
  /** Moves the clock to what is waited for next. @returns by how much, or why not */
  step(): Promise<{ readonly movedMs: number } | { readonly refused: string }>;
  /** What happens in the sandbox, as Server-Sent Events; for as long as somebody reads. */
  events(signal: AbortSignal): Promise<Response>;
  stop(): Promise<void>;
}

interface ProcessFile {
  readonly pid: number;
  readonly port: number;
  readonly endpoint: string;
}

/** The sandbox of this checkout if one runs. A challenge tells it from another program on its port. */
export async function findSandbox(): Promise<SandboxHandle | undefined> {
  const [processFile, token] = await Promise.all([
    readFile(join(sandboxHome, 'process.json'), 'utf8').catch(() => undefined),
    readFile(join(sandboxHome, 'control-token'), 'utf8').catch(() => undefined),
  ]);
  if (processFile === undefined || token === undefined) return undefined;
  const endpoint = endpointIn(processFile);
  if (endpoint === undefined) return undefined;
  return (await isOurs(endpoint, token.trim())) ? handle(endpoint, token.trim()) : undefined;
}

/** The process that says in `process.json` that it is the sandbox; whether it still is, its lock tells. */
export async function announcedPid(): Promise<number | undefined> {
  try {
    const text = await readFile(join(sandboxHome, 'process.json'), 'utf8');
    const { pid } = JSON.parse(text) as Partial<ProcessFile>;
    return Number.isInteger(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined for an incomplete or edited file: the sandbox writes it again. */
function endpointIn(processFile: string): string | undefined {
  try {
    const { endpoint } = JSON.parse(processFile) as Partial<ProcessFile>;
    return /^http:\/\/127\.0\.0\.1:\d+$/.test(String(endpoint)) ? endpoint : undefined;
  } catch {
    return undefined;
  }
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
    if (!response.ok) {
      throw new LabError(`The sandbox refused the request ${path}: ${response.status} ${text}`, {
        hint: 'npx lab sandbox status',
      });
    }
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
    skip: async (seconds) => {
      const answer = await call('POST', 'advance', { seconds, careful: true });
      return (answer as { refused?: string }).refused;
    },
    setPace: async (pace) => {
      await call('POST', 'pace', { pace });
    },
    step: async () => (await call('POST', 'step')) as { movedMs: number } | { refused: string },
    events: (signal) =>
      fetch(`${endpoint}/_sandbox/events`, {
        headers: { authorization: `Bearer ${token}` },
        signal,
      }),
    stop: async () => {
      const { pid } = (await call('GET', 'status')) as SandboxStatus;
      await call('POST', 'stop');
      await waitForEnd(pid);
    },
  };
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
  throw new LabError(`Cannot stop the sandbox: process ${pid} still runs`, {
    hint: `End it: kill -9 ${pid}. Everything that was acknowledged is kept.`,
  });
}
