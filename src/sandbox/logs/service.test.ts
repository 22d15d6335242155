import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeResourcePoliciesCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  StartQueryCommand,
  TagResourceCommand,
  TestMetricFilterCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestOptions, TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';

const start = Date.UTC(2026, 10, 23, 8);
const day = 86_400_000;
const group = '/aws/lambda/worker';
const arn = `arn:aws:logs:eu-central-1:111122223333:log-group:${group}`;

/** A sandbox on a standing clock with one group of two streams. */
async function labWithStreams(options: TestOptions = {}): Promise<TestSandbox> {
  const lab = await sandboxForTest({
    clock: new LabClock({ standingAt: start, skipping: false }),
    ...options,
  });
  await lab.logs.send(new CreateLogGroupCommand({ logGroupName: group }));
  for (const logStreamName of ['a', 'b']) {
    await lab.logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName }));
  }
  return lab;
}

function put(lab: TestSandbox, stream: string, ...events: [afterMs: number, message: string][]) {
  const logEvents = events.map(([afterMs, message]) => ({ timestamp: start + afterMs, message }));
  return lab.logs.send(
    new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents }),
  );
}

function policyFor(action: string, resource = '*') {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
  };
}

async function messages(lab: TestSandbox, input: object = {}): Promise<(string | undefined)[]> {
  const { events = [] } = await lab.logs.send(
    new FilterLogEventsCommand({ logGroupName: group, ...input }),
  );
  return events.map(({ message }) => message);
}

test('DescribeLogGroups shows a group as AWS does, with both forms of its ARN', async () => {
  await using lab = await labWithStreams();
  const { logGroups } = await lab.logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/lambda/w' }),
  );
  expect(logGroups).toEqual([
    {
      logGroupName: group,
      creationTime: start,
      metricFilterCount: 0,
      arn: `${arn}:*`,
      storedBytes: 0,
      logGroupClass: 'STANDARD',
      logGroupArn: arn,
      deletionProtectionEnabled: false,
    },
  ]);
});

test('DescribeLogGroups finds nothing for an unknown prefix and searches by pattern', async () => {
  await using lab = await labWithStreams();
  const describe = async (input: object) =>
    (await lab.logs.send(new DescribeLogGroupsCommand(input))).logGroups;
  expect(await describe({ logGroupNamePrefix: 'lambda' })).toEqual([]);
  const [found] = (await describe({ logGroupNamePattern: 'LAMBDA' })) ?? [];
  expect(found?.logGroupName).toBe(group);
  expect(found).not.toHaveProperty('storedBytes');
  expect(found).not.toHaveProperty('deletionProtectionEnabled');
  await expect(
    describe({ logGroupNamePattern: 'lambda', logGroupNamePrefix: '/' }),
  ).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
  });
});

