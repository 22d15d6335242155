/** Experiment 27: two workers on one message. */
import { defineExperiment, deliveriesOf } from '../src/experiments/index.ts';
import type { Measurement, Observed } from '../src/experiments/index.ts';

type Name = 'long' | 'short';

/** As src/handlers/experiments/slow-first.ts works on a first delivery. */
const workSeconds = 4;

const sends = { good: 1, poison: 0 } as const;

const endsEarlier =
  'A message comes once more for each visibility timeout that ends before its first worker does, unless the second worker has deleted it by then.';

/** Whether the second worker began before the first had ended, by their own lines. */
function overlap({ lines }: Observed): string {
  const of = (receiveCount: number, ended: boolean) =>
    lines.find((line) => line['receiveCount'] === receiveCount && 'outcome' in line === ended) as
      | { readonly timestamp?: number }
      | undefined;
  const [second, first] = [of(2, false)?.timestamp, of(1, true)?.timestamp];
  return second !== undefined && first !== undefined && second < first ? 'yes' : 'no';
}

export const experiment = defineExperiment<Name>(() => ({
  number: '27',
  title: 'Visibility timeout below the work: two workers on one message',
  rules: ['G02', 'G03'],
  why: 'Two copies of the lab get one message whose first delivery takes four seconds; one queue hides it for two. Then a second worker gets the same message while the first still works on it, and the effect happens twice without any error.',
  question: {
    text: 'The work takes 4 s and the visibility timeout is 2 s. Is the message worked on twice at the same time?',
    of: 'overlap-short',
    choices: ['yes', 'no'],
  },
  sides: {
    short: {
      title: 'visibility timeout 2 s',
      handler: 'slow-first',
      build: { functionTimeoutSeconds: 10, windowSeconds: 0 },
      change: { visibilityTimeoutSeconds: 2 },
      sends,
    },
    long: {
      title: 'visibility timeout 30 s',
      handler: 'slow-first',
      build: { functionTimeoutSeconds: 10, windowSeconds: 0 },
      sends,
    },
  },
  numbers: [
    ...(['short', 'long'] as const).flatMap((side): Measurement<Name>[] => [
      {
        id: `overlap-${side}`,
        label: 'Two workers on the message at the same time',
        side,
        rule: 'G02',
        predicted: (facts) =>
          facts[side].settings.visibilityTimeoutSeconds < workSeconds ? 'yes' : 'no',
        measured: (observed) => overlap(observed[side]),
      },
      {
        id: `deliveries-${side}`,
        label: 'Deliveries of the message',
        side,
        rule: 'G02',
        // One more for each visibility timeout that ends before the first worker does.
        predicted: (facts) => {
          const most = Math.ceil(workSeconds / facts[side].settings.visibilityTimeoutSeconds);
          return most === 1 ? 1 : { from: 2, to: most + 1, because: endsEarlier };
        },
        measured: (observed) => deliveriesOf(observed[side].messages).length,
      },
    ]),
    {
      id: 'mapping-short',
      label: 'A new mapping of this queue',
      side: 'short',
      rule: 'G02',
      predicted: (facts) =>
        facts.short.settings.visibilityTimeoutSeconds < facts.long.settings.functionTimeoutSeconds
          ? 'InvalidParameterValueException'
          : 'taken',
      measured: (observed) => observed.short.kept['mapping'],
    },
  ],
  headline: ['overlap-short', 'overlap-long'],
  rule: 'The visibility timeout of the queue must not be below the function timeout; Lambda checks this when a mapping is made or updated. AWS advises six times the function timeout, plus the batching window.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html',
    date: '2026-11-23',
  },
}));
