import { AwsError } from '../errors.ts';
import type { WireObject } from '../types.ts';

export function validationError(problems: readonly string[]): AwsError {
  const count =
    problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`;
  return new AwsError('ValidationException', `${count} detected: ${problems.join('; ')}`);
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

/** Options whose effect the sandbox does not have are refused, never ignored. */
export function notInSandbox(option: string, instead = 'Leave it out.'): AwsError {
  return invalidParameter(`${option} is not in the sandbox. ${instead}`);
}

/** A structure of an input that the model has already been asked about; missing is empty. */
export function structureIn(input: WireObject, key: string): WireObject {
  const value = input[key];
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value from outside as text: itself, or its JSON. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** What an optional text member is; null counts as missing. */
export function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** What an optional number is, also as the text that query strings make of it. */
export function optionalNumber(value: unknown): number | undefined {
  return value === undefined || value === null ? undefined : Number(value);
}
