import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { LabClock } from '../../clock.ts';
import { sandboxForTest } from '../../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../../testing/sandbox/sandbox-for-test.ts';
import {
  createFunction,
  createRole,
  invoke,
  isRunning,
  logOf,
  monday,
} from '../../../testing/sandbox/lambda.ts';

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

test('one environment is used again for the next invocation, others for concurrent ones', async () => {
  const code = `let count = 0;
    export const handler = async ({ ms }, { logStreamName }) => {
      count += 1;
      await new Promise((resolve) => setTimeout(resolve, ms));
      return { count, pid: process.pid, logStreamName };
    };`;
  await create('reused', code);
  const one = (await invoke(lab, { ms: 0 }, 'reused')).payload as { pid: number };
  expect((await invoke(lab, { ms: 0 }, 'reused')).payload).toEqual({ ...one, count: 2 });

  const both = await Promise.all([
    invoke(lab, { ms: 300 }, 'reused'),
    invoke(lab, { ms: 300 }, 'reused'),
  ]);
  const streams = both.map(({ payload }) => (payload as { logStreamName: string }).logStreamName);
  expect(new Set(streams).size).toBe(2);
  const logged = await logOf(lab, 'reused');
  expect(new Set(logged.map(({ stream }) => stream))).toEqual(new Set(streams));
});

test('between invocations nothing of the function runs', async () => {
  const code = `const ticks = []; setInterval(() => ticks.push(String(process.hrtime.bigint())), 5);
    export const handler = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return ticks;
    };`;
  await create('frozen', code);
  await create(
    'other',
    'export const handler = async () => new Promise((r) => setTimeout(r, 100))',
  );
  expect((await invoke(lab, {}, 'frozen')).payload).not.toEqual([]);
  const from = process.hrtime.bigint();
  await invoke(lab, {}, 'other');
  const to = process.hrtime.bigint();
  const ticks = (await invoke(lab, {}, 'frozen')).payload as string[];
  const meanwhile = ticks.filter((tick) => from < BigInt(tick) && BigInt(tick) < to);
  expect(meanwhile).toEqual([]);
});

test('a timeout ends the runtime; the next invocation starts the runtime anew with the same /tmp', async () => {
  const code = `import { existsSync, writeFileSync } from 'node:fs';
    import { tmpdir } from 'node:os';
    let count = 0;
    export const handler = async ({ hang }) => {
      count += 1;
      const file = tmpdir() + '/mark';
      const kept = existsSync(file);
      if (hang) {
        writeFileSync(file, '');
        console.log('runtime ' + process.pid);
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      }
      return { count, kept };
    };`;
  await create('hangs', code, { Timeout: 1 });
  expect((await invoke(lab, {}, 'hangs')).payload).toEqual({ count: 1, kept: false });

  const { payload, error, log } = await invoke(lab, { hang: true }, 'hangs');
  const requestId = /START RequestId: (\S+)/.exec(log)?.[1];
  expect(error).toBe('Unhandled');
  expect(payload).toEqual({
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after 1.00 seconds`,
  });
  expect(log).toMatch(
    new RegExp(
      String.raw`Z ${requestId} Task timed out after 1\.00 seconds\n\nEND RequestId: ${requestId}\nREPORT RequestId: ${requestId}\tDuration: 1000\.00 ms\tBilled Duration: 1000 ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tStatus: timeout\n$`,
    ),
  );
  const runtime = Number(/runtime (\d+)/.exec(log)?.[1]);
  await expect.poll(() => isRunning(runtime)).toBe(false);

  expect((await invoke(lab, {}, 'hangs')).payload).toEqual({ count: 1, kept: true });
  const streams = new Set((await logOf(lab, 'hangs')).map(({ stream }) => stream));
  expect(streams.size).toBe(1);
});

test('an endless loop is ended by the timeout too', async () => {
  await create('loops', 'export const handler = () => { for (;;); }', { Timeout: 1 });
  expect((await invoke(lab, {}, 'loops')).payload).toMatchObject({ errorType: 'Sandbox.Timedout' });
});

test('after a crash the next invocation works', async () => {
  await create(
    'crashes',
    'export const handler = async ({ crash }) => { if (crash) process.exit(1); return "fine" }',
  );
  expect((await invoke(lab, { crash: true }, 'crashes')).error).toBe('Unhandled');
  expect((await invoke(lab, {}, 'crashes')).payload).toBe('fine');
});

test('memory beyond MemorySize kills the runtime: on the heap and beside it', async () => {
  const code = `const kept = [];
    export const handler = async ({ heap }) => {
      for (;;) {
        kept.push(heap ? new Array(100_000).fill(Math.random()) : Buffer.alloc(4_000_000, 1));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };`;
  await create('greedy', code, { Timeout: 30 });
  for (const heap of [false, true]) {
    const { payload, log } = await invoke(lab, { heap }, 'greedy');
    expect(payload).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/Runtime exited with error: signal: (killed|aborted)$/),
    });
    expect(log).toMatch(/\tStatus: error\tError Type: Runtime\.ExitError\n$/);
  }
});

test('an answer of more than 6 MB is an error; the function itself goes on', async () => {
  await create('big', 'export const handler = async ({ n }) => "x".repeat(n)');
  const limit = 6_291_556;
  expect((await invoke(lab, { n: limit - 2 }, 'big')).error).toBeUndefined();
  expect(await invoke(lab, { n: limit - 1 }, 'big')).toMatchObject({
    error: 'Unhandled',
    payload: {
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    },
  });
});

test('a large event arrives whole', async () => {
  await create('counts', 'export const handler = async ({ text }) => text.length');
  const text = 'ä'.repeat(3_000_000);
  expect((await invoke(lab, { text }, 'counts')).payload).toBe(text.length);
});

test('closing the sandbox ends a function that runs, and removes its folders', async () => {
  const own = await sandboxForTest({
    clock: new LabClock({ standingAt: monday, skipping: false }),
  });
  await createFunction(
    own,
    `export const handler = async () => ({ pid: process.pid, root: process.env.LAMBDA_TASK_ROOT, sleep: await new Promise((r) => setTimeout(r, 0)) });`,
    { Timeout: 60 },
  );
  const { pid, root } = (await invoke(own)).payload as { pid: number; root: string };
  expect(await readdir(root)).toEqual(['index.mjs']);
  await own.close();
  expect(isRunning(pid)).toBe(false);
  await expect(readdir(root)).rejects.toThrow('ENOENT');
});

test('a closing sandbox does not wait for an invocation under way', async () => {
  const own = await sandboxForTest({
    clock: new LabClock({ standingAt: monday, skipping: false }),
  });
  await createFunction(own, 'export const handler = () => { for (;;); }', { Timeout: 60 });
  const invocation = own.lambda.send(new InvokeCommand({ FunctionName: 'worker' }));
  const outcome = invocation.then(
    () => 'answered',
    () => 'connection lost',
  );
  await expect.poll(async () => (await logOf(own)).length).toBeGreaterThan(0);
  await own.close();
  expect(await outcome).toBe('connection lost');
});
