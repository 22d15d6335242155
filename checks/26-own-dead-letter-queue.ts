/** Experiment 26: the dead-letter queue of a function is for asynchronous events, never for messages of a mapping. */
import { defineExperiment } from '../src/experiments/index.ts';
import type { Observed, SideFacts } from '../src/experiments/index.ts';

type Name = 'called' | 'polled';

/** An asynchronous event of which the function fails is tried so often again, where nobody has set it otherwise. */
const asynchronousRetries = 2;

/** An invocation that Lambda repeats keeps its request id: each attempt has a START line of its own all the same. */
const attempts = ({ events }: Observed): number =>
  events.filter(({ message }) => message.startsWith('START RequestId: ')).length;

const inOwn = ({ kept }: Observed): number | undefined =>
  kept['own'] === undefined ? undefined : Number(kept['own']);

const attemptsOf = (name: Name, { settings, sends }: SideFacts): number =>
  sends.poison *
  (name === 'polled' ? (settings.maxReceiveCount ?? Infinity) : 1 + asynchronousRetries);

export const experiment = defineExperiment<Name>(({ maxReceiveCount }) => ({
  number: '26',
  title: "The function's own dead-letter queue does nothing for a queue",
  rules: ['G12', 'G36'],
  why: 'Both functions have a dead-letter queue of their own and fail on the same poison; one gets it from its queue through the mapping, the other as an asynchronous event. A mapping calls the function synchronously, so a dead-letter queue that is set on the function in place of the queue stays empty, and its alarm silent.',
  question: {
    text: `A poison message comes through the mapping; maxReceiveCount is ${maxReceiveCount}, and the function throws each time. The function has a dead-letter queue of its own. How many messages are in that one at the end?`,
    of: 'own-polled',
  },
  sides: {
    polled: {
      title: 'from the queue',
      handler: 'throws',
      behaviour: 'throws',
      sends: { good: 0, poison: 1 },
    },
    called: {
      title: 'asynchronous event',
      handler: 'throws',
      // The step sends it itself: it needs the id for the event.
      sends: { good: 0, poison: 1 },
    },
  },
  numbers: (['polled', 'called'] as const).flatMap((name) => [
    {
      id: `own-${name}`,
      label: "Messages in the function's own dead-letter queue",
      side: name,
      rule: 'G12',
      predicted: (facts) => (name === 'polled' ? 0 : facts.called.sends.poison),
      measured: (observed) => inOwn(observed[name]),
    },
    {
      id: `dead-lettered-${name}`,
      label: 'Messages in the dead-letter queue of the queue',
      side: name,
      rule: 'G12',
      predicted: (facts) => (name === 'polled' ? facts.polled.predicted.deadLettered : 0),
      measured: (observed) => observed[name].deadLettered,
    },
    {
      id: `attempts-${name}`,
      label: 'Attempts',
      side: name,
      rule: 'G36',
      predicted: (facts) => attemptsOf(name, facts[name]),
      measured: (observed) => attempts(observed[name]),
    },
  ]),
  headline: ['own-polled', 'own-called'],
  rule: 'DeadLetterConfig of a function and its retry settings are for asynchronous invocations: Lambda tries 2 more times, then sends the event there. An event source mapping invokes synchronously: the message comes back maxReceiveCount times, and only the redrive policy of the queue keeps it.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html',
    date: '2026-11-28',
  },
}));
