/** Experiment 22: which answers count as success, and which make the whole batch come back. */
import { defineExperiment, deliveriesOf } from '../src/experiments/index.ts';
import type { Measurement, Side, Value } from '../src/experiments/index.ts';

const sends = { good: 2, poison: 0 } as const;

/** Each answer, and whether Lambda takes it as success; undefined: AWS does not say. */
const answers = {
  nothing: true,
  'empty-object': true,
  'empty-list': true,
  'empty-id': false,
  'unknown-id': false,
  'wrong-key': false,
  throws: false,
  string: undefined,
} as const satisfies Readonly<Record<string, boolean | undefined>>;

type Name = keyof typeof answers;

const names = Object.keys(answers) as Name[];

const side = (name: Name): Side => ({
  title: name.replaceAll('-', ' '),
  handler: 'answers',
  more: { function: { Environment: { Variables: { ANSWER: name } } } },
  sends,
});

const openOf = (name: Name): { readonly open?: true } =>
  answers[name] === undefined ? { open: true } : {};

function ofAnswer(
  name: Name,
  { success, failure }: { readonly success: number; readonly failure: number },
): Value {
  const isSuccess = answers[name];
  if (isSuccess === undefined) return 'AWS does not say';
  return isSuccess ? success : failure;
}

export const experiment = defineExperiment<Name>(() => ({
  number: '22',
  title: 'Which answers are success, and which bring back the whole batch',
  rules: ['G08'],
  why: 'Eight functions handle the same two messages well, and answer in eight ways. An answer that Lambda cannot read as a list of failed ids counts as the failure of the whole batch, so one misspelt member name sends good messages to the dead-letter queue.',
  question: {
    text: 'All is handled well, and the answer is {"batchItemFailures":[{"itemIdentifier":""}]}. How many of the two messages are in the dead-letter queue in the end?',
    of: 'dead-lettered-empty-id',
  },
  sides: {
    nothing: side('nothing'),
    'empty-object': side('empty-object'),
    'empty-list': side('empty-list'),
    'empty-id': side('empty-id'),
    'unknown-id': side('unknown-id'),
    'wrong-key': side('wrong-key'),
    throws: side('throws'),
    string: side('string'),
  },
  numbers: names.flatMap((name): Measurement<Name>[] => [
    {
      id: `deliveries-${name}`,
      label: 'Deliveries of the two messages',
      side: name,
      rule: 'G08',
      ...openOf(name),
      predicted: (facts) =>
        ofAnswer(name, {
          success: sends.good,
          failure: sends.good * (facts[name].settings.maxReceiveCount ?? 0),
        }),
      measured: (observed) => deliveriesOf(observed[name].messages).length,
    },
    {
      id: `dead-lettered-${name}`,
      label: 'Messages in the dead-letter queue',
      side: name,
      rule: 'G08',
      ...openOf(name),
      predicted: () => ofAnswer(name, { success: 0, failure: sends.good }),
      measured: (observed) => observed[name].deadLettered,
    },
  ]),
  headline: ['dead-lettered-empty-list', 'dead-lettered-empty-id'],
  rule: 'Success: null, an empty answer or object, an empty or null batchItemFailures. Failure of the whole batch: an itemIdentifier that is empty, null, misspelt or of no message of the batch, and an exception. AWS does not say how it reads JSON of another type, such as a string.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html',
    date: '2026-11-23',
  },
}));
