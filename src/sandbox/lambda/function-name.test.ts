import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';
import { createFunction, createRole, monday, zipOf } from '../../testing/sandbox/lambda.ts';

const arn = 'arn:aws:lambda:eu-central-1:111122223333:function:worker';
let lab: TestSandbox;

beforeAll(async () => {
  lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday, skipping: false }) });
  await createFunction(lab, 'export const handler = async () => 1');
});
afterAll(() => lab.close());

const get = (FunctionName: string, Qualifier?: string) =>
  lab.lambda.send(new GetFunctionCommand({ FunctionName, Qualifier }));

const namePattern = String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:|(((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?))(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`;
const qualifierPattern = String.raw`\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`;
const failed = (value: string, member: string, rule: string) =>
  `Value '${value}' at '${member}' failed to satisfy constraint: Member must ${rule}`;
const badName = (value: string) =>
  failed(value, 'functionName', `satisfy regular expression pattern: ${namePattern}`);

test.each([
  ['my-function!'],
  ['*'],
  ['invalid-account:function:my-function'],
  ['arn:aws:lambda:invalid-region:111122223333:function:my-function'],
  ['arn:aws:ec2:eu-central-1:111122223333:instance:i-1234567890abcdef0'],
  [`${arn}:1:2`],
  ['function:my-function:$LATEST:extra'],
  [`${arn}:$LATES`],
  ['arn:aws:lambda::111122223333:function:my-function'],
  ['arn:aws:lambda:eu-central-1::function:my-function'],
])('the name %s breaks the pattern of the model', async (name) => {
  await expect(get(name)).rejects.toMatchObject({
    name: 'ValidationException',
    message: `1 validation error detected: ${badName(name)}`,
    $metadata: { httpStatusCode: 400 },
  });
});

test.each([
  ['a'.repeat(65), undefined, arn.replace('worker', 'a'.repeat(65))],
  ['with.dot', undefined, arn.replace('worker', 'with.dot')],
  ['worker:$LATEST.PUBLISHED', undefined, `${arn}:$LATEST.PUBLISHED`],
  [
    'arn:aws:lambda:eu-central-1:111122223333:function',
    undefined,
    arn.replace('worker', 'function'),
  ],
  ['worker', '$latest', `${arn}:$latest`],
  ['worker', '1221', `${arn}:1221`],
  ['worker:prod', undefined, `${arn}:prod`],
])('the name %s, qualifier %s, may be asked for: not found', async (name, qualifier, shown) => {
  await expect(get(name, qualifier)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `Function not found: ${shown}`,
    $metadata: { httpStatusCode: 404 },
  });
});

test.each([
  ['invalid!', `satisfy regular expression pattern: ${qualifierPattern}`],
  ['a'.repeat(129), 'have length less than or equal to 128'],
])('the qualifier %s breaks the model', async (qualifier, rule) => {
  await expect(get('worker', qualifier)).rejects.toMatchObject({
    name: 'ValidationException',
    message: `1 validation error detected: ${failed(qualifier, 'qualifier', rule)}`,
  });
});

test('everything that is wrong stands in one message, what is in the path last', async () => {
  const name = `arn:aws:lambda:invalid-region:111122223333:function:${'a'.repeat(100)}`;
  const qualifier = 'a'.repeat(129);
  await expect(get(name, qualifier)).rejects.toMatchObject({
    name: 'ValidationException',
    message: `2 validation errors detected: ${failed(qualifier, 'qualifier', 'have length less than or equal to 128')}; ${badName(name)}`,
  });
});

test('CreateFunction lists both the length and the pattern of one name', async () => {
  const FunctionName = `${'a'.repeat(140)}!`;
  const create = new CreateFunctionCommand({
    FunctionName,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: await createRole(lab, { name: 'long' }),
    Code: { ZipFile: await zipOf({ 'index.mjs': '' }) },
  });
  await expect(lab.lambda.send(create)).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringMatching(
      /^2 validation errors detected: Value 'a+!' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 140; Value 'a+!' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: /,
    ),
  });
});

test('a qualifier in the name and another one beside it', async () => {
  await expect(get(`${arn}:$LATEST`, '1')).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'The derived qualifier from the function name does not match the specified qualifier.',
  });
  expect((await get(`${arn}:$LATEST`, '$LATEST')).Configuration?.Version).toBe('$LATEST');
});

const elsewhere = arn.replace('eu-central-1', 'eu-west-1');
test.each([
  ['GetFunction', () => get(elsewhere)],
  [
    'GetFunctionConfiguration',
    () => lab.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: elsewhere })),
  ],
  ['DeleteFunction', () => lab.lambda.send(new DeleteFunctionCommand({ FunctionName: elsewhere }))],
  ['Invoke', () => lab.lambda.send(new InvokeCommand({ FunctionName: elsewhere }))],
])('%s does not reach a function of another Region', async (_operation, call) => {
  await expect(call()).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Functions from 'eu-west-1' are not reachable in this region ('eu-central-1')",
    $metadata: { httpStatusCode: 404 },
  });
});

test('a function of another account needs a policy on the function', async () => {
  await expect(get(arn.replace('111122223333', '999988887777'))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: `User: arn:aws:iam::111122223333:user/admin is not authorized to perform: lambda:GetFunction on resource: ${arn.replace('111122223333', '999988887777')} because no resource-based policy allows the lambda:GetFunction action`,
    $metadata: { httpStatusCode: 403 },
  });
});

test('deleting by qualifier: $LATEST and aliases are refused', async () => {
  const remove = (Qualifier: string) =>
    lab.lambda.send(new DeleteFunctionCommand({ FunctionName: 'worker', Qualifier }));
  await expect(remove('$LATEST')).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: '$LATEST version cannot be deleted without deleting the function.',
  });
  await expect(remove('live')).rejects.toMatchObject({
    message: 'Deletion of aliases is not currently supported.',
  });
});

test('concurrency is of the function as a whole', async () => {
  const reserve = new PutFunctionConcurrencyCommand({
    FunctionName: 'worker:1',
    ReservedConcurrentExecutions: 1,
  });
  await expect(lab.lambda.send(reserve)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: expect.stringMatching(/^This operation is permitted on Lambda functions only\./),
  });
});

test.each([
  [
    'no ARN of Lambda',
    { Resource: 'arn:aws:something', Tags: { a: 'b' } },
    'ValidationException',
    /^1 validation error detected: Value 'arn:aws:something' at 'resource' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:/,
  ],
  [
    'a version',
    { Resource: `${arn}:$LATEST`, Tags: { a: 'b' } },
    'InvalidParameterValueException',
    /^Tags on function aliases and versions are not supported\. Please specify a function ARN\.$/,
  ],
  [
    'a key of AWS',
    { Resource: arn, Tags: { 'aws:project': 'b' } },
    'InvalidParameterValueException',
    /^The tag key aws:project cannot be used: keys that begin with aws: are reserved for AWS\.$/,
  ],
  [
    'no tags',
    { Resource: arn, Tags: {} },
    'InvalidParameterValueException',
    /^An error occurred and the request cannot be processed\.$/,
  ],
  [
    '51 tags',
    {
      Resource: arn,
      Tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'x'])),
    },
    'InvalidParameterValueException',
    /^Number of tags exceeds resource tag limit\.$/,
  ],
])('TagResource refuses %s', async (_what, input, name, message) => {
  await expect(lab.lambda.send(new TagResourceCommand(input))).rejects.toMatchObject({
    name,
    message: expect.stringMatching(message),
  });
});

test('UntagResource without keys', async () => {
  await expect(
    lab.lambda.send(new UntagResourceCommand({ Resource: arn, TagKeys: [] })),
  ).rejects.toMatchObject({
    name: 'ValidationException',
    message:
      "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null",
  });
});
