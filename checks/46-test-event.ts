/** Experiment 46: a saved test event calls the function, and never touches the queue. */
import { defineExperiment, deliveriesOf } from '../src/experiments/index.ts';
import type { Observed } from '../src/experiments/index.ts';

/** So often the step calls the function with the saved event; there is one record in it, and it fails. */
const calls = 3;

const kept = ({ kept: values }: Observed, name: string): number | undefined =>
  values[name] === undefined ? undefined : Number(values[name]);

export const experiment = defineExperiment<'called' | 'queued'>(({ maxReceiveCount }) => ({
  number: '46',
  title: 'A saved test event never touches the queue',
  rules: ['G39'],
  why: `The same poison fails ${calls} times in both copies: in one Lambda receives it from the queue, in the other somebody calls the function with a saved test event that names it. A green or red test event says what the handler does, and nothing of the queue, the mapping, the retries or the dead-letter queue.`,
  question: {
    text: `A poison message lies in a queue whose mapping is disabled. The function is called ${calls} times by hand with a test event that holds this message, and returns it as failed each time; maxReceiveCount is ${maxReceiveCount}. How many messages are in the dead-letter queue then?`,
    of: 'dead-lettered-called',
  },
  sides: {
    called: {
      title: 'test event by hand',
      handler: 'returns',
      // The step sends it itself: it needs the id for the event.
      sends: { good: 0, poison: 1 },
    },
    queued: {
      title: 'through the queue',
      handler: 'returns',
      sends: { good: 0, poison: 1 },
    },
  },
  numbers: [
    {
      id: 'failures-called',
      label: 'Failures that the answers name',
      side: 'called',
      rule: 'G39',
      predicted: () => calls,
      measured: (observed) => kept(observed.called, 'failures'),
    },
    {
      id: 'receives-called',
      label: 'Receives of the message by then',
      side: 'called',
      rule: 'G39',
      predicted: () => 0,
      measured: (observed) => kept(observed.called, 'receives'),
    },
    {
      id: 'still-there-called',
      label: 'Messages still in the queue',
      side: 'called',
      rule: 'G39',
      predicted: (facts) => facts.called.sends.poison,
      measured: (observed) => observed.called.stillThere,
    },
    {
      id: 'dead-lettered-called',
      label: 'Messages in the dead-letter queue',
      side: 'called',
      rule: 'G39',
      predicted: () => 0,
      measured: (observed) => observed.called.deadLettered,
    },
    {
      id: 'deliveries-queued',
      label: 'Deliveries of the message',
      side: 'queued',
      rule: 'G04',
      predicted: (facts) => facts.queued.settings.maxReceiveCount ?? Infinity,
      measured: (observed) => deliveriesOf(observed.queued.messages).length,
    },
    {
      id: 'dead-lettered-queued',
      label: 'Messages in the dead-letter queue',
      side: 'queued',
      rule: 'G04',
      predicted: (facts) => facts.queued.sends.poison,
      measured: (observed) => observed.queued.deadLettered,
    },
  ],
  headline: ['dead-lettered-called', 'dead-lettered-queued'],
  rule: 'A test event is a synchronous call with an event that somebody wrote. No message is received, deleted or tried again, and nobody reads batchItemFailures in the answer. Only a message that is sent to the queue tests the mapping, the retries and the dead-letter queue.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/testing-functions.html',
    date: '2026-11-28',
  },
}));
