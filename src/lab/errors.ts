import { inspect } from 'node:util';
import { printable } from './terminal.ts';

/** Something a user can meet: what happened, to which resource, and what to do next. */
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

/** A command of the lab that AWS, or the CLI itself, refused. */
export class CommandError extends LabError {
  /** AWS's error code, e.g. `QueueAlreadyExists`; undefined when the CLI failed before or without AWS. */
  readonly code: string | undefined;
  readonly command: string;
  /** AWS's own message, without the CLI's words around it. */
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

/** The lines a user reads; a stack only for what we did not foresee. */
export function describeError(error: unknown): string {
  if (error instanceof LabError) {
    const next = error.hint === undefined ? '' : `\nNext:  ${error.hint}`;
    return printable(`Error: ${error.message}${next}`);
  }
  return printable(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
