import { LabError } from '../lab/errors.ts';
import type { Resource } from './read-template.ts';
import {
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

type Properties = Readonly<Record<string, unknown>>;

/**
 * What a queue is when the template says nothing.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
 */
const queueDefaults = {
  VisibilityTimeout: 30,
  MessageRetentionPeriod: 345_600,
  DelaySeconds: 0,
  MaximumMessageSize: 1_048_576,
  ReceiveMessageWaitTimeSeconds: 0,
  SqsManagedSseEnabled: true,
  KmsMasterKeyId: undefined,
  FifoQueue: undefined,
  RedriveAllowPolicy: undefined,
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html */
const roleDefaults = { Path: '/', MaxSessionDuration: 3600, PermissionsBoundary: undefined };

/**
 * In the names of SAM.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
 */
const functionDefaults = {
  Description: undefined,
  Runtime: undefined,
  Handler: undefined,
  Role: undefined,
  Timeout: 3,
  MemorySize: 128,
  PackageType: 'Zip',
  Architectures: ['x86_64'],
  EphemeralStorage: { Size: 512 },
  Environment: undefined,
  Layers: undefined,
  VpcConfig: undefined,
  FileSystemConfigs: undefined,
  DeadLetterQueue: undefined,
  Tracing: 'PassThrough',
  KmsKeyArn: undefined,
  ReservedConcurrentExecutions: undefined,
};

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sqs.html */
const mappingDefaults = {
  BatchSize: 10,
  MaximumBatchingWindowInSeconds: 0,
  FunctionResponseTypes: undefined,
  FilterCriteria: undefined,
  ScalingConfig: undefined,
  MetricsConfig: undefined,
  KmsKeyArn: undefined,
  Enabled: true,
};

/**
 * Every setting of every resource of a resolved template, with AWS's default where the template says nothing.
 * @param code digest of the file that `CodeUri` names, as Lambda shows it (CodeSha256)
 * @throws LabError for a type or a property that has no row here: nothing of a template is left out silently
 */
export function templateSettings(
  resources: Readonly<Record<string, Resource>>,
  code: string | undefined,
): ResourceSettings {
  return new Map(
    Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
      const read = readers[Type];
      if (read === undefined) throw notCompared(`the type ${Type}`, id);
      return read(id, Properties, code);
    }),
  );
}

type Reader = (
  id: string,
  properties: Properties,
  code: string | undefined,
) => [string, Settings][];

const readers: Readonly<Record<string, Reader>> = {
  'AWS::SQS::Queue': (id, { QueueName, RedrivePolicy, Tags, ...more }) => {
    const { deadLetterTargetArn, maxReceiveCount } = (RedrivePolicy ?? {}) as Properties;
    const settings = {
      ...texts(withDefaults(id, more, queueDefaults)),
      ...texts({ deadLetterTargetArn, maxReceiveCount }),
      // A queue policy is a resource of its own in a template.
      Policy: none,
      Tags: tagsText(tagMap(Tags as [])),
    };
    return [[queueKey(text(QueueName)), settings]];
  },
  'AWS::IAM::Role': (
    id,
    { RoleName, AssumeRolePolicyDocument, ManagedPolicyArns = [], Policies = [], Tags, ...more },
  ) => {
    const inline = (Policies as { PolicyName: string; PolicyDocument: object }[]).map(
      ({ PolicyName, PolicyDocument }) => [`policy ${PolicyName}`, policyText(PolicyDocument)],
    );
    const settings = {
      ...texts(withDefaults(id, more, roleDefaults)),
      'trust policy': policyText(AssumeRolePolicyDocument),
      'managed policies': text((ManagedPolicyArns as string[]).toSorted()),
      ...(Object.fromEntries(inline) as Settings),
      Tags: tagsText(tagMap(Tags as [])),
    };
    return [[roleKey(text(RoleName)), settings]];
  },
  'AWS::Serverless::Function': (
    id,
    { FunctionName, CodeUri, Events = {}, LoggingConfig, Tags, ...more },
    code,
  ) => {
    const name = text(FunctionName);
    const logging = { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` };
    const settings = {
      ...texts(withDefaults(id, more, functionDefaults)),
      ...texts({ ...logging, ...(LoggingConfig as object | undefined) }),
      CodeSha256: code ?? `none: ${text(CodeUri)} is not here`,
      Tags: tagsText(Tags as Readonly<Record<string, string>>),
    };
    const events = Object.entries(Events as Record<string, Resource>);
    return [[functionKey(name), settings], ...events.map((event) => mapping(name, event))];
  },
};

function mapping(functionName: string, [id, event]: [string, Resource]): [string, Settings] {
  if (event.Type !== 'SQS') throw notCompared(`an event of the type ${event.Type}`, id);
  const { Queue, ...more } = event.Properties;
  const settings = texts(withDefaults(id, more, mappingDefaults));
  return [
    mappingKey(lastOf(text(Queue)), functionName),
    { EventSourceArn: text(Queue), ...settings },
  ];
}

function withDefaults(id: string, given: Properties, defaults: Properties): Properties {
  const other = Object.keys(given).find((name) => !(name in defaults));
  if (other !== undefined) throw notCompared(`the property ${other}`, id);
  return { ...defaults, ...given };
}

const notCompared = (what: string, id: string) =>
  new LabError(`Cannot compare ${what} of ${id} in infra/template.yaml`, {
    hint: 'Add it to src/template/template-settings.ts and live-settings.ts, so that the comparison knows how AWS shows it.',
  });
