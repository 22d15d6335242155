/** Experiment 39: Lambda pulls, with the role of the function. */
import { defineExperiment } from '../src/experiments/index.ts';
import type { Measurement, Observed } from '../src/experiments/index.ts';

const sends = { good: 1, poison: 0 } as const;

type Name = 'create' | 'delete' | 'receive';

/** The action that the step takes away before each try to make a mapping: AWS names it in its refusal. */
const refusals: readonly Measurement<Name>[] = (
  [
    ['first', 'ReceiveMessage'],
    ['second', 'DeleteMessage'],
    ['third', 'GetQueueAttributes'],
  ] as const
).map(([id, action]) => ({
  id,
  label: `Without sqs:${action} AWS refuses the mapping, and names`,
  side: 'create',
  rule: 'G25',
  predicted: () => action,
  measured: (observed) => observed.create.kept[id],
}));

const handled = ({ messages }: Observed): number => messages[0]?.deliveries.length ?? 0;

export const experiment = defineExperiment<Name>(({ maxReceiveCount }) => ({
  number: '39',
  title: 'Pull model: what stops when the role loses one permission',
  rules: ['G25', 'G26'],
  why: 'Lambda reads the queue with the role of the function, and that role loses one of its three permissions on the queue at a time, before the mapping is made and while it runs. AWS refuses to make a mapping and says why; of a mapping that runs already nothing is refused, and one symptom looks like an idle queue and the other like a failing worker.',
  question: {
    text: `The mapping runs, and the role loses sqs:DeleteMessage. One good message is sent, maxReceiveCount is ${maxReceiveCount}, and the function never fails. How often does it handle the message?`,
    of: 'handled-delete',
  },
  sides: {
    create: {
      title: 'before the mapping is made',
      handler: 'returns',
      ownRole: true,
      withoutMapping: true,
      sends: { good: 0, poison: 0 },
    },
    receive: {
      title: 'runs, and loses sqs:ReceiveMessage',
      handler: 'returns',
      ownRole: true,
      sends,
    },
    delete: {
      title: 'runs, and loses sqs:DeleteMessage',
      handler: 'returns',
      ownRole: true,
      sends,
    },
  },
  numbers: [
    ...refusals,
    {
      id: 'handled-receive',
      label: 'Times that the good message is handled',
      side: 'receive',
      rule: 'G25',
      predicted: () => 0,
      measured: (observed) => handled(observed.receive),
    },
    {
      id: 'still-there-receive',
      label: 'Messages that stay in the queue',
      side: 'receive',
      rule: 'G25',
      predicted: (facts) => facts.receive.sends.good,
      measured: (observed) => observed.receive.stillThere,
    },
    {
      id: 'handled-delete',
      label: 'Times that the good message is handled',
      side: 'delete',
      rule: 'G25',
      // What is not deleted is visible again after its visibility timeout, as if the work had failed.
      predicted: (facts) => facts.delete.settings.maxReceiveCount ?? Infinity,
      measured: (observed) => handled(observed.delete),
    },
    {
      id: 'dead-lettered-delete',
      label: 'Good messages in the dead-letter queue',
      side: 'delete',
      rule: 'G04',
      predicted: (facts) => facts.delete.sends.good,
      measured: (observed) => observed.delete.deadLettered,
    },
    {
      id: 'policy-delete',
      label: 'Answer of get-policy to who may invoke the function',
      side: 'delete',
      rule: 'G25',
      predicted: () => 'ResourceNotFoundException',
      measured: (observed) => observed.delete.kept['policy'],
    },
  ],
  headline: ['handled-delete', 'handled-receive'],
  rule: 'The event source mapping receives from the queue and deletes from it with the execution role of the function, which needs sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes. SQS never calls Lambda: within one account the function needs no resource policy, and neither does the queue.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html',
    date: '2026-11-23',
  },
  onlyOnAws:
    'What the state of a running mapping says when its role has lost a permission; the sandbox leaves it Enabled.',
}));
