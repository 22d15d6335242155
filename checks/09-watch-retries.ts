/** Check 09: good messages once, the poison maxReceiveCount times, one visibility timeout apart. */
import {
  codeInputs,
  defineCheck,
  deliveryOf,
  distinctMessages,
  earlyReceives,
  labTime,
  latestRun,
  mappingInputs,
  messageCount,
  settings,
  observeDeliveries,
  observeFunction,
  observeMapping,
  observeQueue,
  pick,
  pickList,
  questions,
  readableLine,
  secondsBetween,
  sendAgain,
  sourceQueueInputs,
  unloggedMessages,
  withUnit,
  workerAgain,
} from '../src/judging/index.ts';
import { runAlone } from '../src/commands/check-alone.ts';
import type { Delivery, LabNames, ProofValue, Unclear } from '../src/judging/index.ts';

const source = 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html';

const fromBefore =
  'Queue, mapping and worker are correct now, but were not when this happened: send again.';
const tail = (lab: LabNames) => `aws logs tail ${lab.logGroupName} --since 15m --format short`;

/** Counts and logs may tell of something this much later. */
const lagSeconds = 60;

/** The clock that still runs for the latest run; undefined when its time is over. */
function stillComing(
  poison: readonly Delivery[],
  waiting: number,
  now: number,
): Unclear | undefined {
  const last = poison.at(-1);
  if (last === undefined) {
    if (waiting === 0) return undefined;
    return {
      cause: 'AWS not ready yet',
      reason: `${waiting} messages are in the queue, and the log shows none of them yet`,
      clock: { name: 'first receive, and its log', atMostSeconds: lagSeconds },
    };
  }
  const hidden = settings.visibilityTimeoutSeconds;
  const leftSeconds = Math.ceil(last.timestamp / 1000 + hidden - now / 1000);
  // In the queue it may also be hidden by somebody else, who received it; but then it is late.
  if (leftSeconds < -lagSeconds) return undefined;
  return {
    cause: 'AWS not ready yet',
    reason: `receive ${poison.length} of ${settings.maxReceiveCount}, the next one after the visibility timeout`,
    clock: {
      name: leftSeconds > 0 ? 'visibility timeout' : 'counts and logs lag',
      atMostSeconds: leftSeconds > 0 ? hidden : lagSeconds,
      leftSeconds: leftSeconds > 0 ? leftSeconds : leftSeconds + lagSeconds,
    },
  };
}

/** Waits of one and the same setting differ by less. */
const alikeSeconds = 3;

function poisonHint(counts: readonly number[], waiting: number): string {
  const last = counts.at(-1) ?? 0;
  if (counts.length === 0)
    return 'No message failed in the log. The poison, with FAIL in its body, was not sent. Or before the worker saw it, somebody purged the queue or received it, or it was older than the retention period of the queue.';
  if (last > settings.maxReceiveCount)
    return `It was received ${last} times, more than maxReceiveCount allows. ${fromBefore}`;
  if (last > counts.length)
    return 'A receive is missing in the log. Somebody else received the message (a person with receive-message, or a throttled poller), which also raises the count; or the function ended before it logged that receive. Never receive from the source queue to look into it. Send again.';
  return waiting === 0
    ? `After receive ${last} it was gone from the queue: purged, deleted, or older than its retention period. Or the mapping ignored the failure at that time. Send again.`
    : `Receive ${last + 1} is overdue, and ${waiting} ${waiting === 1 ? 'message is' : 'messages are'} in the queue: somebody else has received the message, which hides it, or the mapping has stopped polling. Send again.`;
}

/** The worker may have failed a message and said nothing of it: lines are missing, or nobody can tell. */
const silentFailure = (counts: readonly number[], { unlogged, good }: Logged) =>
  counts.length === 0 && (unlogged > 0 || saysNoBatchSize(good));

interface Logged {
  readonly unlogged: number;
  readonly good: readonly Delivery[];
}

const saysNoBatchSize = (good: readonly Delivery[]) =>
  good.some(({ batchSize }) => batchSize === undefined);

function silentHint({ unlogged }: Logged): string {
  return unlogged > 0
    ? `No message failed in the log, and a batch had ${unlogged} more than it has lines: the worker must log a line for every message, also for one that fails, with ${readableLine}.`
    : `No message failed in the log. The poison, with FAIL in its body, was not sent. Or the worker logs nothing of a message that fails; the check cannot tell, because the worker does not log the size of its batch (batchSize) either. It must log a line for every message, with ${readableLine}.`;
}

