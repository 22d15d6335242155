import { afterAll, beforeAll, expect, test } from 'vitest';
import { LabClock } from '../../clock.ts';
import { sandboxForTest } from '../../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../../testing/sandbox/sandbox-for-test.ts';
import { createFunction, createRole, invoke, monday } from '../../../testing/sandbox/lambda.ts';

let lab: TestSandbox;
let Role: string;
let count = 0;

beforeAll(async () => {
  lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday, skipping: false }) });
  Role = await createRole(lab);
});
afterAll(() => lab.close());

/** Makes a function of its own and invokes it once. */
async function run(
  code: Parameters<typeof createFunction>[1],
  { event, ...options }: { event?: unknown } & Parameters<typeof createFunction>[2] = {},
): ReturnType<typeof invoke> {
  count += 1;
  const FunctionName = `f${count}`;
  await createFunction(lab, code, { Role, FunctionName, ...options });
  return invoke(lab, event, FunctionName);
}

const returns = (value: string) => `export const handler = async (event) => ${value};`;

test.each([
  ['an async handler', returns('({ got: event.a })'), { got: 7 }],
  ['a plain synchronous handler', 'export const handler = (event) => event.a', 7],
  ['nothing', 'export const handler = async () => {}', null],
  ['a default export', 'export default { handler: async () => "default" }', 'default'],
])('the result of %s is the answer', async (_what, code, expected) => {
  const { payload, error } = await run(code, { event: { a: 7 } });
  expect(payload).toEqual(expected);
  expect(error).toBeUndefined();
});

const esm = (name: string) => `export const handler = async () => ${JSON.stringify(name)}`;
const cjs = (name: string) => `exports.handler = async () => ${JSON.stringify(name)}`;

test.each([
  [
    '.js before .mjs and .cjs',
    { 'index.js': cjs('js'), 'index.mjs': esm('mjs'), 'index.cjs': cjs('cjs') },
    'js',
  ],
  ['.mjs before .cjs', { 'index.mjs': esm('mjs'), 'index.cjs': cjs('cjs') }, 'mjs'],
  ['.cjs at last', { 'index.cjs': cjs('cjs') }, 'cjs'],
  [
    '.js as an ES module if package.json says so',
    { 'index.js': esm('module'), 'package.json': '{"type":"module"}' },
    'module',
  ],
])('the handler file is looked for: %s', async (_what, files, expected) => {
  expect((await run(files)).payload).toBe(expected);
});

test('a handler may lie in a folder and be nested', async () => {
  const files = { 'src/api.mjs': 'export const v1 = { get: async () => "nested" }' };
  expect((await run(files, { Handler: 'src/api.v1.get' })).payload).toBe('nested');
});

const callbacksRemoved =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';

test.each([
  [
    'three parameters',
    'export const handler = (event, context, callback) => callback(null, 1)',
    {},
    'Runtime.CallbackHandlerDeprecated',
    callbacksRemoved,
  ],
  [
    'no such export',
    'export const other = 1',
    {},
    'Runtime.HandlerNotFound',
    'index.handler is undefined or not exported',
  ],
  [
    'an export that is no function',
    'export const handler = 1',
    {},
    'Runtime.HandlerNotFound',
    'index.handler is not a function',
  ],
  [
    'no dot in the handler',
    returns('1'),
    { Handler: 'index' },
    'Runtime.MalformedHandlerName',
    'Bad handler',
  ],
  [
    'no such file',
    returns('1'),
    { Handler: 'missing.handler' },
    'Runtime.ImportModuleError',
    "Error: Cannot find module 'missing'\nRequire stack:\n- /var/runtime/index.mjs",
  ],
  [
    'a missing module',
    { 'index.js': 'require("left-pad"); exports.handler = async () => 1' },
    {},
    'Runtime.ImportModuleError',
    "Error: Cannot find module 'left-pad'\nRequire stack:\n- /var/task/index.js",
  ],
  [
    'a syntax error',
    'export const handler = async () => {',
    {},
    'Runtime.UserCodeSyntaxError',
    'SyntaxError: Unexpected end of input',
  ],
  [
    'ES module syntax in a CommonJS .js',
    { 'index.js': esm('x') },
    {},
    'Runtime.UserCodeSyntaxError',
    "SyntaxError: Unexpected token 'export'",
  ],
  ['an error while loading', 'throw new RangeError("at load")', {}, 'RangeError', 'at load'],
])('init fails with %s', async (_what, code, options, errorType, errorMessage) => {
  const { payload, error, log } = await run(code, options);
  expect(error).toBe('Unhandled');
  expect(payload).toMatchObject({ errorType, errorMessage });
  expect(log).toMatch(
    new RegExp(`\tStatus: error\tError Type: ${errorType.replace('.', String.raw`\.`)}\n$`),
  );
});

