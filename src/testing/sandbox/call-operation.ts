import type { CallContext, Operation, Service, WireObject } from '../../sandbox/types.ts';

/** Calls an operation without the way over HTTP; IAM, which is not asked, has nothing against it. */
export function callOperation(
  { operations }: Pick<Service, 'operations'>,
  name: string,
  input: WireObject,
  context: CallContext,
): ReturnType<Operation['run']> {
  const operation = operations[name];
  if (operation === undefined) throw new Error(`No operation ${name}`);
  return operation.run(input, context, operation.access(input, context));
}
