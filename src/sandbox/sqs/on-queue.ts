import type { CallContext, Operation, OperationResult, WireObject } from '../types.ts';
import { arnFromQueueUrl } from './arn.ts';
import type { Engine } from './engine.ts';
import type { Queue } from './queues.ts';

/**
 * As `onQueue`, for what changes messages: requests that come together share one way to the disk. The
 * queue is looked for when their turn has come.
 */
export function onMessages(
  engine: Engine,
  action: string,
  run: (queue: Queue, input: WireObject, context: CallContext) => WireObject | undefined,
): Operation {
  return {
    access: (input, context) => [{ action, resource: arnFromQueueUrl(input, context) }],
    run: (input, context) =>
      engine.world.store.grouped(() =>
        run(engine.queues.get(arnFromQueueUrl(input, context)), input, context),
      ),
  };
}

/** An operation on the queue that `QueueUrl` names, allowed by one action on that queue. */
export function onQueue(
  engine: Engine,
  action: string,
  run: (
    queue: Queue,
    input: WireObject,
    context: CallContext,
  ) => Promise<OperationResult> | OperationResult | undefined,
): Operation {
  return {
    access: (input, context) => [{ action, resource: arnFromQueueUrl(input, context) }],
    run: (input, context) =>
      run(engine.queues.get(arnFromQueueUrl(input, context)), input, context),
  };
}
