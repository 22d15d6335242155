import {
  retryWhileNameIsLocked,
  retryWhilePermissionsAreNew,
  retryWhileRoleIsNew,
} from '../lab/aws/clocks.ts';
import { skipInSandbox, waitFor } from '../lab/aws/wait.ts';
import type { CommandOptions } from '../lab/command.ts';
import { readInfra } from '../lab/infra.ts';
import type { infraFiles } from '../lab/infra.ts';
import type { Lab } from '../lab/lab.ts';
import { beginsAnew } from './gone-copy.ts';
import { root, settings } from '../lab/settings.ts';
import { workerZip } from '../scripts/worker-zip.ts';
import { asking } from './ask.ts';
import type { Ask } from './ask.ts';
import type { Side } from './experiment.ts';
import type { Settings } from './model.ts';
import { copyNames, experimentPrefix, renamed } from './copy-names.ts';
import type { CopyNames } from './copy-names.ts';

/** A small lab of its own that stands in AWS: one side of an experiment. */
export interface Copy extends CopyNames {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Empty: it has none, or the step makes it. */
  readonly mappingId: string;
  readonly has: { readonly function: boolean; readonly mapping: boolean };
}

export interface CopyPlan extends Pick<
  Side,
  'fifo' | 'handler' | 'more' | 'ownRole' | 'withoutMapping'
> {
  /** kebab-case, unique among the copies of their owner. */
  readonly side: string;
  readonly settings: Settings;
  /** A file of the checkout that is the handler, in the place of `handler`. */
  readonly handlerFile?: string;
}

/** The settings of the lab, in the terms of an experiment. */
export function settingsOfLab(): Settings {
  return {
    batchSize: settings.batchSize,
    // Long enough that messages of one SendMessageBatch share a batch.
    windowSeconds: 1,
    visibilityTimeoutSeconds: settings.visibilityTimeoutSeconds,
    maxReceiveCount: settings.maxReceiveCount,
    functionTimeoutSeconds: settings.functionTimeoutSeconds,
    reportFailures: true,
  };
}

/** What every part of a copy is made with. */
interface Making {
  readonly lab: Lab;
  readonly ask: Ask;
  readonly names: CopyNames;
  readonly plan: CopyPlan;
  readonly text: Text;
}

/**
 * Builds copies of the lab out of `infra/`, all at the same time: queue, dead-letter queue, function, mapping, and a role
 * that they share. The mappings are disabled, so that all messages can be sent before the first is received. Waits for
 * AWS's clocks, and skips them in the sandbox.
 * @param owner `20`, as in `copyNames`
 * @throws as the SDK, and LabError when AWS is not ready in time
 */
export async function makeCopies<S extends string>(
  lab: Lab,
  owner: string,
  plans: Readonly<Record<S, CopyPlan>>,
): Promise<Record<S, Copy>> {
  const ask = await asking(lab);
  const roles = new Map<string, Promise<string>>();
  const copies = Object.entries<CopyPlan>(plans).map(async ([side, plan]) => {
    const names = copyNames(lab, owner, plan.side, plan);
    const making = { lab, ask, names, plan, text: await infraReader(lab, names) };
    const role = async () => {
      const known = roles.get(names.roleName) ?? makeRole(making, owner);
      roles.set(names.roleName, known);
      return known;
    };
    return [side, await makeCopy(making, role)] as const;
  });
  // All of them have ended when one has failed: nothing is made any more while the others are deleted.
  const ended = await Promise.allSettled(copies);
  const made = ended.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
  return Object.fromEntries(made) as Record<S, Copy>;
}

async function makeCopy(making: Making, role: () => Promise<string>): Promise<Copy> {
  const { names, plan } = making;
  const handlerFile =
    plan.handlerFile ??
    (plan.handler === undefined ? undefined : `src/handlers/experiments/${plan.handler}.ts`);
  const has = {
    function: handlerFile !== undefined,
    mapping: handlerFile !== undefined && plan.withoutMapping !== true,
  };
  const code = async () => {
    if (handlerFile === undefined) return;
    const [roleArn, zip] = await Promise.all([role(), workerZip(root, handlerFile)]);
    await makeFunction(making, roleArn, zip);
  };
  const [queues] = await Promise.all([makeQueues(making), code()]);
  const mappingId = has.mapping ? await makeMapping(making) : '';
  return { ...names, ...queues, mappingId, has };
}

type Text = (name: (typeof infraFiles)[number]) => Promise<Record<string, unknown>>;

async function infraReader(lab: Lab, names: CopyNames): Promise<Text> {
  const { accountId, region } = await lab.place();
  const values = { AWS_ACCOUNT_ID: accountId, AWS_REGION: region, LAB_PREFIX: lab.prefix };
  return async (name) =>
    JSON.parse(renamed(await readInfra(name, values), lab, names)) as Record<string, unknown>;
}

const tags = { Project: 'lab01' };

async function makeQueues({ lab, ask, names, plan, text }: Making) {
  const { more = {}, settings: wanted, fifo = false } = plan;
  const make = async (name: string, attributes: Record<string, unknown>) => {
    const answer = await retried(lab, retryWhileNameIsLocked, () =>
      ask<{ QueueUrl: string }>('sqs', 'CreateQueue', {
        QueueName: name,
        Attributes: { ...attributes, ...(fifo ? { FifoQueue: 'true' } : {}) },
        tags,
      }),
    );
    return answer?.QueueUrl ?? '';
  };
  const deadLetterQueueUrl = await make(names.deadLetterQueueName, {
    ...(await text('dead-letter-queue-attributes.json')),
    ...more.deadLetterQueue,
  });
  const { RedrivePolicy, ...attributes } = await text('source-queue-attributes.json');
  const queueUrl = await make(names.queueName, {
    ...attributes,
    VisibilityTimeout: String(wanted.visibilityTimeoutSeconds),
    ...redrivePolicy(String(RedrivePolicy), wanted),
    ...more.queue,
  });
  return { queueUrl, deadLetterQueueUrl };
}

