/**
 * Check 10: the poison is in the dead-letter queue, the same message as in the log.
 * The only check that receives messages, and it says so: from the dead-letter queue only, and it hides nothing.
 */
import type { ReceiveMessageCommandOutput } from '@aws-sdk/client-sqs';
import {
  codeInputs,
  deadLetterQueueInputs,
  defineCheck,
  difference,
  labTime,
  latestRun,
  mappingInputs,
  messageCount,
  newestRun,
  settings,
  observeDeliveries,
  observeFunction,
  observeMapping,
  observeQueue,
  pick,
  pickList,
  poisonAmong,
  questions,
  queueArn,
  queueUrl,
  sendAgain,
  showQueue,
  sourceQueueInputs,
} from '../src/judging/index.ts';
import { runAlone } from '../src/commands/check-alone.ts';
import type { Delivery, LabNames, Unclear } from '../src/judging/index.ts';

const source =
  'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html';

const peekCommand = (lab: LabNames) =>
  `aws sqs receive-message --queue-url ${queueUrl(lab.deadLetterQueueName)} --max-number-of-messages 10 --visibility-timeout 0 --message-system-attribute-names All`;

/** Counts may tell of something this much later. */
const lagSeconds = 60;

/** The move to come: on the first receive after the last visibility timeout. */
function moving(last: Delivery | undefined, waiting: number, now: number): Unclear | undefined {
  if (last === undefined) return undefined;
  const atMostSeconds = settings.visibilityTimeoutSeconds + lagSeconds;
  const leftSeconds = Math.ceil(last.timestamp / 1000 + atMostSeconds - now / 1000);
  if (leftSeconds <= 0) {
    if (waiting === 0) return undefined;
    return {
      cause: 'AWS not ready yet',
      reason: `${waiting} messages are in the source queue: sent again, or sent back by a redrive, the poison needs ${settings.maxReceiveCount} new receives`,
      clock: {
        name: `visibility timeout, ${settings.maxReceiveCount} times, then the move`,
        atMostSeconds: settings.retriesSeconds + lagSeconds,
      },
    };
  }
  return {
    cause: 'AWS not ready yet',
    reason: `the poison is moved on the first receive after its visibility timeout; it was received ${last.receiveCount} times`,
    clock: { name: 'visibility timeout, then the move', atMostSeconds, leftSeconds },
  };
}

/** Why there is no poison any more, by its age. */
function lostHint({ sentAt, retentionSeconds, now }: Lost): string {
  const ageSeconds = sentAt === undefined ? undefined : (now - sentAt) / 1000;
  return ageSeconds !== undefined && ageSeconds > retentionSeconds
    ? `The poison was sent ${Math.floor(ageSeconds)} s ago, and this queue keeps messages for ${retentionSeconds} s, counted from when they were first sent: SQS has deleted it, unless somebody deleted it before.`
    : 'The poison has left the source queue and is not here: somebody has purged this queue, deleted the message, or sent it back (redrive); or the queue had a shorter retention period at that time.';
}

interface Lost {
  readonly sentAt: number | undefined;
  readonly retentionSeconds: number;
  readonly now: number;
}

