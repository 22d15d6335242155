/** Experiment 41: without the permission to write logs all goes on, and the log shows nothing of it. */
import { defineExperiment } from '../src/experiments/index.ts';
import type { Observed } from '../src/experiments/index.ts';

type Name = 'logged' | 'silent';

const sends = { good: 1, poison: 0 } as const;

const workedOn = ({ kept }: Observed): number | undefined =>
  kept['worked-on'] === undefined ? undefined : Number(kept['worked-on']);

const side = (title: string) => ({
  title,
  handler: 'has-effect',
  // A handler with the SDK: its first start takes a second, more with little memory.
  build: { functionTimeoutSeconds: 30, windowSeconds: 0 },
  more: { function: { MemorySize: 512 } },
  sends,
});

export const experiment = defineExperiment<Name>(() => ({
  number: '41',
  title: 'No logs permission: the function runs, and nobody sees it',
  rules: ['G26'],
  why: 'The role of one function loses AWSLambdaBasicExecutionRole, and with it its three logs actions; its permissions on the queue stay. It works on its message as the other one does, without a line in the log, so an empty log does not say that a function never ran.',
  question: {
    text: 'The role of a function may use its queue, and may write no logs. One good message is sent. How many messages does the function work on?',
    of: 'worked-on-silent',
  },
  sides: {
    logged: side('may write logs'),
    silent: { ...side('may write no logs'), ownRole: true },
  },
  numbers: (['logged', 'silent'] as const).flatMap((name) => [
    {
      id: `worked-on-${name}`,
      label: 'Messages that were worked on, by the effects',
      side: name,
      rule: 'G26',
      predicted: (facts) => facts[name].sends.good,
      measured: (observed) => workedOn(observed[name]),
    },
    {
      id: `in-log-${name}`,
      label: 'Invocations that the log shows',
      side: name,
      rule: 'G26',
      // One message is one batch.
      predicted: (facts) => (name === 'silent' ? 0 : facts.logged.sends.good),
      measured: (observed) => observed[name].invocations,
    },
    {
      id: `still-there-${name}`,
      label: 'Messages still in the queue',
      side: name,
      rule: 'G26',
      predicted: () => 0,
      measured: (observed) => observed[name].stillThere,
    },
    {
      id: `dead-lettered-${name}`,
      label: 'Messages in the dead-letter queue',
      side: name,
      rule: 'G26',
      predicted: () => 0,
      measured: (observed) => observed[name].deadLettered,
    },
  ]),
  headline: ['in-log-logged', 'in-log-silent'],
  rule: 'Lambda writes the log with the execution role, which needs logs:CreateLogGroup, logs:CreateLogStream and logs:PutLogEvents. Without them the function runs all the same, and its lines are gone.',
  source: {
    url: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html',
    date: '2026-11-23',
  },
}));
