import { DetachRolePolicyCommand } from '@aws-sdk/client-iam';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LabClock } from '../../clock.ts';
import { sandboxForTest } from '../../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../../testing/sandbox/sandbox-for-test.ts';
import {
  basicExecutionPolicy,
  createFunction,
  createRole,
  invoke,
  logOf,
  monday,
} from '../../../testing/sandbox/lambda.ts';
import { billedMs } from './log-lines.ts';

let lab: TestSandbox;
let Role: string;

beforeAll(async () => {
  lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday, skipping: false }) });
  Role = await createRole(lab);
});
afterAll(() => lab.close());

const create = (
  FunctionName: string,
  code: string,
  options: Parameters<typeof createFunction>[2] = {},
) => createFunction(lab, code, { Role, FunctionName, ...options });

const id = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
const matching = (...patterns: string[]): unknown[] =>
  patterns.map((pattern) => expect.stringMatching(new RegExp(`^${pattern}$`)));

test('text: a cold start, then a warm one, line by line', async () => {
  await create(
    'text',
    `console.log('loading'); export const handler = async () => { console.log('hello %s', 'you'); console.error('oh\\nno') }`,
  );
  await invoke(lab, {}, 'text');
  await invoke(lab, {}, 'text');
  const application = [
    String.raw`${time}\t${id}\tINFO\thello you\n`,
    // One event, though it has a line break.
    String.raw`${time}\t${id}\tERROR\toh\nno\n`,
  ];
  const messages = (await logOf(lab, 'text')).map(({ message }) => message);
  expect(messages).toEqual(
    matching(
      String.raw`INIT_START Runtime Version: nodejs:24\.v\d+\tRuntime Version ARN: arn:aws:lambda:eu-central-1::runtime:[0-9a-f]{64}\n`,
      String.raw`${time}\t-\tINFO\tloading\n`,
      String.raw`START RequestId: ${id} Version: \$LATEST\n`,
      ...application,
      `END RequestId: ${id}\n`,
      String.raw`REPORT RequestId: ${id}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms\t\n`,
      String.raw`START RequestId: ${id} Version: \$LATEST\n`,
      ...application,
      `END RequestId: ${id}\n`,
      String.raw`REPORT RequestId: ${id}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\t\n`,
    ),
  );
});

test('REPORT bills ceil(Duration + Init Duration) on a cold start and ceil(Duration) on a warm one', async () => {
  await create('billed', 'export const handler = async () => 1');
  for (const cold of [true, false]) {
    const { log } = await invoke(lab, {}, 'billed');
    const number = (label: string) => Number(new RegExp(`\t${label}: ([\\d.]+)`).exec(log)?.[1]);
    const init = cold ? number('Init Duration') : 0;
    expect(number('Billed Duration') - (number('Duration') + init)).toBeGreaterThan(-0.02);
    expect(number('Billed Duration') - (number('Duration') + init)).toBeLessThan(1.02);
    expect(log.includes('Init Duration')).toBe(cold);
  }
});

test('billedMs() of the documented example', () => {
  const report = {
    requestId: 'r',
    status: 'success',
    reportedByRuntime: true,
    durationMs: 128.83,
    initDurationMs: 166.62,
    memorySizeMb: 128,
    maxMemoryUsedMb: 50,
  } as const;
  expect(billedMs(report)).toBe(296);
  expect(billedMs({ ...report, initDurationMs: undefined })).toBe(129);
});

test('text: a thrown error is one ERROR line of JSON, and REPORT has no Status', async () => {
  await create(
    'throws',
    'export const handler = async () => { throw Object.assign(new Error("boom"), { orderId: 7 }) }',
  );
  const { log } = await invoke(lab, {}, 'throws');
  const match = new RegExp(`${time}\t${id}\tERROR\tInvoke Error \t(\\{.*\\})\n`).exec(log);
  expect(JSON.parse(match?.[1] ?? 'null')).toEqual({
    errorType: 'Error',
    errorMessage: 'boom',
    orderId: 7,
    stack: expect.arrayContaining(['Error: boom']),
  });
  expect(log).toMatch(/REPORT .*\t\n$/);
  expect(log).not.toContain('Status:');
});

test('text: a failed init is tried twice and leaves an INIT_REPORT for each phase', async () => {
  await create('fails', 'throw new TypeError("at load")');
  await invoke(lab, {}, 'fails');
  const initError = String.raw`${time}\t-\tERROR\tInit Error \t\{"errorType":"TypeError","errorMessage":"at load","stack":\[.*\]\}\n`;
  const initReport = (phase: string) =>
    String.raw`INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: ${phase}\tStatus: error\tError Type: TypeError\n`;
  const messages = (await logOf(lab, 'fails')).map(({ message }) => message);
  expect(messages).toEqual(
    matching(
      'INIT_START .*\n',
      initError,
      initReport('init'),
      'INIT_START .*\n',
      initError,
      initReport('invoke'),
      'START .*\n',
      'END .*\n',
      String.raw`REPORT RequestId: ${id}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tStatus: error\tError Type: TypeError\n`,
    ),
  );
});

test('text: raw output makes one event a line', async () => {
  await create(
    'raw',
    'export const handler = async () => { process.stdout.write("one\\ntwo\\n"); process.stderr.write("three"); }',
  );
  await invoke(lab, {}, 'raw');
  const messages = (await logOf(lab, 'raw')).map(({ message }) => message);
  expect(messages.slice(2, 5)).toEqual(['one\n', 'two\n', 'three']);
});

test('text: levels are not filtered', async () => {
  await create(
    'levels',
    'export const handler = async () => { console.debug("d"); console.trace("t"); console.warn("w"); }',
  );
  const { log } = await invoke(lab, {}, 'levels');
  expect(log.match(/\t(DEBUG|TRACE|WARN)\t./g)).toEqual(['\tDEBUG\td', '\tTRACE\tt', '\tWARN\tw']);
});

