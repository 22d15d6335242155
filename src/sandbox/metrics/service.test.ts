import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
} from '@aws-sdk/client-cloudwatch';
import type {
  GetMetricDataCommandInput,
  GetMetricStatisticsCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { sumOf, valuesOf } from '../../testing/sandbox/metrics.ts';
import { sendRaw, signedByHand } from '../../testing/sandbox/raw-requests.ts';
import { sqsForTest, testStart } from '../../testing/sandbox/sqs.ts';

type Lab = Awaited<ReturnType<typeof sqsForTest>>;

const minute = 60_000;
const sent = {
  Namespace: 'AWS/SQS',
  MetricName: 'NumberOfMessagesSent',
  Dimensions: [{ Name: 'QueueName', Value: 'orders' }],
};
const hour = { StartTime: new Date(testStart), EndTime: new Date(testStart + 60 * minute) };

/** One message in the first minute, three in the third. */
async function labWithTraffic(): Promise<Lab> {
  const q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'x');
  q.pass(120);
  for (const body of ['a', 'b', 'c']) await q.send(url, body);
  return q;
}

function statistics(q: Lab, more: Partial<GetMetricStatisticsCommandInput> = {}) {
  return q.lab.cloudwatch.send(
    new GetMetricStatisticsCommand({ ...hour, ...sent, Period: 60, Statistics: ['Sum'], ...more }),
  );
}

function data(q: Lab, more: Partial<GetMetricDataCommandInput> = {}) {
  const stat = (Stat: string) => ({ Metric: sent, Period: 60, Stat });
  const MetricDataQueries = [
    { Id: 'sum', MetricStat: stat('Sum') },
    { Id: 'n', Label: 'how many', MetricStat: stat('SampleCount') },
  ];
  return q.lab.cloudwatch.send(new GetMetricDataCommand({ ...hour, MetricDataQueries, ...more }));
}

test('GetMetricStatistics gives the statistics that it is asked for, period by period', async () => {
  await using q = await labWithTraffic();
  const { Label, Datapoints } = await statistics(q, { Statistics: ['Sum', 'Average', 'Maximum'] });
  expect(Label).toBe('NumberOfMessagesSent');
  expect(Datapoints).toEqual([
    { Timestamp: new Date(testStart), Average: 1, Sum: 1, Maximum: 1, Unit: 'Count' },
    { Timestamp: new Date(testStart + minute), Average: 0, Sum: 0, Maximum: 0, Unit: 'Count' },
    { Timestamp: new Date(testStart + 2 * minute), Average: 1, Sum: 3, Maximum: 1, Unit: 'Count' },
  ]);
  const whole = await statistics(q, { Period: 3600, Statistics: ['Sum'] });
  expect(whole.Datapoints).toEqual([{ Timestamp: new Date(testStart), Sum: 4, Unit: 'Count' }]);
});

test('the end of the range does not belong to it, and a metric that nobody measured has no data', async () => {
  await using q = await labWithTraffic();
  const { Datapoints } = await statistics(q, { EndTime: new Date(testStart + 2 * minute) });
  expect(Datapoints?.map(({ Sum }) => Sum)).toEqual([1, 0]);
  const others = [
    { Dimensions: [] },
    { Dimensions: [{ Name: 'QueueName', Value: 'other' }] },
    { MetricName: 'NoSuchMetric' },
    { Unit: 'Seconds' as const },
  ];
  for (const other of others) expect((await statistics(q, other)).Datapoints).toEqual([]);
});

test('GetMetricData gives the newest value first, or the oldest when asked to', async () => {
  await using q = await labWithTraffic();
  const { MetricDataResults: [newest, count] = [] } = await data(q);
  expect(newest).toMatchObject({ Id: 'sum', Label: 'NumberOfMessagesSent', Values: [3, 0, 1] });
  expect(newest?.StatusCode).toBe('Complete');
  expect(newest?.Timestamps?.[0]).toEqual(new Date(testStart + 2 * minute));
  expect(count).toMatchObject({ Id: 'n', Label: 'how many' });
  const { MetricDataResults: [oldest] = [] } = await data(q, { ScanBy: 'TimestampAscending' });
  expect(oldest?.Values).toEqual([1, 0, 3]);
});

