import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { CreateFunctionCommandInput } from '@aws-sdk/client-lambda';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';
import { createFunction, createRole, invoke, monday, zipOf } from '../../testing/sandbox/lambda.ts';

const standing = () =>
  sandboxForTest({ clock: new LabClock({ standingAt: monday, skipping: false }) });
const allowAll = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};
const code = 'export const handler = async () => "one"';
const arn = 'arn:aws:lambda:eu-central-1:111122223333:function:worker';

async function createInput(lab: TestSandbox): Promise<CreateFunctionCommandInput> {
  return {
    FunctionName: 'worker',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: await createRole(lab),
    Code: { ZipFile: await zipOf({ 'index.mjs': code }) },
  };
}

test('CreateFunction answers 201 with the recorded keys and defaults, and the state Pending', async () => {
  await using lab = await standing();
  const input = await createInput(lab);
  const zip = Buffer.from(input.Code?.ZipFile ?? []);

  const { $metadata, ...created } = await lab.lambda.send(new CreateFunctionCommand(input));

  expect($metadata.httpStatusCode).toBe(201);
  expect(created).toEqual({
    Architectures: ['x86_64'],
    CodeSha256: createHash('sha256').update(zip).digest('base64'),
    CodeSize: zip.length,
    Description: '',
    EphemeralStorage: { Size: 512 },
    FunctionArn: arn,
    FunctionName: 'worker',
    Handler: 'index.handler',
    LastModified: '2026-11-23T08:00:00.000+0000',
    LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/worker' },
    MemorySize: 128,
    PackageType: 'Zip',
    RevisionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    Role: 'arn:aws:iam::111122223333:role/worker-role',
    Runtime: 'nodejs24.x',
    RuntimeVersionConfig: {
      RuntimeVersionArn: expect.stringMatching(
        /^arn:aws:lambda:eu-central-1::runtime:[0-9a-f]{64}$/,
      ),
    },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    State: 'Pending',
    StateReason: 'The function is being created.',
    StateReasonCode: 'Creating',
    Timeout: 3,
    TracingConfig: { Mode: 'PassThrough' },
    Version: '$LATEST',
  });
});

test('a function is Active one second later, with another revision, and cannot be invoked before', async () => {
  await using lab = await standing();
  const created = await lab.lambda.send(new CreateFunctionCommand(await createInput(lab)));
  await expect(
    lab.lambda.send(new InvokeCommand({ FunctionName: 'worker' })),
  ).rejects.toMatchObject({
    name: 'ResourceConflictException',
    $metadata: { httpStatusCode: 409 },
  });

  lab.clock.advance(1000, 'test');

  const active = await lab.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: 'worker' }),
  );
  expect(active).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
  expect(active).not.toHaveProperty('StateReason');
  expect(active.RevisionId).not.toBe(created.RevisionId);
  expect(await invoke(lab)).toMatchObject({ payload: 'one' });
});

test('the clock jumps over Pending when nothing else is to be done', async () => {
  await using lab = await sandboxForTest();
  const before = lab.clock.offsetMs;
  await lab.lambda.send(new CreateFunctionCommand(await createInput(lab)));
  const settles = lab.clock.now() + 1000;
  await lab.clock.sleepUntil(settles);
  expect(lab.clock.offsetMs).toBeGreaterThan(before);
  const active = await lab.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: 'worker' }),
  );
  expect(active.State).toBe('Active');
});

test('GetFunction gives configuration, tags, concurrency and the zip itself, by name and by ARN', async () => {
  await using lab = await standing();
  const input = await createInput(lab);
  await lab.lambda.send(new CreateFunctionCommand({ ...input, Tags: { Project: 'lab01' } }));
  for (const [FunctionName, FunctionArn] of [
    ['worker', arn],
    [arn, arn],
    [`${arn}:$LATEST`, `${arn}:$LATEST`],
    ['111122223333:function:worker', arn],
  ]) {
    const found = await lab.lambda.send(new GetFunctionCommand({ FunctionName }));
    expect(found).toMatchObject({
      Configuration: { FunctionArn },
      Code: { RepositoryType: 'S3' },
      Tags: { Project: 'lab01' },
    });
    const zip = await readFile(new URL(String(found.Code?.Location)));
    expect(zip.equals(Buffer.from(input.Code?.ZipFile ?? []))).toBe(true);
  }
});

