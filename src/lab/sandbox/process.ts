import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LabError, reasonOf } from '../errors.ts';
import { announcedPid, findSandbox, sandboxHome } from './handle.ts';
import { chosenPort, defaultPort, isFree, whoIsOn } from './port.ts';
import type { SandboxHandle, SandboxMode } from './handle.ts';
import { isHeld, oneAtATime } from '../one-at-a-time.ts';
import { labHome, root } from '../settings.ts';

const mainFile = join(root, 'src', 'sandbox', 'main.mjs');
const logFile = join(sandboxHome, 'sandbox.log');

/**
 * The running sandbox, started in the background if there is none. One of another version of the kit, or in
 * another mode than asked for, is restarted and keeps everything in its store.
 */
export async function ensureSandbox(mode: SandboxMode = {}): Promise<SandboxHandle> {
  // A wrong LAB_PORT is told also while a sandbox runs that does not need it.
  chosenPort();
  const { fits } = await look(mode);
  if (fits !== undefined) return fits;
  try {
    await mkdir(sandboxHome, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw notWritable(cause);
  }
  return oneAtATime('sandbox', async () => {
    // Another command may have started one while this one waited for its turn.
    const { running, fits: startedMeanwhile, wanted } = await look(mode);
    if (startedMeanwhile !== undefined) return startedMeanwhile;
    await running?.stop();
    return startSandbox(wanted);
  });
}

/** What runs, the mode it should be in, and whether it fits: in that mode, and of this version of the kit. */
async function look(mode: SandboxMode) {
  const running = await findSandbox();
  if (running === undefined) return { wanted: mode };
  const { version: runningVersion, clock, realistic } = await running.status();
  const now = { realTime: !clock.skipping, realistic };
  const wanted = { ...now, ...mode };
  const sameMode = wanted.realTime === now.realTime && wanted.realistic === now.realistic;
  const fits = sameMode && runningVersion === (await sandboxVersion()) ? running : undefined;
  return { running, fits, wanted };
}

async function startSandbox(mode: SandboxMode): Promise<SandboxHandle> {
  const port = chosenPort();
  if (port === undefined) {
    await startOnFreePort(mode);
  } else {
    const error = await startOn(port, mode);
    if (error !== undefined) throw await startError(error, port);
  }
  const sandbox = await announcedSandbox();
  if (sandbox === undefined) throw await doesNotAnswer();
  return sandbox;
}

/**
 * The sandbox of this checkout, if one runs; none is started.
 * @throws LabError when one runs that nobody can reach
 */
export async function runningSandbox(): Promise<SandboxHandle | undefined> {
  const sandbox = await findSandbox();
  if (sandbox !== undefined || (await announcedPid()) === undefined) return sandbox;
  // Not while another command starts one, which would meet the look at its lock.
  return oneAtATime('sandbox', reachable);
}

async function reachable(): Promise<SandboxHandle | undefined> {
  const sandbox = await findSandbox();
  if (sandbox !== undefined || !isHeld(join(sandboxHome, 'lock'))) return sandbox;
  const late = await announcedSandbox();
  if (late === undefined) throw await doesNotAnswer();
  return late;
}

/** One that holds the home, so that no other can start, and that nobody can reach. */
async function doesNotAnswer(): Promise<LabError> {
  const pid = await announcedPid();
  const which = pid === undefined ? 'The sandbox' : `The sandbox (process ${pid})`;
  // A plain kill is answered by its own code, which hangs.
  const stop = pid === undefined ? 'End its process' : `End it: kill -9 ${pid}`;
  return new LabError(`${which} of this checkout runs, but does not answer`, {
    hint: `${stop}. Then run the command again. Everything that was acknowledged is kept. Its log: ${logFile}`,
  });
}

/** Longer than a sandbox takes to announce itself again, or to answer on a busy machine. */
const hangMs = 20_000;

/** A sandbox that runs already writes its announcement again within seconds when somebody deleted it. */
async function announcedSandbox(): Promise<SandboxHandle | undefined> {
  for (const start = performance.now(); performance.now() - start < hangMs;) {
    const sandbox = await findSandbox();
    if (sandbox !== undefined) return sandbox;
    // No event: the file is written by a process that is not ours.
    await pause(250);
  }
  return undefined;
}

/** Another clone may start its sandbox at the same moment and take the port that was just free. */
async function startOnFreePort(mode: SandboxMode): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const port = await firstFreePort();
    const error = await startOn(port, mode);
    if (error === undefined) return;
    if (error.code !== 'PORT_TAKEN' || tries === 10) throw await startError(error, port);
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

async function startError(
  error: { code: string; message: string },
  port: number,
): Promise<LabError> {
  if (error.code === 'PORT_TAKEN') {
    const who = await whoIsOn(port);
    return new LabError(`Cannot start the sandbox: port ${port} is taken by ${who}`, {
      hint: `Stop it, or choose another port: LAB_PORT=${port + 1} npm start`,
    });
  }
  if (error.code === 'HOME_NOT_WRITABLE') return notWritable(new Error(error.message));
  if (error.code === 'STORE_DAMAGED') return new LabError(error.message);
  return new LabError(`Cannot start the sandbox: ${error.message}`, {
    hint: `Read ${logFile}.`,
  });
}

function notWritable(cause: unknown): LabError {
  return new LabError(`Cannot write to ${labHome}: ${reasonOf(cause)}`, {
    hint: 'Make the checkout writable (or clone it to a writable folder) and free some disk space, then run the command again.',
    cause,
  });
}

/** 4801, or the first free port after it: a stranger there, or another clone's sandbox, is no reason to fail. */
async function firstFreePort(): Promise<number> {
  for (let port = defaultPort; port < defaultPort + 50; port += 1) {
    if (await isFree(port)) {
      if (port !== defaultPort) {
        console.error(
          `lab: port ${defaultPort} is taken by ${await whoIsOn(defaultPort)}; the sandbox listens on ${port}`,
        );
      }
      return port;
    }
  }
  throw new LabError(
    `Cannot start the sandbox: ports ${defaultPort} to ${defaultPort + 49} are all taken`,
    {
      hint: 'Choose a free port: LAB_PORT=<port> npm start',
    },
  );
}

/** Stops the sandbox and forgets everything in it, its keys and its clock included. */
export function resetSandbox(): Promise<void> {
  return oneAtATime('sandbox', async () => {
    await (await findSandbox())?.stop();
    await rm(sandboxHome, { recursive: true, force: true });
  });
}

/**
 * Stops the sandbox; its resources are kept.
 * @returns whether one ran
 * @throws LabError when one runs that nobody can reach
 */
export function stopSandbox(): Promise<boolean> {
  return oneAtATime('sandbox', async () => {
    const running = await reachable();
    await running?.stop();
    return running !== undefined;
  });
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
