import { CreateLogGroupCommand, CreateLogStreamCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  PublishVersionCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { basicExecutionPolicy, createFunction, createRole, zipOf } from './lambda.ts';
import type { TestSandbox } from './sandbox-for-test.ts';
import type { ServiceName, WireObject } from '../../sandbox/types.ts';

/** By operation: an input that the sandbox takes, in a world that `prepare` made. */
export type Inputs = Readonly<Record<string, WireObject>>;

/**
 * Makes what the inputs speak of, each kind of resource once.
 * Every member that a handler reads should stand in one of the inputs: they are what gets changed.
 */
export const inputsOf: Readonly<Record<ServiceName, (lab: TestSandbox) => Promise<Inputs>>> = {
  sqs: sqsInputs,
  logs: logsInputs,
  lambda: lambdaInputs,
  iam: iamInputs,
  sts: stsInputs,
  cloudwatch: cloudWatchInputs,
};

const sqsArn = 'arn:aws:sqs:eu-central-1:111122223333';
const lambdaArn = 'arn:aws:lambda:eu-central-1:111122223333';
const logsArn = 'arn:aws:logs:eu-central-1:111122223333';
const iamArn = 'arn:aws:iam::111122223333';

export const trustPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }],
});

async function sqsInputs(lab: TestSandbox): Promise<Inputs> {
  const { sqs } = lab;
  const create = (QueueName: string, Attributes: Record<string, string> = {}) =>
    sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  for (const name of ['dlq', 'second-dlq', 'third']) await create(name);
  const redrive = (dlq: string) => ({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `${sqsArn}:${dlq}`, maxReceiveCount: 3 }),
  });
  await create('work', redrive('dlq'));
  await create('second', redrive('second-dlq'));
  const send = (QueueUrl: string) =>
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
  await send('work');
  await send('second-dlq');
  await send('second-dlq');
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: 'work', VisibilityTimeout: 600 }),
  );
  const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
  // One message a second, while the clock stands: it goes on for the whole test.
  const { TaskHandle } = await sqs.send(
    new StartMessageMoveTaskCommand({
      SourceArn: `${sqsArn}:second-dlq`,
      DestinationArn: `${sqsArn}:third`,
      MaxNumberOfMessagesPerSecond: 1,
    }),
  );
  const QueueUrl = `${lab.endpoint}/111122223333/work`;
  const message = {
    MessageBody: 'x',
    DelaySeconds: 1,
    MessageAttributes: {
      Author: { DataType: 'String', StringValue: 'X' },
      Bytes: { DataType: 'Binary', BinaryValue: 'AAAA' },
    },
    MessageSystemAttributes: {
      AWSTraceHeader: {
        DataType: 'String',
        StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793',
      },
    },
  };
  return {
    CreateQueue: { QueueName: 'new', Attributes: { DelaySeconds: '1' }, tags: { a: 'b' } },
    GetQueueUrl: { QueueName: 'work', QueueOwnerAWSAccountId: '111122223333' },
    ListQueues: { QueueNamePrefix: 'w', MaxResults: 5 },
    ListDeadLetterSourceQueues: { QueueUrl: 'dlq', MaxResults: 5 },
    GetQueueAttributes: { QueueUrl, AttributeNames: ['All'] },
    SetQueueAttributes: { QueueUrl, Attributes: { VisibilityTimeout: '40' } },
    DeleteQueue: { QueueUrl },
    TagQueue: { QueueUrl, Tags: { a: 'b' } },
    UntagQueue: { QueueUrl, TagKeys: ['a'] },
    ListQueueTags: { QueueUrl },
    SendMessage: { QueueUrl, ...message, MessageGroupId: 'g' },
    ReceiveMessage: {
      QueueUrl,
      MaxNumberOfMessages: 1,
      VisibilityTimeout: 1,
      WaitTimeSeconds: 0,
      AttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    },
    DeleteMessage: { QueueUrl, ReceiptHandle },
    ChangeMessageVisibility: { QueueUrl, ReceiptHandle, VisibilityTimeout: 700 },
    PurgeQueue: { QueueUrl },
    SendMessageBatch: { QueueUrl, Entries: [{ Id: 'a', ...message }] },
    DeleteMessageBatch: { QueueUrl, Entries: [{ Id: 'a', ReceiptHandle }] },
    ChangeMessageVisibilityBatch: {
      QueueUrl,
      Entries: [{ Id: 'a', ReceiptHandle, VisibilityTimeout: 700 }],
    },
    StartMessageMoveTask: {
      SourceArn: `${sqsArn}:dlq`,
      DestinationArn: `${sqsArn}:third`,
      MaxNumberOfMessagesPerSecond: 1,
    },
    CancelMessageMoveTask: { TaskHandle },
    ListMessageMoveTasks: { SourceArn: `${sqsArn}:second-dlq`, MaxResults: 1 },
  };
}

