import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { CreateFunctionCommandInput } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';
import { createRole, monday, zipOf } from '../../testing/sandbox/lambda.ts';

let lab: TestSandbox;
let base: CreateFunctionCommandInput;

beforeAll(async () => {
  lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday, skipping: false }) });
  base = {
    FunctionName: 'worker',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: await createRole(lab),
    Code: { ZipFile: await zipOf({ 'index.mjs': 'export const handler = async () => 1' }) },
  };
});
afterAll(() => lab.close());

const invalid = 'InvalidParameterValueException';
const cannotUnzip =
  'Could not unzip uploaded file. Please check your file, then try to upload again.';
const reservedKeys =
  'Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION';
const big = 'x'.repeat(4096);

const refusals: [string, object, string, string][] = [
  [
    'a role ARN that is none',
    { Role: 'r1' },
    'ValidationException',
    String.raw`1 validation error detected: Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+`,
  ],
  [
    'a role that does not exist',
    { Role: 'arn:aws:iam::111122223333:role/nobody' },
    invalid,
    'The role defined for the function cannot be assumed by Lambda.',
  ],
  [
    'an unknown runtime',
    { Runtime: 'cobol' },
    invalid,
    "Value cobol at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs24.x, nodejs22.x] or be a valid ARN",
  ],
  [
    'a retired runtime',
    { Runtime: 'nodejs14.x' },
    invalid,
    'The runtime parameter of nodejs14.x is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.',
  ],
  [
    'a runtime that only AWS has',
    { Runtime: 'python3.13' },
    invalid,
    'Runtime python3.13 is not in the sandbox. Name nodejs24.x.',
  ],
  [
    'a name of 65 characters',
    { FunctionName: 'a'.repeat(65) },
    invalid,
    `1 validation error detected: Value '${'a'.repeat(65)}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
  ],
  [
    'a timeout of 901 s',
    { Timeout: 901 },
    'ValidationException',
    "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
  ],
  [
    'a timeout of 0 s and 127 MB',
    { Timeout: 0, MemorySize: 127 },
    'ValidationException',
    "2 validation errors detected: Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1; Value '127' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128",
  ],
  [
    'a variable with a name of one letter',
    { Environment: { Variables: { K: big, KK: big } } },
    'ValidationException',
    // The model calls them sensitive: no value is repeated.
    "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
  ],
  [
    'environment variables of more than 4 KB',
    { Environment: { Variables: { KEY: big } } },
    invalid,
    `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {"KEY":"${big}"}`,
  ],
  [
    'a reserved variable',
    { Environment: { Variables: { AWS_REGION: 'x' } } },
    invalid,
    reservedKeys,
  ],
  ['a zip that is none', { Code: { ZipFile: Buffer.from('no zip') } }, invalid, cannotUnzip],
  [
    'an empty zip',
    { Code: { ZipFile: Buffer.alloc(0) } },
    invalid,
    'Uploaded file must be a non-empty zip',
  ],
  [
    'code from S3',
    { Code: { S3Bucket: 'bucket', S3Key: 'k' } },
    invalid,
    'S3Bucket is not in the sandbox. Give the zip itself, with --zip-file fileb://…',
  ],
  ['no code at all', { Code: {} }, invalid, 'Please provide a source for function code.'],
  [
    'no handler',
    { Handler: undefined },
    invalid,
    'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
  ],
  [
    'a VPC',
    { VpcConfig: { SubnetIds: ['subnet-1'] } },
    invalid,
    'VpcConfig is not in the sandbox. Leave it out.',
  ],
  [
    'a layer',
    { Layers: ['arn:aws:lambda:eu-central-1:111122223333:layer:x:1'] },
    invalid,
    'Layers is not in the sandbox. Leave it out.',
  ],
  [
    'two architectures',
    { Architectures: ['x86_64', 'arm64'] },
    'ValidationException',
    "1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1",
  ],
  [
    'an unknown architecture',
    { Architectures: ['X86_64'] },
    'ValidationException',
    "1 validation error detected: Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
  ],
  [
    '51 tags',
    { Tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`key${i}`, 'x'])) },
    invalid,
    'Number of tags exceeds resource tag limit.',
  ],
  [
    'a tag key of strange characters',
    { Tags: { 'a*b': 'x' } },
    'ValidationException',
    String.raw`1 validation error detected: Value '{a*b=x}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: ([\p{L}\p{Z}\p{N}_.:/=+\-@]*)]`,
  ],
  [
    'a value of another type',
    { Timeout: '3' },
    'SerializationException',
    'STRING_VALUE cannot be converted to Integer',
  ],
  [
    'a dead-letter queue that the role may not send to',
    { DeadLetterConfig: { TargetArn: 'arn:aws:sqs:eu-central-1:111122223333:dlq' } },
    invalid,
    'The provided execution role does not have permissions to call SendMessage on SQS',
  ],
  [
    'a topic as dead-letter queue',
    { DeadLetterConfig: { TargetArn: 'arn:aws:sns:eu-central-1:111122223333:topic' } },
    invalid,
    'An SNS topic as the target of DeadLetterConfig is not in the sandbox. Name an SQS queue.',
  ],
  [
    'a log level in Text format',
    { LoggingConfig: { LogFormat: 'Text', ApplicationLogLevel: 'WARN' } },
    invalid,
    'Log levels can only be set when LogFormat is JSON.',
  ],
];

