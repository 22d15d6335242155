import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { runChild } from '../testing/lab/checkout.ts';
import { root } from '../lab/settings.ts';
import type { ClientConfiguration } from '../testing/sandbox/process.ts';

export const logGroupName = '/aws/lambda/worker';

export interface Pipeline {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/** Queue, dead-letter queue, role, the lab's worker and the mapping between them, ready to work. */
export async function buildPipeline(
  admin: ClientConfiguration,
  temporary: string,
): Promise<Pipeline> {
  const [sqs, iam, lambda] = [new SQSClient(admin), new IAMClient(admin), new LambdaClient(admin)];
  const { QueueUrl: deadLetterQueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: 'dead' }),
  );
  const deadLetterTargetArn = await arnOf(sqs, deadLetterQueueUrl);
  const { QueueUrl: queueUrl = '' } = await sqs.send(
    new CreateQueueCommand({
      QueueName: 'work',
      Attributes: {
        VisibilityTimeout: '30',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 }),
      },
    }),
  );
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'worker-role',
      AssumeRolePolicyDocument: await readFile(join(root, 'infra', 'lambda-trust.json'), 'utf8'),
    }),
  );
  await iam.send(
    new AttachRolePolicyCommand({
      RoleName: 'worker-role',
      PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole',
    }),
  );
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'worker',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: Role?.Arn,
      Timeout: 5,
      Code: { ZipFile: await workerZip(temporary) },
    }),
  );
  await waitUntilFunctionActiveV2(
    { client: lambda, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
    { FunctionName: 'worker' },
  );
  const { UUID } = await lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: 'worker',
      EventSourceArn: await arnOf(sqs, queueUrl),
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    }),
  );
  for (let state; state !== 'Enabled'; await pause(100)) {
    state = (await lambda.send(new GetEventSourceMappingCommand({ UUID }))).State;
  }
  for (const client of [sqs, iam, lambda]) client.destroy();
  return { queueUrl, deadLetterQueueUrl };
}

/** How long `count` good messages take through queue, mapping and worker, and what became of them. */
export async function timePipeline(
  admin: ClientConfiguration,
  count: number,
  temporary: string,
): Promise<{ wholeMs: number; handled: number; left: number }> {
  const { queueUrl } = await buildPipeline(admin, temporary);
  const sqs = new SQSClient(admin);
  const start = performance.now();
  const sent = new Set<string>();
  for (let first = 0; first < count; first += 10) {
    const Entries = Array.from({ length: Math.min(10, count - first) }, (_, index) => ({
      Id: String(index),
      MessageBody: `message ${first + index}`,
    }));
    const { Successful = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }),
    );
    for (const { MessageId = '' } of Successful) sent.add(MessageId);
  }
  let left = await leftIn(sqs, queueUrl);
  // No progress for so long: stuck.
  for (
    let [best, since] = [left, performance.now()];
    left > 0;
    left = await leftIn(sqs, queueUrl)
  ) {
    if (left < best) [best, since] = [left, performance.now()];
    if (performance.now() - since > 60_000) break;
    await pause(50);
  }
  const wholeMs = performance.now() - start;
  const handled = (await readOutcomes(admin)).filter(
    ({ messageId, outcome }) => outcome === 'OK' && sent.delete(messageId),
  );
  sqs.destroy();
  return { wholeMs, handled: handled.length, left };
}

export interface Outcome {
  readonly messageId: string;
  readonly outcome: 'FAILED' | 'OK';
}

/** What the worker's log says about each record, of all streams or of these. */
export async function readOutcomes(
  admin: ClientConfiguration,
  logStreamNames?: string[],
): Promise<Outcome[]> {
  const logs = new CloudWatchLogsClient(admin);
  const outcomes: Outcome[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.send(
      new FilterLogEventsCommand({ logGroupName, logStreamNames, nextToken }),
    );
    for (const { message = '' } of page.events ?? []) {
      const json = /\{"messageId".*\}/.exec(message)?.[0];
      if (json !== undefined) outcomes.push(JSON.parse(json) as Outcome);
    }
    ({ nextToken } = page);
  } while (nextToken !== undefined);
  logs.destroy();
  return outcomes;
}

/** Visible and hidden messages of a queue. */
export async function leftIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  return (
    Number(Attributes['ApproximateNumberOfMessages']) +
    Number(Attributes['ApproximateNumberOfMessagesNotVisible'])
  );
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function arnOf(sqs: SQSClient, QueueUrl: string): Promise<string> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  return String(Attributes?.['QueueArn']);
}

async function workerZip(folder: string): Promise<Buffer> {
  const file = join(folder, 'worker.zip');
  const { code, stderr } = await runChild(
    process.execPath,
    ['src/scripts/bundle-worker.ts', file],
    {
      cwd: root,
      environment: { PATH: process.env['PATH'] ?? '' },
    },
  );
  if (code !== 0) throw new Error(`the worker could not be bundled: ${stderr}`);
  return readFile(file);
}
