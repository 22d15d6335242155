import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import type {
  CreateEventSourceMappingCommandInput,
  UpdateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda';
import { DeleteQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import {
  connect,
  createQueue,
  createRole,
  functionArn,
  mappingLab,
  monday,
  policyFor,
  putRolePolicy,
  queueArn,
  queueRights,
  transition,
} from '../../../testing/sandbox/mappings.ts';
import type { MappingLab } from '../../../testing/sandbox/mappings.ts';

/** Everything that a mapping needs, and no mapping. */
async function labWithQueue(options: Parameters<typeof mappingLab>[0] = {}): Promise<MappingLab> {
  const lab = await mappingLab(options);
  await createQueue(lab, 'work');
  await createRole(lab);
  await putRolePolicy(lab, queueRights);
  return lab;
}

function create(lab: MappingLab, input: Partial<CreateEventSourceMappingCommandInput> = {}) {
  return lab.lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: 'worker',
      EventSourceArn: queueArn('work'),
      ...input,
    }),
  );
}

function update(
  lab: MappingLab,
  UUID: string,
  input: Omit<UpdateEventSourceMappingCommandInput, 'UUID'>,
) {
  return lab.lambda.send(new UpdateEventSourceMappingCommand({ UUID, ...input }));
}

function get(lab: MappingLab, UUID: string) {
  return lab.lambda.send(new GetEventSourceMappingCommand({ UUID }));
}

function drop(lab: MappingLab, UUID: string) {
  return lab.lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
}

async function stateOf(lab: MappingLab, UUID: string): Promise<string | undefined> {
  return (await get(lab, UUID)).State;
}

test('CreateEventSourceMapping answers 202 with the object as AWS shows it', async () => {
  await using lab = await labWithQueue();
  const { $metadata, ...mapping } = await create(lab);
  expect($metadata.httpStatusCode).toBe(202);
  expect(mapping).toEqual({
    UUID: expect.stringMatching(/^[0-9a-f-]{36}$/),
    BatchSize: 10,
    MaximumBatchingWindowInSeconds: 0,
    EventSourceArn: queueArn('work'),
    FunctionArn: functionArn,
    LastModified: new Date(monday),
    State: 'Creating',
    StateTransitionReason: 'USER_INITIATED',
    FunctionResponseTypes: [],
    EventSourceMappingArn: `arn:aws:lambda:eu-central-1:111122223333:event-source-mapping:${mapping.UUID}`,
  });
});

test('settings that are given are shown by every operation', async () => {
  await using lab = await labWithQueue();
  const settings = {
    BatchSize: 100,
    MaximumBatchingWindowInSeconds: 5,
    ScalingConfig: { MaximumConcurrency: 7 },
    FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["order"]}}' }] },
    FunctionResponseTypes: ['ReportBatchItemFailures' as const],
  };
  const { UUID = '' } = await create(lab, settings);
  expect(await get(lab, UUID)).toMatchObject(settings);
  const { EventSourceMappings } = await lab.lambda.send(new ListEventSourceMappingsCommand({}));
  expect(EventSourceMappings).toEqual([expect.objectContaining(settings)]);
});

test.each([
  ['worker', functionArn],
  ['function:worker', functionArn],
  ['111122223333:function:worker', functionArn],
  [functionArn, functionArn],
  ['worker:$LATEST', `${functionArn}:$LATEST`],
])('the function can be named as %s', async (FunctionName, arn) => {
  await using lab = await labWithQueue();
  expect((await create(lab, { FunctionName })).FunctionArn).toBe(arn);
});

