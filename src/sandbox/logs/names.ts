import { AwsError } from '../errors.ts';
import type { Access, CallContext, WireObject } from '../types.ts';
import { invalid, missing, optionalText, requiredText } from './input.ts';

/** As AWS's service model writes it, because its errors quote it. */
export const groupPattern = String.raw`[\.\-_/#A-Za-z0-9]+`;
const streamPattern = '[^:*]*';
const tooLong = 'Invalid LogGroup or LogStream, both must have length less than or equal to 512.';

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
  const name = input['logGroupName'] ?? input['logGroupIdentifier'];
  return typeof name === 'string' ? nameOfIdentifier(name) : '';
}

export function streamOfAnyInput(input: WireObject): string {
  const name = input['logStreamName'];
  return typeof name === 'string' ? name : '';
}

/** @throws AwsError `InvalidParameterException` */
export function readGroupName(input: WireObject): string {
  const name = optionalGroupName(input);
  if (name === undefined) throw missing('logGroupName');
  return name;
}

/** The name of a group that is to be made. */
export function readNewGroupName(input: WireObject): string {
  const name = readGroupName(input);
  if (/^aws\//i.test(name)) throw invalid('Log groups starting with AWS/ are reserved for AWS.');
  return name;
}

function optionalGroupName(input: WireObject): string | undefined {
  return optionalText(input, 'logGroupName', { pattern: groupPattern, tooLong });
}

/** For operations that take the group's name or, instead, its name or ARN as an identifier. */
export function readGroup(input: WireObject): string {
  const identifier = optionalText(input, 'logGroupIdentifier', {
    max: 2048,
    pattern: String.raw`[\w#+=/:,.@-]*`,
  });
  if (identifier === undefined) return readGroupName(input);
  if (optionalGroupName(input) !== undefined) {
    throw new AwsError(
      'ValidationException',
      'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
    );
  }
  return nameOfIdentifier(identifier);
}

export function readGroupPrefix(input: WireObject): string | undefined {
  return optionalText(input, 'logGroupNamePrefix', { pattern: groupPattern });
}

export function readStreamName(input: WireObject): string {
  return requiredText(input, 'logStreamName', { pattern: streamPattern, tooLong });
}

export function readStreamPrefix(input: WireObject): string | undefined {
  return optionalText(input, 'logStreamNamePrefix', { pattern: streamPattern });
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
