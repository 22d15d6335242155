import { setImmediate } from 'node:timers/promises';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { CreateEventSourceMappingCommandInput } from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SQSClient,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { LabClock } from '../../sandbox/clock.ts';
import { startGateway } from '../../sandbox/gateway/gateway.ts';
import { createIam } from '../../sandbox/iam/service.ts';
import { createSqs } from '../../sandbox/sqs/service.ts';
import { Store } from '../../sandbox/store.ts';
import { noFaults } from '../../sandbox/types.ts';
import type { Faults, FunctionsApi, InvokeOutcome, World } from '../../sandbox/types.ts';
import { createLambdaService } from '../../sandbox/lambda/service.ts';
import { createMappings } from '../../sandbox/lambda/mappings/mappings.ts';

export const region = 'eu-central-1';
export const accountId = '111122223333';
/** 2026-11-23T08:00:00Z, where the clock stands. */
export const monday = Date.UTC(2026, 10, 23, 8);
export const functionArn = `arn:aws:lambda:${region}:${accountId}:function:worker`;
export const transition = 2000;

export function queueArn(name: string): string {
  return `arn:aws:sqs:${region}:${accountId}:${name}`;
}

/** A function in the test's hands, instead of child processes. */
export interface FakeFunction {
  exists: boolean;
  timeoutSeconds: number;
  /** Batches that it was invoked with, in order. */
  readonly batches: SQSRecord[][];
  /** How each invocation ends; everything goes well unless a test says otherwise. */
  handler: (records: SQSRecord[]) => InvokeOutcome | Promise<InvokeOutcome>;
  /** Resolves when there were `count` invocations, and what came of them is done. */
  invoked(count: number): Promise<void>;
}

export interface MappingLab extends AsyncDisposable {
  readonly world: World;
  readonly clock: LabClock;
  readonly fake: FakeFunction;
  readonly endpoint: string;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly iam: IAMClient;
  as(userName: string, policy: object): LambdaClient;
  close(): Promise<void>;
}

interface LabOptions {
  readonly storeFile?: string;
  readonly clock?: LabClock;
  readonly faults?: Partial<Faults>;
}

/** Real SQS, IAM and mappings behind the gateway, and the role `worker-role` for a fake function. */
export async function mappingLab(options: LabOptions = {}): Promise<MappingLab> {
  const clock = options.clock ?? new LabClock({ standingAt: monday, skipping: false });
  const store = new Store(options.storeFile ?? ':memory:');
  const world: World = { store, clock, accountId, faults: { ...noFaults, ...options.faults } };
  const { api: iamApi, service: iamService, users } = createIam(world);
  const sqs = createSqs(world);
  const { fake, api } = fakeFunction(store);
  const mappings = createMappings(world, { iam: iamApi, sqs: sqs.api, functions: api });
  const lambdaService = createLambdaService({ operations: {}, routes: [] }, mappings);
  const services = [iamService, sqs.service, lambdaService];
  const gateway = await startGateway({ world, services, iam: iamApi, users }, 0);
  const endpoint = `http://127.0.0.1:${gateway.port}`;
  const clients: { destroy(): void }[] = [];
  const configurationFor = (userName: string, policy: object) => ({
    endpoint,
    region,
    credentials: users.issue(userName, JSON.stringify(policy)),
    maxAttempts: 1,
  });
  const made = <T extends { destroy(): void }>(client: T): T => {
    clients.push(client);
    return client;
  };
  const admin = configurationFor('admin', policyFor('*', '*'));
  const close = async () => {
    for (const client of clients) client.destroy();
    await gateway.close();
    mappings.close();
    clock.stop();
    store.close();
  };
  return {
    world,
    clock,
    fake,
    endpoint,
    sqs: made(new SQSClient(admin)),
    lambda: made(new LambdaClient(admin)),
    iam: made(new IAMClient(admin)),
    as: (userName, policy) => made(new LambdaClient(configurationFor(userName, policy))),
    close,
    [Symbol.asyncDispose]: close,
  };
}

export function completed(answer: unknown): InvokeOutcome {
  const payload = typeof answer === 'string' ? answer : (JSON.stringify(answer) ?? '');
  return {
    kind: 'completed',
    requestId: 'r',
    payload: Buffer.from(payload),
    functionError: undefined,
    logTail: '',
  };
}

