/**
 * Runs the sandbox as a process of its own:
 * `node src/sandbox/main.ts --home DIR [--port N] [--real-time] [--realistic] [--version V]`
 */
import { parseArgs } from 'node:util';
import { realisticFaults } from './faults.ts';
import { AlreadyRunningError, openHome } from './home.ts';
import type { Home } from './home.ts';
import { startSandbox } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import { StoreDamagedError } from './store.ts';

const { values } = parseArgs({
  options: {
    home: { type: 'string' },
    port: { type: 'string', default: '0' },
    'real-time': { type: 'boolean', default: false },
    realistic: { type: 'boolean', default: false },
    version: { type: 'string', default: '' },
    /** Stops by itself when no signed request came for so long. Two hours; tests take less. */
    'idle-seconds': { type: 'string', default: '7200' },
  },
});

try {
  await run();
} catch (error) {
  tellParent({ ready: false, error: describe(error) });
  console.error('sandbox: cannot start:', error);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  if (values.home === undefined) throw new Error('--home DIR is missing');
  // The store holds secret keys: nobody else may read what we make.
  process.umask(0o077);
  const home = openHome(values.home);
  const startedAt = new Date().toISOString();
  const idleMs = Number(values['idle-seconds']) * 1000;
  let sandbox: Sandbox | undefined;
  let stopping = false;

  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // Whatever hangs must not keep the process: all that was acknowledged is in the store.
    setTimeout(() => process.exit(0), 5_000).unref();
    void endAll(sandbox, home);
  };
  const facts = () => ({
    version: values.version,
    pid: process.pid,
    port: sandbox?.port,
    endpoint: sandbox?.endpoint,
    startedAt,
    storeFile: home.storeFile,
    realistic: values.realistic,
    idleStopsAt: new Date((sandbox?.lastUsedAt ?? Date.now()) + idleMs).toISOString(),
  });

  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // A part that failed in the background must not end the others.
  process.on('unhandledRejection', (reason) => console.error('sandbox: unhandled:', reason));

  sandbox = await startSandbox({
    storeFile: home.storeFile,
    port: Number(values.port),
    realTime: values['real-time'],
    faults: values.realistic ? realisticFaults : {},
    control: { token: home.token, facts, stop },
  }).catch((error: unknown) => {
    home.release();
    throw error;
  });
  if (stopping) return;
  const { version, pid, port, endpoint } = facts();
  home.announce({ pid, port, endpoint, startedAt, version });
  stopWhenIdle(sandbox, idleMs, stop);
  console.error(`sandbox: ready at ${endpoint} (process ${pid})`);
  tellParent({ ready: true, port });
}

async function endAll(sandbox: Sandbox | undefined, home: Home): Promise<void> {
  try {
    await sandbox?.close();
    home.release();
    process.exit(0);
  } catch (error) {
    console.error('sandbox: did not stop cleanly:', error);
    process.exit(1);
  }
}

function stopWhenIdle(sandbox: Sandbox, idleMs: number, stop: () => void): void {
  const left = sandbox.lastUsedAt + idleMs - Date.now();
  if (left <= 0) {
    stop();
    return;
  }
  setTimeout(() => stopWhenIdle(sandbox, idleMs, stop), left).unref();
}

/** Whoever started us in the background waits for one message. */
function tellParent(message: object): void {
  process.send?.(message, undefined, undefined, (error) => {
    if (error !== null) console.error('sandbox: whoever started this is gone:', error.message);
  });
}

const sqliteCannotWrite: readonly unknown[] = [8, 10, 13, 14];

function describe(error: unknown): { code: string; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  return { code: codeOf(error), message };
}

function codeOf(error: unknown): string {
  if (error instanceof AlreadyRunningError) return 'ALREADY_RUNNING';
  if (error instanceof StoreDamagedError) {
    // Read-only, input/output error, disk full, cannot open: the store may well be whole.
    const number = property(error.cause, 'errcode');
    return sqliteCannotWrite.includes(number) ? 'HOME_NOT_WRITABLE' : 'STORE_DAMAGED';
  }
  switch (property(error, 'code')) {
    case 'EADDRINUSE':
      return 'PORT_TAKEN';
    case 'EACCES':
      return property(error, 'syscall') === 'listen' ? 'PORT_TAKEN' : 'HOME_NOT_WRITABLE';
    case 'EPERM':
    case 'EROFS':
    case 'ENOSPC':
    case 'ENOTDIR':
    case 'EEXIST':
      return 'HOME_NOT_WRITABLE';
    default:
      return sqliteCannotWrite.includes(property(error, 'errcode'))
        ? 'HOME_NOT_WRITABLE'
        : 'START_FAILED';
  }
}

function property(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}
