/** Experiment 42: a caught error is a handled message. */
import { defineExperiment } from '../src/experiments/index.ts';

const sends = { good: 9, poison: 1 } as const;

export const experiment = defineExperiment<'reports' | 'swallows'>(() => ({
  number: '42',
  title: 'Swallowed errors: green metrics, lost work',
  rules: ['G29'],
  why: 'Two functions meet the same poison; one catches the error and logs it, the other reports the message as failed. Lambda cannot see a caught error: it deletes the message, and no metric, alarm or dead-letter queue tells of the work that was never done.',
  question: {
    text: 'Ten messages, one fails, and the code catches the error and only logs it. How many of the ten does Lambda delete?',
    of: 'deleted-swallows',
  },
  sides: {
    swallows: { title: 'catches and logs', handler: 'swallows', behaviour: 'swallows', sends },
    reports: { title: 'reports what failed', handler: 'returns', behaviour: 'returns', sends },
  },
  numbers: (['swallows', 'reports'] as const).flatMap((side) => [
    {
      id: `deleted-${side}`,
      label: 'Messages that are deleted',
      side,
      rule: 'G29',
      predicted: (facts) => facts[side].predicted.deleted,
      measured: (observed) => observed[side].deleted,
    },
    {
      id: `lost-${side}`,
      label: 'Messages that are lost',
      side,
      rule: 'G29',
      predicted: (facts) => facts[side].predicted.lost,
      measured: (observed) => observed[side].lost,
    },
    {
      id: `dead-lettered-${side}`,
      label: 'Messages in the dead-letter queue',
      side,
      rule: 'G29',
      predicted: (facts) => facts[side].predicted.deadLettered,
      measured: (observed) => observed[side].deadLettered,
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
  headline: ['lost-swallows', 'lost-reports'],
  needsOneBatch: true,
  rule: 'A function that returns without an error has handled its batch: Lambda deletes every message that is not named in batchItemFailures. A caught error that is only logged is success.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html',
    date: '2026-11-23',
  },
}));
