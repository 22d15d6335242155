import type {
  GetRolePolicyCommandOutput,
  ListAttachedRolePoliciesCommandOutput,
  ListRolePoliciesCommandOutput,
} from '@aws-sdk/client-iam';
import type {
  EventSourceMappingConfiguration,
  GetFunctionCommandOutput,
} from '@aws-sdk/client-lambda';
import type { ListQueueTagsCommandOutput } from '@aws-sdk/client-sqs';
import { observeMappings, observeQueue } from '../lab/aws/observe.ts';
import { observeRole } from '../lab/aws/role.ts';
import type { Look } from '../lab/lab.ts';
import {
  changeableQueueAttributes,
  functionKey,
  lastOf,
  mappingKey,
  none,
  policyText,
  queueKey,
  roleKey,
  tagMap,
  tagsText,
  text,
  texts,
} from './settings.ts';
import type { ResourceSettings, Settings } from './settings.ts';

/** In place of a value that the caller may not read: that is neither the same nor different. */
export const notRead = 'not read';

/**
 * Every setting of the lab as AWS shows it, in the names of `templateSettings`. A resource that does not exist is missing.
 * @throws whatever the SDK throws when AWS could not be asked
 */
export async function liveSettings(look: Look): Promise<ResourceSettings> {
  const { lab } = look;
  const one = async (key: string, settings: Promise<Settings | undefined>) => {
    const found = await settings;
    return found === undefined ? [] : [[key, found] as const];
  };
  const found = await Promise.all([
    one(queueKey(lab.deadLetterQueueName), queueSettings(look, lab.deadLetterQueueName)),
    one(queueKey(lab.queueName), queueSettings(look, lab.queueName)),
    one(roleKey(lab.roleName), roleSettings(look)),
    one(functionKey(lab.functionName), functionSettings(look)),
    mappingSettings(look),
  ]);
  return new Map(found.flat());
}

async function queueSettings(look: Look, name: string): Promise<Settings | undefined> {
  const queue = await observeQueue(look, name);
  if (queue === undefined) return undefined;
  const { RedrivePolicy, RedriveAllowPolicy, Policy, ...attributes } = queue.attributes;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(RedrivePolicy ?? '{}') as {
    readonly deadLetterTargetArn?: string;
    readonly maxReceiveCount?: number | string;
  };
  const plain = [...changeableQueueAttributes, 'FifoQueue'].map(
    (attribute) => [attribute, attributes[attribute]] as const,
  );
  return {
    ...texts(Object.fromEntries(plain)),
    ...texts({ deadLetterTargetArn, maxReceiveCount }),
    RedriveAllowPolicy:
      RedriveAllowPolicy === undefined ? none : text(JSON.parse(RedriveAllowPolicy)),
    Policy: policyText(Policy === undefined || Policy === '' ? undefined : JSON.parse(Policy)),
    Tags: await queueTags(look, queue.url),
  };
}

/** The policies of the lab do not allow a learner or an instructor to read the tags of a queue. */
async function queueTags(look: Look, url: string): Promise<string> {
  try {
    const { output } = await look.ask<ListQueueTagsCommandOutput>({
      service: 'sqs',
      operation: 'ListQueueTags',
      input: { QueueUrl: url },
    });
    return tagsText(output?.Tags);
  } catch (error) {
    if (/AccessDenied/.test((error as Error).name)) return notRead;
    throw error;
  }
}

