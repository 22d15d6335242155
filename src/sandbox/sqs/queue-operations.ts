import type { CallContext, Operation, WireObject } from '../types.ts';
import { queueArn, queueUrl } from './arn.ts';
import { delayAgain, expireMessages } from './delete-message.ts';
import type { Engine } from './engine.ts';
import { textIn, textMapIn, textsIn } from '../constraints/values.ts';
import { invalidParameter, queueDoesNotExist } from './errors.ts';
import { requireAllowed, requiredName } from './input.ts';
import { onQueue } from './on-queue.ts';
import { pageOf, readPage } from './pages.ts';
import { askedAttributes, asksForFifo, shownAttributes } from './queue-attributes.ts';
import type { Queue } from './queues.ts';
import { checkTags, tagConditions } from './tag-operations.ts';

export function queueOperations(engine: Engine): Record<string, Operation> {
  return {
    CreateQueue: {
      access(input, context) {
        const resource = arnFromName('CreateQueue', input, context);
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

    GetQueueUrl: {
      access: (input, context) => [
        { action: 'sqs:GetQueueUrl', resource: arnFromName('GetQueueUrl', input, context) },
      ],
      run(input, context, [access]) {
        requireAllowed('GetQueueUrl', input);
        const owner = textIn(input, 'QueueOwnerAWSAccountId') ?? context.accountId;
        if (owner !== context.accountId) throw queueDoesNotExist();
        const queue = engine.queues.get(access?.resource ?? '');
        return { QueueUrl: queueUrl(queue.arn, context.endpoint) };
      },
    },

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

    GetQueueAttributes: onQueue(engine, 'GetQueueAttributes', (queue, input) => {
      const asked = askedAttributes(textsIn(input, 'AttributeNames') ?? []);
      const shown = Object.entries(allAttributes(engine, queue)).filter(([name]) => asked(name));
      return shown.length === 0 ? {} : { Attributes: Object.fromEntries(shown) };
    }),

    SetQueueAttributes: onQueue(engine, 'SetQueueAttributes', (queue, input) => {
      const attributes = textMapIn(input, 'Attributes');
      engine.queues.setAttributes(queue, attributes);
      // A new delay of a FIFO queue holds for the messages in it too.
      if (queue.fifo && 'DelaySeconds' in attributes)
        delayAgain(engine, engine.queues.get(queue.arn));
      engine.changed(queue, undefined);
      return undefined;
    }),

    DeleteQueue: onQueue(engine, 'DeleteQueue', (queue) => {
      engine.queues.delete(queue);
      engine.limit.forget(queue);
      engine.changed(queue, undefined);
      return undefined;
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

function arnFromName(operation: string, input: WireObject, context: CallContext): string {
  const name = requiredName(operation, input, 'QueueName');
  return queueArn(context.region, context.accountId, name);
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
