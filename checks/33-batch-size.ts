/** Experiment 33: what closes a batch: its size, the batching window, and 6 MB. */
import { defineExperiment } from '../src/experiments/index.ts';
import type { Measurement, Observed, SideFacts } from '../src/experiments/index.ts';

type Name = 'big' | 'four' | 'twenty';

const sends = { good: 10, poison: 0 } as const;

/** What one invocation carries. */
const payloadBytes = 6 * 1024 * 1024;

/** Of a big message, which is below SQS's own limit of 1 MiB. */
const bigBytes = 1_000_000;

const bigMessages = 8;

const bigSends = {
  good: bigMessages,
  poison: 0,
  bodies: Object.fromEntries(
    Array.from({ length: bigMessages }, (_, i) => [`good-${i + 1}`, 'x'.repeat(bigBytes)]),
  ),
};

/** With few messages a poller of Lambda waits up to so long, also where the window is shorter. */
const longestPollSeconds = 20;

/** The most messages that fit into a batch. */
const mostOf = (name: Name, { settings }: SideFacts): number =>
  Math.min(settings.batchSize, name === 'big' ? Math.floor(payloadBytes / bigBytes) : sends.good);

/**
 * Seconds from the first receive of a batch to its invocation. Of several batches the shortest: each has a window of its own.
 */
function secondsGathered({ lines }: Observed): number | undefined {
  const firsts = lines.filter(({ receiveCount }) => receiveCount === 1);
  const batches = Map.groupBy(firsts, ({ requestId }) => String(requestId));
  const waits = [...batches.values()].map(
    (batch) =>
      Math.min(...batch.map(({ timestamp }) => Number(timestamp))) -
      Math.min(...batch.map(({ firstReceivedAt }) => Number(firstReceivedAt))),
  );
  return waits.length === 0 ? undefined : Math.round(Math.min(...waits) / 1000);
}

const fillsAsItLikes =
  'A batch size is a maximum: Lambda may take fewer messages at a time, in more invocations.';

export const experiment = defineExperiment<Name>(() => ({
  number: '33',
  title: 'What closes a batch: its size, the batching window, and 6 MB',
  rules: ['G18'],
  why: 'A batch closes at batch size 4, or at the end of a window of 10 s for which ten messages are too few, or at 6 MB. A batch size above 10 is refused without a batching window, because one receive brings at most ten.',
  question: {
    text: 'Eight messages of 1,000,000 bytes are waiting, and the batch size is 10. What is the least number of invocations?',
    of: 'least-big',
  },
  sides: {
    four: {
      title: 'batch size 4, no window',
      handler: 'returns',
      behaviour: 'returns',
      build: { windowSeconds: 0 },
      change: { batchSize: 4 },
      sends,
    },
    twenty: {
      title: 'batch size 20, window 10 s',
      handler: 'returns',
      behaviour: 'returns',
      change: { batchSize: 20, windowSeconds: 10 },
      sends,
    },
    big: {
      title: 'batch size 10, big messages',
      handler: 'returns',
      behaviour: 'returns',
      more: { function: { MemorySize: 512 } },
      sends: bigSends,
    },
  },
  numbers: [
    ...(['four', 'twenty', 'big'] as const).flatMap((side): Measurement<Name>[] => [
      {
        id: `largest-${side}`,
        label: 'Messages in the largest batch',
        side,
        rule: 'G18',
        predicted: (facts) => ({ from: 1, to: mostOf(side, facts[side]), because: fillsAsItLikes }),
        measured: (observed) => Math.max(0, ...observed[side].batchSizes),
      },
      {
        id: `least-${side}`,
        label: 'Invocations',
        side,
        rule: 'G18',
        predicted: (facts) => ({
          from: Math.ceil(facts[side].sends.good / mostOf(side, facts[side])),
          to: facts[side].sends.good,
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
      id: 'gathered-four',
      label: 'From the first receive to the invocation',
      side: 'four',
      unit: 's',
      rule: 'G18',
      predicted: (facts) => ({
        from: 0,
        to: facts.twenty.settings.windowSeconds - 1,
        because:
          'Without a window Lambda gathers nothing: an invocation comes as soon as a receive brings messages.',
      }),
      measured: (observed) => secondsGathered(observed.four),
    },
    {
      id: 'gathered-twenty',
      label: 'From the first receive to the invocation',
      side: 'twenty',
      unit: 's',
      rule: 'G18',
      predicted: (facts) => {
        const from = facts.twenty.settings.windowSeconds;
        return {
          from,
          to: from + longestPollSeconds,
          because: `Lambda gathers in long polls of up to ${longestPollSeconds} s: with few messages a batch may come so much later.`,
        };
      },
      measured: (observed) => secondsGathered(observed.twenty),
    },
    {
      id: 'eleven-four',
      label: 'Batch size 11 with window 0',
      side: 'four',
      rule: 'G18',
      predicted: () => 'InvalidParameterValueException',
      measured: (observed) => observed.four.kept['eleven'],
    },
  ],
  headline: ['gathered-four', 'gathered-twenty'],
  rule: 'A batch closes when it has batch size messages, when the batching window is over, or at 6 MB of payload. A standard queue allows up to 10,000, but more than 10 needs a window of at least 1 s; a FIFO queue allows 10 and no window.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html',
    date: '2026-11-23',
  },
}));
