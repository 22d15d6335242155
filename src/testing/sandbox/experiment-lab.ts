import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import type {
  CreateEventSourceMappingCommandInput,
  CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { createFunction, createRole } from './lambda.ts';
import { sandboxForTest } from './sandbox-for-test.ts';
import type { TestOptions, TestSandbox } from './sandbox-for-test.ts';

export const arnOf = (queue: string) => `arn:aws:sqs:eu-central-1:111122223333:${queue}`;

/** One delivery of one message to the handler, from the log of the function. */
export interface Delivery {
  readonly messageId: string;
  readonly body: string;
  readonly receiveCount: number;
  readonly requestId: string;
  /** Lab time, epoch milliseconds. */
  readonly at: number;
  /** Of messages in this invocation. */
  readonly batch: number;
}

export interface ExperimentOptions {
  /** `async (event, context) => ...`; it may use `sleep(milliseconds)`. */
  readonly handler: string;
  /** Instead of a handler: the whole file, which logs its deliveries itself. */
  readonly code?: string;
  /** Of the queue `work`; without a RedrivePolicy it gets `dlq` behind it, after `maxReceiveCount` receives. */
  readonly queue?: Readonly<Record<string, string>>;
  readonly maxReceiveCount?: number;
  readonly fifo?: boolean;
  readonly mapping?: Partial<CreateEventSourceMappingCommandInput>;
  readonly function?: Partial<CreateFunctionCommandInput>;
  readonly reservedConcurrency?: number;
  /** What the role may do besides logging and reading its queue. */
  readonly more?: readonly string[];
  readonly sandbox?: TestOptions;
}

export interface ExperimentLab extends AsyncDisposable {
  readonly aws: TestSandbox;
  readonly work: string;
  readonly dlq: string;
  /** Makes the mapping and waits until it is Enabled. @returns its UUID */
  connect(state?: 'Disabled' | 'Enabled'): Promise<string>;
  /** As one batch. */
  send(bodies: readonly string[], more?: Partial<SendMessageBatchRequestEntry>): Promise<void>;
  /** Resolves when `work` is empty: nothing visible, in flight or delayed. */
  drained(): Promise<void>;
  counts(queue: string): Promise<readonly number[]>;
  deliveries(): Promise<readonly Delivery[]>;
  /** What the handler logged with `console.log('note', text)`, in order. */
  notes(): Promise<readonly string[]>;
  /** Bodies in a queue, in order; they stay visible. */
  bodiesIn(queue: string): Promise<readonly string[]>;
}

/**
 * What the lab is made of, with a handler of the test: queue `work`, dead-letter queue `dlq`, function `worker`, its
 * role. The mapping comes with `connect()`, so that all messages may be there before. Lab time skips what is only waited for.
 */
export async function experimentLab(options: ExperimentOptions): Promise<ExperimentLab> {
  const { maxReceiveCount = 3, fifo = false } = options;
  const aws = await sandboxForTest(options.sandbox ?? {});
  const [work, dlq] = fifo ? (['work.fifo', 'dlq.fifo'] as const) : (['work', 'dlq'] as const);
  const attributes = fifo ? { FifoQueue: 'true' } : {};
  await aws.sqs.send(new CreateQueueCommand({ QueueName: dlq, Attributes: attributes }));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(dlq), maxReceiveCount });
  const Attributes = { ...attributes, VisibilityTimeout: '30', RedrivePolicy, ...options.queue };
  await aws.sqs.send(
    new CreateQueueCommand({ QueueName: work, Attributes: withoutEmpty(Attributes) }),
  );
  const Role = await createRole(aws);
  await allowRole(aws, queueActions.concat(options.more ?? []));
  await createFunction(aws, options.code ?? loggingHandler(options.handler), {
    Role,
    Timeout: 5,
    ...options.function,
  });
  const { reservedConcurrency: reserved } = options;
  if (reserved !== undefined) await reserve(aws, reserved);
  return { ...experiment(aws, { work, dlq }, options), [Symbol.asyncDispose]: () => aws.close() };
}

function reserve(aws: TestSandbox, ReservedConcurrentExecutions: number): Promise<unknown> {
  const reserved = { FunctionName: 'worker', ReservedConcurrentExecutions };
  return aws.lambda.send(new PutFunctionConcurrencyCommand(reserved));
}

const queueActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

export async function allowRole(aws: TestSandbox, Action: readonly string[]): Promise<void> {
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
  });
  await aws.iam.send(
    new PutRolePolicyCommand({ RoleName: 'worker-role', PolicyName: 'queues', PolicyDocument }),
  );
}

function withoutEmpty(attributes: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''));
}

/** One line for each record, before the handler has it. */
function loggingHandler(handler: string): string {
  return `
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const work = ${handler};
    export const handler = async (event, context) => {
      for (const { messageId, body, attributes } of event.Records ?? []) {
        const receiveCount = Number(attributes.ApproximateReceiveCount);
        const { awsRequestId: requestId } = context;
        const batch = event.Records.length;
        console.log('delivery ' + JSON.stringify({ messageId, body, receiveCount, requestId, batch }));
      }
      return work(event, context);
    };`;
}

function experiment(
  aws: TestSandbox,
  { work, dlq }: { readonly work: string; readonly dlq: string },
  options: ExperimentOptions,
): Omit<ExperimentLab, typeof Symbol.asyncDispose> {
  const counts = async (QueueUrl: string) => {
    const { Attributes = {} } = await aws.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    const shown = Attributes as Record<string, string>;
    return ['', 'NotVisible', 'Delayed'].map((kind) =>
      Number(shown[`ApproximateNumberOfMessages${kind}`]),
    );
  };
  const logged = async (filterPattern: string) => {
    const logGroupName = '/aws/lambda/worker';
    const { events = [] } = await aws.logs
      .send(new FilterLogEventsCommand({ logGroupName, filterPattern }))
      .catch(() => ({ events: [] }));
    return events;
  };
  return {
    aws,
    work,
    dlq,
    counts,

    async connect(wanted = 'Enabled') {
      const { UUID = '' } = await aws.lambda.send(
        new CreateEventSourceMappingCommand({
          FunctionName: 'worker',
          EventSourceArn: arnOf(work),
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ...options.mapping,
        }),
      );
      const state = async () =>
        (await aws.lambda.send(new GetEventSourceMappingCommand({ UUID }))).State;
      await expect.poll(state).toBe(wanted);
      return UUID;
    },

    async send(bodies, more = {}) {
      await aws.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: work,
          Entries: bodies.map((MessageBody, i) => ({ Id: `${i}`, MessageBody, ...more })),
        }),
      );
    },

    async drained() {
      await expect.poll(() => counts(work)).toEqual([0, 0, 0]);
    },

    async notes() {
      const events = await logged('"note"');
      return events.map(({ message = '' }) => message.slice(message.indexOf('note ') + 5).trim());
    },

    async bodiesIn(QueueUrl) {
      const { Messages = [] } = await aws.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
      );
      return Messages.map(({ Body = '' }) => Body);
    },

    async deliveries() {
      const events = await logged('"delivery"');
      return events.map(({ message = '', timestamp = 0 }) => ({
        ...(JSON.parse(message.slice(message.indexOf('{'))) as Omit<Delivery, 'at'>),
        at: timestamp,
      }));
    },
  };
}
