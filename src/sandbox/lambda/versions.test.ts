import {
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  InvokeCommand,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';
import { createFunction, createRole, logOf, monday, zipOf } from '../../testing/sandbox/lambda.ts';

const FunctionName = 'worker';
const arn = 'arn:aws:lambda:eu-central-1:111122223333:function:worker';
const standing = () =>
  sandboxForTest({ clock: new LabClock({ standingAt: monday, skipping: false }) });
const answering = (answer: string) =>
  `export const handler = async (event, { functionVersion, invokedFunctionArn }) =>
     ['${answer}', functionVersion, invokedFunctionArn];`;

async function publish(lab: TestSandbox, input = {}) {
  return await lab.lambda.send(new PublishVersionCommand({ FunctionName, ...input }));
}

async function change(lab: TestSandbox, answer: string) {
  const ZipFile = await zipOf({ 'index.mjs': answering(answer) });
  await lab.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
  lab.clock.advance(1000, 'until the update has settled');
}

async function invoke(lab: TestSandbox, Qualifier?: string) {
  const answer = await lab.lambda.send(new InvokeCommand({ FunctionName, Qualifier }));
  const payload = JSON.parse(Buffer.from(answer.Payload ?? []).toString()) as unknown;
  return { payload, executed: answer.ExecutedVersion };
}

test('a version is a copy of $LATEST that no update changes', async () => {
  await using lab = await standing();
  await createFunction(lab, answering('one'));

  const first = await publish(lab, { Description: 'the first' });
  expect(first).toMatchObject({
    Version: '1',
    FunctionArn: `${arn}:1`,
    Description: 'the first',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    $metadata: { httpStatusCode: 201 },
  });
  await change(lab, 'two');

  expect(await invoke(lab)).toEqual({ payload: ['two', '$LATEST', arn], executed: '$LATEST' });
  expect(await invoke(lab, '1')).toEqual({ payload: ['one', '1', `${arn}:1`], executed: '1' });
  const { Configuration } = await lab.lambda.send(
    new GetFunctionCommand({ FunctionName, Qualifier: '1' }),
  );
  expect(Configuration).toMatchObject({
    RevisionId: first.RevisionId,
    CodeSha256: first.CodeSha256,
  });
  const streams = new Set((await logOf(lab)).map(({ stream }) => /\[(.+)\]/.exec(stream)?.[1]));
  expect(streams).toEqual(new Set(['$LATEST', '1']));
});

test('publishing again without a change gives the same version, whatever description it names', async () => {
  await using lab = await standing();
  await createFunction(lab, answering('one'));
  const first = await publish(lab);
  const again = await publish(lab, { Description: 'another' });
  expect(again).toMatchObject({ Version: '1', Description: '', RevisionId: first.RevisionId });

  await lab.lambda.send(
    new UpdateFunctionConfigurationCommand({ FunctionName, Description: 'changed' }),
  );
  lab.clock.advance(1000, 'until the update has settled');
  expect(await publish(lab)).toMatchObject({ Version: '2', Description: 'changed' });
});

test('publishing renews the revision of $LATEST, and asks for it and for the code when told to', async () => {
  await using lab = await standing();
  await createFunction(lab, answering('one'));
  const latest = async () =>
    (await lab.lambda.send(new GetFunctionCommand({ FunctionName }))).Configuration;
  const before = await latest();
  await expect(publish(lab, { RevisionId: 'wrong' })).rejects.toMatchObject({
    name: 'PreconditionFailedException',
    message:
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
  });
  await expect(publish(lab, { CodeSha256: 'wrong' })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: `CodeSHA256 (wrong) is different from current CodeSHA256 in $LATEST (${before?.CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
  });
  const version = await publish(lab, { RevisionId: before?.RevisionId });
  const after = await latest();
  expect(new Set([before?.RevisionId, version.RevisionId, after?.RevisionId]).size).toBe(3);
});

test('--publish at creation and at an update makes a version at once', async () => {
  await using lab = await standing();
  const created = await lab.lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: await createRole(lab),
      Code: { ZipFile: await zipOf({ 'index.mjs': answering('one') }) },
      Publish: true,
    }),
  );
  expect(created).toMatchObject({ Version: '1', FunctionArn: arn, State: 'Pending' });
  lab.clock.advance(1000, 'until the function is Active');
  const ZipFile = await zipOf({ 'index.mjs': answering('two') });
  const updated = await lab.lambda.send(
    new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Publish: true }),
  );
  expect(updated).toMatchObject({ Version: '2', FunctionArn: `${arn}:2`, State: 'Pending' });
  lab.clock.advance(1000, 'until the update has settled');
  expect(await invoke(lab, '1')).toMatchObject({ payload: ['one', '1', `${arn}:1`] });
  expect(await invoke(lab, '2')).toMatchObject({ payload: ['two', '2', `${arn}:2`] });
});

test('lists show $LATEST first, then the versions, without states', async () => {
  await using lab = await standing();
  await createFunction(lab, answering('one'));
  await publish(lab);
  await change(lab, 'two');
  await publish(lab);
  const shown = [
    ['$LATEST', `${arn}:$LATEST`],
    ['1', `${arn}:1`],
    ['2', `${arn}:2`],
  ];
  const { Versions = [] } = await lab.lambda.send(
    new ListVersionsByFunctionCommand({ FunctionName }),
  );
  expect(Versions.map(({ Version, FunctionArn }) => [Version, FunctionArn])).toEqual(shown);
  expect(Versions[1]).not.toHaveProperty('State');
  const { Functions = [] } = await lab.lambda.send(
    new ListFunctionsCommand({ FunctionVersion: 'ALL' }),
  );
  expect(Functions.map(({ Version, FunctionArn }) => [Version, FunctionArn])).toEqual(shown);
  const page = await lab.lambda.send(
    new ListVersionsByFunctionCommand({ FunctionName, MaxItems: 2 }),
  );
  const rest = await lab.lambda.send(
    new ListVersionsByFunctionCommand({ FunctionName, Marker: page.NextMarker }),
  );
  expect(rest.Versions?.map(({ Version }) => Version)).toEqual(['2']);
});

test('an alias is made, moved, listed and deleted', async () => {
  await using lab = await standing();
  await createFunction(lab, answering('one'));
  await publish(lab);
  await change(lab, 'two');
  await publish(lab);
  const created = await lab.lambda.send(
    new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }),
  );
  expect(created).toMatchObject({
    AliasArn: `${arn}:live`,
    Name: 'live',
    FunctionVersion: '1',
    Description: '',
    $metadata: { httpStatusCode: 201 },
  });
  expect(created).not.toHaveProperty('RoutingConfig');
  expect(await invoke(lab, 'live')).toEqual({
    payload: ['one', '1', `${arn}:live`],
    executed: '1',
  });

  const moved = await lab.lambda.send(
    new UpdateAliasCommand({
      FunctionName,
      Name: 'live',
      FunctionVersion: '2',
      RevisionId: created.RevisionId,
    }),
  );
  expect(moved.RevisionId).not.toBe(created.RevisionId);
  expect(await invoke(lab, 'live')).toMatchObject({ payload: ['two', '2', `${arn}:live`] });
  expect(await lab.lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' }))).toMatchObject({
    FunctionVersion: '2',
    RevisionId: moved.RevisionId,
  });
  const aliasesOf = async (FunctionVersion?: string) =>
    (await lab.lambda.send(new ListAliasesCommand({ FunctionName, FunctionVersion }))).Aliases?.map(
      ({ Name }) => Name,
    );
  expect(await aliasesOf()).toEqual(['live']);
  expect(await aliasesOf('1')).toEqual([]);

  const deleted = await lab.lambda.send(new DeleteAliasCommand({ FunctionName, Name: 'live' }));
  expect(deleted.$metadata.httpStatusCode).toBe(204);
  await expect(
    lab.lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' })),
  ).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `Cannot find alias arn: ${arn}:live`,
  });
});

test('an alias with weights sends a share of the invocations to the other version', async () => {
  await using lab = await standing();
  await createFunction(lab, answering('one'));
  await publish(lab);
  await change(lab, 'two');
  await publish(lab);
  const routing = (weight: number) => ({
    FunctionName,
    Name: 'live',
    RoutingConfig: { AdditionalVersionWeights: { '2': weight } },
  });
  const created = await lab.lambda.send(
    new CreateAliasCommand({ ...routing(1), FunctionVersion: '1' }),
  );
  expect(created.RoutingConfig).toEqual({ AdditionalVersionWeights: { '2': 1 } });
  expect((await invoke(lab, 'live')).executed).toBe('2');
  await lab.lambda.send(new UpdateAliasCommand(routing(0)));
  expect((await invoke(lab, 'live')).executed).toBe('1');
});

test.each<[string, object, string, string]>([
  [
    'a name of digits',
    { Name: '2024' },
    'ValidationException',
    "1 validation error detected: Value '2024' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
  ],
  [
    'a version that is not there',
    { FunctionVersion: '10' },
    'ResourceNotFoundException',
    `Function not found: ${arn}:10`,
  ],
  [
    'two other versions',
    { RoutingConfig: { AdditionalVersionWeights: { '2': 0.1, '3': 0.1 } } },
    'InvalidParameterValueException',
    'Number of items in AdditionalVersionWeights cannot be greater than 1',
  ],
  [
    'a weight over 1',
    { RoutingConfig: { AdditionalVersionWeights: { '2': 2 } } },
    'ValidationException',
    "1 validation error detected: Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]",
  ],
  [
    'a weight for $LATEST',
    { RoutingConfig: { AdditionalVersionWeights: { $LATEST: 0.5 } } },
    'ValidationException',
    "1 validation error detected: Value '{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]",
  ],
  [
    'its own version with a weight',
    { RoutingConfig: { AdditionalVersionWeights: { '1': 0.5 } } },
    'InvalidParameterValueException',
    'Invalid function version 1. Function version 1 is already included in routing configuration.',
  ],
  [
    'weights beside $LATEST',
    { FunctionVersion: '$LATEST', RoutingConfig: { AdditionalVersionWeights: { '1': 0.5 } } },
    'InvalidParameterValueException',
    '$LATEST is not supported for an alias pointing to more than 1 version',
  ],
  [
    'a name that is taken',
    { Name: 'live' },
    'ResourceConflictException',
    `Alias already exists: ${arn}:live`,
  ],
])('CreateAlias refuses %s', async (_what, input, name, message) => {
  await using lab = await standing();
  await createFunction(lab, answering('one'));
  await publish(lab);
  const base = { FunctionName, Name: 'next', FunctionVersion: '1' };
  await lab.lambda.send(new CreateAliasCommand({ ...base, Name: 'live' }));
  await expect(
    lab.lambda.send(new CreateAliasCommand({ ...base, ...input })),
  ).rejects.toMatchObject({ name, message });
});

test('a version can be deleted when no alias needs it; numbers are never used again', async () => {
  await using lab = await standing();
  await createFunction(lab, answering('one'));
  await publish(lab);
  await lab.lambda.send(
    new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }),
  );
  const remove = new DeleteFunctionCommand({ FunctionName, Qualifier: '1' });
  await expect(lab.lambda.send(remove)).rejects.toMatchObject({
    name: 'ResourceConflictException',
    message: 'Unable to delete version because the following aliases reference it: [live]',
  });
  await lab.lambda.send(new DeleteAliasCommand({ FunctionName, Name: 'live' }));
  await lab.lambda.send(remove);
  await expect(invoke(lab, '1')).rejects.toMatchObject({ message: `Function not found: ${arn}:1` });
  expect((await publish(lab)).Version).toBe('2');

  await lab.lambda.send(new DeleteFunctionCommand({ FunctionName }));
  await createFunction(lab, answering('one'), { Role: await createRole(lab, { name: 'second' }) });
  await expect(invoke(lab, '2')).rejects.toMatchObject({ message: `Function not found: ${arn}:2` });
  expect((await publish(lab)).Version).toBe('3');
});

test('code, versions and aliases are there again after a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'versions-test-'));
  const open = (standingAt: number) =>
    sandboxForTest({
      storeFile: join(folder, 'store.sqlite'),
      clock: new LabClock({ standingAt, skipping: false }),
    });
  try {
    {
      await using lab = await open(monday);
      await createFunction(lab, answering('one'));
      await publish(lab);
      await lab.lambda.send(
        new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }),
      );
      await change(lab, 'two');
      // Twice, so that only the version has the first code.
      await change(lab, 'three');
    }
    await using lab = await open(monday + 60_000);
    expect(await invoke(lab, 'live')).toMatchObject({ payload: ['one', '1', `${arn}:live`] });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a mapping on an alias invokes what the alias points at', async () => {
  await using lab = await sandboxForTest();
  const code = `export const handler = async ({ Records }, { functionVersion }) => {
    for (const { body } of Records) console.log(\`\${body} by \${functionVersion}\`);
  };`;
  await createFunction(lab, code, {
    Role: await createRole(lab, {
      policies: ['arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole'],
    }),
  });
  await publish(lab);
  await lab.lambda.send(
    new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }),
  );
  const { QueueUrl } = await lab.sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
  const mapping = await lab.lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: `${FunctionName}:live`,
      EventSourceArn: 'arn:aws:sqs:eu-central-1:111122223333:work',
    }),
  );
  expect(mapping.FunctionArn).toBe(`${arn}:live`);
  const state = async () =>
    (await lab.lambda.send(new GetEventSourceMappingCommand({ UUID: mapping.UUID }))).State;
  await expect.poll(state).toBe('Enabled');
  const handled = async (body: string) =>
    (await logOf(lab).catch(() => [])).find(({ message }) => message.includes(`${body} by`))
      ?.message;
  await lab.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'first' }));
  await expect.poll(() => handled('first')).toContain('first by 1');

  await lab.lambda.send(
    new UpdateFunctionConfigurationCommand({ FunctionName, Description: 'changed' }),
  );
  const settled = async () =>
    (await lab.lambda.send(new GetFunctionCommand({ FunctionName }))).Configuration
      ?.LastUpdateStatus;
  await expect.poll(settled).toBe('Successful');
  const { Version } = await publish(lab);
  await lab.lambda.send(
    new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: Version }),
  );
  await lab.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'second' }));
  await expect.poll(() => handled('second')).toContain('second by 2');
});
