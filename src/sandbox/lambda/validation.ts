import { AwsError } from '../errors.ts';
import type { WireObject } from '../types.ts';

/** `1 validation error detected: …`, as AWS words a value outside of its model. */
export function constraintError(member: string, value: unknown, constraint: string): AwsError {
  return validationError([constraintText(member, value, constraint)]);
}

/** @param value `undefined`: shown as null */
export function constraintText(member: string, value: unknown, constraint: string): string {
  const shown = value === undefined || value === null ? 'null' : `'${textOf(value)}'`;
  return `Value ${shown} at '${member}' failed to satisfy constraint: ${constraint}`;
}

export function validationError(problems: readonly string[]): AwsError {
  const count =
    problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`;
  return new AwsError('ValidationException', `${count} detected: ${problems.join('; ')}`);
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

/** Options whose effect the sandbox does not have are refused, never ignored. */
export function notInSandbox(option: string): AwsError {
  return invalidParameter(`${option} is not in the sandbox.`);
}

export function isObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value from outside as text: itself, or its JSON. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** What the model says of one member. */
export interface Constraint {
  /** As the error names it: `memorySize`, `loggingConfig.logFormat`. */
  readonly member: string;
  readonly type: 'boolean' | 'integer' | 'string';
  readonly min?: number;
  readonly max?: number;
  /** Matched against the whole value and quoted in the error. */
  readonly pattern?: string;
  readonly values?: readonly string[];
}

/** @returns what is wrong with a given value; undefined is never wrong */
export function problemOf(constraint: Constraint, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const fails = (text: string) => constraintText(constraint.member, value, text);
  const isRightType =
    constraint.type === 'integer' ? Number.isSafeInteger(value) : typeof value === constraint.type;
  if (!isRightType) return fails(`Member must be of type ${constraint.type}`);
  const { min, max, pattern, values } = constraint;
  const length = typeof value === 'string' ? 'length' : 'value';
  const size = typeof value === 'string' ? value.length : Number(value);
  if (min !== undefined && size < min) {
    return fails(`Member must have ${length} greater than or equal to ${min}`);
  }
  if (max !== undefined && size > max) {
    return fails(`Member must have ${length} less than or equal to ${max}`);
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(textOf(value))) {
    return fails(`Member must satisfy regular expression pattern: ${pattern}`);
  }
  if (values !== undefined && !values.includes(textOf(value))) {
    return fails(`Member must satisfy enum value set: [${values.join(', ')}]`);
  }
  return undefined;
}

/** @throws AwsError when it is given and no boolean */
export function readFlag(input: WireObject, key: string): boolean {
  const member = `${key.charAt(0).toLowerCase()}${key.slice(1)}`;
  const problem = problemOf({ member, type: 'boolean' }, input[key]);
  if (problem !== undefined) throw validationError([problem]);
  return input[key] === true;
}