test('a thrown error is reported with its type, message and trace in the folders of Lambda', async () => {
  const { payload, error } = await run(
    'export const handler = async () => { throw new Error("boom") }',
  );
  expect(error).toBe('Unhandled');
  expect(payload).toEqual({
    errorType: 'Error',
    errorMessage: 'boom',
    trace: expect.arrayContaining([
      'Error: boom',
      expect.stringMatching(/^ {4}at .*file:\/\/\/var\/task\/index\.mjs:1:\d+/),
    ]),
  });
});

test('a thrown error of a class of its own, and a thrown text', async () => {
  const custom =
    'class Poison extends Error { name = "Poison" } export const handler = () => { throw new Poison("x") }';
  expect((await run(custom)).payload).toMatchObject({ errorType: 'Poison', errorMessage: 'x' });
  const text = 'export const handler = async () => { throw "just text" }';
  expect((await run(text)).payload).toEqual({
    errorType: 'string',
    errorMessage: 'just text',
    trace: [],
  });
});

test('a result that is not JSON fails the invocation', async () => {
  const { payload, error } = await run(returns('10n'));
  expect(error).toBe('Unhandled');
  expect(payload).toMatchObject({
    errorType: 'Runtime.JSONStringifyError',
    errorMessage: 'Unable to stringify response body',
  });
});

test.each([
  ['process.exit(0)', 'without providing a reason'],
  ['process.exit(3)', 'with error: exit status 3'],
  ['process.abort()', 'with error: signal: aborted'],
  ['process.kill(process.pid, "SIGKILL")', 'with error: signal: killed'],
])('%s in the handler is a Runtime.ExitError', async (code, how) => {
  const { payload, error, log } = await run(
    `export const handler = async () => { ${code}; await new Promise(() => {}) }`,
  );
  expect(error).toBe('Unhandled');
  const requestId = /RequestId: (\S+)/.exec(log)?.[1];
  expect(payload).toEqual({
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited ${how}`,
  });
  expect(log).toMatch(/\tStatus: error\tError Type: Runtime\.ExitError\n$/);
});

test('a function that writes into the pipe of the runtime ends itself, not the sandbox', async () => {
  const { payload } = await run(
    "import { writeSync } from 'node:fs'; export const handler = () => { writeSync(4, Buffer.alloc(64, 0xff)); for (;;); };",
    { Timeout: 60 },
  );
  expect(payload).toMatchObject({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringContaining('signal: killed'),
  });
  expect((await run(returns('1'))).payload).toBe(1);
});

test('an unhandled rejection ends the runtime, and what Node.js says about it is in the log', async () => {
  const { payload, log } = await run(
    'export const handler = async () => { Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 500)) }',
  );
  expect(payload).toMatchObject({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringContaining('exit status 1'),
  });
  expect(log).toContain('Error: lost\n');
});

test('a promise that never settles does not hang: with an empty event loop the runtime exits', async () => {
  const { payload } = await run('export const handler = () => new Promise(() => {})', {
    Timeout: 30,
  });
  expect(payload).toMatchObject({ errorType: 'Runtime.ExitError' });
});

test('the event loop is not waited for: a timer left behind does not delay the answer', async () => {
  const { payload } = await run(
    'export const handler = async () => { setTimeout(() => {}, 60_000); return "at once" }',
    { Timeout: 5 },
  );
  expect(payload).toBe('at once');
});

test('context has what nodejs24.x gives, and no callbacks', async () => {
  const code = returns('0').replace(
    '(event) => 0',
    '(event, context) => ({ ...context, left: context.getRemainingTimeInMillis(), keys: Object.keys(context) })',
  );
  const { payload, log } = await run(code, { Timeout: 10, MemorySize: 256 });
  const name = `f${count}`;
  expect(payload).toMatchObject({
    functionName: name,
    functionVersion: '$LATEST',
    memoryLimitInMB: '256',
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: expect.stringMatching(/^2026\/11\/23\/\[\$LATEST\][0-9a-f]{32}$/),
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:111122223333:function:${name}`,
    awsRequestId: /START RequestId: (\S+)/.exec(log)?.[1],
  });
  const { left, keys } = payload as { left: number; keys: string[] };
  expect(left).toBeGreaterThan(8_000);
  expect(left).toBeLessThanOrEqual(10_000);
  expect(keys).not.toContain('callbackWaitsForEmptyEventLoop');
  expect(keys).not.toContain('done');
});

