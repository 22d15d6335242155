/** Experiment 32: the same receive, as a short poll and as a long one. */
import { defineExperiment } from '../src/experiments/index.ts';
import type { Measurement, Observed, SideFacts } from '../src/experiments/index.ts';

type Name = 'long' | 'short';

/** WaitTimeSeconds of the receive in the step; a queue of which nobody says otherwise has 0. */
const waitTimeSeconds: Readonly<Record<Name, number>> = { short: 0, long: 20 };

/** DelaySeconds of the message in the step: the receive asks before the message is visible. */
const delaySeconds = 6;

/** What one receive brings that begins right after the send. */
const brings = (name: Name, { sends }: SideFacts) =>
  waitTimeSeconds[name] > delaySeconds ? sends.good : 0;

const kept = ({ kept: values }: Observed, name: string) =>
  values[name] === undefined ? undefined : Number(values[name]);

export const experiment = defineExperiment<Name>(() => ({
  number: '32',
  title: 'Short and long polling: the same receive, and what it brings',
  rules: ['G17'],
  why: `A message is sent to each of two queues, and becomes visible ${delaySeconds} s later; each consumer receives once, right after the send. A short poll answers at once with nothing and is billed, so a loop of short polls pays for answers without messages, where one long poll waits and brings the message.`,
  question: {
    text: `A message becomes visible in ${delaySeconds} s. A receive with WaitTimeSeconds ${waitTimeSeconds.long} begins now. How many messages does it bring?`,
    of: 'brings-long',
  },
  sides: {
    short: {
      title: `WaitTimeSeconds ${waitTimeSeconds.short}, the default`,
      sends: { good: 1, poison: 0 },
    },
    long: {
      title: `WaitTimeSeconds ${waitTimeSeconds.long}`,
      sends: { good: 1, poison: 0 },
    },
  },
  numbers: (['short', 'long'] as const).flatMap((name): Measurement<Name>[] => [
    {
      id: `brings-${name}`,
      label: 'Messages that the one receive brings',
      side: name,
      rule: 'G17',
      predicted: (facts) => brings(name, facts[name]),
      measured: (observed) => kept(observed[name], 'brings'),
    },
    {
      id: `left-${name}`,
      label: 'Messages in the queue at the end',
      side: name,
      rule: 'G17',
      // A receive deletes nothing, and this one hides nothing either.
      predicted: (facts) => facts[name].sends.good,
      measured: (observed) => observed[name].stillThere,
    },
  ]),
  headline: ['brings-short', 'brings-long'],
  rule: 'With a wait time of 0 SQS answers at once, from a sample of its servers, also when there is nothing. With 1 to 20 s it waits until a message is there or the time is over. Both are one request.',
  source: {
    url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html',
    date: '2026-11-23',
  },
  onlyOnAws:
    'A short poll asks a sample of the servers and may miss a message that is there; the sandbox finds each one. How often an idle mapping polls (G34) is in no document either: NumberOfEmptyReceives of its queue shows it on a real account, and each of them is billed.',
}));