test.each<[string, Partial<CreateEventSourceMappingCommandInput>, string]>([
  ['a function that is missing', { FunctionName: 'worker2:v1' }, 'Function does not exist'],
  ['a version that was not published', { FunctionName: 'worker:1' }, 'Function does not exist'],
  ['no event source', { EventSourceArn: undefined }, 'Unrecognized event source.'],
  [
    'a queue that is missing',
    { EventSourceArn: queueArn('none') },
    'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
  ],
  [
    'a destination',
    { DestinationConfig: { OnFailure: { Destination: queueArn('work') } } },
    'Unsupported DestinationConfig parameter for given event source mapping type.',
  ],
  [
    'a starting position',
    { StartingPosition: 'LATEST' },
    'StartingPosition is not valid for SQS event sources.',
  ],
  [
    'a batch over 10 without window',
    { BatchSize: 11 },
    'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
  ],
  [
    'a bad filter',
    { FilterCriteria: { Filters: [{ Pattern: 'x' }] } },
    'Invalid filter pattern definition.',
  ],
  [
    'what has no effect here',
    { Tags: { team: 'orders' } },
    'Tags is not in the sandbox. Leave it out.',
  ],
  [
    'a metric that mappings of SQS do not have',
    { MetricsConfig: { Metrics: ['EventCount', 'ErrorCount'] } },
    'An event source mapping of SQS has no metrics "ErrorCount".',
  ],
])('CreateEventSourceMapping refuses %s', async (_what, input, message) => {
  await using lab = await labWithQueue();
  await expect(create(lab, input)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message,
    $metadata: { httpStatusCode: 400 },
  });
});

test.each<[string, Partial<CreateEventSourceMappingCommandInput>]>([
  ['BatchSize', { BatchSize: 0 }],
  ['BatchSize', { BatchSize: 10_001, MaximumBatchingWindowInSeconds: 1 }],
  ['MaximumBatchingWindowInSeconds', { MaximumBatchingWindowInSeconds: 301 }],
  ['MaximumConcurrency', { ScalingConfig: { MaximumConcurrency: 1 } }],
  ['MaximumConcurrency', { ScalingConfig: { MaximumConcurrency: 1001 } }],
])('%s out of range is refused: %j', async (_member, input) => {
  await using lab = await labWithQueue();
  await expect(create(lab, input)).rejects.toMatchObject({
    name: 'ValidationException',
    $metadata: { httpStatusCode: 400 },
  });
});

test('a FIFO queue takes batches of ten at most, and no window', async () => {
  await using lab = await labWithQueue();
  await createQueue(lab, 'work.fifo', { FifoQueue: 'true' });
  const EventSourceArn = queueArn('work.fifo');
  const refused = { name: 'InvalidParameterValueException' };
  await expect(create(lab, { EventSourceArn, BatchSize: 11 })).rejects.toMatchObject(refused);
  await expect(
    create(lab, { EventSourceArn, MaximumBatchingWindowInSeconds: 1 }),
  ).rejects.toMatchObject({
    ...refused,
    message: 'Batching window is not supported for FIFO queues',
  });
  expect((await create(lab, { EventSourceArn })).State).toBe('Creating');
});

test('the visibility timeout must not be shorter than the function timeout', async () => {
  await using lab = await labWithQueue();
  lab.fake.timeoutSeconds = 31;
  await expect(create(lab)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds',
  });
  lab.fake.timeoutSeconds = 30;
  expect((await create(lab)).State).toBe('Creating');
});

test('the visibility timeout is checked at every update, also of a mapping that is off', async () => {
  await using lab = await labWithQueue();
  lab.fake.timeoutSeconds = 30;
  const { UUID = '' } = await create(lab, { Enabled: false });
  lab.clock.advance(transition, 'a test');
  const set = (VisibilityTimeout: string) =>
    lab.sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: 'work', Attributes: { VisibilityTimeout } }),
    );
  await set('2');
  const refused = {
    name: 'InvalidParameterValueException',
    message: 'Queue visibility timeout: 2 seconds is less than Function timeout: 30 seconds',
  };
  for (const change of [{ Enabled: true }, { Enabled: false }, { BatchSize: 5 }])
    await expect(update(lab, UUID, change)).rejects.toMatchObject(refused);
  expect((await get(lab, UUID)).BatchSize).toBe(10);
  await set('30');
  expect((await update(lab, UUID, { BatchSize: 5 })).BatchSize).toBe(5);
});

test.each([
  [[], 'ReceiveMessage'],
  [['sqs:ReceiveMessage'], 'DeleteMessage'],
  [['sqs:ReceiveMessage', 'sqs:DeleteMessage'], 'GetQueueAttributes'],
])('with the rights %j the role still lacks %s', async (rights, missing) => {
  await using lab = await labWithQueue();
  await putRolePolicy(lab, [...rights, 'sqs:SendMessage']);
  await expect(create(lab)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: `The function execution role does not have permissions to call ${missing} on SQS`,
  });
});

test('the three rights are enough', async () => {
  await using lab = await labWithQueue();
  expect((await create(lab)).State).toBe('Creating');
});

