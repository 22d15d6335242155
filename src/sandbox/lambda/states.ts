import { AwsError } from '../errors.ts';
import type { WireObject } from '../types.ts';
import type { StoredFunction } from './function-store.ts';
import type { FunctionConfig } from './function-types.ts';

/** Pending until it settles; afterwards it stays Active and only updates are in progress. */
export function isPending(stored: StoredFunction, now: number): boolean {
  return stored.previous === undefined && now < stored.settlesAt;
}

export function isUpdating(stored: StoredFunction, now: number): boolean {
  return stored.previous !== undefined && now < stored.settlesAt;
}

/** What runs now: during an update still what was there before. */
export function configInUse(stored: StoredFunction, now: number): FunctionConfig {
  return isUpdating(stored, now) ? (stored.previous ?? stored.config) : stored.config;
}

export function revisionId(stored: StoredFunction, now: number): string {
  return now < stored.settlesAt ? stored.revisions.unsettled : stored.revisions.settled;
}

/**
 * @throws AwsError 409 while the function is being created or updated
 * @see https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
export function requireSettled(stored: StoredFunction, now: number): void {
  if (isPending(stored, now)) throw pending();
  if (isUpdating(stored, now)) {
    throw conflict(
      `The operation cannot be performed at this time. An update is in progress for resource: ${stored.config.arn}`,
    );
  }
}

/** @throws AwsError 412 when the caller names a revision that is not the newest */
export function requireRevision({ RevisionId }: WireObject, newest: string): void {
  if (RevisionId === undefined || RevisionId === null || RevisionId === newest) return;
  throw new AwsError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    { status: 412 },
  );
}

export function pending(): AwsError {
  return conflict(
    'The operation cannot be performed at this time. The function is currently in the following state: Pending',
  );
}

export function conflict(message: string): AwsError {
  return new AwsError('ResourceConflictException', message, { status: 409 });
}
