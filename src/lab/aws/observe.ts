import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  EventSourceMappingConfiguration,
  FunctionConfiguration,
  ListEventSourceMappingsCommandOutput,
} from '@aws-sdk/client-lambda';
import type { FilterLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import type {
  GetQueueAttributesCommandOutput,
  GetQueueUrlCommandOutput,
} from '@aws-sdk/client-sqs';
import type { GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import { ask } from './ask.ts';
import type { Answer, Question } from './ask.ts';
import { place } from '../session.ts';
import { checkout, lab, root } from '../settings.ts';
import { fact } from '../witness.ts';

/** The questions of the lab, each in one place: steps wait with them, checks judge by them. */
export const questions = {
  queueUrl: (name: string): Question => ({
    service: 'sqs',
    operation: 'GetQueueUrl',
    input: { QueueName: name },
  }),
  queueAttributes: (url: string): Question => ({
    service: 'sqs',
    operation: 'GetQueueAttributes',
    input: { QueueUrl: url, AttributeNames: ['All'] },
  }),
  mappings: (): Question => ({
    service: 'lambda',
    operation: 'ListEventSourceMappings',
    input: { FunctionName: lab.functionName },
  }),
  functionConfiguration: (): Question => ({
    service: 'lambda',
    operation: 'GetFunctionConfiguration',
    input: { FunctionName: lab.functionName },
  }),
  workerLog: (): Question => ({
    service: 'logs',
    operation: 'FilterLogEvents',
    input: { logGroupName: lab.logGroupName, filterPattern: '"messageId"' },
  }),
  /** One line of Lambda's own for each invocation, in both log formats: whether the worker ran at all. */
  invocations: (): Question => ({
    service: 'logs',
    operation: 'FilterLogEvents',
    input: {
      logGroupName: lab.logGroupName,
      filterPattern: '?"REPORT RequestId" ?"platform.report"',
      limit: 1,
    },
  }),
};

export interface ObservedQueue {
  readonly url: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly answer: Answer<GetQueueAttributesCommandOutput>;
}

/** The queue with all its attributes; undefined when there is none of that name. */
export async function observeQueue(name: string): Promise<ObservedQueue | undefined> {
  const { output } = await ask<GetQueueUrlCommandOutput>(questions.queueUrl(name));
  if (output?.QueueUrl === undefined) return undefined;
  const answer = await ask<GetQueueAttributesCommandOutput>(
    questions.queueAttributes(output.QueueUrl),
  );
  if (answer.output?.Attributes === undefined) return undefined;
  return { url: output.QueueUrl, attributes: answer.output.Attributes, answer };
}

/** Messages in the queue: visible, in flight and delayed together. All three are approximate on AWS. */
export function messageCount({ attributes }: ObservedQueue): number {
  return ['', 'NotVisible', 'Delayed']
    .map((kind) => Number(attributes[`ApproximateNumberOfMessages${kind}`] ?? 0))
    .reduce((sum, count) => sum + count, 0);
}

/** Every mapping of the function, from whatever queue. */
export async function observeMappings(): Promise<{
  readonly mappings: readonly EventSourceMappingConfiguration[];
  readonly answer: Answer<ListEventSourceMappingsCommandOutput>;
}> {
  const answer = await ask<ListEventSourceMappingsCommandOutput>(questions.mappings());
  return { mappings: answer.output?.EventSourceMappings ?? [], answer };
}

/** Every mapping that polls this queue, of whatever function. */
export async function observeMappingsOfQueue(
  arn: string,
): Promise<readonly EventSourceMappingConfiguration[]> {
  const { output } = await ask<ListEventSourceMappingsCommandOutput>({
    service: 'lambda',
    operation: 'ListEventSourceMappings',
    input: { EventSourceArn: arn },
  });
  return output?.EventSourceMappings ?? [];
}

/** The mapping from the source queue to the function; undefined when there is none. */
export async function observeMapping(): Promise<EventSourceMappingConfiguration | undefined> {
  const [{ mappings }, arn] = await Promise.all([observeMappings(), queueArn(lab.queueName)]);
  return mappings.find(({ EventSourceArn }) => EventSourceArn === arn);
}

/** Who asks, as AWS sees it. */
export async function observeCaller(): Promise<{ readonly Account: string; readonly Arn: string }> {
  const { output } = await ask<GetCallerIdentityCommandOutput>({
    service: 'sts',
    operation: 'GetCallerIdentity',
    input: {},
  });
  return { Account: output?.Account ?? '', Arn: output?.Arn ?? '' };
}

/** Whether there is a queue of this name. */
export async function queueExists(name: string): Promise<boolean> {
  const { output } = await ask<GetQueueUrlCommandOutput>(questions.queueUrl(name));
  return output !== undefined;
}

/** Whether the learner's own files, the zip and the source of the worker, can be looked at here. */
export function onThisMachine(): Promise<boolean> {
  return fact('the files of the learner are here', async () => checkout() !== undefined);
}

export async function queueArn(name: string): Promise<string> {
  const { region, accountId } = await place();
  return `arn:aws:sqs:${region}:${accountId}:${name}`;
}

/** The zip's digest as Lambda shows it (CodeSha256); undefined when there is no zip here. */
export function zipDigest(): Promise<string | undefined> {
  return fact(`digest of ${lab.zipFile}`, async () => {
    const zip = await readFile(join(checkout() ?? root, lab.zipFile)).catch(() => undefined);
    return zip === undefined ? undefined : createHash('sha256').update(zip).digest('base64');
  });
}

export async function observeFunction(): Promise<Answer<FunctionConfiguration>> {
  return ask<FunctionConfiguration>(questions.functionConfiguration());
}

/** One structured line of the worker: one delivery of one message. */
export interface Delivery {
  readonly messageId: string;
  readonly receiveCount: number;
  readonly outcome: 'FAILED' | 'OK';
  readonly requestId: string;
  readonly batchSize: number;
  /** Epoch milliseconds, as SQS told the worker; a worker of the learner's own may not log it. */
  readonly sentAt?: number;
  /** As `sentAt`; the same in every delivery of a message. */
  readonly firstReceivedAt?: number;
  /** Lab clock of the log event, epoch milliseconds. */
  readonly timestamp: number;
}

/** Deliveries as the worker logged them, oldest first; undefined when there is no log group yet. */
export async function observeDeliveries(): Promise<
  | {
      readonly deliveries: readonly Delivery[];
      readonly answer: Answer<FilterLogEventsCommandOutput>;
    }
  | undefined
> {
  const deliveries: Delivery[] = [];
  let first: Answer<FilterLogEventsCommandOutput> | undefined;
  let nextToken: string | undefined;
  do {
    const question = questions.workerLog();
    const answer = await ask<FilterLogEventsCommandOutput>(
      nextToken === undefined ? question : { ...question, input: { ...question.input, nextToken } },
    );
    if (answer.output === undefined) return undefined;
    first ??= answer;
    deliveries.push(
      ...(answer.output.events ?? []).flatMap((event) =>
        deliveryOf(event.message, event.timestamp),
      ),
    );
    nextToken = answer.output.nextToken;
  } while (nextToken !== undefined);
  return { deliveries: deliveries.toSorted((a, b) => a.timestamp - b.timestamp), answer: first };
}

/** Whether the log shows an invocation; undefined when there is no log group. */
export async function observeInvocation(): Promise<boolean | undefined> {
  const { output } = await ask<FilterLogEventsCommandOutput>(questions.invocations());
  return output === undefined ? undefined : (output.events ?? []).length > 0;
}

/**
 * Reads one delivery out of a log line of the worker: JSON, or an object as `console.log` shows it, after the runtime's
 * own `<time> <request id> INFO` prefix. SQS gives the receive count as a string, and a worker may log it as one.
 */
export function deliveryOf(message: string | undefined, timestamp: number | undefined): Delivery[] {
  const [start, end] = [message?.indexOf('{') ?? -1, message?.lastIndexOf('}') ?? -1];
  if (message === undefined || timestamp === undefined || start < 0 || end < start) return [];
  const line = membersIn(message.slice(start, end + 1)) as Partial<Delivery> | undefined;
  const receiveCount = Number(line?.receiveCount);
  if (typeof line?.messageId !== 'string' || !Number.isInteger(receiveCount) || receiveCount < 1) {
    return [];
  }
  return [{ ...(line as Delivery), receiveCount, timestamp }];
}

function membersIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return inspectedMembers(text);
  }
}

