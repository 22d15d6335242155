/** Experiment 25: forEach(async ...) answers before the work has ended. */
import { defineExperiment, deliveriesOf } from '../src/experiments/index.ts';
import type { Observed } from '../src/experiments/index.ts';

const sends = { good: 2, poison: 1 } as const;

/** Ids that the handler has returned in its first invocation, as it logs them itself. */
const returned = ({ lines }: Observed): number | undefined => {
  const first = lines.find((line) => typeof line['xReturned'] === 'number');
  return first === undefined ? undefined : Number(first['xReturned']);
};

const lostPoison = (
  messages: readonly { readonly kind: string; readonly lost: boolean }[],
): number => messages.filter(({ kind, lost }) => kind === 'poison' && lost).length;

export const experiment = defineExperiment<'for-each' | 'for-of'>(() => ({
  number: '25',
  title: 'forEach(async ...) answers before the work has ended',
  rules: ['G11'],
  why: 'Two functions do the same work and collect the ids that failed, one with forEach(async ...), the other with for...of and await. Lambda runs until the handler returns: forEach() waits for no promise, the list is still empty, and the failed message is deleted without an error.',
  question: {
    text: 'The handler fills batchItemFailures in records.forEach(async ...), each after an await. One of three messages fails. How many ids does the list have when Lambda gets it?',
    of: 'returned-for-each',
  },
  sides: {
    'for-each': {
      title: 'forEach(async ...)',
      handler: 'for-each',
      behaviour: 'forEach',
      sends,
    },
    'for-of': { title: 'for...of with await', handler: 'for-of', behaviour: 'returns', sends },
  },
  numbers: (['for-each', 'for-of'] as const).flatMap((side) => [
    {
      id: `returned-${side}`,
      label: 'Ids in the first answer',
      side,
      rule: 'G11',
      // What comes back after the first delivery is what the first answer has named.
      predicted: (facts) =>
        facts[side].predicted.messages.filter(({ deliveries }) => deliveries.length > 1).length,
      measured: (observed) => returned(observed[side]),
    },
    {
      id: `deliveries-${side}`,
      label: 'Deliveries of the poison',
      side,
      rule: 'G11',
      predicted: (facts) => deliveriesOf(facts[side].predicted.messages, 'poison').length,
      measured: (observed) => deliveriesOf(observed[side].messages, 'poison').length,
    },
    {
      id: `dead-lettered-${side}`,
      label: 'Messages in the dead-letter queue',
      side,
      rule: 'G11',
      predicted: (facts) => facts[side].predicted.deadLettered,
      measured: (observed) => observed[side].deadLettered,
    },
    {
      id: `lost-${side}`,
      label: 'Poison messages that are lost',
      side,
      rule: 'G11',
      predicted: (facts) => lostPoison(facts[side].predicted.messages),
      measured: (observed) => lostPoison(observed[side].messages),
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
  headline: ['lost-for-each', 'lost-for-of'],
  needsOneBatch: true,
  rule: 'Lambda serialises what the handler returns when it returns: work that is not awaited is not in it, and runs on only if the environment happens to get another invocation. Use for...of with await, or await Promise.allSettled(...).',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html',
    date: '2026-11-23',
  },
}));
