/** Experiment 23: what is returned as failed is no error; what is thrown is one. */
import { defineExperiment, deliveriesOf } from '../src/experiments/index.ts';

const sends = { good: 0, poison: 1 } as const;

export const experiment = defineExperiment<'returned' | 'thrown'>(() => ({
  number: '23',
  title: 'Returned failures are no Errors; thrown ones are',
  rules: ['G09'],
  why: 'Two functions fail on the same message; one returns its id in batchItemFailures, the other throws. SQS treats both alike, and the metric Errors counts only the second: an alarm on Errors stays silent for a worker that reports its failures properly.',
  question: {
    text: 'A message fails in three deliveries, and the function returns its id each time. How many errors does Lambda count?',
    of: 'errors-returned',
  },
  sides: {
    returned: { title: 'returns the id', handler: 'returns', behaviour: 'returns', sends },
    thrown: { title: 'throws', handler: 'throws', behaviour: 'throws', sends },
  },
  numbers: (['returned', 'thrown'] as const).flatMap((side) => [
    {
      id: `errors-${side}`,
      label: 'Invocations that ended in an error',
      side,
      rule: 'G09',
      predicted: (facts) => facts[side].predicted.errors,
      measured: (observed) => observed[side].errors,
    },
    {
      id: `invocations-${side}`,
      label: 'Invocations',
      side,
      rule: 'G09',
      predicted: (facts) => facts[side].predicted.invocations,
      measured: (observed) => observed[side].invocations,
    },
    {
      id: `deliveries-${side}`,
      label: 'Deliveries of the poison',
      side,
      rule: 'G04',
      predicted: (facts) => deliveriesOf(facts[side].predicted.messages).length,
      measured: (observed) => deliveriesOf(observed[side].messages).length,
    },
    {
      id: `dead-lettered-${side}`,
      label: 'Messages in the dead-letter queue',
      side,
      rule: 'G04',
      predicted: (facts) => facts[side].predicted.deadLettered,
      measured: (observed) => observed[side].deadLettered,
    },
  ]),
  headline: ['errors-returned', 'errors-thrown'],
  rule: 'Errors counts invocations that end in an exception, a timeout or a crash. A returned batchItemFailures is a successful invocation. AWS also says that Lambda polls a queue with fewer concurrent invocations while they end in errors, and does not say by how much.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html',
    date: '2026-11-23',
  },
  onlyOnAws:
    'How much thrown errors slow the polling is not documented; a real account shows it in ConcurrentExecutions.',
}));
