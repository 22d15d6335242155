/** Experiment 30: what survives the move, and a dead-letter queue that forgets too soon. */
import { defineExperiment } from '../src/experiments/index.ts';
import type { Observed, SideFacts } from '../src/experiments/index.ts';

const sends = { good: 0, poison: 1 } as const;

/** The least that SQS takes. */
const shortRetentionSeconds = 60;

/** Age of the poison when it is moved: as many visibility timeouts as it was received. */
const ageAtMove = ({ settings }: SideFacts): number =>
  settings.visibilityTimeoutSeconds * (settings.maxReceiveCount ?? 0);

const attribute = ({ deadLetters }: Observed, name: string): number | undefined => {
  const value = deadLetters[0]?.attributes[name];
  return value === undefined ? undefined : Number(value);
};

/** When the worker saw it sent, by its log. */
const sentAt = ({ lines }: Observed): number =>
  Number(lines.find((line) => typeof line['sentAt'] === 'number')?.['sentAt']);

export const experiment = defineExperiment<'kept' | 'short'>(() => ({
  number: '30',
  title: 'The clock goes on in the dead-letter queue',
  rules: ['G15', 'G16'],
  why: 'Two copies of the lab move the same poison, and one dead-letter queue keeps messages for 60 s only. A moved message keeps its time of sending, so it is older than that when it arrives, and SQS deletes it before anybody has seen it.',
  question: {
    text: `Retries take 90 s, and the dead-letter queue keeps messages for ${shortRetentionSeconds} s. How many messages are in it after the move?`,
    of: 'dead-lettered-short',
  },
  sides: {
    short: {
      title: `retention ${shortRetentionSeconds} s`,
      handler: 'throws',
      behaviour: 'throws',
      loses: 1,
      more: { deadLetterQueue: { MessageRetentionPeriod: String(shortRetentionSeconds) } },
      sends,
    },
    kept: { title: 'retention 14 days', handler: 'throws', behaviour: 'throws', sends },
  },
  numbers: [
    {
      id: 'dead-lettered-short',
      label: 'Messages in the dead-letter queue',
      side: 'short',
      rule: 'G15',
      predicted: (facts) => (ageAtMove(facts.short) > shortRetentionSeconds ? 0 : 1),
      measured: (observed) => observed.short.deadLettered,
    },
    {
      id: 'dead-lettered-kept',
      label: 'Messages in the dead-letter queue',
      side: 'kept',
      rule: 'G15',
      predicted: (facts) => facts.kept.predicted.deadLettered,
      measured: (observed) => observed.kept.deadLettered,
    },
    {
      id: 'lost-short',
      label: 'Messages that are lost',
      side: 'short',
      rule: 'G15',
      predicted: (facts) => (ageAtMove(facts.short) > shortRetentionSeconds ? 1 : 0),
      measured: (observed) => observed.short.lost,
    },
    {
      id: 'lost-kept',
      label: 'Messages that are lost',
      side: 'kept',
      rule: 'G15',
      predicted: (facts) => facts.kept.predicted.lost,
      measured: (observed) => observed.kept.lost,
    },
    {
      id: 'sent-kept',
      label: 'Later than the message was sent, by SentTimestamp in the dead-letter queue',
      side: 'kept',
      unit: 'ms',
      rule: 'G16',
      predicted: () => 0,
      measured: (observed) => {
        const there = attribute(observed.kept, 'SentTimestamp');
        return there === undefined ? undefined : there - sentAt(observed.kept);
      },
    },
    {
      id: 'count-kept',
      label: 'Receive count of the first look into the dead-letter queue',
      side: 'kept',
      rule: 'G16',
      predicted: (facts) => (facts.kept.settings.maxReceiveCount ?? 0) + 1,
      measured: (observed) => attribute(observed.kept, 'ApproximateReceiveCount'),
    },
  ],
  headline: ['dead-lettered-short', 'dead-lettered-kept'],
  rule: 'A message of a standard queue keeps its id, its body and its original enqueue time when it is moved to the dead-letter queue, so the retention there counts from the first sending. Make it longer than that of the source queue.',
  source: {
    url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html',
    date: '2026-11-23',
  },
}));
