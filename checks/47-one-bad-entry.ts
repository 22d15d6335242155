/** Experiment 47: HTTP 200, and one entry of the batch has failed. */
import { defineExperiment } from '../src/experiments/index.ts';
import type { Observed } from '../src/experiments/index.ts';

/** DelaySeconds of the two entries that the step sends. */
const delays = [0, 901];

/** The most that SQS takes. */
const mostDelaySeconds = 900;

const kept = ({ kept: values }: Observed, name: string) =>
  values[name] === undefined ? undefined : Number(values[name]);

export const experiment = defineExperiment<'mixed'>(() => ({
  number: '47',
  title: 'HTTP 200, and one entry of the batch has failed',
  rules: ['G37'],
  why: 'One call sends two messages, and SQS cannot take the second. The call succeeds all the same, no exception is thrown, and who does not read Failed has lost a message without an error.',
  question: {
    text: 'One of two entries of a SendMessageBatch is wrong. How many messages are in the queue afterwards?',
    of: 'in-queue',
  },
  sides: {
    mixed: {
      title: 'one good entry, one that SQS refuses',
      sends: { good: delays.filter((delay) => delay <= mostDelaySeconds).length, poison: 0 },
    },
  },
  numbers: [
    {
      id: 'error',
      label: 'Error of the call',
      rule: 'G37',
      // A call fails as a whole only for what is wrong with the call: too many entries, two with one id, too much data.
      predicted: () => 'none',
      measured: (observed) => observed.mixed.kept['error'],
    },
    {
      id: 'successful',
      label: 'Entries in Successful',
      rule: 'G37',
      predicted: (facts) => facts.mixed.sends.good,
      measured: (observed) => kept(observed.mixed, 'successful'),
    },
    {
      id: 'failed',
      label: 'Entries in Failed',
      rule: 'G37',
      predicted: () => delays.filter((delay) => delay > mostDelaySeconds).length,
      measured: (observed) => kept(observed.mixed, 'failed'),
    },
    {
      id: 'fault',
      label: 'Whose fault it is, by SenderFault',
      rule: 'G37',
      predicted: () => 'the sender',
      measured: (observed) => observed.mixed.kept['fault'],
    },
    {
      id: 'in-queue',
      label: 'Messages in the queue',
      rule: 'G37',
      predicted: (facts) => facts.mixed.sends.good,
      measured: (observed) => observed.mixed.stillThere,
    },
  ],
  headline: ['error', 'failed'],
  rule: 'The result of a batch call is reported for each entry. The call answers HTTP 200 also when entries have failed; Failed lists them with a code and SenderFault, and the SDK sends none of them again.',
  source: {
    url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html',
    date: '2026-11-23',
  },
}));
