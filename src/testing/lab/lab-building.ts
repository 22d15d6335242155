import { DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  ListEventSourceMappingsCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import type {
  CreateEventSourceMappingCommandInput,
  CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clients, TestSandbox } from '../sandbox/sandbox-for-test.ts';
import { workerZip } from '../../scripts/worker-zip.ts';
import { readInfra } from '../../lab/infra.ts';
import {
  messageCount,
  observeDeliveries,
  observeMappings,
  observeQueue,
  queueArn,
} from '../../lab/aws/observe.ts';
import type { Lab } from '../../lab/lab.ts';
import { isTransient } from '../../lab/aws/transient.ts';
import type { LabLearner } from './labs.ts';

// Steps 01 to 08 and 11 without the CLI: many labs in a second. All of it from the files of infra/.

export const testMessages = ['hello-1', 'hello-2', 'FAIL-please-retry-me'];

/** Whoever builds; the clock of a sandbox of one's own jumps over what a new role takes. */
type Builder = Clients & Partial<Pick<TestSandbox, 'clock' | 'sandbox'>>;

/** For whom: names, place, and a checkout with the worker and its zip. */
type Builds = Lab & Pick<LabLearner, 'checkout'>;

/** Steps 01 to 07: returns when the mapping polls. Passes over what is there already. */
export async function buildLab(aws: Builder, lab: Builds): Promise<void> {
  await makeQueues(aws, lab);
  await makeRole(aws, lab);
  const { roleNotAssumableForMs = 0, permissionsUnseenForMs = 0 } = aws.sandbox?.world.faults ?? {};
  aws.clock?.advance(Math.max(roleNotAssumableForMs, permissionsUnseenForMs), 'a new role');
  await makeFunction(aws, lab);
  await until('the mapping polls', async () => {
    const { mappings } = await observeMappings(lab.look);
    return mappings.some(({ State }) => State === 'Enabled');
  });
}

const infraOf = async <T>(lab: Builds, name: Parameters<typeof readInfra>[0]) => {
  const { accountId, region } = await lab.place();
  const values = { AWS_ACCOUNT_ID: accountId, AWS_REGION: region, LAB_PREFIX: lab.prefix };
  return JSON.parse(await readInfra(name, values)) as T;
};

type Attributes = Record<string, string>;

async function makeQueues({ sqs }: Clients, lab: Builds): Promise<void> {
  const create = async (QueueName: string, file: Parameters<typeof readInfra>[0]) =>
    sqs.send(
      new CreateQueueCommand({
        QueueName,
        Attributes: await infraOf<Attributes>(lab, file),
        tags: { Project: 'lab01' },
      }),
    );
  await create(lab.deadLetterQueueName, 'dead-letter-queue-attributes.json');
  await create(lab.queueName, 'source-queue-attributes.json');
}

async function makeRole({ iam }: Clients, lab: Builds): Promise<void> {
  const RoleName = lab.roleName;
  const text = async (name: Parameters<typeof readInfra>[0]) =>
    JSON.stringify(await infraOf(lab, name));
  await there(
    iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: await text('lambda-trust.json'),
        Tags: [{ Key: 'Project', Value: 'lab01' }],
      }),
    ),
  );
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: lab.basicExecutionPolicyArn }));
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: lab.policyName,
      PolicyDocument: await text('lambda-sqs-policy.json'),
    }),
  );
}

async function makeFunction({ lambda }: Clients, lab: Builds): Promise<void> {
  const configuration = await infraOf<CreateFunctionCommandInput>(lab, 'create-function.json');
  const mapping = await infraOf<CreateEventSourceMappingCommandInput>(
    lab,
    'create-event-source-mapping.json',
  );
  const ZipFile = await readFile(join(lab.checkout, lab.zipFile));
  await until('Lambda takes the role', () =>
    accepted(lambda.send(new CreateFunctionCommand({ ...configuration, Code: { ZipFile } }))),
  );
  await until('Lambda takes the permissions', () =>
    accepted(lambda.send(new CreateEventSourceMappingCommand(mapping))),
  );
}

/** Bundles the worker of the lab's checkout as it is now, and gives it to the function. */
export async function deployWorker({ lambda }: Clients, lab: Builds): Promise<void> {
  const ZipFile = await workerZip(lab.checkout);
  await writeFile(join(lab.checkout, lab.zipFile), ZipFile);
  const FunctionName = lab.functionName;
  await until('the function takes the code', () =>
    accepted(lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile })), new Set()),
  );
  // Until then the old code runs.
  await until('the function has the code', async () => {
    const configuration = new GetFunctionConfigurationCommand({ FunctionName });
    return (await lambda.send(configuration)).LastUpdateStatus === 'Successful';
  });
}

