import { AwsError } from '../errors.ts';
import type { WireObject } from '../types.ts';

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** AWS has it, the sandbox has not: said, instead of finding nothing. */
export function notInSandbox(what: string): AwsError {
  return invalid(`${what} are not in the sandbox.`);
}

interface TextRule {
  readonly max?: number;
  /** What AWS says of a longer text, where it has words of its own. */
  readonly tooLong?: string;
  /** A regular expression that the whole text must match. */
  readonly pattern?: string;
  readonly oneOf?: readonly string[];
}

/** @throws AwsError `InvalidParameterException` in the words of AWS's request validation */
export function optionalText(
  input: WireObject,
  member: string,
  rule: TextRule = {},
): string | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrongType(member, 'a string');
  const { max = 512, tooLong, pattern, oneOf } = rule;
  if (oneOf !== undefined && !oneOf.includes(value)) {
    throw violated(value, member, `Member must satisfy enum value set: [${oneOf.join(', ')}]`);
  }
  if (value.length === 0) {
    throw violated(value, member, 'Member must have length greater than or equal to 1');
  }
  if (value.length > max) {
    if (tooLong !== undefined) throw invalid(tooLong);
    throw violated(value, member, `Member must have length less than or equal to ${max}`);
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 's').test(value)) {
    throw violated(value, member, `Member must satisfy regular expression pattern: ${pattern}`);
  }
  return value;
}

export function requiredText(input: WireObject, member: string, rule: TextRule = {}): string {
  const value = optionalText(input, member, rule);
  if (value === undefined) throw missing(member);
  return value;
}

export function optionalNumber(
  input: WireObject,
  member: string,
  rule: { readonly min?: number; readonly max?: number } = {},
): number | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw wrongType(member, 'an integer');
  }
  const { min = 0, max } = rule;
  if (value < min) {
    throw violated(value, member, `Member must have value greater than or equal to ${min}`);
  }
  if (max !== undefined && value > max) {
    throw violated(value, member, `Member must have value less than or equal to ${max}`);
  }
  return value;
}

export function optionalFlag(input: WireObject, member: string): boolean | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw wrongType(member, 'a boolean');
  return value;
}

/** @param max entries at most; at least one when the member is there */
export function optionalTexts(
  input: WireObject,
  member: string,
  max: number,
): readonly string[] | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) {
    throw wrongType(member, 'a list of strings');
  }
  if (value.length === 0 || value.length > max) {
    const limit =
      value.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${max}`;
    throw violated(`[${value.join(', ')}]`, member, `Member must have length ${limit}`);
  }
  return value;
}

export function optionalTags(
  input: WireObject,
  member: string,
): Readonly<Record<string, string>> | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(member, 'a map');
  const entries = Object.entries(value);
  for (const [key, text] of entries) {
    if (typeof text !== 'string') throw wrongType(`${member}.${key}`, 'a string');
    if (key.length === 0 || key.length > 128 || text.length > 256) {
      throw invalid('A tag key has 1 to 128 characters, a tag value at most 256.');
    }
  }
  return Object.fromEntries(entries);
}

export function missing(member: string): AwsError {
  return invalid(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

function violated(value: string | number, member: string, constraint: string): AwsError {
  return invalid(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

function wrongType(member: string, wanted: string): AwsError {
  return new AwsError('SerializationException', `The member ${member} must be ${wanted}.`);
}