test('UpdateFunctionCode runs the old code until the update is Successful', async () => {
  await using lab = await standing();
  await createFunction(lab, code);
  expect((await invoke(lab)).payload).toBe('one');

  const ZipFile = await zipOf({ 'index.mjs': code.replace('one', 'two') });
  const updating = await lab.lambda.send(
    new UpdateFunctionCodeCommand({ FunctionName: 'worker', ZipFile }),
  );
  expect(updating).toMatchObject({
    State: 'Active',
    LastUpdateStatus: 'InProgress',
    LastUpdateStatusReason: 'The function is being created.',
    LastUpdateStatusReasonCode: 'Creating',
  });
  expect((await invoke(lab)).payload).toBe('one');
  const second = lab.lambda.send(
    new UpdateFunctionCodeCommand({ FunctionName: 'worker', ZipFile }),
  );
  await expect(second).rejects.toMatchObject({
    name: 'ResourceConflictException',
    message: `The operation cannot be performed at this time. An update is in progress for resource: ${arn}`,
  });

  lab.clock.advance(1000, 'test');
  expect((await invoke(lab)).payload).toBe('two');
});

test('UpdateFunctionConfiguration changes only what is given, and starts new environments', async () => {
  await using lab = await standing();
  await createFunction(
    lab,
    'let n = 0; export const handler = async () => [++n, process.env.MODE]',
    {
      Description: 'stays',
    },
  );
  expect((await invoke(lab)).payload).toEqual([1, null]);
  expect((await invoke(lab)).payload).toEqual([2, null]);

  await lab.lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: 'worker',
      Timeout: 5,
      Environment: { Variables: { MODE: 'fast' } },
    }),
  );
  lab.clock.advance(1000, 'test');

  expect((await invoke(lab)).payload).toEqual([1, 'fast']);
  const now = await lab.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: 'worker' }),
  );
  expect(now).toMatchObject({
    Timeout: 5,
    MemorySize: 128,
    Description: 'stays',
    Environment: { Variables: { MODE: 'fast' } },
    LastUpdateStatus: 'Successful',
  });
});

test('an update has one RevisionId while it is in progress and another one when it has settled', async () => {
  await using lab = await standing();
  await createFunction(lab, code);
  const shown = async () =>
    (await lab.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'worker' })))
      .RevisionId;
  const revisions = [await shown()];
  const ZipFile = await zipOf({ 'index.mjs': code.replace('one', 'two') });
  for (const command of [
    () => lab.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'worker', ZipFile })),
    () =>
      lab.lambda.send(
        new UpdateFunctionConfigurationCommand({ FunctionName: 'worker', Timeout: 9 }),
      ),
  ]) {
    const { RevisionId } = await command();
    expect(await shown()).toBe(RevisionId);
    lab.clock.advance(1000, 'until the update has settled');
    revisions.push(RevisionId, await shown());
  }
  expect(new Set(revisions).size).toBe(5);
});

test('an update with an outdated RevisionId is refused', async () => {
  await using lab = await standing();
  await createFunction(lab, code);
  const update = new UpdateFunctionConfigurationCommand({
    FunctionName: 'worker',
    Timeout: 5,
    RevisionId: '00000000-0000-4000-8000-000000000000',
  });
  await expect(lab.lambda.send(update)).rejects.toMatchObject({
    name: 'PreconditionFailedException',
    $metadata: { httpStatusCode: 412 },
  });
});

test('DeleteFunction answers 204 once; then there is no such function', async () => {
  await using lab = await standing();
  await createFunction(lab, code);
  const deletion = new DeleteFunctionCommand({ FunctionName: 'worker' });
  expect((await lab.lambda.send(deletion)).$metadata.httpStatusCode).toBe(204);

  const notFound = {
    name: 'ResourceNotFoundException',
    message: `Function not found: ${arn}`,
    $metadata: { httpStatusCode: 404 },
  };
  await expect(lab.lambda.send(deletion)).rejects.toMatchObject(notFound);
  await expect(
    lab.lambda.send(new GetFunctionCommand({ FunctionName: 'worker' })),
  ).rejects.toMatchObject(notFound);
  await expect(
    lab.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'worker' })),
  ).rejects.toMatchObject(notFound);
  await expect(
    lab.lambda.send(new InvokeCommand({ FunctionName: 'worker' })),
  ).rejects.toMatchObject({
    ...notFound,
    message: `Function not found: ${arn}:$LATEST`,
  });
});