export const thrown: InvokeOutcome = {
  kind: 'completed',
  requestId: 'r',
  payload: Buffer.from('{"errorType":"Error","errorMessage":"boom"}'),
  functionError: 'Unhandled',
  logTail: '',
};

export const throttled: InvokeOutcome = { kind: 'throttled', reason: 'a test' };

function fakeFunction(store: Store): { fake: FakeFunction; api: FunctionsApi } {
  const waiting = new Set<() => void>();
  const fake: FakeFunction = {
    exists: true,
    timeoutSeconds: 5,
    batches: [],
    handler: () => completed(null),
    async invoked(count) {
      await new Promise<void>((resolve) => {
        const look = () => {
          if (fake.batches.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
      await settled(store);
    },
  };
  const roleArn = `arn:aws:iam::${accountId}:role/worker-role`;
  const api: FunctionsApi = {
    find: (arn) =>
      fake.exists && [functionArn, `${functionArn}:$LATEST`].includes(arn)
        ? {
            name: 'worker',
            arn: functionArn,
            roleArn,
            timeoutSeconds: fake.timeoutSeconds,
            state: 'Active',
          }
        : undefined,
    async invoke({ payload }) {
      if (!fake.exists) return { kind: 'not-found' };
      const { Records } = JSON.parse(payload.toString()) as { Records: SQSRecord[] };
      fake.batches.push(Records);
      for (const look of waiting) look();
      return await fake.handler(Records);
    },
  };
  return { fake, api };
}

export function policyFor(action: string | string[], resource: string, condition?: object) {
  const Statement = [
    {
      Effect: 'Allow',
      Action: action,
      Resource: resource,
      ...(condition === undefined ? {} : { Condition: condition }),
    },
  ];
  return { Version: '2012-10-17', Statement };
}

export const queueRights = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** What the execution role may do from now on. */
export async function putRolePolicy(lab: MappingLab, actions: string[]): Promise<void> {
  await lab.iam.send(
    new PutRolePolicyCommand({
      RoleName: 'worker-role',
      PolicyName: 'queue',
      PolicyDocument: JSON.stringify(policyFor(actions, queueArn('*'))),
    }),
  );
}

export async function createRole(lab: MappingLab, service = 'lambda.amazonaws.com'): Promise<void> {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  };
  await lab.iam.send(
    new CreateRoleCommand({
      RoleName: 'worker-role',
      AssumeRolePolicyDocument: JSON.stringify(trust),
    }),
  );
}

export async function createQueue(
  lab: MappingLab,
  name: string,
  Attributes: Record<string, string> = {},
): Promise<void> {
  await lab.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
}

/** Queue `work`, role with all rights, and an enabled mapping. @returns its UUID */
export async function connect(
  lab: MappingLab,
  mapping: Partial<CreateEventSourceMappingCommandInput> = {},
  queueAttributes: Record<string, string> = {},
): Promise<string> {
  const name = queueAttributes['FifoQueue'] === 'true' ? 'work.fifo' : 'work';
  await createQueue(lab, name, queueAttributes);
  await createRole(lab);
  await putRolePolicy(lab, queueRights);
  const { UUID } = await lab.lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: 'worker',
      EventSourceArn: queueArn(name),
      ...mapping,
    }),
  );
  lab.clock.advance(transition, 'until the mapping is enabled');
  return String(UUID);
}

/** Sends, and gives the mapping time to receive. */
export async function send(lab: MappingLab, ...bodies: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const MessageBody of bodies) {
    const sent = await lab.sqs.send(new SendMessageCommand({ QueueUrl: 'work', MessageBody }));
    ids.push(String(sent.MessageId));
  }
  await settled(lab.world.store);
  return ids;
}

/** Resolves when the mapping has done what it can. */
export async function settled(store: Store): Promise<void> {
  for (let quiet = 0; quiet < 10; quiet = store.busy ? 0 : quiet + 1) await setImmediate();
}

/** Messages of a queue, visible and in flight, when the mapping has done what it can. */
export async function counts(lab: MappingLab, name = 'work'): Promise<[number, number]> {
  await settled(lab.world.store);
  const { Attributes = {} } = await lab.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: name, AttributeNames: ['All'] }),
  );
  return [
    Number(Attributes['ApproximateNumberOfMessages']),
    Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
  ];
}
