import { AwsError } from '../errors.ts';
import { textIn } from '../constraints/values.ts';
import type { Access, CallContext, WireObject } from '../types.ts';
import { invalid, missing } from './input.ts';

/** Where a log group lives: what makes its ARN. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

export function groupArn({ region, accountId }: Place, group: string): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${group}`;
}

export function streamArn(place: Place, group: string, stream: string): string {
  return `${groupArn(place, group)}:log-stream:${stream}`;
}

/**
 * Real requests on a whole group are checked as a stream without a name: a policy that lists only
 * the group's ARN, without `:*`, does not match them.
 */
export function groupAccess(action: string, place: Place, group: string): Access {
  return { action: `logs:${action}`, resource: streamArn(place, group, '') };
}

export function streamAccess(
  action: string,
  { place, group, stream }: { place: Place; group: string; stream: string },
): Access {
  return { action: `logs:${action}`, resource: streamArn(place, group, stream) };
}

/** Asked before the input is validated, so it takes whatever is there. */
export function groupOfAnyInput(input: WireObject): string {
  const name = textIn(input, 'logGroupName') ?? textIn(input, 'logGroupIdentifier');
  return name === undefined ? '' : nameOfIdentifier(name);
}

export function streamOfAnyInput(input: WireObject): string {
  return textIn(input, 'logStreamName') ?? '';
}

/** Of an operation whose model requires it. */
export function groupNameIn(input: WireObject): string {
  return textIn(input, 'logGroupName') ?? '';
}

/** Of an operation whose model requires it. */
export function streamNameIn(input: WireObject): string {
  return textIn(input, 'logStreamName') ?? '';
}

/** @throws AwsError `InvalidParameterException` for a name that only AWS may give */
export function requireOwnName(name: string): void {
  if (/^aws\//i.test(name)) throw invalid('Log groups starting with AWS/ are reserved for AWS.');
}

/** For operations that take the group's name or, instead, its name or ARN as an identifier. */
export function requireGroup(input: WireObject): string {
  const [identifier, name] = [textIn(input, 'logGroupIdentifier'), textIn(input, 'logGroupName')];
  if (identifier !== undefined && name !== undefined) {
    throw new AwsError(
      'ValidationException',
      'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
    );
  }
  if (name !== undefined) return name;
  if (identifier === undefined) throw missing('logGroupName');
  return nameOfIdentifier(identifier);
}

/** @returns the group's name when the ARN is one of a log group in the caller's account and region */
export function groupOfArn(arn: string, { accountId, region }: CallContext): string | undefined {
  const start = groupArn({ accountId, region }, '');
  return arn.startsWith(start) ? nameOfIdentifier(arn) : undefined;
}

function nameOfIdentifier(identifier: string): string {
  const match = /^arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:]*)/.exec(identifier);
  return match?.[1] ?? identifier;
}
