/** Check 08: messages were sent and can be seen, in a queue or in the worker's log. */
import type { ReceiveMessageCommandOutput } from '@aws-sdk/client-sqs';
import {
  defineCheck,
  distinctMessages,
  messageCount,
  observeDeliveries,
  observeLog,
  observeQueue,
  questions,
  queueArn,
  readableLine,
  showQueue,
  unloggedMessages,
  workerAgain,
} from '../src/judging/index.ts';
import { runAlone } from '../src/commands/check-alone.ts';
import type { LabNames, Look, ObservedQueue, Unclear } from '../src/judging/index.ts';

const countsLag = 'Sent a moment ago? Counts and logs can lag by up to 60 s.';

export interface Seen {
  /** Messages in the worker's log. */
  readonly seen: number;
  /** Messages of batches in the log that have no line of their own. */
  readonly unlogged: number;
  readonly waiting: number;
  readonly retentionSeconds: number;
  /** Messages in the dead-letter queue. */
  readonly elsewhere: number;
  /** Those of them that SQS has moved there from the source queue, as far as it was looked at. */
  readonly moved: number;
  readonly log: Awaited<ReturnType<typeof observeLog>>;
}

/** How many messages in the dead-letter queue say that they come from the source queue. */
async function movedMessages(look: Look, { url }: ObservedQueue): Promise<number> {
  const [{ output }, source] = await Promise.all([
    look.ask<ReceiveMessageCommandOutput>(questions.peek(url)),
    queueArn(look.lab, look.lab.queueName),
  ]);
  const messages = output?.Messages ?? [];
  return messages.filter(({ Attributes }) => Attributes?.DeadLetterQueueSourceArn === source)
    .length;
}

const wrongWorker = ({ seen, unlogged, waiting, log }: Seen) =>
  unlogged > 0 || (seen + waiting === 0 && log === 'events');

/** Handled messages cannot be seen when their log is gone. That is not the learner's mistake. */
function lostLog(
  lab: LabNames,
  { seen, waiting, moved, elsewhere, log }: Seen,
): Unclear | undefined {
  if (seen + waiting > 0 || log === 'events') return undefined;
  const handled = moved > 0 || (log === 'empty' && elsewhere === 0);
  if (!handled) return undefined;
  const gone =
    log === 'empty'
      ? `the log group ${lab.logGroupName} is empty: its events have expired or were deleted, or no message was ever handled`
      : `the log group ${lab.logGroupName} is gone`;
  const trace =
    moved > 0 ? `; ${lab.deadLetterQueueName} holds a message that SQS moved there` : '';
  return {
    cause: 'not on record',
    reason: `${gone}${trace}. Send new messages to a worker that logs what it does: ${workerAgain.replaceAll('\n', ', then ')}`,
  };
}

function hintOf(lab: LabNames, count: number, observed: Seen): string {
  const { elsewhere, log, retentionSeconds, unlogged } = observed;
  if (count > 0) {
    return unlogged > 0
      ? `The check found only ${count}. The worker had more messages in a batch than it logged lines: every message needs a line with ${readableLine}. ${countsLag}`
      : `The check found only ${count}. The lab needs two good messages and one poison, sent as one batch. ${countsLag}`;
  }
  if (log === 'events')
    return `${lab.queueName} is empty. The function has run, and its log has no line that the check can read. Either nothing was sent yet and the function was invoked by hand, or the worker does not log what it handles: every message needs a line with ${readableLine}. ${countsLag}`;
  return elsewhere > 0
    ? `${lab.queueName} and the log are empty, and ${lab.deadLetterQueueName} has ${elsewhere} that SQS did not move there: the worker never handles messages that were sent there directly. ${countsLag}`
    : `${lab.queueName} and the log are empty: nothing was sent to this queue, or it was purged, or the messages exceeded its retention period (${retentionSeconds} s) before the worker handled them. ${countsLag}`;
}

export const check = defineCheck<Seen>((lab) => ({
  step: '08',
  kind: 'send',
  title: 'Messages sent',
  // Sent messages are seen in the log of a worker that works.
  needs: ['02', '04', '05', '06', '07'],
  // Never receives from the source queue: that would hide messages from Lambda and count as a receive. Of the
  // dead-letter queue it is asked only when there is no log, where the messages came from.
  observe: async (look) => {
    const [source, deadLetters, log] = await Promise.all([
      observeQueue(look, lab.queueName),
      observeQueue(look, lab.deadLetterQueueName),
      observeDeliveries(look),
    ]);
    const deliveries = log?.deliveries ?? [];
    const [seen, waiting, elsewhere] = [
      distinctMessages(deliveries),
      source === undefined ? 0 : messageCount(source),
      deadLetters === undefined ? 0 : messageCount(deadLetters),
    ];
    const state = seen > 0 ? 'events' : await observeLog(look);
    const unknown = seen + waiting === 0 && state !== 'events' && elsewhere > 0;
    return {
      seen,
      unlogged: unloggedMessages(deliveries),
      waiting,
      retentionSeconds: Number(source?.attributes['MessageRetentionPeriod']),
      elsewhere,
      moved: unknown && deadLetters !== undefined ? await movedMessages(look, deadLetters) : 0,
      log: state,
    };
  },
  expectations: [
    {
      id: 'sent',
      claim: 'At least three messages are in the source queue or have reached the worker',
      expected: '3 or more',
      actual: ({ seen, waiting }) => seen + waiting,
      // A message may be counted in both: the poison is, while it waits for its next receive.
      judge: (count) => Number(count) >= 3,
      look: showQueue(
        lab.queueName,
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ),
      notJudged: (seen) => lostLog(lab, seen),
      repeatFrom: '08',
      hint: (count, observed) => hintOf(lab, Number(count), observed),
      fix: (_, observed) => (wrongWorker(observed) ? workerAgain : 'npx lab step 8'),
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html',
    },
  ],
  proofs: [],
}));

await runAlone(import.meta, check);
