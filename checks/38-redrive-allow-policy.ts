/** Experiment 38: a dead-letter queue decides whose it is. */
import { defineExperiment } from '../src/experiments/index.ts';

const sends = { good: 0, poison: 0 } as const;

export const experiment = defineExperiment<'allowed' | 'denied'>(() => ({
  number: '38',
  title: 'RedriveAllowPolicy: a dead-letter queue decides whose it is',
  rules: ['G24'],
  why: 'Two source queues ask for a dead-letter queue; one of these denies everybody, the other names its source. The redrive policy stands on the source queue and the permission on the dead-letter queue, so a right RedrivePolicy alone can be refused.',
  question: {
    text: 'The dead-letter queue has redrivePermission denyAll. What happens when a source queue names it in its RedrivePolicy?',
    of: 'answer-denied',
    choices: ['taken', 'refused'],
  },
  sides: {
    denied: { title: 'denyAll', build: { maxReceiveCount: null }, sends },
    allowed: {
      title: 'byQueue, with the source named',
      build: { maxReceiveCount: null },
      change: { maxReceiveCount: 3 },
      sends,
    },
  },
  numbers: (['denied', 'allowed'] as const).map((side) => ({
    id: `answer-${side}`,
    label: 'The redrive policy of the source queue is',
    side,
    rule: 'G24',
    predicted: () => (side === 'denied' ? 'refused' : 'taken'),
    measured: (observed) => observed[side].kept['answer'],
  })),
  headline: ['answer-denied', 'answer-allowed'],
  rule: 'redrivePermission is allowAll (the default), denyAll, or byQueue with up to ten sourceQueueArns. It stands on the dead-letter queue, and says which source queues may name that queue in their RedrivePolicy.',
  source: {
    url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html',
    date: '2026-11-23',
  },
}));