/** All that came in the same batch. */
const batchOf = (one: Delivery | undefined, deliveries: readonly Delivery[]) =>
  deliveries.filter(({ requestId }) => requestId === one?.requestId);

/** The latest run, out of the printed log. */
function logValues(printed: unknown): ProofValue[] {
  const deliveries = pickList(printed, 'events').flatMap((event) =>
    deliveryOf(String(pick(event, 'message')), Number(pick(event, 'timestamp'))),
  );
  const { good, poison } = latestRun(deliveries.toSorted((a, b) => a.timestamp - b.timestamp));
  const goodIds = new Set(good.map(({ messageId }) => messageId));
  return [
    { label: 'Failing message id', value: poison[0]?.messageId, tie: true },
    {
      label: 'Its receives',
      value: poison.map(({ receiveCount, outcome }) => `${receiveCount} ${outcome}`),
    },
    // The very numbers that the rule judges.
    { label: 'Time between them', value: secondsBetween(poison).map((gap) => `${gap} s`) },
    { label: 'Good messages', value: goodIds.size || undefined },
    {
      label: 'Their receives',
      value: good.map(({ receiveCount, outcome }) => `${receiveCount} ${outcome}`),
    },
    { label: 'In the first batch', value: withUnit(poison[0]?.batchSize, 'messages') },
  ];
}