async function logsInputs(lab: TestSandbox): Promise<Inputs> {
  const group = { logGroupName: 'group' };
  const stream = { ...group, logStreamName: 'stream' };
  await lab.logs.send(new CreateLogGroupCommand({ ...group, tags: { a: 'b' } }));
  await lab.logs.send(new CreateLogStreamCommand(stream));
  const now = lab.clock.now();
  const resourceArn = `${logsArn}:log-group:group`;
  return {
    CreateLogGroup: { logGroupName: 'new', tags: { a: 'b' }, logGroupClass: 'STANDARD' },
    DeleteLogGroup: group,
    PutRetentionPolicy: { ...group, retentionInDays: 7 },
    DeleteRetentionPolicy: group,
    DescribeLogGroups: { logGroupNamePrefix: 'g', limit: 5 },
    TagResource: { resourceArn, tags: { c: 'd' } },
    UntagResource: { resourceArn, tagKeys: ['a'] },
    ListTagsForResource: { resourceArn },
    CreateLogStream: { ...group, logStreamName: 'new' },
    DeleteLogStream: stream,
    DescribeLogStreams: { ...group, orderBy: 'LastEventTime', descending: true, limit: 5 },
    PutLogEvents: { ...stream, logEvents: [{ timestamp: now, message: 'x' }] },
    FilterLogEvents: {
      ...group,
      logStreamNames: ['stream'],
      filterPattern: 'x',
      startTime: 0,
      endTime: now,
      limit: 5,
      interleaved: true,
    },
    GetLogEvents: { ...stream, startTime: 0, endTime: now, limit: 5, startFromHead: true },
  };
}

async function cloudWatchInputs(lab: TestSandbox): Promise<Inputs> {
  const { sqs, clock } = lab;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
  const now = Math.floor(clock.now() / 1000);
  const range = { StartTime: now - 3600, EndTime: now + 60 };
  const metric = {
    Namespace: 'AWS/SQS',
    MetricName: 'NumberOfMessagesSent',
    Dimensions: [{ Name: 'QueueName', Value: 'work' }],
  };
  return {
    GetMetricStatistics: { ...range, ...metric, Period: 60, Statistics: ['Sum'], Unit: 'Count' },
    GetMetricData: {
      ...range,
      ScanBy: 'TimestampAscending',
      MaxDatapoints: 100,
      MetricDataQueries: [
        {
          Id: 'sent',
          Label: 'sent',
          ReturnData: true,
          MetricStat: { Metric: metric, Period: 60, Stat: 'Sum', Unit: 'Count' },
        },
      ],
    },
    ListMetrics: { ...metric, RecentlyActive: 'PT3H' },
  };
}