test.each(refusals)('CreateFunction refuses %s', async (_what, change, name, message) => {
  const command = new CreateFunctionCommand({ ...base, ...change });
  await expect(lab.lambda.send(command)).rejects.toMatchObject({
    name,
    message,
    $metadata: { httpStatusCode: 400 },
  });
});

test('a role of another account cannot be passed', async () => {
  const Role = 'arn:aws:iam::999988887777:role/worker-role';
  await expect(lab.lambda.send(new CreateFunctionCommand({ ...base, Role }))).rejects.toMatchObject(
    {
      name: 'AccessDeniedException',
      message: 'Cross-account pass role is not allowed.',
      $metadata: { httpStatusCode: 403 },
    },
  );
});

test('CreateFunction refuses a zip of more than 50 MiB with 413', async () => {
  const ZipFile = Buffer.alloc(52_428_801);
  await expect(
    lab.lambda.send(new CreateFunctionCommand({ ...base, Code: { ZipFile } })),
  ).rejects.toMatchObject({
    name: 'RequestEntityTooLargeException',
    message: 'Zipped size must be smaller than 52428800 bytes',
    $metadata: { httpStatusCode: 413 },
  });
});

test('CreateFunction refuses a role that trusts another service', async () => {
  const Role = await createRole(lab, { name: 'ec2-role', principal: 'ec2.amazonaws.com' });
  await expect(lab.lambda.send(new CreateFunctionCommand({ ...base, Role }))).rejects.toMatchObject(
    {
      name: invalid,
      message: 'The role defined for the function cannot be assumed by Lambda.',
    },
  );
});

test('CreateFunction refuses a second function of the same name', async () => {
  const command = new CreateFunctionCommand({ ...base, FunctionName: 'twice' });
  await lab.lambda.send(command);
  await expect(lab.lambda.send(command)).rejects.toMatchObject({
    name: 'ResourceConflictException',
    message: 'Function already exist: twice',
    $metadata: { httpStatusCode: 409 },
  });
});

const allow = (Action: string, Resource: string, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});
const functionArn = 'arn:aws:lambda:eu-central-1:111122223333:function:worker';
const roleArn = 'arn:aws:iam::111122223333:role/worker-role';
const policyOf = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

test('CreateFunction needs iam:PassRole on the role, which may be limited to Lambda', async () => {
  const creating = allow('lambda:CreateFunction', functionArn);
  const without = lab.as('no-pass-role', policyOf(creating));
  await expect(without.lambda.send(new CreateFunctionCommand(base))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringMatching(
      `^User: arn:aws:iam::111122223333:user/no-pass-role is not authorized to perform: iam:PassRole on resource: ${roleArn} because no identity-based policy allows the iam:PassRole action`,
    ),
    $metadata: { httpStatusCode: 403 },
  });

  const toEc2 = { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } };
  const wrong = lab.as('to-ec2', policyOf(creating, allow('iam:PassRole', roleArn, toEc2)));
  await expect(wrong.lambda.send(new CreateFunctionCommand(base))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });

  const toLambda = { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } };
  const right = lab.as('to-lambda', policyOf(creating, allow('iam:PassRole', roleArn, toLambda)));
  // Made, and taken away again: the refusals of the other tests are about this name.
  await right.lambda.send(new CreateFunctionCommand(base));
  await lab.lambda.send(new DeleteFunctionCommand({ FunctionName: 'worker' }));
});

test('CreateFunction with tags needs lambda:TagResource too', async () => {
  const learner = lab.as(
    'no-tags',
    policyOf(allow('lambda:CreateFunction', '*'), allow('iam:PassRole', '*')),
  );
  const command = new CreateFunctionCommand({ ...base, FunctionName: 'tagged', Tags: { a: 'b' } });
  await expect(learner.lambda.send(command)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('lambda:TagResource'),
  });
});

test('UpdateFunctionConfiguration needs iam:PassRole only when the role changes', async () => {
  const FunctionName = 'updated';
  await lab.lambda.send(new CreateFunctionCommand({ ...base, FunctionName }));
  lab.clock.advance(1000, 'test');
  const learner = lab.as('updater', policyOf(allow('lambda:UpdateFunctionConfiguration', '*')));
  await learner.lambda.send(
    new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9, Role: base.Role }),
  );
  lab.clock.advance(1000, 'test');
  const Role = await createRole(lab, { name: 'other-role' });
  await expect(
    learner.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Role })),
  ).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('iam:PassRole'),
  });
});
