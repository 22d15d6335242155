/** Experiment 43: ChangeMessageVisibility, for growing gaps and as a heartbeat. */
import { defineExperiment, gapsOf } from '../src/experiments/index.ts';
import type { Measurement, Observed, Side, SideFacts } from '../src/experiments/index.ts';

type Name = 'beating' | 'constant' | 'growing' | 'silent';

/** As src/handlers/experiments/backs-off.ts asks for after a first delivery; twice as many after each later one. */
const firstSeconds = 10;

/** As long as the step lets its two workers work, and no worker ends before. */
const workSeconds = 130;

/** A poller of Lambda waits up to so long for a message. */
const longestPollSeconds = 20;

const backsOff: Omit<Side, 'title'> = {
  handler: 'backs-off',
  // A handler with the SDK: its first start takes a second, more with little memory.
  build: { functionTimeoutSeconds: 30, maxReceiveCount: 4, windowSeconds: 0 },
  more: { function: { MemorySize: 512 } },
  sends: { good: 0, poison: 1 },
};

const byHand: Omit<Side, 'title'> = {
  build: { visibilityTimeoutSeconds: 60, maxReceiveCount: 5 },
  sends: { good: 1, poison: 0 },
};

/** Hidden after this delivery: by what the worker asks for where it may, else by the queue. */
function hiddenSeconds({ settings }: SideFacts, name: Name, delivery: number): number {
  return name === 'growing'
    ? firstSeconds * 2 ** (delivery - 1)
    : settings.visibilityTimeoutSeconds;
}

/** What SQS answered to the worker, by the worker's own lines. */
function answer({ lines }: Observed): string | undefined {
  const said = lines.flatMap((line) =>
    typeof line['xAnswer'] === 'string' ? line['xAnswer'] : [],
  );
  const different = [...new Set(said)];
  return different.length === 0 ? undefined : different.join(' and ');
}

/** From one delivery of the poison to the next one. */
function gap(name: 'constant' | 'growing', which: 'first' | 'last'): Measurement<Name> {
  return {
    id: `${which}-gap-${name}`,
    label: `From the ${which === 'first' ? 'first delivery to the second' : 'last but one to the last'}`,
    side: name,
    unit: 's',
    rule: 'G30',
    predicted: (facts) => {
      const deliveries = facts[name].settings.maxReceiveCount ?? 0;
      const seconds = hiddenSeconds(facts[name], name, which === 'first' ? 1 : deliveries - 1);
      return {
        from: seconds - 1,
        to: seconds + longestPollSeconds,
        because: `A delivery is seen by its log line, some moments after its receive; and Lambda takes up to a long poll of ${longestPollSeconds} s to receive what is visible again.`,
      };
    },
    measured: (observed) => {
      const [poison] = observed[name].messages;
      const seconds =
        poison === undefined ? undefined : gapsOf(poison).at(which === 'first' ? 0 : -1);
      return seconds === undefined ? undefined : Math.round(seconds);
    },
  };
}

export const experiment = defineExperiment<Name>(() => ({
  number: '43',
  title: 'ChangeMessageVisibility: growing gaps, and a heartbeat',
  rules: ['G30', 'G43'],
  why: 'A worker changes how long its message stays hidden: longer after each failure, and again and again while it works. Without the permission for it the gaps stay those of the queue, and without the heartbeat other workers get a message that somebody still works on.',
  question: {
    text: `A worker still works on a message after ${workSeconds} s. The visibility timeout is ${byHand.build?.visibilityTimeoutSeconds} s, other workers look for messages all the time, and there is no heartbeat. How often was the message received?`,
    of: 'receives-silent',
  },
  sides: {
    constant: { ...backsOff, title: 'without sqs:ChangeMessageVisibility' },
    growing: { ...backsOff, title: 'with sqs:ChangeMessageVisibility' },
    silent: { ...byHand, title: 'long work without a heartbeat' },
    beating: { ...byHand, title: 'long work with a heartbeat' },
  },
  numbers: [
    ...(['constant', 'growing'] as const).flatMap((name): Measurement<Name>[] => [
      gap(name, 'first'),
      gap(name, 'last'),
      {
        id: `answer-${name}`,
        label: 'What SQS answers to the worker',
        side: name,
        rule: 'G30',
        predicted: () => (name === 'growing' ? 'taken' : 'access-denied'),
        measured: (observed) => answer(observed[name]),
      },
    ]),
    ...(['silent', 'beating'] as const).map((name): Measurement<Name> => ({
      id: `receives-${name}`,
      label: 'Receives of the message while its first worker works',
      side: name,
      rule: 'G43',
      // One more for each visibility timeout that ends before the work does; a heartbeat lets none of them end.
      predicted: (facts) =>
        name === 'beating'
          ? facts.beating.sends.good
          : Math.ceil(workSeconds / facts.silent.settings.visibilityTimeoutSeconds),
      measured: (observed) => {
        const receives = observed[name].kept['receives'];
        return receives === undefined ? undefined : Number(receives);
      },
    })),
  ],
  headline: ['receives-silent', 'receives-beating'],
  rule: 'ChangeMessageVisibility sets how long a received message stays hidden from now on: for this receive only, and up to 12 hours after it in all. It needs sqs:ChangeMessageVisibility, which Lambda itself does not need.',
  source: {
    url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html',
    date: '2026-11-23',
  },
}));