async function lambdaInputs(lab: TestSandbox): Promise<Inputs> {
  const Role = await createRole(lab, { policies: [basicExecutionPolicy] });
  await lab.iam.send(
    new PutRolePolicyCommand({
      RoleName: 'worker-role',
      PolicyName: 'queue',
      PolicyDocument: policy.replace('sqs:SendMessage', 'sqs:*'),
    }),
  );
  for (const QueueName of ['work', 'other']) {
    await lab.sqs.send(new CreateQueueCommand({ QueueName }));
  }
  await createFunction(lab, 'export const handler = async () => 1;', { Role, Tags: { a: 'b' } });
  const { UUID } = await lab.lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: 'worker',
      EventSourceArn: `${sqsArn}:work`,
    }),
  );
  lab.clock.advance(2000, 'until the mapping is Enabled');
  const FunctionName = 'worker';
  await lab.lambda.send(new PublishVersionCommand({ FunctionName }));
  await lab.lambda.send(
    new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }),
  );
  const ZipFile = (await zipOf({ 'index.mjs': 'export const handler = () => 2;' })).toString(
    'base64',
  );
  const configuration = {
    Role,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Description: 'x',
    Timeout: 3,
    MemorySize: 128,
    Environment: { Variables: { NAME: 'value' } },
    EphemeralStorage: { Size: 512 },
    LoggingConfig: {
      LogFormat: 'JSON',
      LogGroup: 'g',
      ApplicationLogLevel: 'INFO',
      SystemLogLevel: 'INFO',
    },
    TracingConfig: { Mode: 'PassThrough' },
    DeadLetterConfig: { TargetArn: `${sqsArn}:other` },
  };
  const mapping = {
    BatchSize: 5,
    MaximumBatchingWindowInSeconds: 1,
    Enabled: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 2 },
    MetricsConfig: { Metrics: ['EventCount'] },
    FilterCriteria: { Filters: [{ Pattern: '{"body":{"a":[1]}}' }] },
  };
  const eventInvoke = {
    MaximumRetryAttempts: 1,
    MaximumEventAgeInSeconds: 60,
    DestinationConfig: {
      OnSuccess: { Destination: `${sqsArn}:other` },
      OnFailure: { Destination: `${sqsArn}:other` },
    },
  };
  await lab.lambda.send(
    new PutFunctionEventInvokeConfigCommand({ FunctionName, Qualifier: 'live', ...eventInvoke }),
  );
  const Resource = `${lambdaArn}:function:worker`;
  return {
    CreateFunction: {
      ...configuration,
      FunctionName: 'new',
      Code: { ZipFile },
      Architectures: ['x86_64'],
      PackageType: 'Zip',
      Publish: false,
      Tags: { a: 'b' },
    },
    GetFunction: { FunctionName, Qualifier: '1' },
    GetFunctionConfiguration: { FunctionName, Qualifier: 'live' },
    UpdateFunctionCode: {
      FunctionName,
      ZipFile,
      Architectures: ['x86_64'],
      DryRun: false,
      Publish: false,
    },
    UpdateFunctionConfiguration: { FunctionName, ...configuration },
    DeleteFunction: { FunctionName },
    ListFunctions: { MaxItems: '5' },
    ListVersionsByFunction: { FunctionName, MaxItems: '5' },
    PublishVersion: { FunctionName, Description: 'x' },
    CreateAlias: {
      FunctionName,
      Name: 'next',
      FunctionVersion: '$LATEST',
      Description: 'x',
      RoutingConfig: { AdditionalVersionWeights: {} },
    },
    GetAlias: { FunctionName, Name: 'live' },
    UpdateAlias: { FunctionName, Name: 'live', FunctionVersion: '1', Description: 'x' },
    ListAliases: { FunctionName, FunctionVersion: '1', MaxItems: '5' },
    DeleteAlias: { FunctionName, Name: 'live' },
    Invoke: { FunctionName, InvocationType: 'DryRun', LogType: 'None', Payload: '{}' },
    PutFunctionConcurrency: { FunctionName, ReservedConcurrentExecutions: 1 },
    GetFunctionConcurrency: { FunctionName },
    DeleteFunctionConcurrency: { FunctionName },
    GetAccountSettings: {},
    GetPolicy: { FunctionName, Qualifier: 'live' },
    PutFunctionEventInvokeConfig: { FunctionName, Qualifier: '1', ...eventInvoke },
    UpdateFunctionEventInvokeConfig: { FunctionName, Qualifier: 'live', ...eventInvoke },
    GetFunctionEventInvokeConfig: { FunctionName, Qualifier: 'live' },
    ListFunctionEventInvokeConfigs: { FunctionName, MaxItems: '5' },
    DeleteFunctionEventInvokeConfig: { FunctionName, Qualifier: 'live' },
    TagResource: { Resource, Tags: { c: 'd' } },
    UntagResource: { Resource, TagKeys: ['a'] },
    ListTags: { Resource },
    CreateEventSourceMapping: { ...mapping, FunctionName, EventSourceArn: `${sqsArn}:other` },
    GetEventSourceMapping: { UUID },
    ListEventSourceMappings: { FunctionName, EventSourceArn: `${sqsArn}:work`, MaxItems: '5' },
    UpdateEventSourceMapping: { UUID, ...mapping, FunctionName },
    DeleteEventSourceMapping: { UUID },
  };
}

async function stsInputs(lab: TestSandbox): Promise<Inputs> {
  const RoleArn = `${iamArn}:role/to-assume`;
  const AssumeRolePolicyDocument = trustPolicy.replace(
    '"Service":"lambda.amazonaws.com"',
    `"AWS":"${iamArn}:user/admin"`,
  );
  const { sts } = lab;
  // The user exists once it has called.
  await sts.send(new GetCallerIdentityCommand({}));
  await lab.iam.send(new CreateRoleCommand({ RoleName: 'to-assume', AssumeRolePolicyDocument }));
  return {
    GetCallerIdentity: {},
    AssumeRole: { RoleArn, RoleSessionName: 'session', DurationSeconds: '900', ExternalId: 'lab' },
    GetSessionToken: { DurationSeconds: '900' },
  };
}