export const check = defineCheck((lab) => ({
  step: '09',
  kind: 'look',
  title: 'Success, failure and retries in the logs',
  showsRun: true,
  needs: ['02', '03', '04', '05', '06', '07', '08'],
  observe: async (look) => {
    const time = labTime(look);
    const [log, queue, { output: configuration }, mapping] = await Promise.all([
      observeDeliveries(look),
      observeQueue(look, lab.queueName),
      observeFunction(look),
      observeMapping(look),
    ]);
    const run = latestRun(log?.deliveries ?? []);
    const waiting = queue === undefined ? 0 : messageCount(queue);
    // A run that is over is not asked for the time: it stays what it was.
    const coming =
      run.poison.length < lab.maxReceiveCount || distinctMessages(run.good) < 2
        ? stillComing(run.poison, waiting, await time())
        : undefined;
    return {
      configuration,
      mapping,
      source: queue,
      waiting,
      coming,
      unlogged: unloggedMessages(
        run.poison.length === 0 ? run.good : batchOf(run.poison[0], log?.deliveries ?? []),
      ),
      ...run,
    };
  },
  expectations: [
    {
      id: 'good-handled',
      claim: 'The good messages were handled (OK)',
      notJudged: ({ good, coming }) => (distinctMessages(good) < 2 ? coming : undefined),
      expected: '2 or more good messages',
      actual: ({ good }) => distinctMessages(good),
      judge: (count) => Number(count) >= 2,
      look: tail(lab),
      hint: (count, { unlogged }) =>
        unlogged > 0
          ? `The log has ${String(count)} good ${count === 1 ? 'message' : 'messages'} with outcome OK, and the batch of the poison had ${unlogged} more than it has lines: the worker must log a line for every message, with ${readableLine}.`
          : `The log has ${String(count)} good ${count === 1 ? 'message' : 'messages'} with outcome OK in the latest run. With too few of them nothing shows that the poison did not affect them.`,
      fix: (_, { unlogged }) => (unlogged > 0 ? workerAgain : sendAgain),
      source,
    },
    {
      id: 'good-once',
      claim: 'No good message was handled again because of the poison',
      needs: ['good-handled'],
      // A batch that comes back was hidden first, and comes as often as the poison. What comes twice on its own, or at
      // once, is SQS.
      notJudged: ({ good }) => {
        const messages = [...Map.groupBy(good, ({ messageId }) => messageId).values()];
        const counts = messages.map(({ length }) => length);
        const early = messages.reduce((sum, deliveries) => sum + earlyReceives(deliveries), 0);
        const repeats = good.length - messages.length;
        return repeats > 0 &&
          (early === repeats || (Math.min(...counts) === 1 && Math.max(...counts) === 2))
          ? {
              cause: 'AWS chose',
              reason:
                'SQS delivered a good message a second time, which a standard queue may do (at-least-once delivery): send again with npx lab step 8, then npx lab step 9',
            }
          : undefined;
      },
      repeatFrom: '08',
      expected: 'receive count 1 each',
      actual: ({ good }) =>
        good.every(({ receiveCount }) => receiveCount === 1)
          ? 'receive count 1 each'
          : `receive counts ${good.map(({ receiveCount }) => receiveCount).join(', ')}`,
      look: tail(lab),
      hint: (_, { good }) =>
        good.length > distinctMessages(good)
          ? `The whole batch came back. ${fromBefore}`
          : 'A good message was received more often than the log shows: somebody else received it first (a person with receive-message, or a throttled poller), or the function ended before it logged the message. It was handled once. Send again, and do not receive from the source queue.',
      fix: sendAgain,
      source,
    },
    {
      id: 'poison-retried',
      claim: `The poison was received ${lab.maxReceiveCount} times: receive counts ${lab.receiveCounts}`,
      notJudged: ({ poison, coming }) => (poison.length < lab.maxReceiveCount ? coming : undefined),
      expected: Array.from({ length: lab.maxReceiveCount }, (_, i) => i + 1),
      actual: ({ poison }) => poison.map(({ receiveCount }) => receiveCount),
      look: tail(lab),
      hint: (actual, observed) =>
        silentFailure(actual as number[], observed)
          ? silentHint(observed)
          : poisonHint(actual as number[], observed.waiting),
      fix: (actual, observed) =>
        silentFailure(actual as number[], observed) ? workerAgain : sendAgain,
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html',
    },
    {
      id: 'one-visibility-timeout-apart',
      claim: `Each retry came one visibility timeout (${lab.visibilityTimeoutSeconds} s) after the one before`,
      needs: ['poison-retried'],
      expected: `${lab.visibilityTimeoutSeconds} s or a little more, each time`,
      notJudged: ({ poison }) => {
        const early = earlyReceives(poison);
        const gaps = secondsBetween(poison);
        // A short visibility timeout makes every receive early, and all alike; what comes in between is SQS.
        const everyOne =
          early === gaps.length && Math.max(...gaps) - Math.min(...gaps) < alikeSeconds;
        return early > 0 && !everyOne
          ? {
              cause: 'AWS chose',
              reason:
                'SQS delivered the poison once more before its visibility timeout was over, which a standard queue may do (at-least-once delivery): send again with npx lab step 8, then npx lab step 9',
            }
          : undefined;
      },
      repeatFrom: '08',
      actual: ({ poison }) => secondsBetween(poison),
      judge: (gaps, { poison }) =>
        earlyReceives(poison) === 0 &&
        (gaps as number[]).every((gap) => gap < 2 * lab.visibilityTimeoutSeconds),
      look: tail(lab),
      hint: (gaps) =>
        `The retries came after ${(gaps as number[]).map((gap) => `${Math.round(gap)} s`).join(' and ')}. ${fromBefore}`,
      fix: sendAgain,
      source:
        'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html',
    },
    {
      id: 'shared-batch',
      claim:
        'The poison shared its first batch with a good message, so the partial batch response is shown',
      needs: ['good-handled', 'poison-retried'],
      notJudged: ({ poison }) =>
        poison[0]?.batchSize === 1
          ? {
              cause: 'AWS chose',
              reason:
                'AWS delivered the messages in separate batches, which it may do: send again with npx lab step 8, then npx lab step 9',
            }
          : undefined,
      repeatFrom: '08',
      expected: '2 or more records',
      actual: ({ poison }) => poison[0]?.batchSize,
      judge: (size) => Number(size) >= 2,
      look: tail(lab),
      hint: 'The worker does not log the size of its batch (batchSize), so the check cannot see which messages came together.',
      fix: workerAgain,
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html',
    },
  ],
  proofs: [
    {
      number: 14,
      name: 'logs-ok-fail-retry',
      title: 'CloudWatch logs showing OK, fail and retry',
      claim: `Good messages are handled once; the failing one is tried ${lab.maxReceiveCount} times, ${lab.visibilityTimeoutSeconds} s apart`,
      show: () => questions.workerLog(lab),
      values: logValues,
      inputs: ({ configuration, mapping, source: queue }) => ({
        ...codeInputs(configuration),
        ...mappingInputs(mapping),
        ...sourceQueueInputs(queue),
      }),
    },
  ],
}));

await runAlone(import.meta, check);
