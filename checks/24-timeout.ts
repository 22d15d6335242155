/** Experiment 24: a timeout throws the partial answer away. */
import { defineExperiment } from '../src/experiments/index.ts';
import type { ObservedMessage, deliveriesOf } from '../src/experiments/index.ts';

const sends = { good: 4, poison: 1 } as const;

type Messages = Parameters<typeof deliveriesOf>[0];

/** Times that each good message was worked on; the most of all. */
const perGood = (messages: Messages): number =>
  Math.max(
    ...messages.filter(({ kind }) => kind === 'good').map(({ deliveries }) => deliveries.length),
  );

const finished = (messages: readonly ObservedMessage[]): number =>
  Math.max(
    ...messages.map(
      ({ deliveries }) => deliveries.filter(({ outcome }) => outcome === 'OK').length,
    ),
  );

export const experiment = defineExperiment<'hangs' | 'stops'>(() => ({
  number: '24',
  title: 'A timeout throws the partial answer away',
  rules: ['G10', 'G09'],
  why: 'Both copies have ReportBatchItemFailures on, and a message that takes longer than the function may run; one function hangs on it, the other stops in time and returns it. After a timeout there is no answer to read: messages that were finished before it come back and are worked on again.',
  question: {
    text: 'The function finishes four good messages, then hangs on the fifth until its timeout. ReportBatchItemFailures is on, maxReceiveCount is 3. How often is a good message worked on?',
    of: 'worked-on-hangs',
  },
  sides: {
    hangs: {
      title: 'hangs until the timeout',
      handler: 'hangs',
      behaviour: 'times-out',
      change: { functionTimeoutSeconds: 1 },
      sends,
    },
    stops: {
      title: 'stops in time, returns the rest',
      handler: 'stops-in-time',
      behaviour: 'returns',
      change: { functionTimeoutSeconds: 1 },
      sends,
    },
  },
  numbers: (['hangs', 'stops'] as const).flatMap((side) => [
    {
      id: `worked-on-${side}`,
      label: 'Times that a good message is worked on',
      side,
      rule: 'G10',
      predicted: (facts) => perGood(facts[side].predicted.messages),
      measured: (observed) => finished(observed[side].messages),
    },
    {
      id: `timeouts-${side}`,
      label: 'Invocations that timed out',
      side,
      rule: 'G10',
      predicted: (facts) => facts[side].predicted.timeouts,
      measured: (observed) => observed[side].timeouts,
    },
    {
      id: `errors-${side}`,
      label: 'Invocations that ended in an error',
      side,
      rule: 'G09',
      predicted: (facts) => facts[side].predicted.errors,
      measured: (observed) => observed[side].errors,
    },
    {
      id: `dead-lettered-${side}`,
      label: 'Messages in the dead-letter queue',
      side,
      rule: 'G10',
      predicted: (facts) => facts[side].predicted.deadLettered,
      measured: (observed) => observed[side].deadLettered,
    },
  ]),
  headline: ['worked-on-hangs', 'worked-on-stops'],
  needsOneBatch: true,
  rule: 'A timeout is a function error, and after it there is no response to read: all messages of the batch become visible again, the finished ones too. A function that looks at getRemainingTimeInMillis() can return what is not done while it still can.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html',
    date: '2026-11-23',
  },
}));
