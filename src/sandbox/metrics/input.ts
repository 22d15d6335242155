import { constraintReader } from '../constraints/read.ts';
import { constraintTable } from '../constraints/table.ts';
import { numberIn } from '../constraints/values.ts';
import { AwsError } from '../errors.ts';
import type { WireObject } from '../types.ts';
import { minuteMs } from './series.ts';

const read = constraintReader(constraintTable.services.cloudwatch, { protocol: 'json' });

/** @throws AwsError with everything that the API's model forbids in this input */
export function requireAllowed(operation: string, input: WireObject): void {
  const violations = read.input(operation, input);
  const [first] = violations;
  if (first === undefined) return;
  if (first.rule === 'type') throw new AwsError('SerializationException', first.text);
  const missing = violations.find(({ rule }) => rule === 'required');
  if (missing !== undefined) {
    throw new AwsError(
      'MissingRequiredParameterException',
      `The parameter ${missing.path.join('.')} is required.`,
      { queryErrorCode: 'MissingParameter' },
    );
  }
  const count =
    violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`;
  throw validationError(`${count} detected: ${violations.map(({ text }) => text).join('; ')}`);
}

/** As the older of the operations word it. */
export function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message, {
    queryErrorCode: 'InvalidParameterValue',
  });
}

export function invalidCombination(message: string): AwsError {
  return new AwsError('InvalidParameterCombinationException', message, {
    queryErrorCode: 'InvalidParameterCombination',
  });
}

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

/** AWS has it, the sandbox has not: said, instead of answering without it. */
export function notInSandbox(what: string, instead: string): AwsError {
  return validationError(`${what} is not in the sandbox. ${instead}`);
}

/**
 * The time range of a request, in epoch milliseconds.
 * @param refuse in the words of GetMetricStatistics or of GetMetricData
 */
export function readRange(
  input: WireObject,
  refuse: (message: string) => AwsError,
): { readonly start: number; readonly end: number } {
  const [start, end] = [timeIn(input, 'StartTime'), timeIn(input, 'EndTime')];
  if (start === end) {
    throw refuse('The parameter StartTime must not equal parameter EndTime.');
  }
  if (start > end) {
    throw refuse('The parameter StartTime must be less than the parameter EndTime.');
  }
  return { start, end };
}

/**
 * AWS takes periods below a minute too, for metrics of high resolution, which AWS/SQS and AWS/Lambda have none of.
 * @throws AwsError for a period that is no multiple of 60
 */
export function readPeriod(input: WireObject, refuse: (message: string) => AwsError): number {
  const seconds = numberIn(input, 'Period') ?? 0;
  if (seconds > 0 && (seconds * 1000) % minuteMs === 0) return seconds;
  throw refuse(`The parameter Period must be a multiple of 60; it is ${seconds}.`);
}

/** In whole seconds, as CloudWatch reads times; given in epoch milliseconds. */
function timeIn(input: WireObject, member: string): number {
  const seconds = numberIn(input, member);
  if (seconds !== undefined && Math.abs(seconds) < 8.64e12) return Math.floor(seconds) * 1000;
  throw new AwsError('SerializationException', `${member} is no time in epoch seconds.`);
}