export const check = defineCheck((lab) => ({
  step: '10',
  kind: 'look',
  title: 'Poison message in the dead-letter queue',
  showsRun: true,
  needs: ['01/exists', '09/poison-retried'],
  leavesTraces: true,
  observe: async (look) => {
    const time = labTime(look);
    const [queue, log, sourceQueue, { output: configuration }, mapping] = await Promise.all([
      observeQueue(look, lab.deadLetterQueueName),
      observeDeliveries(look),
      observeQueue(look, lab.queueName),
      observeFunction(look),
      observeMapping(look),
    ]);
    // The count may lag behind, so the peek is made whatever it says.
    const peeked =
      queue === undefined
        ? undefined
        : await look.ask<ReceiveMessageCommandOutput>(questions.peek(queue.url));
    const deliveries = log?.deliveries ?? [];
    const { poison } = latestRun(deliveries);
    const messages = peeked?.output?.Messages ?? [];
    const logged = poisonAmong(
      messages.map(({ MessageId }) => MessageId),
      deliveries,
    );
    const message = messages.find(({ MessageId }) => MessageId === logged);
    // After a redrive the poison comes back as another message, on its way in the log.
    const last = newestRun(deliveries).poison.at(-1) ?? poison.at(-1);
    // Found: then the time does not matter.
    const now = message === undefined ? await time() : 0;
    return {
      coming:
        message === undefined
          ? moving(last, sourceQueue === undefined ? 0 : messageCount(sourceQueue), now)
          : undefined,
      lost: {
        sentAt: poison[0]?.sentAt ?? poison[0]?.timestamp,
        retentionSeconds: Number(queue?.attributes['MessageRetentionPeriod']),
        now,
      },
      queue,
      source: sourceQueue,
      configuration,
      mapping,
      count: Math.max(queue === undefined ? 0 : messageCount(queue), messages.length),
      logged,
      messages,
      message,
      sourceArn: await queueArn(lab, lab.queueName),
    };
  },
  expectations: [
    {
      id: 'holds-a-message',
      claim: `${lab.deadLetterQueueName} holds a message`,
      // A retention that is too short has deleted it: that comes first.
      needs: ['01/retention'],
      notJudged: ({ count, coming }) => (count === 0 ? coming : undefined),
      expected: '1 or more',
      actual: ({ count }) => count,
      judge: (count) => Number(count) >= 1,
      look: showQueue(lab.deadLetterQueueName, 'ApproximateNumberOfMessages'),
      hint: (_, { lost }) => lostHint(lost),
      fix: sendAgain,
      source,
    },
    {
      id: 'same-message-id',
      claim: 'It is the poison of the log: the same message id',
      needs: ['holds-a-message'],
      notJudged: ({ message, messages, coming, logged }) => {
        if (messages.length === 0) {
          return {
            cause: 'AWS not ready yet',
            reason:
              'the dead-letter queue counts a message but returned none: somebody else has received it, and it is hidden until its visibility timeout ends',
            clock: { name: 'visibility timeout', atMostSeconds: 43_200 },
          };
        }
        if (message !== undefined || logged === undefined) return undefined;
        return messages.length === 10
          ? {
              cause: 'AWS chose',
              reason: 'the dead-letter queue has more than ten messages, and returned only others',
            }
          : coming;
      },
      expected: 'the message id of the log',
      actual: ({ message, messages }) =>
        message === undefined
          ? messages.map(({ MessageId }) => MessageId)
          : 'the message id of the log',
      difference: (actual, { logged }) => difference([logged], actual),
      look: peekCommand(lab),
      hint: 'This queue has only other messages: from an earlier run, or sent here directly.',
      fix: sendAgain,
      source,
    },
    {
      id: 'same-body',
      claim: 'Its body is unchanged',
      needs: ['same-message-id'],
      expected: 'a body with FAIL',
      actual: ({ message }) =>
        message?.Body?.includes('FAIL') === true ? 'a body with FAIL' : message?.Body,
      look: peekCommand(lab),
      hint: 'The body of a message never changes on its way, so this is not the poison of the lab: another message failed.',
      fix: sendAgain,
      source,
    },
    {
      id: 'came-from-the-source-queue',
      claim: `SQS moved it from ${lab.queueName}`,
      needs: ['same-message-id'],
      expected: `the ARN of ${lab.queueName}`,
      actual: ({ message, sourceArn }) => {
        const arn = message?.Attributes?.DeadLetterQueueSourceArn;
        return arn === sourceArn ? `the ARN of ${lab.queueName}` : (arn ?? 'sent here directly');
      },
      difference: (actual, { sourceArn }) => difference(sourceArn, actual),
      look: peekCommand(lab),
      hint: 'A message that SQS moved names the queue that it came from (DeadLetterQueueSourceArn). This message came another way and proves nothing.',
      fix: sendAgain,
      source,
    },
  ],
  proofs: [
    {
      number: 15,
      name: 'dlq-message-body',
      title: 'DLQ message body showing the poison message',
      claim:
        'The failing message is in the dead-letter queue: the same id, the same text, not lost',
      show: ({ queue }) => questions.peek(queue?.url ?? ''),
      values: (printed, { observed: { logged } }) => {
        const message = pickList(printed, 'Messages').find(
          (one) => pick(one, 'MessageId') === logged,
        );
        const sent = pick(message, 'Attributes', 'SentTimestamp');
        return [
          { label: 'Failing message id', value: pick(message, 'MessageId'), tie: true },
          { label: 'Body', value: pick(message, 'Body') },
          {
            label: 'Moved by SQS from',
            value: pick(message, 'Attributes', 'DeadLetterQueueSourceArn'),
            tie: true,
          },
          {
            label: 'Sent',
            value: sent === undefined ? undefined : new Date(Number(sent)).toISOString(),
          },
          {
            label: 'Receives, including this look',
            value: pick(message, 'Attributes', 'ApproximateReceiveCount'),
          },
        ];
      },
      inputs: ({ configuration, mapping, source: sourceQueue, queue }) => ({
        ...codeInputs(configuration),
        ...mappingInputs(mapping),
        ...sourceQueueInputs(sourceQueue),
        ...deadLetterQueueInputs(queue),
      }),
    },
  ],
}));

await runAlone(import.meta, check);
