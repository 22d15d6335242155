import { AwsError } from '../errors.ts';
import type { OperationResult, WireObject } from '../types.ts';
import { isWireObject } from '../wire.ts';

// Reading IAM's inputs. Over the Query protocol every leaf is a string.

export type Tags = Readonly<Record<string, string>>;

/** A member that must be there. */
export function requiredText(input: WireObject, member: string): string {
  const value = optionalText(input, member);
  if (value !== undefined && value !== '') return value;
  throw validationError(member, value ?? 'null', 'Member must not be null');
}

/** @throws AwsError `MalformedInput` for a list or a structure: ignored, it could take a limit away */
export function optionalText(input: WireObject, member: string): string | undefined {
  const value = input[member];
  if (value === undefined || typeof value === 'string') return value;
  throw malformed(member, 'a text');
}

/** The name of a role, user or policy. */
export function nameOf(input: WireObject, member: string, longest: number): string {
  const name = requiredText(input, member);
  if (name.length > longest) {
    throw validationError(member, name, `Member must have length less than or equal to ${longest}`);
  }
  if (!/^[\w+=,.@-]+$/.test(name)) {
    throw new AwsError(
      'ValidationError',
      `The specified value for ${lowerFirst(member)} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
  }
  return name;
}

/** `/` or `/path/`, default `/`. */
export function pathOf(input: WireObject): string {
  const path = optionalText(input, 'Path') ?? '/';
  if (path.length > 512 || !/^\/([!-~]+\/)?$/.test(path)) {
    throw new AwsError(
      'ValidationError',
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    );
  }
  return path;
}

/** @throws AwsError `ValidationError` as AWS words it, also for what is no ARN at all */
export function policyArnOf(input: WireObject, member = 'PolicyArn'): string {
  const arn = requiredText(input, member);
  if (arn.length < 20) {
    throw validationError(member, arn, 'Member must have length greater than or equal to 20');
  }
  if (!arn.startsWith('arn:')) {
    throw new AwsError('ValidationError', 'Invalid ARN:  Could not be parsed!');
  }
  return arn;
}

export function integerOf(
  input: WireObject,
  member: string,
  range: { readonly least: number; readonly most: number; readonly otherwise: number },
): number {
  const text = optionalText(input, member);
  if (text === undefined) return range.otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < range.least) {
    throw validationError(
      member,
      text,
      `Member must have value greater than or equal to ${range.least}`,
    );
  }
  if (value > range.most) {
    throw validationError(
      member,
      text,
      `Member must have value less than or equal to ${range.most}`,
    );
  }
  return value;
}

export function listOfText(input: WireObject, member: string): string[] {
  const list = listOf(input, member);
  if (list.every((item) => typeof item === 'string')) return list;
  throw malformed(member, 'a list of texts');
}

export function listOfObjects(input: WireObject, member: string): WireObject[] {
  const list = listOf(input, member);
  if (list.every((item) => isWireObject(item))) return list;
  throw malformed(member, 'a list of structures');
}

/** An empty list is written `Tags=`. */
function listOf(input: WireObject, member: string): unknown[] {
  const value = input[member];
  if (Array.isArray(value)) return value;
  if (value === undefined || value === '') return [];
  throw malformed(member, 'a list');
}

/** Booleans are `true` or `false`; anything else is refused. */
export function flagOf(input: WireObject, member: string): boolean {
  const text = optionalText(input, member);
  if (text === undefined || text === 'false') return false;
  if (text === 'true') return true;
  throw malformed(member, 'true or false');
}

function malformed(member: string, wanted: string): AwsError {
  return new AwsError('MalformedInput', `The parameter ${member} must be ${wanted}.`);
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
export function tagsOf(input: WireObject): Tags {
  const pairs = listOfObjects(input, 'Tags').map((tag, i): [string, string] => {
    const key = requiredText(tag, 'Key');
    const value = optionalText(tag, 'Value') ?? '';
    const at = `tags.${i + 1}.member`;
    const problem = 'Member must have length less than or equal to';
    if (key.length > 128) throw validationError(`${at}.key`, key, `${problem} 128`);
    if (value.length > 256) throw validationError(`${at}.value`, value, `${problem} 256`);
    return [key, value];
  });
  const keys = new Set(pairs.map(([key]) => key.toLowerCase()));
  if (keys.size !== pairs.length) {
    throw new AwsError(
      'InvalidInput',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
  }
  return Object.fromEntries(pairs);
}

export function shownTags(tags: Tags): WireObject[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/**
 * One page of a list: at most MaxItems entries behind Marker.
 * @param member the list's name in the answer
 */
export function page<T>(
  input: WireObject,
  member: string,
  list: {
    readonly items: readonly T[];
    readonly keyOf: (item: T) => string;
    readonly show: (item: T) => unknown;
  },
): OperationResult {
  const most = integerOf(input, 'MaxItems', { least: 1, most: 1000, otherwise: 100 });
  const marker = optionalText(input, 'Marker');
  const after = marker === undefined ? undefined : Buffer.from(marker, 'base64').toString('utf8');
  const start = after === undefined ? 0 : list.items.findIndex((i) => list.keyOf(i) === after) + 1;
  if (after !== undefined && start === 0) {
    throw new AwsError('ValidationError', 'Invalid Marker.');
  }
  const items = list.items.slice(start, start + most);
  const last = items.at(-1);
  const more = start + items.length < list.items.length && last !== undefined;
  return {
    [member]: items.map(list.show),
    IsTruncated: more,
    ...(more ? { Marker: Buffer.from(list.keyOf(last)).toString('base64') } : {}),
  };
}

/** A list of what the sandbox never has. */
export function emptyPage(input: WireObject, member: string): OperationResult {
  return page<string>(input, member, { items: [], keyOf: String, show: String });
}

export function validationError(member: string, value: string, constraint: string): AwsError {
  const shown = value === 'null' ? 'null' : `'${value}'`;
  return new AwsError(
    'ValidationError',
    `1 validation error detected: Value ${shown} at '${lowerFirst(member)}' failed to satisfy constraint: ${constraint}`,
  );
}

export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', message, { status: 404 });
}

export function limitExceeded(message: string): AwsError {
  return new AwsError('LimitExceeded', message, { status: 409 });
}

/** IAM counts a policy's characters without white space. */
export function policySize(document: string): number {
  return document.replaceAll(/\s/g, '').length;
}

/** Times as the Query protocol writes them. */
export function shownTime(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Policy documents travel percent-encoded (RFC 3986). */
export function shownDocument(document: string): string {
  return encodeURIComponent(document).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