/** Step 08, as one batch. @returns the ids of the messages */
export async function sendMessages(
  { sqs }: Clients,
  lab: Builds,
  bodies: readonly string[] = testMessages,
): Promise<string[]> {
  const queue = await observeQueue(lab.look, lab.queueName);
  const Entries = bodies.map((body, i) => ({ Id: `message-${i + 1}`, MessageBody: body }));
  const batch = new SendMessageBatchCommand({ QueueUrl: queue?.url ?? '', Entries });
  return (await sqs.send(batch)).Successful?.flatMap(({ MessageId }) => MessageId ?? []) ?? [];
}

/** The end of step 08: until the log shows these messages. */
export async function arrived(lab: Builds, ids: readonly string[]): Promise<void> {
  await until('the messages are in the log', async () => {
    const log = await observeDeliveries(lab.look);
    const shown = new Set(log?.deliveries.map(({ messageId }) => messageId));
    return ids.every((id) => shown.has(id));
  });
}

/** Step 09: until nothing is left in the source queue. */
export async function drained(lab: Builds): Promise<void> {
  await until('the source queue is empty', async () => {
    const queue = await observeQueue(lab.look, lab.queueName);
    return queue === undefined || messageCount(queue) === 0;
  });
}

export type Leftover =
  | 'deadLetterQueue'
  | 'function'
  | 'logGroup'
  | 'mapping'
  | 'otherMapping'
  | 'queue'
  | 'role'
  | 'zip';

/** Step 11, but for one thing. */
export async function cleanUp(aws: Clients, lab: Builds, but?: Leftover): Promise<void> {
  const { iam, lambda, logs, sqs } = aws;
  const RoleName = lab.roleName;
  const deleteQueue = async (name: string) => {
    const queue = await observeQueue(lab.look, name);
    if (queue !== undefined) await sqs.send(new DeleteQueueCommand({ QueueUrl: queue.url }));
  };
  const deletions: Record<Leftover, () => Promise<unknown>> = {
    mapping: async () => {
      const { mappings } = await observeMappings(lab.look);
      for (const { UUID } of mappings)
        await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
      await until(
        'the mapping is gone',
        async () => (await observeMappings(lab.look)).mappings.length === 0,
      );
    },
    otherMapping: async () => {
      const EventSourceArn = await queueArn(lab, lab.queueName);
      const { EventSourceMappings = [] } = await lambda.send(
        new ListEventSourceMappingsCommand({ EventSourceArn }),
      );
      const others = EventSourceMappings.filter(
        ({ FunctionArn }) => FunctionArn?.endsWith(`:${lab.functionName}`) !== true,
      );
      for (const { UUID } of others)
        await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
    },
    function: () => lambda.send(new DeleteFunctionCommand({ FunctionName: lab.functionName })),
    role: async () => {
      await iam.send(
        new DetachRolePolicyCommand({ RoleName, PolicyArn: lab.basicExecutionPolicyArn }),
      );
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: lab.policyName }));
      await iam.send(new DeleteRoleCommand({ RoleName }));
    },
    queue: () => deleteQueue(lab.queueName),
    deadLetterQueue: () => deleteQueue(lab.deadLetterQueueName),
    logGroup: () => logs.send(new DeleteLogGroupCommand({ logGroupName: lab.logGroupName })),
    zip: () => rm(join(lab.checkout, lab.zipFile)),
  };
  for (const [what, remove] of Object.entries(deletions)) if (what !== but) await remove();
}

/** Asks until it is so. Lab time may pass meanwhile, real time hardly does. */
export async function until(what: string, probe: () => Promise<boolean>): Promise<void> {
  const start = performance.now();
  while (!(await probe().catch(unlessTransient))) {
    if (performance.now() - start > 300_000)
      throw new Error(`timed out after 5 min waiting for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A bad moment of AWS is no answer. */
function unlessTransient(error: unknown): false {
  if (isTransient(error)) return false;
  throw error;
}

const alreadyThere = new Set(['EntityAlreadyExistsException', 'ResourceConflictException']);
const notYet =
  /cannot be assumed by Lambda|does not have permissions to call|in progress|current state|following state|Function does not exist/;

async function there(call: Promise<unknown>): Promise<void> {
  await call.catch((error: Error) => {
    if (!alreadyThere.has(error.name)) throw error;
  });
}

/** @returns false when AWS is not ready for it */
async function accepted(call: Promise<unknown>, fine = alreadyThere): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    const { name, message } = error as Error;
    if (notYet.test(message)) return false;
    if (fine.has(name)) return true;
    throw error;
  }
}
