import type { Access, Operation } from '../types.ts';
import type { Engine } from './engine.ts';
import { textMapIn, textsIn } from '../constraints/values.ts';
import { invalidParameter } from './errors.ts';
import { onQueue } from './on-queue.ts';

type Tags = Readonly<Record<string, string>>;

const mostTags = 50;

/** TagQueue, UntagQueue and ListQueueTags. */
export function tagQueueOperations(engine: Engine): Record<string, Operation> {
  const tagQueue = onQueue(engine, 'TagQueue', (queue, input) => {
    const tags = { ...queue.tags, ...textMapIn(input, 'Tags') };
    checkTags(tags);
    engine.queues.setTags(queue, tags);
    return undefined;
  });
  return {
    TagQueue: {
      ...tagQueue,
      access: (input, context) => {
        const conditions = tagConditions(textMapIn(input, 'Tags'));
        return tagQueue.access(input, context).map((access) => ({ ...access, conditions }));
      },
    },

    UntagQueue: onQueue(engine, 'UntagQueue', (queue, input) => {
      const gone = new Set(textsIn(input, 'TagKeys'));
      const left = Object.entries(queue.tags).filter(([key]) => !gone.has(key));
      engine.queues.setTags(queue, Object.fromEntries(left));
      return undefined;
    }),

    ListQueueTags: onQueue(engine, 'ListQueueTags', (queue) =>
      Object.keys(queue.tags).length === 0 ? {} : { Tags: queue.tags },
    ),
  };
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-quotas.html */
export function checkTags(tags: Tags): void {
  const entries = Object.entries(tags);
  if (entries.length > mostTags) {
    throw invalidParameter(`Too many tags added for queue. Maximum is ${mostTags}.`);
  }
  for (const [key, value] of entries) {
    if (key === '' || key.length > 128 || value.length > 256) {
      throw invalidParameter('Tag keys must be 1 to 128 in length, tag values 0 to 256.');
    }
    if (/^aws:/i.test(key)) {
      throw invalidParameter(`Tag keys must not begin with the reserved prefix aws: (${key}).`);
    }
  }
}

/** The condition keys of a request that brings tags. */
export function tagConditions(tags: Tags): NonNullable<Access['conditions']> {
  const keys = Object.keys(tags);
  if (keys.length === 0) return {};
  return {
    'aws:TagKeys': keys,
    ...Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, [value]]),
    ),
  };
}