test('ListFunctions pages by name, without states; nothing but $LATEST is there at first', async () => {
  await using lab = await standing();
  const input = await createInput(lab);
  for (const FunctionName of ['c', 'a', 'b']) {
    await lab.lambda.send(new CreateFunctionCommand({ ...input, FunctionName }));
  }
  const first = await lab.lambda.send(new ListFunctionsCommand({ MaxItems: 2 }));
  expect(first.Functions?.map(({ FunctionName }) => FunctionName)).toEqual(['a', 'b']);
  // Pages go on even when the last one shown is gone.
  await lab.lambda.send(new DeleteFunctionCommand({ FunctionName: 'b' }));
  const rest = await lab.lambda.send(new ListFunctionsCommand({ Marker: first.NextMarker }));
  expect(rest.Functions?.map(({ FunctionName }) => FunctionName)).toEqual(['c']);
  expect(rest.NextMarker).toBeUndefined();
  expect(rest.Functions?.[0]).toMatchObject({ Version: '$LATEST' });
  expect(rest.Functions?.[0]).not.toHaveProperty('State');

  const { Versions } = await lab.lambda.send(
    new ListVersionsByFunctionCommand({ FunctionName: 'a' }),
  );
  expect(Versions?.map(({ Version }) => Version)).toEqual(['$LATEST']);
  await expect(
    lab.lambda.send(new GetFunctionCommand({ FunctionName: 'a', Qualifier: '1' })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('functions of one region are not seen in another', async () => {
  await using lab = await standing();
  await createFunction(lab, code);
  const { endpoint, sandbox } = lab;
  const credentials = sandbox.issueUser('abroad', JSON.stringify(allowAll));
  const abroad = new LambdaClient({ endpoint, credentials, region: 'us-east-1' });
  expect((await abroad.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
  await expect(
    abroad.send(new GetFunctionCommand({ FunctionName: 'worker' })),
  ).rejects.toMatchObject({
    message: 'Function not found: arn:aws:lambda:us-east-1:111122223333:function:worker',
  });
  abroad.destroy();
});

test('a function, its code and its pending state are there again after a restart', async () => {
  const folder = await mkdtemp(`${tmpdir()}/functions-test-`);
  const options = () => ({
    storeFile: `${folder}/store.sqlite`,
    clock: new LabClock({ standingAt: monday, skipping: false }),
  });
  try {
    {
      await using lab = await sandboxForTest(options());
      await lab.lambda.send(new CreateFunctionCommand(await createInput(lab)));
    }
    await using lab = await sandboxForTest(options());
    const get = new GetFunctionConfigurationCommand({ FunctionName: 'worker' });
    expect((await lab.lambda.send(get)).State).toBe('Pending');
    lab.clock.advance(1000, 'test');
    expect((await lab.lambda.send(get)).State).toBe('Active');
    expect((await invoke(lab)).payload).toBe('one');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('code that no function has in the end is not kept: dry runs, refused creations', async () => {
  await using lab = await standing();
  const { Handler: _handler, ...incomplete } = await createInput(lab);
  const { Role } = incomplete;
  await createFunction(lab, code, { Role });
  const zip = (text: string) => zipOf({ 'index.mjs': text });
  const update = new UpdateFunctionCodeCommand({
    FunctionName: 'worker',
    ZipFile: await zip('export const handler = async () => "dry"'),
    DryRun: true,
  });
  const { CodeSha256 } = await lab.lambda.send(update);
  const create = new CreateFunctionCommand({
    ...incomplete,
    FunctionName: 'other',
    Code: { ZipFile: await zip('export const handler = async () => "never"') },
  });
  await expect(lab.lambda.send(create)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
  const { Configuration, Code } = await lab.lambda.send(
    new GetFunctionCommand({ FunctionName: 'worker' }),
  );
  expect(Configuration?.CodeSha256).not.toBe(CodeSha256);
  const workspace = await readdir(dirname(fileURLToPath(String(Code?.Location))));
  expect(workspace.filter((name) => name.startsWith('code-'))).toHaveLength(1);
  expect((await invoke(lab)).payload).toBe('one');
});
