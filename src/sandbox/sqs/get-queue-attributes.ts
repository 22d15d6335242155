import { textsIn } from '../constraints/values.ts';
import type { Operation } from '../types.ts';
import type { Engine } from './engine.ts';
import { expireMessages } from './expire-messages.ts';
import { onQueue } from './on-queue.ts';
import { askedAttributes, shownAttributes } from './queue-attributes.ts';
import type { Queue } from './queues.ts';

export function getQueueAttributesOperation(engine: Engine): Record<string, Operation> {
  return {
    GetQueueAttributes: onQueue(engine, 'GetQueueAttributes', (queue, input) => {
      const asked = askedAttributes(textsIn(input, 'AttributeNames') ?? []);
      const shown = Object.entries(allAttributes(engine, queue)).filter(([name]) => asked(name));
      return shown.length === 0 ? {} : { Attributes: Object.fromEntries(shown) };
    }),
  };
}

function allAttributes(engine: Engine, queue: Queue): Record<string, string> {
  expireMessages(engine, queue);
  const counts = engine.counts.shown(queue);
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
    ...shownAttributes(queue.attributes),
  };
}