/** A member as Node.js shows it: `messageId: 'a1'` or `receiveCount: 1`. */
const inspected =
  /(?:^\{|,)\s{0,40}(\w{1,40}): (?:'([^'\n]{0,2000})'|"([^"\n]{0,2000})"|(-?\d{1,20}))(?=\s{0,40}[,}])/g;

function inspectedMembers(text: string): Record<string, unknown> | undefined {
  const members = [...text.matchAll(inspected)].map(
    ([, name = '', single, double, number]) =>
      [name, number === undefined ? (single ?? double) : Number(number)] as const,
  );
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

interface RunOfMessages {
  readonly poison: readonly Delivery[];
  readonly good: readonly Delivery[];
}

/**
 * The deliveries of one run: of a failing message, and of the good ones that were sent with it. The newest run with good
 * messages counts; a poison that was sent by itself later, or came back by a redrive, takes nothing from it. AWS may split what was sent together, so a good message belongs to the failing message
 * that was sent nearest to it, and every delivery of it counts, also the ones that should not have happened.
 */
export function latestRun(deliveries: readonly Delivery[]): RunOfMessages {
  const firstOf = new Map<string, Delivery>();
  for (const delivery of deliveries) {
    if (!firstOf.has(delivery.messageId)) firstOf.set(delivery.messageId, delivery);
  }
  const first = [...firstOf.values()];
  const poisons = first.filter(({ outcome }) => outcome === 'FAILED');
  const goodOf = Map.groupBy(
    first.filter(({ outcome }) => outcome === 'OK'),
    (delivery) => nearest(delivery, poisons)?.messageId,
  );
  const runOf = (poisonId: string | undefined): RunOfMessages => {
    const ids = new Set(goodOf.get(poisonId)?.map(({ messageId }) => messageId));
    return {
      poison: deliveries.filter(({ messageId }) => messageId === poisonId),
      good: deliveries.filter(({ messageId }) => ids.has(messageId)),
    };
  };
  const runs = poisons.map(({ messageId }) => runOf(messageId));
  return runs.findLast(hasGoodOnes) ?? runs.at(-1) ?? runOf(undefined);
}

/** As many good messages as the lab sends: something that the poison could have harmed. */
function hasGoodOnes({ good }: RunOfMessages): boolean {
  return new Set(good.map(({ messageId }) => messageId)).size >= 2;
}

function nearest(delivery: Delivery, poisons: readonly Delivery[]): Delivery | undefined {
  const distance = (poison: Delivery) => {
    // When it was sent is the better sign: an old message may come in the batch of a new one.
    if (poison.sentAt !== undefined && delivery.sentAt !== undefined) {
      return Math.abs(poison.sentAt - delivery.sentAt);
    }
    return poison.requestId === delivery.requestId
      ? 0
      : Math.abs(poison.timestamp - delivery.timestamp);
  };
  // The later one of two that are equally near, as when two of them share a batch.
  return poisons.toSorted((a, b) => distance(a) - distance(b) || b.timestamp - a.timestamp)[0];
}
