/** Experiment 36: a filter deletes what it does not let pass. */
import { defineExperiment, deliveriesOf } from '../src/experiments/index.ts';
import type { Measurement, Observed } from '../src/experiments/index.ts';

type Name = 'bodies' | 'envelope';

const order = JSON.stringify({ type: 'order' });

const bodies: Readonly<Record<Name, Readonly<Record<string, string>>>> = {
  bodies: {
    'good-1': order,
    'good-2': order,
    'good-3': JSON.stringify({ type: 'invoice' }),
    'good-4': 'order',
  },
  // What SNS sends to a queue unless raw message delivery is on: the order is a text in `Message`.
  envelope: {
    'good-1': JSON.stringify({ Type: 'Notification', Message: order }),
    'good-2': JSON.stringify({ Type: 'Notification', Message: order }),
  },
};

/** The filter of the step: a body that is JSON, and whose own member `type` is `order`. */
function passes(body: string): boolean {
  try {
    return (JSON.parse(body) as { readonly type?: unknown }).type === 'order';
  } catch {
    return false;
  }
}

const passing = (side: Name) => Object.values(bodies[side]).filter((body) => passes(body)).length;
const sentTo = (side: Name) => Object.keys(bodies[side]).length;

function side(name: Name, title: string) {
  const undelivered = sentTo(name) - passing(name);
  return {
    title,
    handler: 'returns',
    sends: { good: sentTo(name), poison: 0, bodies: bodies[name] },
    // The filter deletes them: no worker ever has them, and no queue keeps them.
    loses: undelivered,
    undelivered,
  } as const;
}

const neverDelivered = ({ messages }: Observed) =>
  messages.filter(({ fate, deliveries }) => fate === 'deleted' && deliveries.length === 0).length;

export const experiment = defineExperiment<Name>(() => ({
  number: '36',
  title: 'A filter deletes what it does not let pass',
  rules: ['G22'],
  why: 'Two event source mappings get the filter "type is order", and the queues hold orders and other messages. What a filter does not let pass does not wait for another consumer: Lambda deletes it, and no metric of the function and no dead-letter queue ever shows it.',
  question: {
    text: 'Four messages: two orders, an invoice, and a plain text. The filter lets orders pass. How many of the four are left in the queue or its dead-letter queue afterwards?',
    of: 'left-bodies',
  },
  sides: {
    bodies: side('bodies', 'two orders, an invoice, a plain text'),
    envelope: side('envelope', 'two orders, each in an envelope of SNS'),
  },
  numbers: (['bodies', 'envelope'] as const).flatMap((name): Measurement<Name>[] => [
    {
      id: `delivered-${name}`,
      label: 'Messages that the function gets',
      side: name,
      rule: 'G22',
      predicted: () => passing(name),
      measured: (observed) => deliveriesOf(observed[name].messages).length,
    },
    {
      id: `filtered-${name}`,
      label: 'Messages deleted without a delivery',
      side: name,
      rule: 'G22',
      predicted: () => sentTo(name) - passing(name),
      measured: (observed) => neverDelivered(observed[name]),
    },
    {
      id: `left-${name}`,
      label: 'Messages left in the queue or the dead-letter queue',
      side: name,
      rule: 'G22',
      // Those that pass are handled well, and the others are deleted: nothing is left.
      predicted: () => 0,
      measured: (observed) => observed[name].stillThere + observed[name].deadLettered,
    },
  ]),
  headline: ['delivered-bodies', 'delivered-envelope'],
  rule: 'Lambda deletes a message from the queue that matches no filter of the mapping: no retry, no dead-letter queue. For SQS only the body is filtered; a plain text never matches a JSON pattern, and an order inside an envelope of SNS is a text.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html',
    date: '2026-11-23',
  },
}));
