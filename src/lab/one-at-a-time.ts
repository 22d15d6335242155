import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { LabError } from './errors.ts';
import { labHome } from './settings.ts';

type Name = 'docs' | 'experiments' | 'quiz' | 'sandbox' | 'tools';

/** A download takes as long as it takes. */
const mostMs: Readonly<Record<Name, number>> = {
  docs: 60_000,
  // An experiment on AWS waits for AWS's clocks.
  experiments: 30 * 60_000,
  quiz: 60_000,
  sandbox: 60_000,
  tools: 30 * 60_000,
};

const queues = new Map<string, Promise<unknown>>();

/**
 * Does work under a lock: no other process of this checkout, and no other call of this one, does it at the same time.
 * The lock is the operating system's, through SQLite: it ends with the process, even after kill -9.
 * @param name of the lock, a file `.lab/<name>.lock`
 * @param onWait once, when another process has the lock
 * @throws LabError when somebody else has it for longer than a minute (tools: half an hour), or its file cannot be
 *   written; Error of the file system when `.lab/` cannot be made
 */
export function oneAtATime<T>(
  name: Name,
  work: () => Promise<T>,
  home = labHome,
  onWait: () => void = () => undefined,
): Promise<T> {
  const file = join(home, `${name}.lock`);
  const mine = (queues.get(file) ?? Promise.resolve()).then(async () => {
    await mkdir(home, { recursive: true, mode: 0o700 });
    using _ = await lock(file, { limitMs: mostMs[name], onWait });
    // Awaited here: the lock ends with this block.
    return await work();
  });
  queues.set(
    file,
    mine.catch(() => undefined),
  );
  return mine;
}

/** Whether a process holds the lock on this file: one of ours, or the sandbox's own. @throws LabError as above */
export function isHeld(file: string): boolean {
  if (!existsSync(file)) return false;
  const database = open(file);
  try {
    return !isLocked(database, file);
  } finally {
    database.close();
  }
}

async function lock(
  file: string,
  { limitMs, onWait }: { readonly limitMs: number; readonly onWait: () => void },
): Promise<Disposable> {
  const database = open(file);
  let told = false;
  try {
    for (const start = performance.now(); !isLocked(database, file);) {
      if (performance.now() - start > limitMs) {
        throw new LabError(`Cannot lock ${file}: another command of the kit holds it`, {
          hint: 'Wait until that command has ended, or end it, then run this one again.',
        });
      }
      if (!told) onWait();
      told = true;
      // No event says that another process has released the lock.
      await pause(20);
    }
  } catch (error) {
    database.close();
    throw error;
  }
  return { [Symbol.dispose]: () => database.close() };
}

function open(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file);
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}

function cannotWrite(file: string, cause: unknown): LabError {
  return new LabError(`Cannot write ${file}`, {
    hint: 'Remove that file, make the checkout writable and free some disk space, then run the command again.',
    cause,
  });
}

/** Takes the lock, or says that another process has it. */
function isLocked(database: DatabaseSync, file: string): boolean {
  try {
    // Writes nothing: without a journal there is no second file.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (/locked|busy/.test(String(error))) return false;
    throw cannotWrite(file, error);
  }
}
