import { expect, test } from 'vitest';
import { callOperation } from '../../testing/sandbox/call-operation.ts';
import { LabClock } from '../clock.ts';
import { Store } from '../store.ts';
import { noFaults } from '../types.ts';
import type { CallContext, WireObject } from '../types.ts';
import { createSqs } from './service.ts';

const context: CallContext = {
  requestId: 'request',
  accountId: '111122223333',
  region: 'eu-central-1',
  endpoint: 'http://127.0.0.1:1',
  signal: new AbortController().signal,
  caller: { kind: 'user', arn: '', userId: 'AIDA', accountId: '111122223333', name: 'learner' },
};

// Not over HTTP: 120,000 messages in flight would be too many for a test.
test('at the in-flight limit a short poll is refused with OverLimit, a long poll answers nothing', async () => {
  const store = new Store(':memory:');
  const clock = new LabClock({ standingAt: 0 });
  const world = { store, clock, accountId: '111122223333', faults: noFaults };
  const { service } = createSqs(world, { inFlightLimit: 1 });
  const call = (operation: string, input: WireObject) =>
    callOperation(service, operation, { QueueUrl: 'orders', ...input }, context);

  await call('CreateQueue', { QueueName: 'orders' });
  await call('SendMessage', { MessageBody: '1' });
  await call('SendMessage', { MessageBody: '2' });
  expect(await call('ReceiveMessage', {})).toHaveProperty('Messages');
  await expect(call('ReceiveMessage', {})).rejects.toMatchObject({ code: 'OverLimit' });
  const longPoll = call('ReceiveMessage', { WaitTimeSeconds: 20 });
  clock.advance(20_000, 'the test waits');
  expect(await longPoll).toEqual({});
  store.close();
});
