import { constraintReader } from '../constraints/read.ts';
import { constraintTable } from '../constraints/table.ts';
import { AwsError } from '../errors.ts';
import type { WireObject } from '../types.ts';

const read = constraintReader(constraintTable.services.logs, {
  protocol: 'json',
  corrections: {
    // The model takes any number, and names the possible ones in its text.
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
    Days: {
      enum: [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
        3288, 3653,
      ].map(String),
    },
    // An error does not repeat a whole megabyte of events.
    InputLogEvents: { sensitive: true },
  },
});

/** Recorded: a longer name of these is not told in the words of the model. */
const ownWords = ['logGroupName', 'logStreamName'];

/**
 * @throws AwsError `InvalidParameterException` with everything that the API's model forbids in this input,
 * `SerializationException` for a value of another type
 */
export function requireAllowed(operation: string, input: WireObject): void {
  const violations = read.input(operation, input);
  const [first] = violations;
  if (first === undefined) return;
  if (first.rule === 'type') throw new AwsError('SerializationException', first.text);
  if (violations.some(({ rule, member }) => rule === 'max' && ownWords.includes(member))) {
    throw invalid(
      'Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
    );
  }
  throw validationError(violations.map(({ text }) => text));
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** AWS has it, the sandbox has not: said, instead of finding nothing. */
export function notInSandbox(what: string): AwsError {
  return invalid(`${what} are not in the sandbox.`);
}

/** A member that the model does not require, since another one could stand for it. */
export function missing(member: string): AwsError {
  return validationError([
    `Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  ]);
}

function validationError(problems: readonly string[]): AwsError {
  const count =
    problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`;
  return invalid(`${count} detected: ${problems.join('; ')}`);
}