test('new permissions are seen late when that fault is on', async () => {
  await using lab = await labWithQueue({ faults: { permissionsUnseenForMs: 5000 } });
  await expect(create(lab)).rejects.toThrow('does not have permissions to call ReceiveMessage');
  lab.clock.advance(5000, 'a test');
  expect((await create(lab)).State).toBe('Creating');
});

test('the same queue and function once more is a conflict that names the mapping', async () => {
  await using lab = await labWithQueue();
  const { UUID } = await create(lab);
  await expect(create(lab, { FunctionName: functionArn })).rejects.toMatchObject({
    name: 'ResourceConflictException',
    message: `An event source mapping with SQS arn (" ${queueArn('work')} ") and function (" worker ") already exists. Please update or delete the existing mapping with UUID ${UUID}`,
    $metadata: { httpStatusCode: 409 },
  });
  expect((await create(lab, { FunctionName: 'worker:$LATEST' })).UUID).not.toBe(UUID);
});

test('Creating turns into Enabled, and Deleting into nothing, on the lab clock', async () => {
  await using lab = await labWithQueue();
  const { UUID = '' } = await create(lab);
  lab.clock.advance(transition - 1, 'a test');
  expect(await stateOf(lab, UUID)).toBe('Creating');
  lab.clock.advance(1, 'a test');
  expect(await stateOf(lab, UUID)).toBe('Enabled');
  const deleted = await drop(lab, UUID);
  expect([deleted.$metadata.httpStatusCode, deleted.State]).toEqual([202, 'Deleting']);
  expect(await stateOf(lab, UUID)).toBe('Deleting');
  lab.clock.advance(transition, 'a test');
  await expect(get(lab, UUID)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'The resource you requested does not exist.',
    $metadata: { httpStatusCode: 404 },
  });
});

test('a mapping created disabled is Disabled at once', async () => {
  await using lab = await labWithQueue();
  expect((await create(lab, { Enabled: false })).State).toBe('Disabled');
});

test('updates show the state of AWS on the way', async () => {
  await using lab = await mappingLab();
  const UUID = await connect(lab);
  const change = async (input: Omit<UpdateEventSourceMappingCommandInput, 'UUID'>) => {
    const { State, $metadata } = await update(lab, UUID, input);
    expect($metadata.httpStatusCode).toBe(202);
    lab.clock.advance(transition, 'a test');
    return [State, await stateOf(lab, UUID)];
  };
  expect(await change({ BatchSize: 5 })).toEqual(['Updating', 'Enabled']);
  expect(await change({ Enabled: false })).toEqual(['Disabling', 'Disabled']);
  expect(await change({ BatchSize: 6 })).toEqual(['Updating', 'Disabled']);
  expect(await change({ Enabled: true })).toEqual(['Enabling', 'Enabled']);
  expect((await get(lab, UUID)).BatchSize).toBe(6);
});

