import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The folder that belongs to one sandbox process at a time: store, control token, process file. */
export interface Home {
  readonly storeFile: string;
  readonly token: string;
  /** Tells others where this process is to be found, and its token: again, when somebody took either away. */
  announce(facts: { readonly pid: number }): void;
  /** Whether announcement and token are there and are this process's. */
  isAnnounced(): boolean;
  /** False when the folder was deleted or replaced: another process may have the new one. */
  isStillOurs(): boolean;
  /** Takes the announcement back, unless it is a successor's, and lets the next process in. */
  release(): void;
}

export class AlreadyRunningError extends Error {
  override name = 'AlreadyRunningError';
}

/**
 * @throws AlreadyRunningError while another process has the home
 * @throws Error of the file system when the home cannot be written
 */
export function openHome(folder: string): Home {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lockPath = join(folder, 'lock');
  const lock = lockFile(lockPath);
  const lockId = fileId(lockPath);
  const processFile = join(folder, 'process.json');
  const tokenFile = join(folder, 'control-token');
  const token = readToken(tokenFile) ?? randomBytes(32).toString('hex');
  const namesUs = () => announcedPid(processFile) === process.pid;
  return {
    storeFile: join(folder, 'store.db'),
    token,
    announce(facts) {
      if (readToken(tokenFile) !== token) writeWhole(tokenFile, `${token}\n`);
      writeWhole(processFile, `${JSON.stringify(facts, null, 2)}\n`);
    },
    isAnnounced: () => namesUs() && readToken(tokenFile) === token,
    isStillOurs: () => fileId(lockPath) === lockId,
    release() {
      if (namesUs()) rmSync(processFile, { force: true });
      lock.close();
    },
  };
}

/** Which file a path leads to: a deleted and a new one of the same name differ. Undefined when there is none. */
function fileId(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.dev} ${stats.ino}`;
}

function announcedPid(processFile: string): unknown {
  try {
    return (JSON.parse(readFileSync(processFile, 'utf8')) as { readonly pid?: unknown }).pid;
  } catch {
    return undefined;
  }
}

/** SQLite locks with the operating system, which lets go when the process ends, however it ends. */
function lockFile(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch (cause) {
    database.close();
    if (/locked|busy/.test(String(cause))) {
      throw new AlreadyRunningError(`Another sandbox process uses ${file}`, { cause });
    }
    throw cause;
  }
}

/** Made at the first start; only whoever can read the home gets to know it. Undefined when there is none, or an empty one. */
function readToken(file: string): string | undefined {
  try {
    const token = readFileSync(file, 'utf8').trim();
    return token === '' ? undefined : token;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A reader sees the old file or the new one, never half of it. */
function writeWhole(file: string, content: string): void {
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
