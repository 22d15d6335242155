import type { Operation, WireObject } from '../types.ts';

/**
 * The same operations, whose inputs are checked first.
 * @param check throws when the model does not allow the input
 * @param before what the service does next: ask IAM, or, when it has asked already, run
 */
export function withCheckedInputs(
  operations: Readonly<Record<string, Operation>>,
  check: (operation: string, input: WireObject) => void,
  before: 'access' | 'run',
): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      {
        access(input, context) {
          if (before === 'access') check(name, input);
          return operation.access(input, context);
        },
        run(input, context, granted) {
          if (before === 'run') check(name, input);
          return operation.run(input, context, granted);
        },
      } satisfies Operation,
    ]),
  );
}
