import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signedCall } from '../../testing/sandbox/calls.ts';
import { sendRaw } from '../../testing/sandbox/raw-requests.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';
import type { WireObject } from '../types.ts';

let lab: TestSandbox;
beforeAll(async () => {
  lab = await sandboxForTest();
  await call('CreateQueue', { QueueName: 'orders' });
});
afterAll(() => lab[Symbol.asyncDispose]());

/** As any program could write it: the SDK would not send most of these. */
async function call(operation: string, input: WireObject): Promise<Record<string, unknown>> {
  const wire = { service: 'sqs', operation, input: { QueueUrl: 'orders', ...input } } as const;
  const { status, headers, body } = await sendRaw(lab.endpoint, signedCall(lab, wire, []));
  if (status < 400) return { status };
  const { message } = JSON.parse(body) as { message: string };
  return { status, code: String(headers['x-amzn-query-error']).split(';')[0], message };
}

const unreadable = (message: string) => ({ status: 400, code: 'SerializationException', message });
const missing = (parameter: string) => ({
  status: 400,
  code: 'MissingParameter',
  message: `The request must contain the parameter ${parameter}.`,
});
const invalid = (message: string) => ({ status: 400, code: 'InvalidParameterValue', message });

describe('an input that the model or SQS itself forbids', () => {
  test.each<[string, WireObject, object]>([
    ['SendMessage', {}, missing('MessageBody')],
    ['SendMessage', { MessageBody: null }, missing('MessageBody')],
    ['ChangeMessageVisibility', { ReceiptHandle: 'x' }, missing('VisibilityTimeout')],
    ['SetQueueAttributes', { Attributes: {} }, missing('Attributes')],
    ['TagQueue', { Tags: {} }, missing('Tags')],
    ['UntagQueue', { TagKeys: [] }, missing('TagKeys')],
    [
      'ReceiveMessage',
      { WaitTimeSeconds: '1' },
      unreadable('The value of WaitTimeSeconds can not be converted to an Integer'),
    ],
    [
      'SetQueueAttributes',
      { Attributes: { DelaySeconds: null } },
      unreadable('The value of DelaySeconds can not be converted to a String'),
    ],
    [
      'SendMessage',
      { MessageBody: 'x', MessageAttributes: { a: { DataType: 'String', StringListValues: 'x' } } },
      unreadable('The value of StringListValues can not be converted to a List'),
    ],
    [
      'DeleteMessageBatch',
      { Entries: [null] },
      unreadable('The value of Entries can not be converted to a Structure'),
    ],
    [
      'ListQueues',
      { MaxResults: 1001 },
      invalid(
        'Value 1001 for parameter MaxResults is invalid. Reason: Must be an integer between 1 and 1000.',
      ),
    ],
    [
      'SendMessage',
      { MessageBody: 'x', MessageGroupId: 'a b' },
      invalid(
        'Value a b for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
      ),
    ],
    [
      'ReceiveMessage',
      { MaxNumberOfMessages: 0, WaitTimeSeconds: 21 },
      invalid(
        'Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
      ),
    ],
    [
      'ReceiveMessage',
      { MaxNumberOfMessages: 0, VisibilityTimeout: 'x' },
      unreadable('The value of VisibilityTimeout can not be converted to an Integer'),
    ],
  ])(
    '%s with %j is refused in the words of SQS, the first fault alone',
    async (operation, input, refusal) => {
      expect(await call(operation, input)).toEqual(refusal);
    },
  );
});

test.each<[string, WireObject]>([
  ['ReceiveMessage', { MessageSystemAttributeNames: ['Unheard'] }],
  ['ReceiveMessage', { VisibilityTimeout: null, MessageAttributeNames: null }],
  ['ReceiveMessage', { NoSuchMember: 1 }],
])(
  '%s takes %j, which the model alone would not say or does not know',
  async (operation, input) => {
    expect(await call(operation, input)).toEqual({ status: 200 });
  },
);

test('the missing queue is told before anything else that is wrong with the request', async () => {
  expect(
    await call('ReceiveMessage', { QueueUrl: 'ghost', MaxNumberOfMessages: 11 }),
  ).toMatchObject({ code: 'AWS.SimpleQueueService.NonExistentQueue' });
});
