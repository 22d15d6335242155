/** Experiment 33: what batch size and batching window limit. */
import { defineExperiment } from '../src/experiments/index.ts';
import type { Measurement } from '../src/experiments/index.ts';

type Name = 'four' | 'ten';

const sends = { good: 10, poison: 0 } as const;

const fillsAsItLikes =
  'A batch size is a maximum: Lambda may take fewer messages at a time, in more invocations.';

export const experiment = defineExperiment<Name>(() => ({
  number: '33',
  title: 'Batch size is a maximum, and above 10 it needs a window',
  rules: ['G18'],
  why: 'Ten messages are waiting in each of two queues; one mapping takes at most four at a time, the other ten. A batch size is a maximum that AWS may stay below, and one above 10 is refused without a batching window, because one receive brings at most ten.',
  question: {
    text: 'Ten messages are waiting, and the batch size is 4. What is the least number of invocations?',
    of: 'least-four',
  },
  sides: {
    four: {
      title: 'batch size 4',
      handler: 'returns',
      behaviour: 'returns',
      change: { batchSize: 4 },
      sends,
    },
    ten: { title: 'batch size 10', handler: 'returns', behaviour: 'returns', sends },
  },
  numbers: [
    ...(['four', 'ten'] as const).flatMap((side): Measurement<Name>[] => [
      {
        id: `largest-${side}`,
        label: 'Messages in the largest batch',
        side,
        rule: 'G18',
        predicted: (facts) => ({
          from: 1,
          to: facts[side].settings.batchSize,
          because: fillsAsItLikes,
        }),
        measured: (observed) => Math.max(0, ...observed[side].batchSizes),
      },
      {
        id: `least-${side}`,
        label: 'Invocations',
        side,
        rule: 'G18',
        predicted: (facts) => ({
          from: Math.ceil(sends.good / facts[side].settings.batchSize),
          to: sends.good,
          because: fillsAsItLikes,
        }),
        measured: (observed) => observed[side].invocations,
      },
      {
        id: `deleted-${side}`,
        label: 'Messages that are deleted',
        side,
        rule: 'G18',
        predicted: (facts) => facts[side].predicted.deleted,
        measured: (observed) => observed[side].deleted,
      },
    ]),
    {
      id: 'eleven-four',
      label: 'Batch size 11 with window 0',
      side: 'four',
      rule: 'G18',
      predicted: () => 'InvalidParameterValueException',
      measured: (observed) => observed.four.kept['eleven'],
    },
  ],
  headline: ['largest-four', 'largest-ten'],
  rule: 'A batch closes when it has batch size messages, when the batching window is over, or at 6 MB of payload. A standard queue allows up to 10,000, but more than 10 needs a window of at least 1 s; a FIFO queue allows 10 and no window.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html',
    date: '2026-11-23',
  },
}));
