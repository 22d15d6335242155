/** Experiment 22: which answers count as success, and which make the whole batch come back. */
import { defineExperiment, deliveriesOf } from '../src/experiments/index.ts';
import type { Side } from '../src/experiments/index.ts';

const sends = { good: 2, poison: 0 } as const;

/** Each answer, and whether Lambda takes it as success. */
const answers = {
  nothing: true,
  'empty-list': true,
  'empty-id': false,
  'unknown-id': false,
  'wrong-key': false,
  throws: false,
} as const;

type Name = keyof typeof answers;

const names = Object.keys(answers) as Name[];

const side = (name: Name): Side => ({
  title: name.replaceAll('-', ' '),
  handler: 'answers',
  more: { function: { Environment: { Variables: { ANSWER: name } } } },
  sends,
});

export const experiment = defineExperiment<Name>(() => ({
  number: '22',
  title: 'Which answers are success, and which bring back the whole batch',
  rules: ['G08'],
  why: 'Six functions handle the same two messages well, and answer in six ways. An answer that Lambda cannot read as a list of failed ids counts as the failure of the whole batch, so one misspelt member name sends good messages to the dead-letter queue.',
  question: {
    text: 'All is handled well, and the answer is {"batchItemFailures":[{"itemIdentifier":""}]}. How many of the two messages are in the dead-letter queue in the end?',
    of: 'dead-lettered-empty-id',
  },
  sides: {
    nothing: side('nothing'),
    'empty-list': side('empty-list'),
    'empty-id': side('empty-id'),
    'unknown-id': side('unknown-id'),
    'wrong-key': side('wrong-key'),
    throws: side('throws'),
  },
  numbers: names.flatMap((name) => [
    {
      id: `deliveries-${name}`,
      label: 'Deliveries of the two messages',
      side: name,
      rule: 'G08',
      predicted: (facts) =>
        sends.good * (answers[name] ? 1 : (facts[name].settings.maxReceiveCount ?? 0)),
      measured: (observed) => deliveriesOf(observed[name].messages).length,
    },
    {
      id: `dead-lettered-${name}`,
      label: 'Messages in the dead-letter queue',
      side: name,
      rule: 'G08',
      predicted: () => (answers[name] ? 0 : sends.good),
      measured: (observed) => observed[name].deadLettered,
    },
  ]),
  headline: ['dead-lettered-empty-list', 'dead-lettered-empty-id'],
  rule: 'Success: null, an empty answer, an empty or null batchItemFailures. Failure of the whole batch: an itemIdentifier that is empty, null, misspelt or of no message of the batch, and an exception.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html',
    date: '2026-11-23',
  },
}));
