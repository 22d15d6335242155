/** Experiment 21: the code returns failures, and ReportBatchItemFailures is off. */
import { defineExperiment, deliveriesOf } from '../src/experiments/index.ts';
import type { Measurement } from '../src/experiments/index.ts';

type Name = 'off' | 'on';

export const experiment = defineExperiment<Name>(() => ({
  number: '21',
  title: 'The code returns failures, and the switch is off: a silent loss',
  rules: ['G07'],
  why: 'Two copies of the lab run the same code, which returns the ids that failed; on one mapping ReportBatchItemFailures is off. There Lambda does not read the answer, the function has not thrown, and the failed message is deleted with the others.',
  question: {
    text: 'The code returns the id of the poison, and ReportBatchItemFailures is off. Where is the poison afterwards?',
    of: 'fate-off',
    choices: ['still in the queue', 'in the dead-letter queue', 'nowhere'],
  },
  sides: {
    off: {
      title: 'ReportBatchItemFailures off',
      handler: 'returns',
      behaviour: 'returns',
      change: { reportFailures: false },
      sends: { good: 9, poison: 1 },
    },
    on: {
      title: 'ReportBatchItemFailures on',
      handler: 'returns',
      behaviour: 'returns',
      sends: { good: 9, poison: 1 },
    },
  },
  numbers: [
    ...(['off', 'on'] as const).flatMap((side): Measurement<Name>[] => [
      {
        id: `deliveries-${side}`,
        label: 'Deliveries of the poison',
        side,
        rule: 'G07',
        predicted: (facts) => deliveriesOf(facts[side].predicted.messages, 'poison').length,
        measured: (observed) => deliveriesOf(observed[side].messages, 'poison').length,
      },
      {
        id: `lost-${side}`,
        label: 'Messages that are lost',
        side,
        rule: 'G07',
        predicted: (facts) => facts[side].predicted.lost,
        measured: (observed) => observed[side].lost,
      },
      {
        id: `errors-${side}`,
        label: 'Invocations that ended in an error',
        side,
        rule: 'G09',
        predicted: (facts) => facts[side].predicted.errors,
        measured: (observed) => observed[side].errors,
      },
    ]),
    {
      id: 'fate-off',
      label: 'Where the poison is',
      side: 'off',
      rule: 'G07',
      predicted: (facts) => place(facts.off.predicted.messages),
      measured: (observed) => place(observed.off.messages),
    },
  ],
  headline: ['lost-off', 'lost-on'],
  needsOneBatch: true,
  rule: 'Lambda reads batchItemFailures only when the mapping has FunctionResponseTypes ReportBatchItemFailures. Without it a function that does not throw has handled its whole batch, whatever it returns.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html',
    date: '2026-11-23',
  },
}));

/** Where the poison has come to, in the words of the question. */
function place(messages: readonly { readonly kind: string; readonly fate: string }[]): string {
  const fate = messages.find(({ kind }) => kind === 'poison')?.fate;
  if (fate === 'still there') return 'still in the queue';
  return fate === 'dead-lettered' ? 'in the dead-letter queue' : 'nowhere';
}
