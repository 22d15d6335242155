import type { Lab } from '../lab/lab.ts';
import { asking } from './ask.ts';
import type { Ask } from './ask.ts';
import type { Copy } from './copies.ts';
import { goneCopy } from './gone-copy.ts';
import { begunHere, textLineOf } from './log-lines.ts';
import type { Settings } from './model.ts';
import type { RecordedSide } from './observed.ts';

type Attributes = Readonly<Record<string, string>>;

async function attributesOf(ask: Ask, url: string): Promise<Attributes> {
  const answer = await ask<{ Attributes: Attributes }>('sqs', 'GetQueueAttributes', {
    QueueUrl: url,
    AttributeNames: ['All'],
  });
  if (answer === undefined) throw goneCopy(`queue ${url.split('/').at(-1) ?? url}`);
  return answer.Attributes;
}

/** Messages in a queue by its attributes: visible, in flight and delayed together. All three are approximate on AWS. */
function countIn(attributes: Attributes): number {
  return ['', 'NotVisible', 'Delayed']
    .map((kind) => Number(attributes[`ApproximateNumberOfMessages${kind}`] ?? 0))
    .reduce((sum, count) => sum + count, 0);
}

/** How many messages each queue of a copy counts. */
export async function countsOf(
  lab: Lab,
  { queueUrl, deadLetterQueueUrl }: Copy,
): Promise<{ readonly source: number; readonly deadLetter: number }> {
  const ask = await asking(lab);
  const [source, deadLetter] = await Promise.all([
    attributesOf(ask, queueUrl),
    attributesOf(ask, deadLetterQueueUrl),
  ]);
  return { source: countIn(source), deadLetter: countIn(deadLetter) };
}

/** The log of a function in the words of a text log, oldest first; empty while it has none. Only what its own invocations wrote. */
export async function logOf(lab: Lab, logGroupName: string): Promise<RecordedSide['events']> {
  const ask = await asking(lab);
  const events: { readonly timestamp: number; readonly message: string }[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ask<{
      events?: { timestamp?: number; message?: string }[];
      nextToken?: string;
    }>('logs', 'FilterLogEvents', {
      logGroupName,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    for (const { timestamp = 0, message = '' } of page?.events ?? []) {
      events.push({ timestamp, message: textLineOf(message) });
    }
    nextToken = page?.nextToken;
  } while (nextToken !== undefined);
  return begunHere(events.toSorted((a, b) => a.timestamp - b.timestamp));
}

interface Read {
  readonly messageId: string;
  readonly attributes: Attributes;
}

/** An answer that was lost on its way leaves its messages hidden for so long; then they come again. */
const hiddenSeconds = 20;
const waitSeconds = 5;

/** So many receives in a row without a new message, and there is nothing more: long polls all, longer than messages can be hidden. */
const vainReceives = hiddenSeconds / waitSeconds + 2;

interface Received {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Attributes?: Attributes;
}

/**
 * Takes out what is in a queue of a copy, each message once. What was read is deleted: in flight it would hold back the
 * rest of its message group.
 * @param count how many there should be: reading ends when all of them were read
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export async function readQueue(ask: Ask, url: string, count: number): Promise<Read[]> {
  const found = new Map<string, Read>();
  for (let vain = 0; found.size < count && vain < vainReceives;) {
    const answer = await ask<{ Messages?: Received[] }>('sqs', 'ReceiveMessage', {
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: hiddenSeconds,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
    });
    const messages = answer?.Messages ?? [];
    const before = found.size;
    for (const { MessageId, Attributes = {} } of messages) {
      // Who sent it is of no use here.
      const { SenderId: _, ...attributes } = Attributes;
      // The first look is the one whose receive count says how often it was received before.
      if (!found.has(MessageId)) found.set(MessageId, { messageId: MessageId, attributes });
    }
    vain = found.size === before ? vain + 1 : 0;
    if (messages.length > 0) {
      await ask('sqs', 'DeleteMessageBatch', {
        QueueUrl: url,
        Entries: messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle })),
      });
    }
  }
  return [...found.values()];
}

async function settingsOf(ask: Ask, copy: Copy, source: Attributes): Promise<Partial<Settings>> {
  const [configuration, mapping] = await Promise.all([
    ask<{ Timeout: number }>('lambda', 'GetFunctionConfiguration', {
      FunctionName: copy.functionName,
    }),
    copy.mappingId === ''
      ? undefined
      : ask<MappingAnswer>('lambda', 'GetEventSourceMapping', { UUID: copy.mappingId }),
  ]);
  const policy = source['RedrivePolicy'];
  const { maxReceiveCount } = JSON.parse(policy ?? '{}') as { maxReceiveCount?: string };
  return {
    visibilityTimeoutSeconds: Number(source['VisibilityTimeout']),
    maxReceiveCount: maxReceiveCount === undefined ? null : Number(maxReceiveCount),
    ...(configuration === undefined ? {} : { functionTimeoutSeconds: configuration.Timeout }),
    ...(mapping === undefined
      ? {}
      : {
          batchSize: mapping.BatchSize,
          windowSeconds: mapping.MaximumBatchingWindowInSeconds,
          reportFailures:
            mapping.FunctionResponseTypes?.includes('ReportBatchItemFailures') === true,
        }),
  };
}

interface MappingAnswer {
  readonly BatchSize: number;
  readonly MaximumBatchingWindowInSeconds: number;
  readonly FunctionResponseTypes?: readonly string[];
}

/** What the step knows itself of its side. */
export type Told = Pick<RecordedSide, 'handled' | 'kept' | 'redriven' | 'sent'>;

/** Looks at everything that AWS shows of a copy, once, at the end of a run. Messages that are left in a queue are taken out of it. */
export async function readSide(lab: Lab, copy: Copy, told: Told): Promise<RecordedSide> {
  const ask = await asking(lab);
  const [source, deadLetter, events] = await Promise.all([
    attributesOf(ask, copy.queueUrl),
    attributesOf(ask, copy.deadLetterQueueUrl),
    logOf(lab, copy.logGroupName),
  ]);
  const [sourceCount, deadLetterCount] = [countIn(source), countIn(deadLetter)];
  const [settings, inSource, deadLetters] = await Promise.all([
    settingsOf(ask, copy, source),
    sourceCount === 0 ? [] : readQueue(ask, copy.queueUrl, sourceCount),
    readQueue(ask, copy.deadLetterQueueUrl, deadLetterCount),
  ]);
  return {
    settings,
    ...told,
    events,
    sourceCount,
    deadLetterCount,
    inSource: inSource.map(({ messageId }) => messageId),
    deadLetters,
  };
}
