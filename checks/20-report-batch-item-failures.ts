/** Experiment 20: what one poison costs the nine good messages of its batch. */
import { defineExperiment, deliveriesOf } from '../src/experiments/index.ts';

export const experiment = defineExperiment<'with' | 'without'>(({ maxReceiveCount }) => ({
  number: '20',
  title: 'One poison among nine good messages, without and with ReportBatchItemFailures',
  rules: ['G06', 'G04'],
  why: `Two copies of the lab get the same ten messages, one of them poison; one mapping reads which of them failed, the other does not. Without that answer one bad message fails the whole batch: good messages are worked on again, and go to the dead-letter queue with the poison.`,
  question: {
    text: `Nine good messages share a batch with one poison, and ReportBatchItemFailures is off. maxReceiveCount is ${maxReceiveCount}. How often is a good message handled?`,
    of: 'handled-without',
  },
  sides: {
    without: {
      title: 'without ReportBatchItemFailures',
      handler: 'throws',
      behaviour: 'throws',
      change: { reportFailures: false },
      sends: { good: 9, poison: 1 },
    },
    with: {
      title: 'with ReportBatchItemFailures',
      handler: 'returns',
      behaviour: 'returns',
      sends: { good: 9, poison: 1 },
    },
  },
  numbers: (['without', 'with'] as const).flatMap((side) => [
    {
      id: `handled-${side}`,
      label: 'Times that a good message is handled',
      side,
      rule: 'G06',
      predicted: (facts) => perGood(facts[side].predicted.messages),
      measured: (observed) => perGood(observed[side].messages),
    },
    {
      id: `deliveries-${side}`,
      label: 'Deliveries of all messages',
      side,
      rule: 'G06',
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
    {
      id: `errors-${side}`,
      label: 'Invocations that ended in an error',
      side,
      rule: 'G09',
      predicted: (facts) => facts[side].predicted.errors,
      measured: (observed) => observed[side].errors,
    },
  ]),
  headline: ['handled-without', 'handled-with'],
  needsOneBatch: true,
  rule: 'Without a partial batch response, one error makes every message of the batch visible again after its visibility timeout, also those that were handled. With ReportBatchItemFailures only the messages come back whose ids the function returns.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html',
    date: '2026-11-23',
  },
}));

/** How often each good message was handled; all alike, or the most often of all. */
function perGood(messages: Parameters<typeof deliveriesOf>[0]): number {
  return Math.max(
    ...messages.filter(({ kind }) => kind === 'good').map(({ deliveries }) => deliveries.length),
  );
}