function redrivePolicy(text: string, { maxReceiveCount }: Settings): Record<string, string> {
  if (maxReceiveCount === null) return {};
  const policy = { ...(JSON.parse(text) as object), maxReceiveCount: String(maxReceiveCount) };
  return { RedrivePolicy: JSON.stringify(policy) };
}

/** The role of one copy; or the one that all share, which may read the queues of all. @returns its ARN */
async function makeRole({ lab, ask, names, plan, text }: Making, owner: string): Promise<string> {
  const { roleName, policyName, queueName } = names;
  const boundary = process.env['LAB_BOUNDARY'] ?? '';
  await unlessThere(async () =>
    ask('iam', 'CreateRole', {
      RoleName: roleName,
      AssumeRolePolicyDocument: JSON.stringify(await text('lambda-trust.json')),
      ...(boundary === '' ? {} : { PermissionsBoundary: boundary }),
      Tags: [{ Key: 'Project', Value: 'lab01' }],
    }),
  );
  const policy = JSON.stringify(await text('lambda-sqs-policy.json'));
  const allQueues = `${experimentPrefix(lab)}${owner}-*-queue*`;
  await ask('iam', 'PutRolePolicy', {
    RoleName: roleName,
    PolicyName: policyName,
    PolicyDocument: plan.ownRole === true ? policy : policy.replaceAll(queueName, allQueues),
  });
  await ask('iam', 'AttachRolePolicy', {
    RoleName: roleName,
    PolicyArn: settings.basicExecutionPolicyArn,
  });
  const { accountId } = await lab.place();
  return `arn:aws:iam::${accountId}:role/${roleName}`;
}

async function makeFunction(making: Making, roleArn: string, zip: Buffer): Promise<void> {
  const { lab, ask, names, plan, text } = making;
  const input = {
    ...(await text('create-function.json')),
    Role: roleArn,
    Timeout: plan.settings.functionTimeoutSeconds,
    Code: { ZipFile: zip },
    ...plan.more?.function,
  };
  await retried(lab, retryWhileRoleIsNew, () =>
    unlessThere(() => ask('lambda', 'CreateFunction', input)),
  );
  await waitFor(lab, {
    what: `${names.functionName} to be Active`,
    clock: 'a function is Pending for some seconds',
    limitSeconds: 120,
    again: beginsAnew,
    quiet: true,
    probe: async () => {
      const found = await ask<{ State?: string }>('lambda', 'GetFunctionConfiguration', {
        FunctionName: names.functionName,
      });
      return found?.State === 'Active' ? true : undefined;
    },
  });
}

/** @returns its UUID */
async function makeMapping({ lab, ask, names, plan, text }: Making): Promise<string> {
  const { FunctionResponseTypes: _, ...rest } = await text('create-event-source-mapping.json');
  const { batchSize, windowSeconds, reportFailures } = plan.settings;
  const input = {
    ...rest,
    BatchSize: batchSize,
    MaximumBatchingWindowInSeconds: windowSeconds,
    ...(reportFailures ? { FunctionResponseTypes: ['ReportBatchItemFailures'] } : {}),
    Enabled: false,
    ...plan.more?.mapping,
  };
  const answer = await retried(lab, retryWhilePermissionsAreNew, () =>
    unlessThere(() => ask<{ UUID: string }>('lambda', 'CreateEventSourceMapping', input)),
  );
  if (answer !== undefined) return answer.UUID;
  const { functionName: FunctionName } = names;
  const list = await ask<{ EventSourceMappings?: { UUID: string }[] }>(
    'lambda',
    'ListEventSourceMappings',
    { FunctionName },
  );
  return list?.EventSourceMappings?.[0]?.UUID ?? '';
}

/** An answer that was lost on its way is asked for again: then what was to be made is there. */
async function unlessThere<T>(make: () => Promise<T>): Promise<T | undefined> {
  try {
    return await make();
  } catch (error) {
    const there = ['EntityAlreadyExistsException', 'ResourceConflictException'];
    if (!there.includes((error as Error).name)) throw error;
    return undefined;
  }
}

/** Asks again while AWS says that one of its clocks is running, as a command of a step does. */
async function retried<T>(
  lab: Lab,
  { retryWhile }: CommandOptions,
  work: () => Promise<T>,
): Promise<T> {
  if (retryWhile === undefined) return work();
  const { says, clock, typicalSeconds, limitSeconds } = retryWhile;
  let skippedSeconds = 0;
  const { answer } = await waitFor(lab, {
    what: 'AWS to accept a copy of the lab',
    clock,
    limitSeconds,
    again: beginsAnew,
    quiet: true,
    probe: async () => {
      try {
        return { answer: await work() };
      } catch (error) {
        if (!says.test(String(error)) || skippedSeconds >= limitSeconds) throw error;
        const skip = skippedSeconds + typicalSeconds;
        if (await skipInSandbox(lab, clock, skip, { quiet: true })) skippedSeconds += skip;
        return undefined;
      }
    },
  });
  return answer;
}
