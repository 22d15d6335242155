import { InvokeCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { experimentLab } from '../../testing/sandbox/experiment-lab.ts';
import { createFunction, monday } from '../../testing/sandbox/lambda.ts';
import { minutesOf, sumOf, valuesOf } from '../../testing/sandbox/metrics.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';

const standing = () => sandboxForTest({ clock: new LabClock({ standingAt: monday }) });
const worker = { FunctionName: 'worker' };
const invoke = (lab: TestSandbox, event: unknown, FunctionName = 'worker') =>
  lab.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
const throwing = 'export const handler = async (e) => { if (e.fail) throw new Error("no"); };';

test('Invocations counts every run of the code, Errors the thrown ones, 0 where all went well', async () => {
  await using lab = await standing();
  await createFunction(lab, throwing);
  await invoke(lab, {});
  lab.clock.advance(60_000, 'one minute later');
  for (const fail of [true, false, true]) await invoke(lab, { fail });
  expect(await valuesOf(lab, { name: 'Invocations', of: worker })).toEqual([1, 3]);
  expect(await valuesOf(lab, { name: 'Errors', of: worker })).toEqual([0, 2]);
});

test('a throttled invocation is a throttle, no invocation and no error', async () => {
  await using lab = await standing();
  await createFunction(lab, throwing);
  await lab.lambda.send(
    new PutFunctionConcurrencyCommand({ ...worker, ReservedConcurrentExecutions: 0 }),
  );
  await expect(invoke(lab, {})).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  expect(await sumOf(lab, { name: 'Throttles', of: worker })).toBe(1);
  expect(await sumOf(lab, { name: 'Invocations', of: worker })).toBe(0);
  expect(await sumOf(lab, { name: 'Errors', of: worker })).toBe(0);
});

test('Duration is that of the handler, in milliseconds', async () => {
  await using lab = await standing();
  await createFunction(lab, 'export const handler = () => new Promise((r) => setTimeout(r, 50));');
  await invoke(lab, {});
  const [minute] = await minutesOf(lab, { name: 'Duration', of: worker, statistic: 'Maximum' });
  expect(minute?.Unit).toBe('Milliseconds');
  expect(minute?.Maximum).toBeGreaterThanOrEqual(49);
});

test('ConcurrentExecutions is how many ran at once', async () => {
  await using lab = await standing();
  await createFunction(lab, 'export const handler = () => new Promise((r) => setTimeout(r, 300));');
  await Promise.all([1, 2, 3].map(() => invoke(lab, {})));
  const question = { name: 'ConcurrentExecutions', of: worker, statistic: 'Maximum' } as const;
  expect(await valuesOf(lab, question)).toEqual([3]);
});

test('a function counts for itself, for what it was invoked as, and for the whole account', async () => {
  await using lab = await standing();
  await createFunction(lab, throwing);
  await invoke(lab, {});
  await invoke(lab, {}, 'worker:$LATEST');
  const name = 'Invocations';
  expect(await sumOf(lab, { name, of: worker })).toBe(2);
  expect(await sumOf(lab, { name, of: { ...worker, Resource: 'worker' } })).toBe(1);
  expect(await sumOf(lab, { name, of: { ...worker, Resource: 'worker:$LATEST' } })).toBe(1);
  expect(await sumOf(lab, { name, of: {} })).toBe(2);
  expect(await sumOf(lab, { name, of: { FunctionName: 'other' } })).toBe(0);
});

test('returned failures are no Errors, thrown ones are; both are invocations', async () => {
  const returns = `async ({ Records }) => ({
    batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) })`;
  for (const [handler, errors] of [
    [returns, 0],
    ['async () => { throw new Error("no"); }', 3],
  ] as const) {
    await using lab = await experimentLab({ handler });
    await lab.send(['poison']);
    await lab.connect();
    await lab.drained();
    expect(await sumOf(lab.aws, { name: 'Invocations', of: worker })).toBe(3);
    expect(await sumOf(lab.aws, { name: 'Errors', of: worker })).toBe(errors);
  }
});
