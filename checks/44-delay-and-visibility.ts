/** Experiment 44: delay and visibility timeout are two clocks. */
import { defineExperiment, deliveriesOf } from '../src/experiments/index.ts';
import type { Observed } from '../src/experiments/index.ts';

const sends = { good: 1, poison: 0 } as const;

/** DelaySeconds of the delayed queue, more than the visibility timeout of the lab: so nobody takes one for the other. */
const delaySeconds = 40;

/** A poller of Lambda waits up to so long for a message. */
const longestPollSeconds = 20;
const longPoll = `The delay is a minimum: Lambda takes up to a long poll of ${longestPollSeconds} s to receive what is visible.`;
const atOnce =
  'Without a delay a message is visible at once, so it comes before the delay of the other could end.';

/** From the sending to the first receive, by the attributes that the message brought. */
function secondsUntilReceived({ lines }: Observed): number | undefined {
  const line = lines.find((one) => typeof one['sentAt'] === 'number');
  if (line === undefined) return undefined;
  return Math.floor((Number(line['firstReceivedAt']) - Number(line['sentAt'])) / 1000);
}

export const experiment = defineExperiment<'delayed' | 'plain'>(() => ({
  number: '44',
  title: 'Delay and visibility timeout are two clocks',
  rules: ['G31'],
  why: `Two queues get one message each, and one of them has DelaySeconds ${delaySeconds}. The delay runs once, from the sending to the first receive; the visibility timeout runs from each receive, so neither can stand for the other.`,
  question: {
    text: `A queue has DelaySeconds ${delaySeconds} and a visibility timeout of 30 s. After how many seconds does a consumer get a new message, at the earliest?`,
    of: 'seconds-delayed',
  },
  sides: {
    delayed: {
      title: `DelaySeconds ${delaySeconds}`,
      handler: 'returns',
      behaviour: 'returns',
      sends,
    },
    plain: { title: 'no delay', handler: 'returns', behaviour: 'returns', sends },
  },
  numbers: (['delayed', 'plain'] as const).flatMap((side) => [
    {
      id: `seconds-${side}`,
      label: 'From the sending to the first receive',
      side,
      unit: 's',
      rule: 'G31',
      predicted: () => {
        const from = side === 'delayed' ? delaySeconds : 0;
        return side === 'delayed'
          ? { from, to: from + longestPollSeconds, because: longPoll }
          : { from, to: delaySeconds - 1, because: atOnce };
      },
      measured: (observed) => secondsUntilReceived(observed[side]),
    },
    {
      id: `deliveries-${side}`,
      label: 'Deliveries',
      side,
      rule: 'G31',
      predicted: (facts) => deliveriesOf(facts[side].predicted.messages).length,
      measured: (observed) => deliveriesOf(observed[side].messages).length,
    },
  ]),
  headline: ['seconds-delayed', 'seconds-plain'],
  rule: 'DelaySeconds, of the queue or of one message, hides a new message until it is over: 0 to 900 s. The visibility timeout hides a message that was received: 0 s to 12 hours. On a FIFO queue the delay can be set for the queue only.',
  source: {
    url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html',
    date: '2026-11-23',
  },
}));
