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
import type { Answer, Question } from './ask.ts';
import type { Lab, Look } from '../lab.ts';
import { root } from '../settings.ts';
import type { LabNames } from '../settings.ts';
import { deliveryOf } from './deliveries.ts';
import type { Delivery } from './deliveries.ts';

export * from './deliveries.ts';

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
  mappings: ({ functionName }: LabNames): Question => ({
    service: 'lambda',
    operation: 'ListEventSourceMappings',
    input: { FunctionName: functionName },
  }),
  functionConfiguration: ({ functionName }: LabNames): Question => ({
    service: 'lambda',
    operation: 'GetFunctionConfiguration',
    input: { FunctionName: functionName },
  }),
  workerLog: ({ logGroupName }: LabNames): Question => ({
    service: 'logs',
    operation: 'FilterLogEvents',
    input: { logGroupName, filterPattern: '"messageId"' },
  }),
  /** Whatever the function logged, also what the runtime says of every invocation. */
  wholeLog: ({ logGroupName }: LabNames): Question => ({
    service: 'logs',
    operation: 'FilterLogEvents',
    input: { logGroupName },
  }),
  /** Hides nothing; the only trace is one more receive in the count of the dead-letter queue, which moves nothing. */
  peek: (url: string): Question => ({
    service: 'sqs',
    operation: 'ReceiveMessage',
    input: {
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 2,
      VisibilityTimeout: 0,
      MessageSystemAttributeNames: ['All'],
    },
  }),
};

export interface ObservedQueue {
  readonly url: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly answer: Answer<GetQueueAttributesCommandOutput>;
}

/** The queue with all its attributes; undefined when there is none of that name. */
export async function observeQueue(look: Look, name: string): Promise<ObservedQueue | undefined> {
  const { output } = await look.ask<GetQueueUrlCommandOutput>(questions.queueUrl(name));
  if (output?.QueueUrl === undefined) return undefined;
  const answer = await look.ask<GetQueueAttributesCommandOutput>(
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
export async function observeMappings(look: Look): Promise<{
  readonly mappings: readonly EventSourceMappingConfiguration[];
  readonly answer: Answer<ListEventSourceMappingsCommandOutput>;
}> {
  const answer = await look.ask<ListEventSourceMappingsCommandOutput>(questions.mappings(look.lab));
  return { mappings: answer.output?.EventSourceMappings ?? [], answer };
}

/** The mapping from the source queue to the function; undefined when there is none. */
export async function observeMapping(
  look: Look,
): Promise<EventSourceMappingConfiguration | undefined> {
  const [{ mappings }, arn] = await Promise.all([
    observeMappings(look),
    queueArn(look.lab, look.lab.queueName),
  ]);
  return mappings.find(({ EventSourceArn }) => EventSourceArn === arn);
}

/** Who asks, as AWS sees it. */
export async function observeCaller(
  look: Look,
): Promise<{ readonly Account: string; readonly Arn: string }> {
  const { output } = await look.ask<GetCallerIdentityCommandOutput>({
    service: 'sts',
    operation: 'GetCallerIdentity',
    input: {},
  });
  return { Account: output?.Account ?? '', Arn: output?.Arn ?? '' };
}

/** Whether there is a queue of this name. */
export async function queueExists(look: Look, name: string): Promise<boolean> {
  const { output } = await look.ask<GetQueueUrlCommandOutput>(questions.queueUrl(name));
  return output !== undefined;
}

/** Whether the learner's own files, the zip and the source of the worker, can be looked at here. */
export function onThisMachine(look: Look): Promise<boolean> {
  return look.fact(
    'the files of the learner are here',
    async () => look.lab.checkout !== undefined,
  );
}

export async function queueArn(lab: Lab, name: string): Promise<string> {
  const { region, accountId } = await lab.place();
  return `arn:aws:sqs:${region}:${accountId}:${name}`;
}

/** The zip's digest as Lambda shows it (CodeSha256); undefined when there is no zip here. */
export function zipDigest(look: Look): Promise<string | undefined> {
  return look.fact(`digest of ${look.lab.zipFile}`, async () => {
    const zip = await readFile(join(look.lab.checkout ?? root, look.lab.zipFile)).catch(
      () => undefined,
    );
    return zip === undefined ? undefined : createHash('sha256').update(zip).digest('base64');
  });
}

export async function observeFunction(look: Look): Promise<Answer<FunctionConfiguration>> {
  return look.ask<FunctionConfiguration>(questions.functionConfiguration(look.lab));
}

/** Deliveries as the worker logged them, oldest first; undefined when there is no log group yet. */
export async function observeDeliveries(look: Look): Promise<
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
    const question = questions.workerLog(look.lab);
    const answer = await look.ask<FilterLogEventsCommandOutput>(
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

/** Whether the log has any event, and whether there is a log at all: it is made by the first invocation. */
export async function observeLog(look: Look): Promise<'empty' | 'events' | 'no log group'> {
  let nextToken: string | undefined;
  do {
    const question = questions.wholeLog(look.lab);
    const { output } = await look.ask<FilterLogEventsCommandOutput>(
      nextToken === undefined ? question : { ...question, input: { ...question.input, nextToken } },
    );
    if (output === undefined) return 'no log group';
    if ((output.events ?? []).length > 0) return 'events';
    nextToken = output.nextToken;
  } while (nextToken !== undefined);
  return 'empty';
}
