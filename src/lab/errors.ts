import { inspect } from 'node:util';
import { printable } from './terminal.ts';

/** An error that a user can meet: what could not be done, to which resource, why, and what to do next. */
export class LabError extends Error {
  readonly hint: string | undefined;
  /** 1: the lab is not as it should be. 2: wrong usage, or it could not be judged. */
  readonly exitCode: 1 | 2;

  constructor(message: string, options: { hint?: string; exitCode?: 1 | 2; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'LabError';
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 1;
  }

  /** zx prints an error with console.error: a user should read sentences there, not a stack. */
  [inspect.custom](): string {
    return describeError(this);
  }
}

/** A command of the lab that AWS or the CLI refused. */
export class CommandError extends LabError {
  /** AWS's error code, e.g. `QueueAlreadyExists`; undefined when the CLI failed before or without AWS. */
  readonly code: string | undefined;
  readonly command: string;
  /** AWS's own message, without the text that the CLI adds. */
  readonly awsMessage: string;

  constructor(
    message: string,
    options: {
      code: string | undefined;
      command: string;
      awsMessage: string;
      hint?: string;
      exitCode?: 1 | 2;
      cause?: unknown;
    },
  ) {
    super(message, options);
    this.name = 'CommandError';
    this.code = options.code;
    this.command = options.command;
    this.awsMessage = options.awsMessage;
  }
}

/** What each error code of the operating system means, and what to do about it. */
const systemErrors: Readonly<Record<string, readonly [what: string, next: string]>> = {
  EACCES: ['you may not write there', 'Make it writable, or clone the kit to a writable folder.'],
  EDQUOT: ['your quota on this disk is used up', 'Free some space, then run the command again.'],
  EEXIST: [
    'a file is in the place of a folder',
    'Move that file away, then run the command again.',
  ],
  EISDIR: ['a folder is in its place', 'Move that folder away, then run the command again.'],
  EMFILE: ['too many files are open', 'Close some programs, or raise "ulimit -n".'],
  ENOSPC: ['the disk is full', 'Free some space, then run the command again.'],
  ENOTDIR: [
    'a file is in the place of a folder',
    'Move that file away, then run the command again.',
  ],
  EPERM: ['you may not write there', 'Make it writable, or clone the kit to a writable folder.'],
  EROFS: ['the disk is read-only', 'Clone the kit to a writable disk.'],
};

/** As above, where nothing follows but the reason. */
const otherReasons: Readonly<Record<string, string>> = {
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'there is no such file or folder',
};

/** What the same codes mean to a reader. */
const readingReasons: Readonly<Record<string, string>> = {
  EACCES: 'you may not read it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file',
  EPERM: 'you may not read it',
};

/** An error of the operating system as a sentence; of any other error its message. For what could not be written, or done. */
export function reasonOf(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  const known = systemErrors[code]?.[0] ?? otherReasons[code];
  if (known !== undefined) return `${known} (${code})`;
  return error instanceof Error ? error.message : String(error);
}

/** The same, for what could not be read. */
export function readingReasonOf(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  const known = readingReasons[code];
  return known === undefined ? reasonOf(error) : `${known} (${code})`;
}

/** An error of the operating system as one that a user can act on; undefined for every other error. */
export function asLabError(error: unknown): LabError | undefined {
  if (error instanceof LabError) return error;
  if (!(error instanceof Error)) return undefined;
  const { code = '', path, syscall } = error as NodeJS.ErrnoException;
  const known = systemErrors[code];
  // SQLite has numbers of its own: 13 is a full disk.
  if (known === undefined && /database or disk is full/.test(error.message)) {
    return asLabError(Object.assign(new Error(error.message), { code: 'ENOSPC' }));
  }
  if (known === undefined) return undefined;
  const where = path === undefined ? '' : ` ${path}`;
  const what = syscall === undefined ? 'Cannot write' : `Cannot ${syscall}`;
  return new LabError(`${what}${where}: ${known[0]} (${code})`, { hint: known[1], cause: error });
}

/** The lines that a user reads; a stack only for unexpected errors. */
export function describeError(problem: unknown): string {
  const error = asLabError(problem) ?? problem;
  if (error instanceof LabError) {
    const next = error.hint === undefined ? '' : `\nNext:  ${error.hint}`;
    return printable(`Error: ${error.message}${next}`);
  }
  return printable(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