async function roleSettings(look: Look): Promise<Settings | undefined> {
  const role = await observeRole(look);
  if (role === undefined) return undefined;
  const RoleName = look.lab.roleName;
  const ask = <T>(operation: string, input = {}) =>
    look.ask<T>({ service: 'iam', operation, input: { RoleName, ...input } });
  const [attached, { output: inline }] = await Promise.all([
    ask<ListAttachedRolePoliciesCommandOutput>('ListAttachedRolePolicies'),
    ask<ListRolePoliciesCommandOutput>('ListRolePolicies'),
  ]);
  const policies = await Promise.all(
    (inline?.PolicyNames ?? []).map(async (PolicyName) => {
      const { output } = await ask<GetRolePolicyCommandOutput>('GetRolePolicy', { PolicyName });
      return [`policy ${PolicyName}`, policyText(output?.PolicyDocument)] as const;
    }),
  );
  const arns = (attached.output?.AttachedPolicies ?? []).map(({ PolicyArn = '' }) => PolicyArn);
  return {
    ...texts({
      Path: role.Path,
      MaxSessionDuration: role.MaxSessionDuration,
      PermissionsBoundary: role.PermissionsBoundary?.PermissionsBoundaryArn,
    }),
    'trust policy': policyText(role.AssumeRolePolicyDocument),
    'managed policies': text(arns.toSorted()),
    ...Object.fromEntries(policies),
    Tags: tagsText(tagMap(role.Tags)),
  };
}

async function functionSettings(look: Look): Promise<Settings | undefined> {
  const { output } = await look.ask<GetFunctionCommandOutput>({
    service: 'lambda',
    operation: 'GetFunction',
    input: { FunctionName: look.lab.functionName },
  });
  const configuration = output?.Configuration;
  if (configuration === undefined) return undefined;
  const { VpcConfig, LoggingConfig } = configuration;
  return {
    ...texts({
      Description: configuration.Description,
      Runtime: configuration.Runtime,
      Handler: configuration.Handler,
      Role: configuration.Role,
      Timeout: configuration.Timeout,
      MemorySize: configuration.MemorySize,
      PackageType: configuration.PackageType,
      Architectures: configuration.Architectures,
      EphemeralStorage: configuration.EphemeralStorage,
      Environment: configuration.Environment,
      Layers: configuration.Layers?.map(({ Arn }) => Arn),
      // A function outside of a VPC may have the member, without subnets.
      VpcConfig: (VpcConfig?.SubnetIds ?? []).length === 0 ? undefined : VpcConfig,
      FileSystemConfigs: configuration.FileSystemConfigs,
      DeadLetterQueue: configuration.DeadLetterConfig?.TargetArn,
      Tracing: configuration.TracingConfig?.Mode,
      KmsKeyArn: configuration.KMSKeyArn,
      ReservedConcurrentExecutions: output?.Concurrency?.ReservedConcurrentExecutions,
      LogFormat: LoggingConfig?.LogFormat,
      LogGroup: LoggingConfig?.LogGroup,
      CodeSha256: configuration.CodeSha256,
    }),
    ...texts(levels(LoggingConfig)),
    Tags: tagsText(output?.Tags),
  };
}

/** Only a function with JSON logs has levels. */
const levels = (logging: object | undefined) =>
  Object.fromEntries(
    Object.entries(logging ?? {}).filter(([name, value]) => /LogLevel$/.test(name) && value),
  );

/** All of the function's mappings, also those that the lab did not make. */
async function mappingSettings(look: Look) {
  const { mappings } = await observeMappings(look);
  return mappings.map((mapping) => {
    const queueName = lastOf(mapping.EventSourceArn ?? '');
    return [mappingKey(queueName, look.lab.functionName), mappingTexts(mapping)] as const;
  });
}

const mappingTexts = (mapping: EventSourceMappingConfiguration): Settings =>
  texts({
    EventSourceArn: mapping.EventSourceArn,
    BatchSize: mapping.BatchSize,
    MaximumBatchingWindowInSeconds: mapping.MaximumBatchingWindowInSeconds,
    FunctionResponseTypes: mapping.FunctionResponseTypes,
    FilterCriteria: mapping.FilterCriteria,
    ScalingConfig: mapping.ScalingConfig,
    MetricsConfig: mapping.MetricsConfig,
    KmsKeyArn: mapping.KMSKeyArn,
    Enabled: !/^Disabl/.test(mapping.State ?? ''),
  });
