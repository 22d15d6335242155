/** Experiment 37: a redrive sends messages back, and fixes nothing. */
import { defineExperiment } from '../src/experiments/index.ts';
import type { Measurement, Observed, Side } from '../src/experiments/index.ts';

const sends = { good: 4, poison: 0 } as const;

/** What the commands of the step allow. */
const messagesPerSecond = 1;

const side: Omit<Side, 'title'> = {
  handler: 'needs-address',
  more: { function: { Environment: { Variables: { ADDRESS: 'wrong' } } } },
  build: { maxReceiveCount: 1 },
  sends,
};

const redriven = ({ messages }: Observed) =>
  messages.filter(({ name }) => name.startsWith('redriven'));

/** Seconds from the first to the last new message, by the time at which SQS took each, as the function logs it. */
function secondsOf(observed: Observed): number | undefined {
  const ids = redriven(observed).map(({ messageId }) => messageId);
  const times = observed.lines
    .filter(({ messageId }) => ids.some((id) => id === messageId))
    .map(({ sentAt }) => Number(sentAt));
  if (times.length === 0) return undefined;
  return Math.round((Math.max(...times) - Math.min(...times)) / 1000);
}

type Name = 'fixed' | 'unfixed';

/** What the redrive of one side came to. */
const ofSide = (name: Name): Measurement<Name>[] => [
  {
    id: `dead-lettered-${name}`,
    label: 'Messages in the dead-letter queue after the redrive',
    side: name,
    rule: 'G23',
    predicted: (facts) => (name === 'fixed' ? 0 : facts[name].sends.good),
    measured: (observed) => observed[name].deadLettered,
  },
  {
    id: `handled-${name}`,
    label: 'Messages that are handled after the redrive',
    side: name,
    rule: 'G23',
    predicted: (facts) => (name === 'fixed' ? facts[name].sends.good : 0),
    measured: (observed) =>
      redriven(observed[name]).filter(({ fate }) => fate === 'deleted').length,
  },
  {
    id: `new-ids-${name}`,
    label: 'Redriven messages that have a new id',
    side: name,
    rule: 'G16',
    predicted: (facts) => facts[name].sends.good,
    measured: (observed) => redriven(observed[name]).length,
  },
];

export const experiment = defineExperiment<Name>(() => ({
  number: '37',
  title: 'Redrive: new messages, and the old cause if it is not fixed',
  rules: ['G23', 'G16'],
  why: 'Two functions had a wrong setting, and four good messages of each are in the dead-letter queue; both queues are redriven, and only one cause was fixed. A redrive puts the messages back as new ones and fixes nothing, so without the fix they fail again.',
  question: {
    text: `Four messages are redriven, and the function still has the wrong setting. How many are in the dead-letter queue in the end?`,
    of: 'dead-lettered-unfixed',
  },
  sides: {
    unfixed: { title: 'redriven, not fixed', ...side },
    fixed: { title: 'fixed, then redriven', ...side },
  },
  numbers: [
    ...ofSide('unfixed'),
    ...ofSide('fixed'),
    {
      id: 'seconds-fixed',
      label: `From the first to the last of them, at ${messagesPerSecond} a second`,
      side: 'fixed',
      unit: 's',
      rule: 'G23',
      predicted: (facts) => {
        const seconds = (facts.fixed.sends.good - 1) / messagesPerSecond;
        return {
          from: seconds,
          to: seconds + 60,
          because: 'The rate is a maximum: SQS may move fewer messages a second.',
        };
      },
      measured: (observed) => secondsOf(observed.fixed),
    },
  ],
  headline: ['dead-lettered-unfixed', 'dead-lettered-fixed'],
  rule: 'StartMessageMoveTask moves all messages of a dead-letter queue, by default back to the queues that they came from, at most 500 a second. What arrives is a new message with a new id and a new retention period. It filters and edits nothing: fix the cause first.',
  source: {
    url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html',
    date: '2026-11-23',
  },
}));
