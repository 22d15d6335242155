import { UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { LabClock } from '../../clock.ts';
import { experimentLab } from '../../../testing/sandbox/experiment-lab.ts';
import { monday } from '../../../testing/sandbox/lambda.ts';
import { sumOf, valuesOf } from '../../../testing/sandbox/metrics.ts';

const handler = `async ({ Records }) => ({ batchItemFailures: Records
  .filter(({ body }) => body.includes('poison'))
  .map(({ messageId }) => ({ itemIdentifier: messageId })) })`;

test('EventCount tells what became of the messages of a mapping', async () => {
  await using lab = await experimentLab({
    handler,
    mapping: {
      MetricsConfig: { Metrics: ['EventCount'] },
      FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["order","poison"]}}' }] },
    },
  });
  await lab.send(['{"kind":"order"}', '{"kind":"poison"}', '{"kind":"other"}', 'text']);
  const EventSourceMappingUUID = await lab.connect();
  await lab.drained();
  const sum = (name: string) => sumOf(lab.aws, { name, of: { EventSourceMappingUUID } });
  // The poison three times, everything else once.
  expect(await sum('PolledEventCount')).toBe(6);
  expect(await sum('FilteredOutEventCount')).toBe(2);
  expect(await sum('InvokedEventCount')).toBe(4);
  expect(await sum('FailedInvokeEventCount')).toBe(3);
  expect(await sum('DeletedEventCount')).toBe(1);
});

test('three receives of one poison: invoked and failed three times, deleted never', async () => {
  await using lab = await experimentLab({
    handler,
    mapping: { MetricsConfig: { Metrics: ['EventCount'] } },
  });
  await lab.send(['poison']);
  const EventSourceMappingUUID = await lab.connect();
  await lab.drained();
  const names = ['Polled', 'Invoked', 'FailedInvoke', 'Deleted'].map((kind) => `${kind}EventCount`);
  const sums = names.map((name) => sumOf(lab.aws, { name, of: { EventSourceMappingUUID } }));
  expect(await Promise.all(sums)).toEqual([3, 3, 3, 0]);
});

test('a mapping that does not ask for it has no EventCount', async () => {
  await using lab = await experimentLab({ handler });
  await lab.send(['order']);
  const EventSourceMappingUUID = await lab.connect();
  await lab.drained();
  const question = { name: 'PolledEventCount', of: { EventSourceMappingUUID } };
  expect(await valuesOf(lab.aws, question)).toEqual([]);
});

test('an idle mapping asks five times every 20 seconds, a disabled one never', async () => {
  await using lab = await experimentLab({
    handler,
    sandbox: { clock: new LabClock({ standingAt: monday }) },
    mapping: { Enabled: false },
  });
  const { aws } = lab;
  const empty = () => sumOf(aws, { name: 'NumberOfEmptyReceives', of: { QueueName: 'work' } });
  const UUID = await lab.connect('Disabled');
  aws.clock.advance(600_000, 'ten minutes, switched off');
  expect(await empty()).toBe(0);
  await aws.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
  aws.clock.advance(2000, 'until the mapping is Enabled');
  await expect.poll(() => (aws.clock.advance(20_000, 'one long poll'), empty())).toBeGreaterThan(0);
  const before = await empty();
  aws.clock.advance(3_600_000, 'one hour');
  expect((await empty()) - before).toBe(5 * 180);
});
