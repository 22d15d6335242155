/** Experiment 29: the move to the dead-letter queue needs a receive. */
import { defineExperiment } from '../src/experiments/index.ts';
import type { Observed } from '../src/experiments/index.ts';

const kept = ({ kept: values }: Observed, name: string) =>
  values[name] === undefined ? undefined : Number(values[name]);

export const experiment = defineExperiment<'hand'>(({ maxReceiveCount }) => ({
  number: '29',
  title: 'The move to the dead-letter queue needs a receive',
  rules: ['G05'],
  why: `A message is received by hand ${maxReceiveCount} times, as often as the redrive policy allows, and then left alone. It stays in the source queue for as long as nobody asks, so an alarm on the dead-letter queue says nothing about a queue whose consumer is gone.`,
  question: {
    text: `The message was received ${maxReceiveCount} times, and maxReceiveCount is ${maxReceiveCount}. Nobody receives for two minutes. How many messages are in the dead-letter queue?`,
    of: 'before',
  },
  sides: {
    hand: { title: 'received by hand, no function', sends: { good: 0, poison: 1 } },
  },
  numbers: [
    {
      id: 'before',
      label: 'Messages in the dead-letter queue while nobody receives',
      rule: 'G05',
      // No receive has exceeded the count.
      predicted: () => 0,
      measured: (observed) => kept(observed.hand, 'before'),
    },
    {
      id: 'fourth',
      label: 'Messages that the next receive brings',
      rule: 'G05',
      predicted: () => 0,
      measured: (observed) => kept(observed.hand, 'fourth'),
    },
    {
      id: 'after',
      label: 'Messages in the dead-letter queue after it',
      rule: 'G05',
      predicted: (facts) => facts.hand.sends.poison,
      measured: (observed) => observed.hand.deadLettered,
    },
  ],
  headline: ['before', 'after'],
  rule: 'SQS moves a message when its receive count exceeds maxReceiveCount, so it is a receive that moves it. This was recorded on AWS and fits its word "exceeds"; its documentation does not say that no timer does it.',
  source: {
    url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html',
    date: '2026-11-23',
  },
}));