test('ListMetrics finds the metrics of a queue by namespace, name and dimension', async () => {
  await using q = await labWithTraffic();
  const list = (input: object) => q.lab.cloudwatch.send(new ListMetricsCommand(input));
  expect((await list(sent)).Metrics).toEqual([sent]);
  expect((await list({ Namespace: 'AWS/Lambda' })).Metrics).toEqual([]);
  const ofQueue = await list({ Dimensions: [{ Name: 'QueueName' }] });
  expect(ofQueue.Metrics?.map(({ MetricName }) => MetricName)).toContain('NumberOfEmptyReceives');
});

test.each<[string, Partial<GetMetricStatisticsCommandInput>, string]>([
  ['a period below a minute', { Period: 30 }, 'InvalidParameterValueException'],
  ['no statistics', { Statistics: undefined }, 'InvalidParameterCombinationException'],
  ['an end before the start', { EndTime: new Date(0) }, 'InvalidParameterValueException'],
  [
    'more than 1,440 periods',
    { EndTime: new Date(testStart + 1441 * minute) },
    'InvalidParameterCombinationException',
  ],
])('GetMetricStatistics refuses %s', async (_what, more, name) => {
  await using q = await labWithTraffic();
  await expect(statistics(q, more)).rejects.toMatchObject({ name });
});

test('what needs mathematics or percentiles is said to be lacking', async () => {
  await using q = await labWithTraffic();
  const MetricDataQueries = [{ Id: 'e', Expression: 'SUM(METRICS())' }];
  await expect(data(q, { MetricDataQueries })).rejects.toThrow('The Expression of e is not in');
  await expect(statistics(q, { ExtendedStatistics: ['p99'] })).rejects.toThrow(
    'not in the sandbox',
  );
});

test('reading metrics needs a permission, on all resources', async () => {
  await using q = await labWithTraffic();
  const { cloudwatch } = q.lab.as('reader', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'cloudwatch:GetMetricData', Resource: '*' }],
  });
  await expect(
    cloudwatch.send(
      new GetMetricStatisticsCommand({ ...hour, ...sent, Period: 60, Statistics: ['Sum'] }),
    ),
  ).rejects.toThrow(
    'User: arn:aws:iam::111122223333:user/reader is not authorized to perform: cloudwatch:GetMetricStatistics',
  );
});

test('with a delay of metrics a minute can be read only so long after its end', async () => {
  await using q = await sqsForTest({ faults: { metricsDelayMs: 90_000 } });
  await q.send(await q.create('orders'), 'x');
  const question = { name: 'NumberOfMessagesSent', of: { QueueName: 'orders' }, from: testStart };
  for (const seconds of [60, 89]) {
    q.pass(seconds);
    expect(await sumOf(q.lab, question)).toBe(0);
  }
  q.pass(1);
  expect(await valuesOf(q.lab, { ...question, to: testStart + minute })).toEqual([1]);
});

test('whoever asks for minutes that are not over waits for them, so the clock skips there', async () => {
  const start = Date.parse('2026-11-23T08:00:00Z') - Date.now();
  const clock = new LabClock({ offsetMs: start });
  await using q = await sqsForTest({ clock, faults: { metricsDelayMs: minute } });
  await q.send(await q.create('orders'), 'x');
  const from = clock.now() - minute;
  const [sum, visible] = ['NumberOfMessagesSent', 'ApproximateNumberOfMessagesVisible'].map(
    (name) => () => {
      const statistic = name.startsWith('Approximate') ? ('Maximum' as const) : ('Sum' as const);
      const of = { QueueName: 'orders' };
      return valuesOf(q.lab, { name, of, statistic, from, to: from + 10 * minute });
    },
  );
  await expect.poll(() => sum?.()).toContain(1);
  await expect.poll(() => visible?.()).toContain(1);
  expect(clock.now() - from).toBeLessThan(10 * minute);
});