test('DescribeLogGroups pages by nextToken, in order of name', async () => {
  await using lab = await labWithStreams();
  for (const logGroupName of ['c', 'd', 'e']) {
    await lab.logs.send(new CreateLogGroupCommand({ logGroupName }));
  }
  const page = (nextToken?: string) =>
    lab.logs.send(new DescribeLogGroupsCommand({ limit: 2, nextToken }));
  const first = await page();
  const second = await page(first.nextToken);
  const names = [first, second].map(({ logGroups }) => logGroups?.map((one) => one.logGroupName));
  expect(names).toEqual([
    [group, 'c'],
    ['d', 'e'],
  ]);
  expect(second.nextToken).toBeUndefined();
  await expect(page('nonsense')).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('a log group belongs to its region', async () => {
  await using lab = await labWithStreams();
  const credentials = lab.sandbox.issueUser('everything', JSON.stringify(policyFor('*')));
  const client = new CloudWatchLogsClient({
    endpoint: lab.endpoint,
    region: 'us-east-1',
    credentials,
  });
  expect((await client.send(new DescribeLogGroupsCommand({}))).logGroups).toEqual([]);
  client.destroy();
});

test('missing and existing groups and streams are told in the words of AWS', async () => {
  await using lab = await labWithStreams();
  const noGroup = { message: 'The specified log group does not exist.' };
  const noStream = { message: 'The specified log stream does not exist.' };
  const { logs } = lab;
  await expect(logs.send(new CreateLogGroupCommand({ logGroupName: group }))).rejects.toMatchObject(
    {
      name: 'ResourceAlreadyExistsException',
      message: 'The specified log group already exists',
      $metadata: { httpStatusCode: 400 },
    },
  );
  await expect(
    logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: 'a' })),
  ).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
  await expect(
    logs.send(new FilterLogEventsCommand({ logGroupName: 'none' })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException', ...noGroup });
  await expect(
    logs.send(new GetLogEventsCommand({ logGroupName: group, logStreamName: 'none' })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException', ...noStream });
  await expect(
    logs.send(new DeleteLogStreamCommand({ logGroupName: group, logStreamName: 'none' })),
  ).rejects.toMatchObject(noStream);
});

test('DeleteLogGroup takes streams and events along, and cannot be repeated', async () => {
  await using lab = await labWithStreams();
  await put(lab, 'a', [0, 'one']);
  const drop = () => lab.logs.send(new DeleteLogGroupCommand({ logGroupName: group }));
  await drop();
  await expect(drop()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await lab.logs.send(new CreateLogGroupCommand({ logGroupName: group }));
  expect(await messages(lab)).toEqual([]);
});

test('a group under deletion protection cannot be deleted', async () => {
  await using lab = await labWithStreams();
  await lab.logs.send(
    new CreateLogGroupCommand({ logGroupName: 'kept', deletionProtectionEnabled: true }),
  );
  await expect(
    lab.logs.send(new DeleteLogGroupCommand({ logGroupName: 'kept' })),
  ).rejects.toMatchObject({ name: 'OperationAbortedException' });
});

test('FilterLogEvents interleaves the streams by time, with ids that tell the events apart', async () => {
  await using lab = await labWithStreams();
  await put(lab, 'a', [0, 'one'], [20, 'three']);
  await put(lab, 'b', [10, 'two'], [20, 'four']);
  const { events, searchedLogStreams } = await lab.logs.send(
    new FilterLogEventsCommand({ logGroupName: group, interleaved: true }),
  );
  expect(events?.map(({ message }) => message)).toEqual(['one', 'two', 'three', 'four']);
  expect(events?.[1]).toMatchObject({
    logStreamName: 'b',
    timestamp: start + 10,
    ingestionTime: start,
  });
  const ids = events?.map(({ eventId }) => eventId) ?? [];
  expect(new Set(ids).size).toBe(4);
  expect(ids).toEqual(ids.toSorted((x = '', y = '') => x.localeCompare(y)));
  expect(searchedLogStreams).toEqual([]);
});

test('FilterLogEvents filters by pattern, time and stream', async () => {
  await using lab = await labWithStreams();
  await put(lab, 'a', [0, 'START 1'], [10, 'REPORT 1'], [20, '{"level":"ERROR"}']);
  await put(lab, 'b', [5, 'REPORT 2']);
  expect(await messages(lab, { filterPattern: 'REPORT' })).toEqual(['REPORT 2', 'REPORT 1']);
  expect(await messages(lab, { filterPattern: '{ $.level = "ERROR" }' })).toHaveLength(1);
  // Both ends count.
  expect(await messages(lab, { startTime: start + 5, endTime: start + 10 })).toEqual([
    'REPORT 2',
    'REPORT 1',
  ]);
  expect(await messages(lab, { logStreamNames: ['b'] })).toEqual(['REPORT 2']);
  expect(await messages(lab, { logStreamNamePrefix: 'a' })).toHaveLength(3);
  expect(await messages(lab, { logGroupName: undefined, logGroupIdentifier: arn })).toHaveLength(4);
  await expect(messages(lab, { filterPattern: '8a-7' })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await expect(
    messages(lab, { logStreamNames: ['b'], logStreamNamePrefix: 'a' }),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('FilterLogEvents pages forward and backward without losing or repeating an event', async () => {
  await using lab = await labWithStreams();
  await put(lab, 'a', [0, '1'], [0, '2'], [0, '3']);
  await put(lab, 'b', [0, '4'], [1, '5']);
  const readAll = async (startFromHead: boolean) => {
    const pages: (string | undefined)[][] = [];
    let nextToken: string | undefined;
    do {
      const input = { logGroupName: group, limit: 2, startFromHead, nextToken };
      const page = await lab.logs.send(new FilterLogEventsCommand(input));
      pages.push((page.events ?? []).map(({ message }) => message));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return pages;
  };
  expect(await readAll(true)).toEqual([['1', '2'], ['3', '4'], ['5']]);
  expect(await readAll(false)).toEqual([['5', '4'], ['3', '2'], ['1']]);
});

test('a page of FilterLogEvents ends at 1 MB', async () => {
  await using lab = await labWithStreams();
  const big = 'x'.repeat(600_000);
  await put(lab, 'a', [0, big]);
  await put(lab, 'a', [1, big]);
  const first = await lab.logs.send(new FilterLogEventsCommand({ logGroupName: group }));
  expect(first.events).toHaveLength(1);
  expect(first.nextToken).toBeDefined();
  expect(await messages(lab, { nextToken: first.nextToken })).toHaveLength(1);
});

test('FilterLogEvents refuses a limit over 10,000', async () => {
  await using lab = await labWithStreams();
  await expect(messages(lab, { limit: 10_001 })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message:
      "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
  });
});

test('GetLogEvents turns pages both ways; the same token again means the end', async () => {
  await using lab = await labWithStreams();
  await put(lab, 'a', [0, '1'], [1, '2'], [2, '3']);
  await put(lab, 'b', [1, 'of another stream']);
  const get = async (input: object) => {
    const answer = await lab.logs.send(
      new GetLogEventsCommand({ logGroupName: group, logStreamName: 'a', limit: 2, ...input }),
    );
    return { ...answer, found: answer.events?.map(({ message }) => message) };
  };
  const latest = await get({});
  expect(latest.found).toEqual(['2', '3']);
  const older = await get({ nextToken: latest.nextBackwardToken });
  expect(older.found).toEqual(['1']);
  const newer = await get({ nextToken: older.nextForwardToken, startFromHead: true });
  expect(newer.found).toEqual(['2', '3']);
  const end = await get({ nextToken: newer.nextForwardToken, startFromHead: true });
  expect(end.found).toEqual([]);
  expect(end.nextForwardToken).toBe(newer.nextForwardToken);
  // The end of the range is exclusive here.
  expect((await get({ startFromHead: true, endTime: start + 1 })).found).toEqual(['1']);
});

test('DescribeLogStreams orders by name or by last event', async () => {
  await using lab = await labWithStreams();
  await put(lab, 'a', [0, 'old'], [20, 'new']);
  await put(lab, 'b', [10, 'between']);
  const describe = async (input: object) =>
    (await lab.logs.send(new DescribeLogStreamsCommand({ logGroupName: group, ...input })))
      .logStreams;
  const [first] = (await describe({})) ?? [];
  expect(first).toMatchObject({
    logStreamName: 'a',
    creationTime: start,
    firstEventTimestamp: start,
    lastEventTimestamp: start + 20,
    lastIngestionTime: start,
    arn: `${arn}:log-stream:a`,
    storedBytes: 0,
  });
  const newest = await describe({ orderBy: 'LastEventTime', descending: true });
  expect(newest?.map(({ logStreamName }) => logStreamName)).toEqual(['a', 'b']);
  const oldest = await describe({ orderBy: 'LastEventTime' });
  expect(oldest?.map(({ logStreamName }) => logStreamName)).toEqual(['b', 'a']);
  expect(await describe({ logStreamNamePrefix: 'b' })).toHaveLength(1);
  await expect(
    describe({ orderBy: 'LastEventTime', logStreamNamePrefix: 'b' }),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('a stream without events shows no event times', async () => {
  await using lab = await labWithStreams();
  const { logStreams } = await lab.logs.send(
    new DescribeLogStreamsCommand({ logGroupName: group, limit: 1 }),
  );
  expect(logStreams).toHaveLength(1);
  expect(logStreams?.[0]).not.toHaveProperty('lastEventTimestamp');
});

test('retention hides what is older, once it is read', async () => {
  await using lab = await labWithStreams();
  await put(lab, 'a', [-1, 'old'], [0, 'younger']);
  await lab.logs.send(new PutRetentionPolicyCommand({ logGroupName: group, retentionInDays: 1 }));
  const { logGroups } = await lab.logs.send(new DescribeLogGroupsCommand({}));
  expect(logGroups?.[0]?.retentionInDays).toBe(1);
  lab.clock.advance(day, 'a test');
  expect(await messages(lab)).toEqual(['younger']);
  await lab.logs.send(new DeleteRetentionPolicyCommand({ logGroupName: group }));
  const after = await lab.logs.send(new DescribeLogGroupsCommand({}));
  expect(after.logGroups?.[0]).not.toHaveProperty('retentionInDays');
  await expect(
    lab.logs.send(new PutRetentionPolicyCommand({ logGroupName: group, retentionInDays: 2 })),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('FilterLogEvents ends a page after 8 MiB of text, found or not, and goes on from there', async () => {
  await using lab = await labWithStreams();
  for (let part = 0; part < 9; part += 1) await put(lab, 'a', [part, 'x'.repeat(1_000_000)]);
  await put(lab, 'a', [10, 'the end']);
  const filter = (nextToken?: string) =>
    lab.logs.send(
      new FilterLogEventsCommand({ logGroupName: group, filterPattern: '%e.d%', nextToken }),
    );
  const first = await filter();
  expect(first.events).toEqual([]);
  const second = await filter(first.nextToken);
  expect(second.events?.map(({ message }) => message)).toEqual(['the end']);
  expect(second.nextToken).toBeUndefined();
});

test('PutLogEvents tells which events are too old, expired or too new, and keeps the others', async () => {
  await using lab = await labWithStreams();
  const old = await put(lab, 'a', [-15 * day, 'too old'], [-14 * day, 'old']);
  expect(old.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
  const early = await put(lab, 'a', [0, 'now'], [7_200_001, 'too new']);
  expect(early.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
  expect(await messages(lab)).toEqual(['old', 'now']);
});

test('PutLogEvents refuses batches out of order, too long or too big', async () => {
  await using lab = await labWithStreams();
  const refused = { name: 'InvalidParameterException' };
  await expect(put(lab, 'a', [1, 'later'], [0, 'earlier'])).rejects.toMatchObject(refused);
  await expect(put(lab, 'a', [-day - 1, 'yesterday'], [0, 'today'])).rejects.toMatchObject(refused);
  await expect(put(lab, 'a')).rejects.toMatchObject(refused);
  await expect(put(lab, 'a', [0, 'x'.repeat(1_048_551)])).rejects.toMatchObject({
    message: 'Upload too large: 1048577 bytes exceeds limit of 1048576',
  });
  await put(lab, 'a', [0, 'x'.repeat(1_048_550)]);
  expect(await messages(lab)).toHaveLength(1);
});

test('slow log delivery: an event can be read only after the delay', async () => {
  await using lab = await labWithStreams({ faults: { logDeliveryDelayMs: 4_000 } });
  await put(lab, 'a', [0, 'late']);
  lab.clock.advance(3_999, 'a test');
  expect(await messages(lab)).toEqual([]);
  lab.clock.advance(1, 'a test');
  expect(await messages(lab)).toEqual(['late']);
});

test('tags of a log group can be put, listed and taken away', async () => {
  await using lab = await labWithStreams();
  const tags = async () =>
    (await lab.logs.send(new ListTagsForResourceCommand({ resourceArn: arn }))).tags;
  await lab.logs.send(
    new TagResourceCommand({ resourceArn: arn, tags: { Project: 'lab01', Owner: 'ada' } }),
  );
  expect(await tags()).toEqual({ Project: 'lab01', Owner: 'ada' });
  await lab.logs.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ['Owner'] }));
  expect(await tags()).toEqual({ Project: 'lab01' });
});

test.each([
  ['FilterLogEvents', new FilterLogEventsCommand({ logGroupName: group }), `${arn}:log-stream:`],
  [
    'GetLogEvents',
    new GetLogEventsCommand({ logGroupName: group, logStreamName: 'a' }),
    `${arn}:log-stream:a`,
  ],
  ['DeleteLogGroup', new DeleteLogGroupCommand({ logGroupName: group }), `${arn}:log-stream:`],
  [
    'DescribeLogGroups',
    new DescribeLogGroupsCommand({}),
    'arn:aws:logs:eu-central-1:111122223333:log-group::log-stream:',
  ],
])(
  '%s needs its permission, and the denial names what AWS checks',
  async (action, command, resource) => {
    await using lab = await labWithStreams();
    const { logs: denied } = lab.as('nobody', policyFor('logs:ListTagsForResource'));
    const call = (client: typeof denied) => client.send(command as FilterLogEventsCommand);
    await expect(call(denied)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
      message: expect.stringContaining(
        `is not authorized to perform: logs:${action} on resource: ${resource} because no identity-based policy allows the logs:${action} action`,
      ),
    });
    const { logs: allowed } = lab.as('reader', policyFor(`logs:${action}`));
    await expect(call(allowed)).resolves.toBeDefined();
  },
);

test('the ARN of a group allows reading it only with its :* form', async () => {
  await using lab = await labWithStreams();
  const reader = (name: string, resource: string) =>
    lab.as(name, policyFor('logs:FilterLogEvents', resource)).logs;
  const read = new FilterLogEventsCommand({ logGroupName: group });
  await expect(reader('one', arn).send(read)).rejects.toThrow('not authorized');
  await expect(reader('two', `${arn}:*`).send(read)).resolves.toBeDefined();
});

const both = { logGroupName: group, logGroupIdentifier: arn };

test.each([
  ['DescribeLogStreams', new DescribeLogStreamsCommand(both)],
  ['FilterLogEvents', new FilterLogEventsCommand(both)],
  ['GetLogEvents', new GetLogEventsCommand({ ...both, logStreamName: 'a' })],
])('%s refuses name and identifier together: ValidationException', async (_name, command) => {
  await using lab = await labWithStreams();
  await expect(lab.logs.send(command as DescribeLogStreamsCommand)).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
    $metadata: { httpStatusCode: 400 },
  });
});

test('names of more than 512 characters are refused in words of their own', async () => {
  await using lab = await labWithStreams();
  const long = 'a'.repeat(513);
  const commands = [
    new CreateLogGroupCommand({ logGroupName: long }),
    new DeleteLogGroupCommand({ logGroupName: long }),
    new CreateLogStreamCommand({ logGroupName: group, logStreamName: long }),
    new GetLogEventsCommand({ logGroupName: long, logStreamName: 'a' }),
  ];
  for (const command of commands) {
    await expect(lab.logs.send(command as CreateLogGroupCommand)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
    });
  }
  await lab.logs.send(new CreateLogGroupCommand({ logGroupName: 'a'.repeat(512) }));
});

test.each(['aws/lambda/worker', 'AWS/x'])(
  'no log group can be made whose name begins as %s does; /aws/ is another name',
  async (logGroupName) => {
    await using lab = await labWithStreams();
    await expect(lab.logs.send(new CreateLogGroupCommand({ logGroupName }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Log groups starting with AWS/ are reserved for AWS.',
    });
    await lab.logs.send(new CreateLogGroupCommand({ logGroupName: `/${logGroupName}2` }));
  },
);

test.each([
  [
    new StartQueryCommand({ startTime: 0, endTime: 1, queryString: 'fields @message' }),
    'logs: StartQuery is not in the sandbox. AWS serves it. Use filter-log-events with a filter pattern.',
  ],
  [
    new TestMetricFilterCommand({ filterPattern: 'ERROR', logEventMessages: ['x'] }),
    'logs: TestMetricFilter is not in the sandbox. AWS serves it. Use filter-log-events with a filter pattern.',
  ],
  [
    new DescribeResourcePoliciesCommand({}),
    'logs: DescribeResourcePolicies is not in the sandbox.',
  ],
])('what the sandbox has not is named, with what to use instead: %#', async (command, message) => {
  await using lab = await sandboxForTest();
  await expect(lab.logs.send(command as StartQueryCommand)).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message,
  });
});
