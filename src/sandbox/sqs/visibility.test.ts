import { expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { bodies, refusal, sqsForTest, testStart } from '../../testing/sandbox/sqs.ts';

test('each receive gives a new receipt handle, the same message id, and counts one more', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const sent = await q.send(url, 'x');
  const handles = new Set<string | undefined>();
  for (const count of ['1', '2', '3']) {
    const [message] = await q.receive(url);
    expect(message?.MessageId).toBe(sent.MessageId);
    expect(message?.Attributes?.ApproximateReceiveCount).toBe(count);
    handles.add(message?.ReceiptHandle);
    q.pass(30);
  }
  expect(handles.size).toBe(3);
});

test('a received message stays hidden until its visibility timeout ends', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders', { VisibilityTimeout: '5' });
  await q.send(url, 'x');
  await q.receive(url);
  q.pass(4.999);
  expect(await q.receive(url)).toEqual([]);
  q.pass(0.001);
  expect(bodies(await q.receive(url))).toEqual(['x']);
});

test('a receive with VisibilityTimeout 0 leaves the message receivable, later receives hide it again', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'x');
  expect(await q.receive(url, { VisibilityTimeout: 0 })).toHaveLength(1);
  expect(await q.receive(url)).toHaveLength(1);
  expect(await q.receive(url)).toEqual([]);
});

test('a receive may hide a message for another time than that of the queue', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'x');
  await q.receive(url, { VisibilityTimeout: 60 });
  q.pass(59);
  expect(await q.receive(url)).toEqual([]);
  q.pass(1);
  expect(await q.receive(url)).toHaveLength(1);
  expect((await refusal(q.receive(url, { VisibilityTimeout: 43_201 }))).code).toBe(
    'InvalidParameterValue',
  );
});

test('delete with an expired handle succeeds when the message was not received again', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'x');
  const [message] = await q.receive(url);
  q.pass(31);
  await q.remove(url, message);
  expect(await q.receive(url)).toEqual([]);
});

test('delete with an old handle after a newer receive succeeds, and the message stays', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'x');
  const [first] = await q.receive(url);
  q.pass(30);
  await q.receive(url);
  await q.remove(url, first);
  q.pass(30);
  expect(bodies(await q.receive(url))).toEqual(['x']);
});

test('deleting again with the same handle succeeds', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'x');
  const [message] = await q.receive(url);
  await q.remove(url, message);
  await expect(q.remove(url, message)).resolves.toBeUndefined();
});

test('ChangeMessageVisibility counts from now, for this receive only', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'x');
  const [message] = await q.receive(url);
  q.pass(20);
  await q.hide(url, message, 60);
  q.pass(59);
  expect(await q.receive(url)).toEqual([]);
  q.pass(1);
  expect(await q.receive(url)).toHaveLength(1);
  q.pass(30);
  expect(await q.receive(url)).toHaveLength(1);
});

test('ChangeMessageVisibility to 0 makes the message visible at once', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'x');
  const [message] = await q.receive(url);
  await q.hide(url, message, 0);
  expect(await q.counts(url)).toEqual([1, 0, 0]);
  expect(await q.receive(url)).toHaveLength(1);
});

test('ChangeMessageVisibility with the first handle after a second receive works', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'x');
  const [first] = await q.receive(url);
  q.pass(30);
  await q.receive(url);
  await q.hide(url, first, 100);
  q.pass(99);
  expect(await q.receive(url)).toEqual([]);
  q.pass(1);
  expect(await q.receive(url)).toHaveLength(1);
});

test('ChangeMessageVisibility after expiry succeeds', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'x');
  const [message] = await q.receive(url);
  q.pass(31);
  await expect(q.hide(url, message, 100)).resolves.toBeUndefined();
});

test('ChangeMessageVisibility on a deleted message is refused: InvalidParameterValue', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'x');
  const [message] = await q.receive(url);
  await q.remove(url, message);
  expect(await refusal(q.hide(url, message, 10))).toEqual({
    shape: 'InvalidParameterValueException',
    code: 'InvalidParameterValue',
    status: 400,
    message: `Value ${message?.ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
  });
});

test('no receive hides a message for more than 12 hours in all', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  await q.send(url, 'x');
  const [message] = await q.receive(url, { VisibilityTimeout: 43_200 });
  q.pass(3600);
  expect((await refusal(q.hide(url, message, 43_200))).code).toBe('InvalidParameterValue');
  await q.hide(url, message, 39_600);
  q.pass(39_599);
  expect(await q.receive(url)).toEqual([]);
  q.pass(1);
  expect(await q.receive(url)).toHaveLength(1);
});

test('a garbage handle is refused: ReceiptHandleIsInvalid, HTTP 404', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const garbage = { ReceiptHandle: 'garbage' };
  expect(await refusal(q.remove(url, garbage))).toEqual({
    shape: 'ReceiptHandleIsInvalid',
    code: 'ReceiptHandleIsInvalid',
    status: 404,
    message: 'The input receipt handle "garbage" is not a valid receipt handle.',
  });
  expect((await refusal(q.hide(url, garbage, 1))).shape).toBe('ReceiptHandleIsInvalid');
});

test('a handle of another queue, or one that was tampered with, is refused and deletes nothing', async () => {
  await using q = await sqsForTest();
  const url = await q.create('orders');
  const other = await q.create('others');
  await q.send(url, 'x');
  const [message] = await q.receive(url);
  expect((await refusal(q.remove(other, message))).shape).toBe('ReceiptHandleIsInvalid');
  const bytes = Buffer.from(message?.ReceiptHandle ?? '', 'base64');
  for (let at = 0; at < bytes.length; at += 1) {
    const tampered = Buffer.from(bytes);
    tampered[at] = (tampered[at] ?? 0) ^ 1;
    const ReceiptHandle = tampered.toString('base64');
    expect((await refusal(q.remove(url, { ReceiptHandle }))).shape).toBe('ReceiptHandleIsInvalid');
  }
  q.pass(30);
  expect(await q.receive(url)).toHaveLength(1);
});

test('the messages of one receive are hidden at one time, so they come back together', async () => {
  let ticks = 0;
  // As a busy machine has it: a millisecond from one line to the next.
  class TickingClock extends LabClock {
    override now(): number {
      ticks += 1;
      return super.now() + ticks;
    }
  }
  await using q = await sqsForTest({ clock: new TickingClock({ standingAt: testStart }) });
  const url = await q.create('orders');
  for (const body of ['a', 'b', 'c']) await q.send(url, body);
  const times = (await q.receive(url)).map(
    ({ Attributes }) => Attributes?.ApproximateFirstReceiveTimestamp,
  );
  expect(times).toHaveLength(3);
  expect(new Set(times).size).toBe(1);
});
