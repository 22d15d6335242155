/** Experiment 31: at least once, and what makes an effect happen once all the same. */
import { defineExperiment, deliveriesOf } from '../src/experiments/index.ts';
import type { Observed, SideFacts } from '../src/experiments/index.ts';

type Name = 'delivery' | 'order';

/** src/handlers/experiments/pays.ts ends its process on the first delivery of each message. */
const crashesOfEach = 1;

/** What was not answered comes back: one delivery for each crash, and one that ends well. */
const deliveries = ({ sends }: SideFacts): number => sends.good * (crashesOfEach + 1);

const payments = ({ kept }: Observed): number | undefined =>
  kept['payments'] === undefined ? undefined : Number(kept['payments']);

const side = (key: Name, title: string) => ({
  title,
  handler: 'pays',
  // A handler with the SDK: its first start takes a second, more with little memory.
  build: { functionTimeoutSeconds: 30, windowSeconds: 0 },
  more: { function: { MemorySize: 512, Environment: { Variables: { KEY: key } } } },
  sends: { good: 1, poison: 0 },
});

export const experiment = defineExperiment<Name>(() => ({
  number: '31',
  title: 'At least once: paid twice, and a worker that pays once',
  rules: ['G01'],
  why: 'Two copies of the lab pay the same order, and both workers die when they have paid and before they have answered. SQS cannot know that the work was done and gives the message again, so only a key of the business keeps the second delivery from being a second payment.',
  question: {
    text: 'The worker pays an order and dies before it answers. The message comes again, and this time all goes well. How many payments are made, if nothing guards them?',
    of: 'payments-delivery',
  },
  sides: {
    delivery: side('delivery', 'each delivery pays'),
    order: side('order', 'the order is the key'),
  },
  numbers: (['delivery', 'order'] as const).flatMap((name) => [
    {
      id: `payments-${name}`,
      label: 'Payments of the order',
      side: name,
      rule: 'G01',
      // One for each key: each delivery is one of its own, or the order is.
      predicted: (facts) =>
        name === 'delivery' ? deliveries(facts.delivery) : facts.order.sends.good,
      measured: (observed) => payments(observed[name]),
    },
    {
      id: `deliveries-${name}`,
      label: 'Deliveries of the message',
      side: name,
      rule: 'G01',
      predicted: (facts) => deliveries(facts[name]),
      measured: (observed) => deliveriesOf(observed[name].messages).length,
    },
    {
      id: `errors-${name}`,
      label: 'Invocations that ended in an error',
      side: name,
      rule: 'G09',
      predicted: (facts) => facts[name].sends.good * crashesOfEach,
      measured: (observed) => observed[name].errors,
    },
  ]),
  headline: ['payments-delivery', 'payments-order'],
  rule: 'A standard queue and an event source mapping deliver each message at least once. Make the effect idempotent: let what holds it refuse a key of the business that it knows already.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html',
    date: '2026-11-23',
  },
}));
