// One `npm ci` at a time in a checkout. It empties `node_modules` first: two at once break each other. Plain JavaScript for
// every Node, so without SQLite, which the locks of the kit itself use.
import { readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Whoever has the lock touches it much more often. A process number alone may be another program's by now. */
const abandonedAfterMs = 60_000;
const touchedEveryMs = 5_000;

/**
 * Does the work while no other process of the kit does it in this checkout, and no npm that somebody started there.
 * @param {string} file of the lock; it says which process has it
 * @param {string} root the checkout
 * @param {(pid: number) => void} onWait called once for each process that is waited for
 * @param {() => Promise<void>} work
 * @throws an error of the file system when the lock cannot be written
 */
export async function oneInstaller(file, root, onWait, work) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const told = new Set();
  const wait = async (pid) => {
    if (!told.has(pid)) onWait(pid);
    told.add(pid);
    // No event tells that another process has ended.
    await pause(100);
  };
  while (!take(file)) {
    if (isAbandoned(file)) rmSync(file, { force: true });
    else await wait(holder(file));
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  const touching = setInterval(() => touch(file), touchedEveryMs);
  try {
    for (let pid = npmAtWork(root); pid !== undefined; pid = npmAtWork(root)) await wait(pid);
    await work();
  } finally {
    clearInterval(touching);
    process.off('exit', release);
    release();
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Somebody deleted it: what is left of the work goes on.
  }
}

function holder(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

function isAbandoned(file) {
  const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? {};
  if (mtimeMs === undefined) return false;
  if (Date.now() - mtimeMs > abandonedAfterMs) return true;
  const pid = holder(file);
  // 0: made this moment, and not yet written.
  return pid > 0 && !isAlive(pid);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The process of an `npm ci` or `npm install` that somebody typed in this checkout; only Linux tells. */
function npmAtWork(root) {
  if (process.platform !== 'linux') return undefined;
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = numbers.find((number) => {
    try {
      const command = readFileSync(join('/proc', number, 'cmdline'), 'utf8');
      return (
        /^npm (ci|i|install|add|update|uninstall|prune)\b/.test(command) &&
        readlinkSync(join('/proc', number, 'cwd')) === root
      );
    } catch {
      // It has ended, or is somebody else's.
      return false;
    }
  });
  return found === undefined ? undefined : Number(found);
}
