import type { CallContext, Operation, OperationResult, WireObject } from '../types.ts';
import { arnFromQueueUrl } from './arn.ts';
import type { Engine } from './engine.ts';
import { requireAllowed, requiredName } from './input.ts';
import type { Queue } from './queues.ts';

type OnQueue<Result> = (queue: Queue, input: WireObject, context: CallContext) => Result;

/**
 * As `onQueue`, for what changes messages: requests that come together share one way to the disk. The
 * queue is looked for when their turn has come.
 */
export function onMessages(
  engine: Engine,
  operation: string,
  run: OnQueue<WireObject | undefined>,
): Operation {
  const single = onQueue(engine, operation, run);
  return {
    access: single.access,
    run: (input, context, granted) =>
      engine.world.store.grouped(() => single.run(input, context, granted)),
  };
}

/** An operation on the queue that `QueueUrl` names, allowed by the action of its name on that queue. */
export function onQueue<Result extends Promise<OperationResult> | OperationResult | undefined>(
  engine: Engine,
  operation: string,
  run: OnQueue<Result>,
) {
  // A batch is authorised as the single one.
  const action = `sqs:${operation.replace(/Batch$/, '')}`;
  return {
    access: (input: WireObject, context: CallContext) => [
      { action, resource: arnFromQueueUrl(requiredName(operation, input, 'QueueUrl'), context) },
    ],
    run(input, context, [access]): Result {
      const queue = engine.queues.get(access?.resource ?? '');
      requireAllowed(operation, input);
      return run(queue, input, context);
    },
  } satisfies Operation;
}
