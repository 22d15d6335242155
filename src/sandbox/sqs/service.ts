import type { Service, SqsApi, World } from '../types.ts';
import { createSqsApi } from './api.ts';
import { batchOperations } from './batch-operations.ts';
import { Engine } from './engine.ts';
import { mostInFlight } from './in-flight-limit.ts';
import { messageOperations } from './message-operations.ts';
import { moveTaskOperations } from './move-task-operations.ts';
import { MoveTasks } from './move-tasks.ts';
import { queueOperations } from './queue-operations.ts';
import { createTables } from './schema.ts';
import { agedBySkip, voteOnSkip } from './skip-limits.ts';
import { tagOperations } from './tag-operations.ts';

/**
 * Amazon SQS. AddPermission and RemovePermission are not in the sandbox: the attribute Policy does
 * what they do.
 * @param options.inFlightLimit for tests; AWS allows about 120,000
 */
export function createSqs(
  world: World,
  options: { readonly inFlightLimit?: number } = {},
): {
  service: Service;
  api: SqsApi;
  /** The policy of a queue, for IAM to read. */
  policyOf: (queueArn: string) => string | undefined;
  close: () => void;
} {
  createTables(world.store);
  const engine = new Engine(world, { inFlightLimit: options.inFlightLimit ?? mostInFlight });
  const tasks = new MoveTasks(engine);
  world.clock.addVoter(() => voteOnSkip(engine, tasks.active));
  world.clock.addGuard((to) => agedBySkip(engine, to));
  const operations = {
    ...queueOperations(engine),
    ...tagOperations(engine),
    ...messageOperations(engine),
    ...batchOperations(engine),
    ...moveTaskOperations(engine, tasks),
  };
  return {
    service: { name: 'sqs', operations },
    api: createSqsApi(engine),
    policyOf: (queueArn) => engine.queues.find(queueArn)?.attributes['Policy'],
    close: () => tasks.close(),
  };
}
