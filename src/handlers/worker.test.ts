import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handler } from './worker.ts';

function record(messageId: string, body: string, receiveCount = 1): SQSRecord {
  const attributes = {
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: '1795438191618',
    ApproximateFirstReceiveTimestamp: '1795438191627',
  };
  return { messageId, body, attributes } as SQSRecord;
}

async function invoke(...records: SQSRecord[]): Promise<string[]> {
  const context = { awsRequestId: 'request-1' } as Context;
  const event: SQSEvent = { Records: records };
  const { batchItemFailures } = (await handler(event, context, () => {
    throw new Error('the callback is not for this handler');
  })) as SQSBatchResponse;
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

let lines: string[] = [];

beforeEach(() => {
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    lines.push(line);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

test('a good message is handled and reported as no failure', async () => {
  expect(await invoke(record('good', 'hello-1'))).toEqual([]);
});

test('a poison message is reported by its message id, and nothing is thrown', async () => {
  expect(await invoke(record('poison', 'FAIL-please-retry-me'))).toEqual(['poison']);
});

test('of a mixed batch only the poison messages are reported, wherever they stand', async () => {
  const failures = await invoke(
    record('poison-1', 'FAIL'),
    record('good-1', 'hello'),
    record('poison-2', 'this will FAIL too'),
    record('good-2', 'fail in small letters is fine'),
  );
  expect(failures).toEqual(['poison-1', 'poison-2']);
});

test('an empty batch reports no failure', async () => {
  expect(await invoke()).toEqual([]);
});

test('each record gives one line of JSON: message id, receive count, outcome, request id, batch size, times of sending and of the first receive', async () => {
  await invoke(record('good', 'hello', 1), record('poison', 'FAIL', 3));
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      messageId: 'good',
      receiveCount: 1,
      outcome: 'OK',
      requestId: 'request-1',
      batchSize: 2,
      sentAt: 1795438191618,
      firstReceivedAt: 1795438191627,
    },
    {
      messageId: 'poison',
      receiveCount: 3,
      outcome: 'FAILED',
      requestId: 'request-1',
      batchSize: 2,
      sentAt: 1795438191618,
      firstReceivedAt: 1795438191627,
      error: 'poison message: the body contains FAIL',
    },
  ]);
  expect(lines.join('')).not.toContain('\n');
});

test('the body of a message is not logged', async () => {
  await invoke(record('good', 'card number 4111'));
  expect(lines.join('')).not.toContain('4111');
});

test('the handler has exactly two parameters: nodejs24.x refuses callback handlers', () => {
  expect(handler).toHaveLength(2);
});
