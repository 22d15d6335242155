import type { MetricsApi, Service, SqsApi, World } from '../types.ts';
import { changeMessageVisibilityOperations } from './change-message-visibility.ts';
import { createQueueOperation } from './create-queue.ts';
import { deleteMessageOperations } from './delete-message.ts';
import { deleteQueueOperation } from './delete-queue.ts';
import { getQueueAttributesOperation } from './get-queue-attributes.ts';
import { getQueueUrlOperation } from './get-queue-url.ts';
import { listQueuesOperations } from './list-queues.ts';
import { messageMoveTaskOperations } from './message-move-task.ts';
import { purgeQueueOperation } from './purge-queue.ts';
import { receiveMessageOperation } from './receive-message.ts';
import { sendMessageOperations } from './send-message.ts';
import { setQueueAttributesOperation } from './set-queue-attributes.ts';
import { tagQueueOperations } from './tag-queue.ts';
import { createSqsApi } from './api.ts';
import { Engine } from './engine.ts';
import { mostInFlight } from './in-flight-limit.ts';
import { MoveTasks } from './move-tasks.ts';
import { readMessages } from './read-messages.ts';
import { createTables } from './schema.ts';
import { agedBySkip, voteOnSkip } from './skip-limits.ts';

/**
 * Amazon SQS. AddPermission and RemovePermission are not in the sandbox: the attribute Policy does
 * what they do.
 * @param options.inFlightLimit for tests; AWS allows about 120,000
 * @param options.metrics where it is counted what becomes of messages; without it nothing is
 */
export function createSqs(
  world: World,
  options: { readonly inFlightLimit?: number; readonly metrics?: MetricsApi } = {},
): {
  service: Service;
  api: SqsApi;
  /** The policy of a queue, for IAM to read. */
  policyOf: (queueArn: string) => string | undefined;
  close: () => void;
} {
  createTables(world.store);
  const engine = new Engine(world, {
    inFlightLimit: options.inFlightLimit ?? mostInFlight,
    metrics: options.metrics,
  });
  const tasks = new MoveTasks(engine);
  world.clock.addVoter(() => voteOnSkip(engine, tasks.active));
  world.clock.addGuard((to) => agedBySkip(engine, to));
  world.store.feed.messages = readMessages(world.store);
  world.store.feed.describe('queues', () =>
    engine.queues.all().map(({ arn, attributes }) => ({ queue: arn, attributes })),
  );
  const operations = {
    ...createQueueOperation(engine),
    ...getQueueUrlOperation(engine),
    ...listQueuesOperations(engine),
    ...getQueueAttributesOperation(engine),
    ...setQueueAttributesOperation(engine),
    ...deleteQueueOperation(engine),
    ...purgeQueueOperation(engine),
    ...tagQueueOperations(engine),
    ...sendMessageOperations(engine),
    ...receiveMessageOperation(engine),
    ...changeMessageVisibilityOperations(engine),
    ...deleteMessageOperations(engine),
    ...messageMoveTaskOperations(engine, tasks),
  };
  return {
    service: { name: 'sqs', operations },
    api: createSqsApi(engine),
    policyOf: (queueArn) => engine.queues.find(queueArn)?.attributes['Policy'],
    close: () => tasks.close(),
  };
}