const parsed = async (name: string) =>
  (await logOf(lab, name)).map(({ message }) => JSON.parse(message) as Record<string, unknown>);

test('JSON: application lines have level and request id, platform lines type and record', async () => {
  await create(
    'json',
    `export const handler = async () => {
      console.log('hello'); console.log({ orderId: 1 }); console.debug('not sent');
      console.error('failed:', new RangeError('x')); console.warn(new TypeError('y'));
    }`,
    { LoggingConfig: { LogFormat: 'JSON' } },
  );
  await invoke(lab, {}, 'json');
  const timestamp = expect.stringMatching(time);
  const requestId = expect.stringMatching(id);
  const base = { timestamp, requestId };
  expect(await parsed('json')).toEqual([
    {
      time: timestamp,
      type: 'platform.initStart',
      record: expect.objectContaining({
        initializationType: 'on-demand',
        phase: 'init',
        runtimeVersion: expect.stringMatching(/^nodejs:24\.v/),
      }),
    },
    { time: timestamp, type: 'platform.start', record: { requestId, version: '$LATEST' } },
    { ...base, level: 'INFO', message: 'hello' },
    { ...base, level: 'INFO', message: { orderId: 1 } },
    {
      ...base,
      level: 'ERROR',
      message: expect.stringMatching(/^failed: RangeError: x/),
      errorType: 'RangeError',
      errorMessage: 'x',
      stackTrace: expect.any(Array),
    },
    {
      ...base,
      level: 'WARN',
      message: { errorType: 'TypeError', errorMessage: 'y', stackTrace: expect.any(Array) },
    },
    {
      time: timestamp,
      type: 'platform.report',
      record: {
        requestId,
        status: 'success',
        metrics: {
          durationMs: expect.any(Number),
          billedDurationMs: expect.any(Number),
          memorySizeMB: 128,
          maxMemoryUsedMB: expect.any(Number),
          initDurationMs: expect.any(Number),
        },
      },
    },
  ]);
});

test('JSON: the two levels decide what is sent', async () => {
  const code =
    'export const handler = async ({ fail }) => { console.debug("d"); console.info("i"); console.warn("w"); if (fail) process.exit(1) }';
  const LoggingConfig = {
    LogFormat: 'JSON',
    ApplicationLogLevel: 'WARN',
    SystemLogLevel: 'WARN',
  } as const;
  await create('quiet', code, { LoggingConfig });
  await invoke(lab, {}, 'quiet');
  expect((await parsed('quiet')).map(({ level, type }) => level ?? type)).toEqual(['WARN']);
  await invoke(lab, { fail: true }, 'quiet');
  expect((await parsed('quiet')).map(({ level, type }) => level ?? type)).toEqual([
    'WARN',
    'WARN',
    'platform.runtimeDone',
    'platform.report',
  ]);

  await create('chatty', code, {
    LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'DEBUG', SystemLogLevel: 'DEBUG' },
  });
  await invoke(lab, {}, 'chatty');
  expect((await parsed('chatty')).map(({ level, type }) => level ?? type)).toEqual([
    'platform.initStart',
    'platform.initReport',
    'platform.start',
    'DEBUG',
    'INFO',
    'WARN',
    'platform.runtimeDone',
    'platform.report',
  ]);
});

test('JSON: the configuration shows the default levels', async () => {
  await create('defaults', 'export const handler = () => {};');
  const changed = await lab.lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: 'defaults',
      LoggingConfig: { LogFormat: 'JSON' },
    }),
  );
  expect(changed.LoggingConfig).toEqual({
    LogFormat: 'JSON',
    ApplicationLogLevel: 'INFO',
    SystemLogLevel: 'INFO',
    LogGroup: '/aws/lambda/defaults',
  });
});

test('without logs permissions the function runs, and no log group appears', async () => {
  const silent = await createRole(lab, { name: 'silent', policies: [] });
  await create('silent', 'export const handler = async () => "ran"', { Role: silent });
  expect((await invoke(lab, {}, 'silent')).payload).toBe('ran');
  const { logGroups } = await lab.logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/lambda/silent' }),
  );
  expect(logGroups).toEqual([]);
});

test('a right that the role loses later takes effect with the next invocation', async () => {
  const role = await createRole(lab, { name: 'loses' });
  await create('loses', 'export const handler = async () => "ran"', { Role: role });
  await invoke(lab, {}, 'loses');
  const before = await logOf(lab, 'loses');
  await lab.iam.send(
    new DetachRolePolicyCommand({ RoleName: 'loses', PolicyArn: basicExecutionPolicy }),
  );
  expect((await invoke(lab, {}, 'loses')).payload).toBe('ran');
  expect(await logOf(lab, 'loses')).toEqual(before);
});

test('the log tail is the last 4 KB of the invocation', async () => {
  await create(
    'long',
    'export const handler = async () => { for (let i = 0; i < 200; i += 1) console.log("line " + i + " ".repeat(50)) }',
  );
  const { log } = await invoke(lab, {}, 'long');
  expect(Buffer.byteLength(log)).toBe(4096);
  expect(log).toContain('line 199');
  expect(log).not.toContain('line 100 ');
  expect(log).toMatch(/\t\n$/);
});

test('events of one stream never go back in time', async () => {
  await create('steady', 'export const handler = async () => console.log("hello")');
  for (let i = 0; i < 3; i += 1) await invoke(lab, {}, 'steady');
  const events = await logOf(lab, 'steady');
  const times = events.map(({ timestamp }) => timestamp);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times[0]).toBeGreaterThanOrEqual(monday);
});
