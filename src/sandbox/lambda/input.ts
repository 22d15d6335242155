import { withCheckedInputs as checkedInputs } from '../constraints/checked-inputs.ts';
import { constraintReader } from '../constraints/read.ts';
import { constraintTable } from '../constraints/table.ts';
import { AwsError } from '../errors.ts';
import type { Operation, WireObject } from '../types.ts';
import { validationError } from './validation.ts';

const read = constraintReader(constraintTable.services.lambda, {
  protocol: 'json',
  corrections: {
    // The model allows what only functions on Managed Instances may have.
    // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    Timeout: { max: 900 },
    MemorySize: { max: 10_240 },
    // Recorded: Lambda itself says what is wrong with a runtime.
    Runtime: { enum: undefined },
  },
});

/**
 * @throws AwsError `ValidationException` with everything that the API's model forbids in this input,
 * `SerializationException` for a value of another type
 */
function requireAllowed(operation: string, input: WireObject): void {
  const violations = read.input(operation, input);
  const [first] = violations;
  if (first === undefined) return;
  if (first.rule === 'type') throw new AwsError('SerializationException', first.text);
  throw validationError(violations.map(({ text }) => text));
}

/** The same operations; their inputs are checked against the model before anything else is asked. */
export function withCheckedInputs(
  operations: Readonly<Record<string, Operation>>,
): Record<string, Operation> {
  return checkedInputs(operations, requireAllowed, 'access');
}
