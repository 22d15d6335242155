import { textIn } from '../constraints/values.ts';
import type { Operation } from '../types.ts';
import { queueArn, queueUrl } from './arn.ts';
import type { Engine } from './engine.ts';
import { requireAllowed } from './input.ts';
import { onQueue } from './on-queue.ts';
import { pageOf, readPage } from './pages.ts';

/** ListQueues and ListDeadLetterSourceQueues. */
export function listQueuesOperations(engine: Engine): Record<string, Operation> {
  return {
    ListQueues: {
      access: () => [{ action: 'sqs:ListQueues', resource: '*' }],
      run(input, context) {
        requireAllowed('ListQueues', input);
        const page = readPage(input);
        const prefix = textIn(input, 'QueueNamePrefix') ?? '';
        const arnPrefix = queueArn(context.region, context.accountId, prefix);
        const arns = engine.queues.list({ arnPrefix, after: page.after, limit: page.limit + 1 });
        const { items, nextToken } = pageOf(arns, page);
        if (items.length === 0) return {};
        return { QueueUrls: items.map((arn) => queueUrl(arn, context.endpoint)), ...nextToken };
      },
    },

    ListDeadLetterSourceQueues: onQueue(
      engine,
      'ListDeadLetterSourceQueues',
      (queue, input, context) => {
        const page = readPage(input);
        const arns = engine.queues.sourcesOf(queue.arn, page.after, page.limit + 1);
        const { items, nextToken } = pageOf(arns, page);
        // The model writes this one with a small q.
        return { queueUrls: items.map((arn) => queueUrl(arn, context.endpoint)), ...nextToken };
      },
    ),
  };
}
