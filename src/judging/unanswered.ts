import { LabError } from '../lab/errors.ts';
import { isTransient } from '../lab/aws/transient.ts';

/** Why there is no answer to judge by. */
export interface Unanswered {
  readonly cause: 'AWS could not be asked' | 'the kit itself';
  readonly reason: string;
  /** The action that the caller may not do. */
  readonly deniedAction?: string;
}

/** Tells transient errors of AWS, missing permissions and a missing network from a bug in the kit. */
export function unanswered(error: unknown): Unanswered {
  const cause = 'AWS could not be asked';
  if (!(error instanceof Error)) return ourFault(error);
  const { name, message } = error;
  const denied = /not authorized to perform: ([\w-]+:\w+)/.exec(message)?.[1];
  if (denied !== undefined)
    return {
      cause,
      reason: `you lack the permission ${denied}: ask for it`,
      deniedAction: denied,
    };
  if (/^AccessDenied/.test(name)) return { cause, reason: `AWS denied it: ${message}` };
  if (isTransient(error))
    return { cause, reason: `AWS is busy or has a fault (${name}): check again` };
  if (error instanceof LabError) {
    const { hint } = error;
    return { cause, reason: hint === undefined ? message : `${message}. ${hint}` };
  }
  if (isNetwork(error)) return { cause, reason: `no connection to AWS (${codeOf(error) ?? name})` };
  // Whatever else AWS answered: expired credentials, a Region that is off.
  if ('$metadata' in error) return { cause, reason: `${name}: ${message}` };
  return ourFault(error);
}

function ourFault(error: unknown): Unanswered {
  return {
    cause: 'the kit itself',
    reason: `the check itself failed; please report it: ${String(error)}`,
  };
}

function isNetwork(error: Error): boolean {
  return error.name === 'TimeoutError' || /^(E[A-Z_]+|UND_\w+)$/.test(codeOf(error) ?? '');
}

function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
