import { readdir, readFile } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiveMessageCommand, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { arnOf, experimentLab } from '../testing/sandbox/experiment-lab.ts';
import type { ExperimentLab, ExperimentOptions } from '../testing/sandbox/experiment-lab.ts';
import { startProcess } from '../testing/sandbox/process.ts';
import { defects, noFaults } from './types.ts';
import type { Defect } from './types.ts';

const reports = `async ({ Records }) => ({ batchItemFailures: Records
  .filter(({ body }) => body.includes('poison'))
  .map(({ messageId }) => ({ itemIdentifier: messageId })) })`;
const throwing = `async ({ Records }) => {
  if (Records.some(({ body }) => body.includes('poison'))) throw new Error('poison'); }`;

async function run(options: ExperimentOptions, defect?: Defect): Promise<ExperimentLab> {
  const sandbox = { defects: defect === undefined ? [] : [defect] };
  const lab = await experimentLab({ ...options, sandbox });
  await lab.send(['good', 'poison']);
  await lab.connect();
  await lab.drained();
  return lab;
}

async function inDeadLetterQueue(lab: ExperimentLab): Promise<string[]> {
  const { Messages = [] } = await lab.aws.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: 'dlq', MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
  );
  return Messages.map(({ Body = '' }) => Body).toSorted((a, b) => (a < b ? -1 : 1));
}

test.each<[Defect, string, string[], string[]]>([
  ['item-failures-ignored', reports, ['poison'], []],
  ['failed-batches-deleted', throwing, ['good', 'poison'], []],
])(
  '%s: the messages that should be in the dead-letter queue are lost',
  async (defect, handler, right, wrong) => {
    {
      await using lab = await run({ handler });
      expect(await inDeadLetterQueue(lab)).toEqual(right);
    }
    await using lab = await run({ handler }, defect);
    expect(await inDeadLetterQueue(lab)).toEqual(wrong);
  },
);

test('failed-batches-visible-at-once: retries do not wait for the visibility timeout', async () => {
  const gaps = async (defect?: Defect) => {
    await using lab = await run({ handler: reports }, defect);
    const times = (await lab.deliveries())
      .filter(({ body }) => body === 'poison')
      .map(({ at }) => at);
    expect(times).toHaveLength(3);
    return times.slice(1).map((time, i) => time - (times[i] ?? 0));
  };
  for (const gap of await gaps()) expect(gap).toBeGreaterThanOrEqual(29_000);
  for (const gap of await gaps('failed-batches-visible-at-once')) expect(gap).toBeLessThan(20_000);
});

test('filters-keep: what no filter lets pass ends in the dead-letter queue', async () => {
  const options = {
    handler: reports,
    mapping: { FilterCriteria: { Filters: [{ Pattern: '{"body":["good"]}' }] } },
  };
  {
    await using lab = await run(options);
    expect(await inDeadLetterQueue(lab)).toEqual([]);
  }
  await using lab = await run(options, 'filters-keep');
  expect(await inDeadLetterQueue(lab)).toEqual(['poison']);
});

test('redrive-keeps-ids: a message that was moved back has its old id', async () => {
  const ids = async (defect?: Defect) => {
    await using lab = await run({ handler: reports }, defect);
    const [{ messageId } = { messageId: '' }] = (await lab.deliveries()).filter(
      ({ body }) => body === 'poison',
    );
    await lab.aws.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf('dlq') }));
    await expect.poll(async () => (await lab.deliveries()).length).toBeGreaterThanOrEqual(5);
    const after = (await lab.deliveries()).at(-1);
    return { before: messageId, after: after?.messageId };
  };
  const right = await ids();
  expect(right.after).not.toBe(right.before);
  const wrong = await ids('redrive-keeps-ids');
  expect(wrong.after).toBe(wrong.before);
});

test('the process takes defects at its start, by name, and only then', async () => {
  const home = await mkdtemp(join(tmpdir(), 'lab01-defects-'));
  await expect(startProcess(home, ['--defect', 'no-such'])).rejects.toThrow('no-such');
  await (await startProcess(home, ['--defect', 'filters-keep'])).stop();
  await rm(home, { recursive: true });
  // The control paths set faults, by the names of these.
  expect(Object.keys(noFaults).filter((name) => defects.some((one) => one === name))).toEqual([]);
});

test('nothing of the kit starts a sandbox with defects', async () => {
  const lab = join(import.meta.dirname, '..', 'lab');
  const files = (await readdir(lab, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(files.map((file) => readFile(join(lab, file), 'utf8')));
  expect(texts.filter((text) => text.includes('--defect'))).toEqual([]);
  expect(files.length).toBeGreaterThan(20);
});
