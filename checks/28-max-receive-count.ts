/** Experiment 28: what maxReceiveCount counts. */
import { defineExperiment, deliveriesOf, gapsOf } from '../src/experiments/index.ts';
import type { Measurement, Side } from '../src/experiments/index.ts';

const counts = { one: 1, three: 3, five: 5 } as const;

type Failing = keyof typeof counts;
type Name = Failing | 'throttled';

/** A copy that allows so many receives; its window is 0, so that each delivery comes as soon as it is received. */
function side(name: Failing): Side {
  return {
    title: `maxReceiveCount ${counts[name]}`,
    handler: 'throws',
    behaviour: 'throws',
    build,
    change: { maxReceiveCount: counts[name] },
    sends: { good: 0, poison: 1 },
  };
}

/** Less than the lab's 30 s: five rounds of it still take little on a real account, and the function needs none of it. */
const visibilityTimeoutSeconds = 10;

const build = { visibilityTimeoutSeconds, windowSeconds: 0, functionTimeoutSeconds: 1 };

export const experiment = defineExperiment<Name>(() => ({
  number: '28',
  title: 'What maxReceiveCount counts: deliveries, not retries',
  rules: ['G04', 'G20'],
  why: `Three copies of the lab get the same poison, and allow 1, 3 and 5 receives of it; a fourth gets a good message, and its function may not run at all. Who reads maxReceiveCount as "retries after the first try" sets one more than is delivered; with 1 a single hiccup sends a good message to the dead-letter queue, and a receive counts also where Lambda is throttled.`,
  question: {
    text: 'maxReceiveCount is 3 and the message fails every time. How often does the function get it?',
    of: 'deliveries-three',
  },
  sides: {
    one: side('one'),
    three: side('three'),
    five: side('five'),
    throttled: {
      title: 'every invocation throttled',
      handler: 'returns',
      build,
      sends: { good: 1, poison: 0 },
    },
  },
  numbers: [
    ...(['one', 'three', 'five'] as const).flatMap((name) => numbersOf(name)),
    {
      id: 'deliveries-throttled',
      label: 'Deliveries of the good message',
      side: 'throttled',
      rule: 'G20',
      // Nothing runs, so nothing is delivered; only the queue counts.
      predicted: () => 0,
      measured: (observed) => deliveriesOf(observed.throttled.messages).length,
    },
    countInDeadLetterQueue('throttled'),
  ],
  headline: ['deliveries-one', 'deliveries-five'],
  rule: 'SQS moves a message when its receive count exceeds maxReceiveCount: so many deliveries come first, and no retry is added to them. A receive counts also where the invocation is throttled, so a good message can be dead-lettered unseen: with Lambda AWS advises at least 5.',
  source: {
    url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html',
    date: '2026-11-23',
  },
}));

function numbersOf(name: Failing): Measurement<Name>[] {
  return [
    {
      id: `deliveries-${name}`,
      label: 'Deliveries of the poison',
      side: name,
      rule: 'G04',
      predicted: (facts) => deliveriesOf(facts[name].predicted.messages).length,
      measured: (observed) => deliveriesOf(observed[name].messages).length,
    },
    countInDeadLetterQueue(name),
    // One delivery has no distance to another.
    ...(name === 'one' ? [] : [secondsBetween(name)]),
  ];
}

/** The counter goes on across the move; the receive that moves the message is not counted. */
function countInDeadLetterQueue(name: Name): Measurement<Name> {
  return {
    id: `count-in-dlq-${name}`,
    label: 'Receive count of the first look into the dead-letter queue',
    side: name,
    rule: 'G16',
    predicted: (facts) => (facts[name].settings.maxReceiveCount ?? 0) + 1,
    measured: (observed) => {
      const count = observed[name].deadLetters[0]?.attributes['ApproximateReceiveCount'];
      return count === undefined ? undefined : Number(count);
    },
  };
}

/** Each delivery but the first waits for the visibility timeout of the one before it. */
function secondsBetween(name: Failing): Measurement<Name> {
  return {
    id: `seconds-${name}`,
    label: 'From the first delivery to the last',
    side: name,
    unit: 's',
    rule: 'G04',
    predicted: (facts) => {
      const [poison] = facts[name].predicted.messages;
      const times = poison?.deliveries.map(({ receivedAt }) => receivedAt) ?? [];
      const seconds = Math.max(...times) - Math.min(...times);
      return {
        from: seconds,
        to: seconds + 20 * times.length,
        because: 'Lambda takes up to a long poll of 20 s to receive what is visible again.',
      };
    },
    measured: (observed) => {
      const [poison] = observed[name].messages;
      const gaps = poison === undefined ? [] : gapsOf(poison);
      return gaps.length === 0 ? undefined : Math.round(gaps.reduce((sum, gap) => sum + gap, 0));
    },
  };
}