test('without a delay nobody has to wait: the minute under way shows what it has', async () => {
  const clock = new LabClock();
  await using q = await sqsForTest({ clock });
  await q.send(await q.create('orders'), 'x');
  const offset = clock.offsetMs;
  expect(await sumOf(q.lab, { name: 'NumberOfMessagesSent', of: { QueueName: 'orders' } })).toBe(1);
  expect(clock.offsetMs).toBe(offset);
});

test('metrics outlive the sandbox', async () => {
  const home = await mkdtemp(join(tmpdir(), 'lab01-metrics-'));
  const opened = (standingAt: number) =>
    sqsForTest({ storeFile: join(home, 'store.db'), clock: new LabClock({ standingAt }) });
  {
    await using before = await opened(testStart);
    await before.send(await before.create('orders'), 'x');
  }
  {
    await using after = await opened(testStart + 2 * minute);
    expect(await sumOf(after.lab, { name: sent.MetricName, of: { QueueName: 'orders' } })).toBe(1);
    const of = { QueueName: 'orders' };
    const visible = { name: 'ApproximateNumberOfMessagesVisible', of, from: testStart };
    expect(await valuesOf(after.lab, visible)).toEqual([1, 1]);
  }
  await rm(home, { recursive: true });
});

test('older clients ask with a form and get XML, with times in ISO 8601', async () => {
  await using q = await labWithTraffic();
  const { lab } = q;
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  };
  const ask = (form: Record<string, string>) =>
    sendRaw(
      lab.endpoint,
      signedByHand(lab.endpoint, {
        service: 'monitoring',
        credentials: lab.sandbox.issueUser('old', JSON.stringify(policy)),
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: new URLSearchParams({ ...form, Version: '2010-08-01' }).toString(),
      }),
    );
  const form = {
    Action: 'GetMetricStatistics',
    Namespace: 'AWS/SQS',
    MetricName: 'NumberOfMessagesSent',
    'Dimensions.member.1.Name': 'QueueName',
    'Dimensions.member.1.Value': 'orders',
    StartTime: '2026-11-23T08:00:00Z',
    EndTime: '2026-11-23T08:01:00Z',
    Period: '60',
    'Statistics.member.1': 'Sum',
  };
  const { status, body } = await ask(form);
  expect(status).toBe(200);
  expect(body).toContain('<Timestamp>2026-11-23T08:00:00.000Z</Timestamp><Sum>1</Sum>');
  expect((await ask({ ...form, Period: '7' })).body).toContain(
    '<Code>InvalidParameterValue</Code>',
  );
});

const cli = process.env['LAB_AWS_CLI'] ?? '';

test.skipIf(cli === '')('the AWS CLI reads metrics', async () => {
  await using q = await labWithTraffic();
  const keys = q.lab.sandbox.issueUser(
    'reader',
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'cloudwatch:GetMetricStatistics', Resource: '*' }],
    }),
  );
  const { stdout } = await promisify(execFile)(
    cli,
    [
      ...['cloudwatch', 'get-metric-statistics', '--namespace', 'AWS/SQS'],
      ...['--metric-name', 'NumberOfMessagesSent', '--dimensions', 'Name=QueueName,Value=orders'],
      ...['--start-time', '2026-11-23T08:00:00Z', '--end-time', '2026-11-23T09:00:00Z'],
      ...['--period', '3600', '--statistics', 'Sum', '--output', 'json'],
    ],
    {
      env: {
        HOME: '/nowhere',
        AWS_ACCESS_KEY_ID: keys.accessKeyId,
        AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
        AWS_ENDPOINT_URL: q.lab.endpoint,
        AWS_REGION: 'eu-central-1',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_PAGER: '',
      },
    },
  );
  expect(JSON.parse(stdout)).toEqual({
    Label: 'NumberOfMessagesSent',
    Datapoints: [{ Timestamp: '2026-11-23T08:00:00+00:00', Sum: 4, Unit: 'Count' }],
  });
});