test('an update changes what it names and takes away what it empties', async () => {
  await using lab = await mappingLab();
  const UUID = await connect(lab, {
    ScalingConfig: { MaximumConcurrency: 2 },
    FilterCriteria: { Filters: [{ Pattern: '{"body":["x"]}' }] },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  await update(lab, UUID, { ScalingConfig: {} });
  lab.clock.advance(transition, 'a test');
  const kept = await get(lab, UUID);
  expect(kept).not.toHaveProperty('ScalingConfig');
  expect(kept.FilterCriteria?.Filters).toHaveLength(1);
  expect(kept.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
  await update(lab, UUID, { FilterCriteria: {}, FunctionResponseTypes: [] });
  lab.clock.advance(transition, 'a test');
  const emptied = await get(lab, UUID);
  expect(emptied).not.toHaveProperty('FilterCriteria');
  expect(emptied.FunctionResponseTypes).toEqual([]);
});

test('an update is checked together with what stays', async () => {
  await using lab = await mappingLab();
  const UUID = await connect(lab, { MaximumBatchingWindowInSeconds: 1, BatchSize: 50 });
  const refused = {
    name: 'InvalidParameterValueException',
    message: expect.stringContaining('Maximum batch window'),
  };
  await expect(update(lab, UUID, { MaximumBatchingWindowInSeconds: 0 })).rejects.toMatchObject(
    refused,
  );
  await lab.sqs.send(
    new SetQueueAttributesCommand({ QueueUrl: 'work', Attributes: { VisibilityTimeout: '1' } }),
  );
  await expect(update(lab, UUID, { BatchSize: 20 })).rejects.toThrow('Queue visibility timeout');
});

test('a mapping whose queue is gone can be switched off', async () => {
  await using lab = await mappingLab();
  const UUID = await connect(lab);
  await lab.sqs.send(new DeleteQueueCommand({ QueueUrl: 'work' }));
  expect((await update(lab, UUID, { Enabled: false })).State).toBe('Disabling');
});

test('a mapping in transition can be neither updated nor deleted', async () => {
  await using lab = await labWithQueue();
  const { UUID = '' } = await create(lab);
  const inUse = (verb: string) => ({
    name: 'ResourceInUseException',
    message: `Cannot ${verb} the event source mapping because it is in use.`,
    $metadata: { httpStatusCode: 400 },
  });
  await expect(update(lab, UUID, { BatchSize: 1 })).rejects.toMatchObject(inUse('update'));
  await expect(drop(lab, UUID)).rejects.toMatchObject(inUse('delete'));
});

test('the mapping outlives its function', async () => {
  await using lab = await mappingLab();
  const UUID = await connect(lab);
  lab.fake.exists = false;
  expect(await stateOf(lab, UUID)).toBe('Enabled');
  expect((await drop(lab, UUID)).State).toBe('Deleting');
});

test('ListEventSourceMappings filters and pages; unknown names give an empty list', async () => {
  await using lab = await labWithQueue();
  await createQueue(lab, 'other');
  const first = await create(lab);
  const second = await create(lab, { EventSourceArn: queueArn('other') });
  const third = await create(lab, { FunctionName: 'worker:$LATEST' });
  const list = async (input: object) => {
    const { EventSourceMappings = [], NextMarker } = await lab.lambda.send(
      new ListEventSourceMappingsCommand(input),
    );
    return { uuids: EventSourceMappings.map(({ UUID }) => UUID), NextMarker };
  };
  expect((await list({})).uuids).toEqual([first.UUID, second.UUID, third.UUID]);
  expect((await list({ FunctionName: 'worker' })).uuids).toEqual([first.UUID, second.UUID]);
  expect((await list({ EventSourceArn: queueArn('other') })).uuids).toEqual([second.UUID]);
  expect((await list({ FunctionName: 'unknown' })).uuids).toEqual([]);
  expect((await list({ EventSourceArn: queueArn('unknown') })).uuids).toEqual([]);
  const page = await list({ MaxItems: 2 });
  expect(page.uuids).toEqual([first.UUID, second.UUID]);
  const rest = await list({ MaxItems: 2, Marker: page.NextMarker });
  expect(rest).toEqual({ uuids: [third.UUID], NextMarker: undefined });
});

test('the condition lambda:FunctionArn decides who may create, see, change and delete', async () => {
  await using lab = await mappingLab();
  const UUID = await connect(lab);
  const actions = ['Create', 'Get', 'Update', 'Delete'].map(
    (verb) => `lambda:${verb}EventSourceMapping`,
  );
  const forFunction = (arn: string) =>
    policyFor(actions, '*', { ArnLike: { 'lambda:FunctionArn': arn } });
  const stranger = lab.as('stranger', forFunction(`${functionArn}2`));
  const calls = [
    new CreateEventSourceMappingCommand({
      FunctionName: 'worker',
      EventSourceArn: queueArn('work'),
    }),
    new GetEventSourceMappingCommand({ UUID }),
    new UpdateEventSourceMappingCommand({ UUID, BatchSize: 1 }),
    new DeleteEventSourceMappingCommand({ UUID }),
  ];
  for (const call of calls) {
    await expect(stranger.send(call as GetEventSourceMappingCommand)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 403 },
    });
  }
  const learner = lab.as('learner', forFunction('arn:aws:lambda:*:*:function:wor*'));
  expect((await learner.send(new GetEventSourceMappingCommand({ UUID }))).State).toBe('Enabled');
  await expect(
    learner.send(new UpdateEventSourceMappingCommand({ UUID, FunctionName: 'elsewhere' })),
  ).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect((await learner.send(new DeleteEventSourceMappingCommand({ UUID }))).State).toBe(
    'Deleting',
  );
  lab.clock.advance(transition, 'a test');
  await expect(learner.send(new GetEventSourceMappingCommand({ UUID }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});