async function iamInputs(lab: TestSandbox): Promise<Inputs> {
  const { iam } = lab;
  await createRole(lab, { policies: [basicExecutionPolicy] });
  await createRole(lab, { name: 'bare-role', policies: [] });
  lab.as('learner', JSON.parse(policy));
  const PolicyArn = `${iamArn}:policy/mine`;
  const unused = `${iamArn}:policy/unused`;
  for (const PolicyName of ['mine', 'unused']) {
    await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: policy }));
  }
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: policy }));
  await iam.send(new AttachUserPolicyCommand({ UserName: 'learner', PolicyArn }));
  const ofRole = { RoleName: 'worker-role' };
  const ofUser = { UserName: 'learner' };
  const named = { PolicyName: 'inline' };
  await iam.send(new PutRolePolicyCommand({ ...ofRole, ...named, PolicyDocument: policy }));
  await iam.send(new PutUserPolicyCommand({ ...ofUser, ...named, PolicyDocument: policy }));
  const boundary = { PermissionsBoundary: PolicyArn };
  await iam.send(new PutRolePermissionsBoundaryCommand({ ...ofRole, ...boundary }));
  await iam.send(new PutUserPermissionsBoundaryCommand({ ...ofUser, ...boundary }));
  const Tags = [{ Key: 'a', Value: 'b' }];
  const page = { MaxItems: '5' };
  const document = { ...named, PolicyDocument: policy };
  return {
    CreateRole: {
      RoleName: 'new',
      Path: '/',
      AssumeRolePolicyDocument: trustPolicy,
      Description: 'x',
      MaxSessionDuration: '3600',
      ...boundary,
      Tags,
    },
    GetRole: ofRole,
    ListRoles: { PathPrefix: '/', ...page },
    UpdateRole: { ...ofRole, Description: 'y', MaxSessionDuration: '3600' },
    UpdateAssumeRolePolicy: { ...ofRole, PolicyDocument: trustPolicy },
    DeleteRole: { RoleName: 'bare-role' },
    TagRole: { ...ofRole, Tags },
    UntagRole: { ...ofRole, TagKeys: ['a'] },
    ListRoleTags: { ...ofRole, ...page },
    ListInstanceProfilesForRole: { ...ofRole, ...page },
    AttachRolePolicy: { ...ofRole, PolicyArn },
    DetachRolePolicy: { ...ofRole, PolicyArn: basicExecutionPolicy },
    ListAttachedRolePolicies: { ...ofRole, ...page },
    PutRolePolicy: { ...ofRole, ...document },
    GetRolePolicy: { ...ofRole, ...named },
    DeleteRolePolicy: { ...ofRole, ...named },
    ListRolePolicies: { ...ofRole, ...page },
    PutRolePermissionsBoundary: { ...ofRole, ...boundary },
    DeleteRolePermissionsBoundary: ofRole,
    AttachUserPolicy: { ...ofUser, PolicyArn },
    DetachUserPolicy: { ...ofUser, PolicyArn },
    ListAttachedUserPolicies: { ...ofUser, ...page },
    PutUserPolicy: { ...ofUser, ...document },
    GetUserPolicy: { ...ofUser, ...named },
    DeleteUserPolicy: { ...ofUser, ...named },
    ListUserPolicies: { ...ofUser, ...page },
    PutUserPermissionsBoundary: { ...ofUser, ...boundary },
    DeleteUserPermissionsBoundary: ofUser,
    CreatePolicy: { ...document, PolicyName: 'new', Path: '/', Description: 'x' },
    GetPolicy: { PolicyArn },
    ListPolicies: { Scope: 'Local', OnlyAttached: 'false', PathPrefix: '/', ...page },
    GetPolicyVersion: { PolicyArn, VersionId: 'v1' },
    ListPolicyVersions: { PolicyArn, ...page },
    CreatePolicyVersion: { PolicyArn, PolicyDocument: policy, SetAsDefault: 'true' },
    SetDefaultPolicyVersion: { PolicyArn, VersionId: 'v2' },
    DeletePolicyVersion: { PolicyArn, VersionId: 'v2' },
    DeletePolicy: { PolicyArn: unused },
    GetUser: ofUser,
    ListUsers: { PathPrefix: '/', ...page },
    ListAccountAliases: page,
    SimulatePrincipalPolicy: {
      PolicySourceArn: `${iamArn}:role/worker-role`,
      ActionNames: ['sqs:SendMessage'],
      ResourceArns: ['*'],
      PolicyInputList: [policy],
      ContextEntries: [
        {
          ContextKeyName: 'aws:RequestedRegion',
          ContextKeyType: 'string',
          ContextKeyValues: ['eu-central-1'],
        },
      ],
      ...page,
    },
  };
}