test('the function sees its own environment and nothing of whoever started the sandbox', async () => {
  process.env['CANARY_OF_THE_TEST'] = 'tweet';
  const { payload } = await run(returns('process.env'), {
    Environment: { Variables: { MODE: 'x' } },
  });
  delete process.env['CANARY_OF_THE_TEST'];
  const environment = payload as Record<string, string>;
  expect(environment).toMatchObject({
    MODE: 'x',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_REGION: 'eu-central-1',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LANG: 'en_US.UTF-8',
    SHLVL: '0',
    TZ: ':UTC',
    _HANDLER: 'index.handler',
    AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA[0-9A-Z]{16}$/),
  });
  const documented =
    /^(AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|REGION|DEFAULT_REGION|EXECUTION_ENV|LAMBDA_\w+|XRAY_\w+|ENDPOINT_URL)|_AWS_XRAY_DAEMON_(ADDRESS|PORT)|LAMBDA_(RUNTIME_DIR|TASK_ROOT)|LANG|LD_LIBRARY_PATH|NODE_PATH|PATH|PWD|SHLVL|TZ|_HANDLER|_X_AMZN_TRACE_ID|MODE|TMPDIR)$/;
  expect(Object.keys(environment).filter((name) => !documented.test(name))).toEqual([]);
});

test('Date runs on lab time in every form, also after the clock jumped', async () => {
  const dates = returns(
    '({ now: Date.now(), date: new Date().getTime(), text: Date(), origin: performance.timeOrigin + performance.now(), fixed: new Date(2020, 0, 2).toISOString(), utc: Date.UTC(2020, 0), isDate: new Date() instanceof Date, same: new Date().constructor === Date })',
  );
  const before = lab.clock.now();
  const first = (await run(dates)).payload as Record<string, number | string | boolean>;
  expect(first).toMatchObject({
    fixed: '2020-01-02T00:00:00.000Z',
    utc: 1_577_836_800_000,
    isDate: true,
    same: true,
  });
  const name = `f${count}`;
  lab.clock.advance(3_600_000, 'test');
  const second = (await invoke(lab, {}, name)).payload as typeof first;
  for (const [{ now, date, origin, text }, start] of [
    [first, before],
    [second, lab.clock.now()],
  ] as const) {
    // The clock stands still in this test; a minute is far more than the invocation took.
    for (const time of [now, date, origin, Date.parse(String(text)) + 999]) {
      expect(Number(time)).toBeGreaterThanOrEqual(start);
      expect(Number(time)).toBeLessThan(start + 60_000);
    }
  }
});

test('nodejs22.x still calls back, and waits for the event loop unless told otherwise', async () => {
  const Runtime = 'nodejs22.x';
  const called =
    'export const handler = (event, context, callback) => { setTimeout(() => console.log("later"), 200); callback(null, "called back") }';
  const waited = await run(called, { Runtime });
  expect(waited.payload).toBe('called back');
  expect(waited.log).toContain('later');

  const hasty = await run(
    called.replace('{ ', '{ context.callbackWaitsForEmptyEventLoop = false; '),
    { Runtime },
  );
  expect(hasty.payload).toBe('called back');
  expect(hasty.log).not.toContain('later');

  const failed = await run(
    'export const handler = (event, context, callback) => callback(new Error("no"))',
    { Runtime },
  );
  expect(failed).toMatchObject({
    error: 'Unhandled',
    payload: { errorType: 'Error', errorMessage: 'no' },
  });

  expect((await run(returns('"promised"'), { Runtime })).payload).toBe('promised');
});

test('nodejs22.x reports an unhandled rejection by its own name', async () => {
  const code =
    'export const handler = async () => { Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 500)) }';
  const { payload } = await run(code, { Runtime: 'nodejs22.x' });
  expect(payload).toMatchObject({
    errorType: 'Runtime.UnhandledPromiseRejection',
    errorMessage: 'Error: lost',
  });
});

test('the environment names format and level of the log only when the format is JSON', async () => {
  const names = 'Object.keys(process.env).filter((name) => /_LOG_(FORMAT|LEVEL)$/.test(name))';
  const values = 'names.map((name) => `${name}=${process.env[name]}`)';
  const code = `export const handler = async () => { const names = ${names}; return ${values}.sort() };`;
  expect((await run(code)).payload).toEqual([]);
  const json = { LogFormat: 'JSON', ApplicationLogLevel: 'WARN' } as const;
  expect((await run(code, { LoggingConfig: json })).payload).toEqual([
    'AWS_LAMBDA_LOG_FORMAT=JSON',
    'AWS_LAMBDA_LOG_LEVEL=WARN',
  ]);
});
