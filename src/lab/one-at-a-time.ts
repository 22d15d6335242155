import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { LabError } from './errors.ts';
import { labHome } from './settings.ts';

const mostMs = 60_000;

const queues = new Map<string, Promise<unknown>>();

/**
 * Does work under a lock: no other process of this checkout, and no other call of this one, does it at the same time.
 * The lock is the operating system's, through SQLite: it ends with the process, even after kill -9.
 * @param name of the lock, a file `.lab/<name>.lock`
 * @throws LabError when somebody else has it for longer than a minute, or its file cannot be written; Error of the
 *   file system when `.lab/` cannot be made
 */
export function oneAtATime<T>(
  name: 'docs' | 'sandbox' | 'tools',
  work: () => Promise<T>,
  home = labHome,
): Promise<T> {
  const file = join(home, `${name}.lock`);
  const mine = (queues.get(file) ?? Promise.resolve()).then(async () => {
    await mkdir(home, { recursive: true, mode: 0o700 });
    using _ = await lock(file);
    // Awaited here: the lock ends with this block.
    return await work();
  });
  queues.set(
    file,
    mine.catch(() => undefined),
  );
  return mine;
}

async function lock(file: string): Promise<Disposable> {
  const database = open(file);
  try {
    for (const start = performance.now(); !isLocked(database);) {
      if (performance.now() - start > mostMs) {
        throw new LabError(`Cannot lock ${file}: another command of the kit holds it`, {
          hint: 'Wait until that command has ended, or end it, then run this one again.',
        });
      }
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
    throw new LabError(`Cannot write ${file}`, {
      hint: 'Make the checkout writable and free some disk space, then run the command again.',
      cause,
    });
  }
}

function isLocked(database: DatabaseSync): boolean {
  try {
    // Writes nothing: without a journal there is no second file.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (/locked|busy/.test(String(error))) return false;
    throw error;
  }
}
