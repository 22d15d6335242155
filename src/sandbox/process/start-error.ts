import { AlreadyRunningError } from './home.ts';
import { StoreDamagedError } from '../store.ts';

/** SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN */
const sqliteCannotWrite: readonly unknown[] = [8, 10, 13, 14];

/** What a parent gets to know: a code to act on, and words. */
export function describeStartError(error: unknown): { code: string; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  return { code: codeOf(error), message };
}

function codeOf(error: unknown): string {
  if (error instanceof AlreadyRunningError) return 'ALREADY_RUNNING';
  if (error instanceof StoreDamagedError) {
    // What cannot be opened or written may well be whole.
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
