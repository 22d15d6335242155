import { textIn, textMapIn } from '../constraints/values.ts';
import type { Operation } from '../types.ts';
import { arnFromName, queueUrl } from './arn.ts';
import type { Engine } from './engine.ts';
import { invalidParameter } from './errors.ts';
import { requireAllowed, requiredName } from './input.ts';
import { asksForFifo } from './queue-attributes.ts';
import { checkTags, tagConditions } from './tag-queue.ts';

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
export function createQueueOperation(engine: Engine): Record<string, Operation> {
  return {
    CreateQueue: {
      access(input, context) {
        const resource = arnFromName(requiredName('CreateQueue', input, 'QueueName'), context);
        const tags = textMapIn(input, 'tags');
        const conditions = tagConditions(tags);
        const create = { action: 'sqs:CreateQueue', resource, conditions };
        if (Object.keys(tags).length === 0) return [create];
        return [create, { action: 'sqs:TagQueue', resource, conditions }];
      },
      run(input, context, [access]) {
        requireAllowed('CreateQueue', input);
        const attributes = textMapIn(input, 'Attributes');
        const tags = textMapIn(input, 'tags');
        checkName(textIn(input, 'QueueName') ?? '', asksForFifo(attributes));
        checkTags(tags);
        const queue = engine.queues.create(access?.resource ?? '', { attributes, tags });
        engine.waiters.wake(queue.arn);
        return { QueueUrl: queueUrl(queue.arn, context.endpoint) };
      },
    },
  };
}

function checkName(name: string, fifo: boolean): void {
  if (fifo) {
    if (name.length <= 80 && /^[A-Za-z0-9_-]+\.fifo$/.test(name)) return;
    throw invalidParameter(
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, ' +
        'must end with .fifo suffix and be 1 to 80 in length',
    );
  }
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
    throw invalidParameter(
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
  }
}
