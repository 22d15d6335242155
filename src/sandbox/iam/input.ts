import { AwsError } from '../errors.ts';
import { withCheckedInputs as checkedInputs } from '../constraints/checked-inputs.ts';
import { constraintReader } from '../constraints/read.ts';
import type { Violation } from '../constraints/read.ts';
import { constraintTable } from '../constraints/table.ts';
import type { Operation, OperationResult, WireObject } from '../types.ts';
import { isWireObject } from '../wire.ts';

// Reading the inputs of IAM and STS, which the model has been asked about before. Over Query every leaf is a string.

const readers = {
  iam: constraintReader(constraintTable.services.iam, {
    protocol: 'query',
    // AWS does not repeat such texts in its errors.
    corrections: {
      policyDescriptionType: { sensitive: true },
      policyDocumentType: { sensitive: true },
      roleDescriptionType: { sensitive: true },
    },
  }),
  sts: constraintReader(constraintTable.services.sts, { protocol: 'query' }),
};

const nameText = 'It must contain only alphanumeric characters and/or the following: +=,.@_-';
const pathText =
  'It must begin and end with / and contain only alphanumeric characters and/or / characters.';
/** By shape: what IAM says when its pattern is broken, instead of quoting the pattern. */
const patternTexts: Readonly<Record<string, string>> = {
  existingUserNameType: nameText,
  pathType: pathText,
  policyNameType: nameText,
  policyPathType: pathText,
  roleNameType: nameText,
  userNameType: nameText,
};

/**
 * @throws AwsError `ValidationError` with everything that the API's model forbids in this input,
 * `MalformedInput` for a value of another type
 */
function refuse(violations: readonly Violation[]): void {
  const [first] = violations;
  if (first === undefined) return;
  if (first.rule === 'type') throw malformed(first.member);
  const inOwnWords = violations.find(
    ({ rule, shape }) => rule === 'pattern' && patternTexts[shape] !== undefined,
  );
  const others = violations.filter((violation) => violation !== inOwnWords);
  if (inOwnWords !== undefined && others.length === 0) {
    const text = patternTexts[inOwnWords.shape];
    throw new AwsError(
      'ValidationError',
      `The specified value for ${inOwnWords.member} is invalid. ${text}`,
    );
  }
  const count = others.length === 1 ? '1 validation error' : `${others.length} validation errors`;
  const texts = others.map(({ text }) => text).join('; ');
  throw new AwsError('ValidationError', `${count} detected: ${texts}`);
}

/** The same operations; whoever may call one has the input checked against the model first. */
export function withCheckedInputs(
  service: 'iam' | 'sts',
  operations: Readonly<Record<string, Operation>>,
): Record<string, Operation> {
  return checkedInputs(
    operations,
    (operation, input) => refuse(readers[service].input(operation, input)),
    'run',
  );
}

export type Tags = Readonly<Record<string, string>>;

/** A member that the model requires. */
export function requiredText(input: WireObject, member: string): string {
  return optionalText(input, member) ?? '';
}

/**
 * Also for the access of an operation, which is asked before the input is checked.
 * @throws AwsError `MalformedInput` for a list or a structure: ignored, it could take a limit away
 */
export function optionalText(input: WireObject, member: string): string | undefined {
  const value = input[member];
  if (value === undefined || typeof value === 'string') return value;
  throw malformed(member);
}

/** Default `/`. */
export function pathOf(input: WireObject): string {
  return optionalText(input, 'Path') ?? '/';
}

/** @throws AwsError `ValidationError` as AWS words it for what is no ARN at all */
export function policyArnOf(input: WireObject, member = 'PolicyArn'): string {
  const arn = requiredText(input, member);
  if (arn.startsWith('arn:')) return arn;
  throw new AwsError('ValidationError', 'Invalid ARN:  Could not be parsed!');
}

export function integerOf(input: WireObject, member: string, otherwise: number): number {
  return Number(optionalText(input, member) ?? otherwise);
}

export function listOfText(input: WireObject, member: string): string[] {
  return listOf(input, member).filter((item) => typeof item === 'string');
}

export function listOfObjects(input: WireObject, member: string): WireObject[] {
  return listOf(input, member).filter((item) => isWireObject(item));
}

/** An empty list is written `Tags=`. */
function listOf(input: WireObject, member: string): unknown[] {
  const value = input[member];
  return Array.isArray(value) ? value : [];
}

export function flagOf(input: WireObject, member: string): boolean {
  return input[member] === 'true';
}

function malformed(member: string): AwsError {
  return new AwsError(
    'MalformedInput',
    `The parameter ${member} is not of the type that the API has for it.`,
  );
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
export function tagsOf(input: WireObject): Tags {
  const pairs = listOfObjects(input, 'Tags').map((tag): [string, string] => [
    requiredText(tag, 'Key'),
    requiredText(tag, 'Value'),
  ]);
  const keys = pairs.map(([key]) => key);
  requireOwnTagKeys(keys);
  if (new Set(keys.map((key) => key.toLowerCase())).size !== keys.length) {
    throw new AwsError(
      'InvalidInput',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
  }
  return Object.fromEntries(pairs);
}

/** @throws AwsError for keys that only AWS itself may set or take away */
export function requireOwnTagKeys(keys: readonly string[]): void {
  const reserved = keys.find((key) => key.toLowerCase().startsWith('aws:'));
  if (reserved === undefined) return;
  throw new AwsError(
    'InvalidInput',
    `The tag key ${reserved} cannot be used: keys that begin with aws: are reserved for AWS.`,
  );
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
  const most = integerOf(input, 'MaxItems', 100);
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
