import { flushCompileCache } from 'node:module';
import { realisticFaults } from '../gateway/faults.ts';
import { openHome } from './home.ts';
import type { Home } from './home.ts';
import { startSandbox } from '../sandbox.ts';
import type { Sandbox } from '../sandbox.ts';
import { describeStartError } from './start-error.ts';
import { defects } from '../types.ts';
import type { Defect } from '../types.ts';

export interface ProcessOptions {
  readonly home: string;
  readonly port: number;
  readonly realTime: boolean;
  readonly realistic: boolean;
  readonly version: string;
  readonly idleMs: number;
  /** Names of what it is to get wrong, for tests. */
  readonly defects?: readonly string[] | undefined;
}

/** The sandbox as a process: one for each home, announced there and to the parent, ended by many. */
export async function runProcess(options: ProcessOptions): Promise<void> {
  try {
    await run(options);
  } catch (error) {
    tellParent({ ready: false, error: describeStartError(error) });
    console.error('sandbox: cannot start:', error);
    process.exitCode = 1;
  }
}

async function run(options: ProcessOptions): Promise<void> {
  const home = openHome(options.home);
  const startedAt = new Date().toISOString();
  const { idleMs } = options;
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
    version: options.version,
    pid: process.pid,
    port: sandbox?.port,
    endpoint: sandbox?.endpoint,
    startedAt,
    storeFile: home.storeFile,
    realistic: options.realistic,
    idleStopsAt: new Date((sandbox?.lastUsedAt ?? Date.now()) + idleMs).toISOString(),
  });

  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // A part that failed in the background must not end the others.
  process.on('unhandledRejection', (reason) => console.error('sandbox: unhandled:', reason));

  sandbox = await startSandbox({
    storeFile: home.storeFile,
    port: options.port,
    realTime: options.realTime,
    faults: options.realistic ? realisticFaults : {},
    defects: defectsOf(options.defects ?? []),
    control: { token: home.token, facts, stop },
  }).catch((error: unknown) => {
    home.release();
    throw error;
  });
  if (stopping) return;
  const { version, pid, port, endpoint } = facts();
  const announcement = { pid, port, endpoint, startedAt, version };
  try {
    home.announce(announcement);
  } catch (error) {
    // A full disk, perhaps. A sandbox that nobody can find must not live on.
    if (home.isStillOurs()) await sandbox.close();
    home.release();
    throw error;
  }
  stopWhenIdle(sandbox, idleMs, stop);
  setInterval(() => keepAnnounced(home, announcement, stop), announcedEveryMs).unref();
  console.error(`sandbox: ready at ${endpoint} (process ${pid})`);
  tellParent({ ready: true, port });
  // Now, not at the end: a kill -9 would leave none for the next start.
  flushCompileCache();
}

function defectsOf(names: readonly string[]): Defect[] {
  const unknown = names.find((name) => !defects.some((defect) => defect === name));
  if (unknown !== undefined) throw new Error(`There is no defect "${unknown}".`);
  return defects.filter((defect) => names.includes(defect));
}

/** A sandbox that nobody finds would be in the way of every command. */
const announcedEveryMs = 1_000;

/** Somebody deletes files: the announcement is written again. Whose whole home was deleted has nothing left to serve. */
function keepAnnounced(home: Home, announcement: { readonly pid: number }, stop: () => void): void {
  if (!home.isStillOurs()) return stop();
  try {
    if (!home.isAnnounced()) home.announce(announcement);
  } catch (error) {
    console.error('sandbox: cannot announce itself:', error);
  }
}

async function endAll(sandbox: Sandbox | undefined, home: Home): Promise<void> {
  try {
    // SQLite deletes its write-ahead log by name when it is closed: in a new home that is the log of a successor.
    if (!home.isStillOurs()) process.exit(0);
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
