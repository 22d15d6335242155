/** Experiment 34: in a FIFO queue a poison blocks its group, and an id counts once in five minutes. */
import { defineExperiment, deliveriesOf } from '../src/experiments/index.ts';
import type { Observed, SideFacts } from '../src/experiments/index.ts';

/** A poller of Lambda waits up to so long for a message. */
const longestPollSeconds = 20;
const pollsTake = `Lambda takes up to a long poll of ${longestPollSeconds} s to receive what is visible again, each time.`;

/** Seconds from the first delivery of all to the first one of this message. */
function secondsUntil({ messages }: Observed, name: string): number | undefined {
  const times = messages.flatMap(({ deliveries }) => deliveries.map(({ at }) => at));
  const own = messages.find((one) => one.name === name)?.deliveries.map(({ at }) => at) ?? [];
  return own.length === 0 ? undefined : Math.round((Math.min(...own) - Math.min(...times)) / 1000);
}

/** How long the poison comes back. */
const blockedSeconds = ({ settings }: SideFacts): number =>
  settings.visibilityTimeoutSeconds * (settings.maxReceiveCount ?? 0);

export const experiment = defineExperiment<'groups' | 'twice'>(() => ({
  number: '34',
  title: 'FIFO: a poison message blocks its group, and an id counts once in five minutes',
  rules: ['G19'],
  why: 'The first message of group a is poison, and group b has nothing to do with it. While the poison comes back, SQS gives no other message of its group, so one bad order stops all later orders of one customer and of nobody else.',
  question: {
    text: 'The first message of a group is poison; visibility timeout 30 s, maxReceiveCount 3. After how many seconds does the second message of the group come, at the earliest?',
    of: 'seconds-a2',
  },
  sides: {
    groups: {
      title: 'two message groups',
      handler: 'returns',
      fifo: true,
      build: { batchSize: 1, windowSeconds: 0 },
      sends: { good: 2, poison: 1 },
    },
    twice: {
      title: 'two deduplication ids, five sends',
      fifo: true,
      sends: { good: 3, poison: 0 },
    },
  },
  numbers: [
    {
      id: 'seconds-a2',
      label: 'Until the second message of group a comes',
      side: 'groups',
      unit: 's',
      rule: 'G19',
      predicted: (facts) => {
        const from = blockedSeconds(facts.groups);
        return { from, to: from + 4 * longestPollSeconds, because: pollsTake };
      },
      measured: (observed) => secondsUntil(observed.groups, 'good-1'),
    },
    {
      id: 'seconds-b1',
      label: 'Until the first message of group b comes',
      side: 'groups',
      unit: 's',
      rule: 'G19',
      predicted: (facts) => ({
        from: 0,
        to: facts.groups.settings.visibilityTimeoutSeconds - 1,
        because:
          'It waits for no visibility timeout of group a, so it comes before the first of them ends.',
      }),
      measured: (observed) => secondsUntil(observed.groups, 'good-2'),
    },
    {
      id: 'deliveries-poison',
      label: 'Deliveries of the poison',
      side: 'groups',
      rule: 'G04',
      predicted: (facts) => facts.groups.settings.maxReceiveCount ?? 0,
      measured: (observed) => deliveriesOf(observed.groups.messages, 'poison').length,
    },
    {
      id: 'again-twice',
      label: 'The same deduplication id at once gives',
      side: 'twice',
      rule: 'G19',
      predicted: () => 'the same id',
      measured: (observed) => observed.twice.kept['again'],
    },
    {
      id: 'before-twice',
      label: 'The same deduplication id after 270 s gives',
      side: 'twice',
      rule: 'G19',
      predicted: () => 'the same id',
      measured: (observed) => observed.twice.kept['before'],
    },
    {
      id: 'later-twice',
      label: 'The same deduplication id after five minutes gives',
      side: 'twice',
      rule: 'G19',
      predicted: () => 'a new id',
      measured: (observed) => observed.twice.kept['later'],
    },
    {
      id: 'in-queue-twice',
      label: 'Messages in the queue after five sends',
      side: 'twice',
      rule: 'G19',
      predicted: (facts) => facts.twice.sends.good,
      measured: (observed) => observed.twice.stillThere,
    },
  ],
  headline: ['seconds-a2', 'seconds-b1'],
  rule: 'Order holds within a message group: while a message of it is in flight, SQS gives no other one of it. Groups do not wait for each other. A deduplication id is known for five minutes; after that the same id is a new message.',
  source: {
    url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html',
    date: '2026-11-23',
  },
}));
