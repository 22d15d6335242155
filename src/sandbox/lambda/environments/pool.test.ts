import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LabClock } from '../../clock.ts';
import { createEnvironmentSessions } from '../../iam/sessions.ts';
import { Store } from '../../store.ts';
import { noFaults } from '../../types.ts';
import type { FunctionConfig } from '../function-types.ts';
import { EnvironmentPool } from './pool.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pool-test-'));
  const code = `let count = 0; export const handler = async ({ ms = 0 }) => {
    count += 1;
    const from = Date.now();
    await new Promise((resolve) => setTimeout(resolve, ms));
    return { pid: process.pid, count, from, to: Date.now() };
  };`;
  await writeFile(join(folder, 'index.mjs'), code);
});
afterAll(() => rm(folder, { recursive: true }));

interface Answer {
  readonly pid: number;
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

/** A pool without logs, and a way to run functions in it. */
function openPool(most: number) {
  const world = {
    store: new Store(':memory:'),
    clock: new LabClock({ skipping: false }),
    accountId: '111122223333',
    faults: { ...noFaults },
  };
  const pool = new EnvironmentPool(
    { folderOf: () => Promise.resolve(folder) },
    {
      world,
      iam: { decide: () => ({ allowed: true }), assumeRole: () => undefined },
      logs: { write: () => undefined },
      sessions: createEnvironmentSessions(),
      endpoint: () => undefined,
      openWorkspace: () => ({ folder, guardian: undefined }),
    },
    most,
  );
  const run = async (name: string, event: object = {}, deployment = '1'): Promise<Answer> => {
    const { payload } = await pool.run(
      { ...config, name, arn: name, deployment: `${name}-${deployment}` },
      { requestId: crypto.randomUUID(), payload: Buffer.from(JSON.stringify(event)) },
    );
    return JSON.parse(payload.toString('utf8')) as Answer;
  };
  return { run, [Symbol.asyncDispose]: () => pool.close() };
}

const config: FunctionConfig = {
  arn: '',
  name: '',
  region: 'eu-central-1',
  roleArn: '',
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  description: '',
  timeoutSeconds: 30,
  memorySizeMb: 128,
  ephemeralStorageMb: 512,
  architecture: 'x86_64',
  tracingMode: 'PassThrough',
  logGroup: 'none',
  logFormat: 'Text',
  codeSha256: '',
  codeSize: 0,
  deployment: '',
};

test('run() beyond the machine limit waits for a place and loses nothing', async () => {
  await using pool = openPool(2);
  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => pool.run('a', { ms: 50 })));
  expect(new Set(answers.map(({ pid }) => pid)).size).toBe(2);
  // Each process counted its own invocations without a gap.
  const counted = new Set(answers.map(({ pid, count }) => `${pid} ${count}`));
  expect(counted.size).toBe(5);
  const afterGap = answers.filter(
    ({ pid, count }) => count > 1 && !counted.has(`${pid} ${count - 1}`),
  );
  expect(afterGap).toEqual([]);
  for (const { from } of answers) {
    const together = answers.filter((other) => other.from <= from && from < other.to);
    expect(together.length).toBeLessThanOrEqual(2);
  }
});

test('run() gives the place of an idle environment to another function', async () => {
  await using pool = openPool(1);
  const first = await pool.run('a');
  const other = await pool.run('b');
  expect(other.pid).not.toBe(first.pid);
  expect(await pool.run('a')).toMatchObject({ count: 1 });
});

test('run() waits for a place that another function holds', async () => {
  await using pool = openPool(1);
  const [busy, waiting] = await Promise.all([pool.run('a', { ms: 100 }), pool.run('b')]);
  expect(waiting.from).toBeGreaterThanOrEqual(busy.to);
});

test('run() uses no environment of an older deployment', async () => {
  await using pool = openPool(4);
  const old = await pool.run('a');
  expect(await pool.run('a')).toMatchObject({ pid: old.pid, count: 2 });
  expect(await pool.run('a', {}, '2')).toMatchObject({ count: 1 });
});
