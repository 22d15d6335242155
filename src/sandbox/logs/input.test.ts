import { afterAll, beforeAll, expect, test } from 'vitest';
import { signedCall } from '../../testing/sandbox/calls.ts';
import { sendRaw } from '../../testing/sandbox/raw-requests.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';
import type { WireObject } from '../types.ts';

const group = { logGroupName: 'orders' };
const stream = { ...group, logStreamName: 'a' };
const failed = 'failed to satisfy constraint: Member must';

let lab: TestSandbox;
beforeAll(async () => {
  lab = await sandboxForTest();
  await call('CreateLogGroup', group);
});
afterAll(() => lab[Symbol.asyncDispose]());

/** As any program could write it: the SDK would not send most of these. */
async function call(operation: string, input: WireObject): Promise<unknown> {
  const wire = { service: 'logs', operation, input } as const;
  const { status, body } = await sendRaw(lab.endpoint, signedCall(lab, wire, []));
  return status === 200 ? undefined : JSON.parse(body);
}

test.each<[string, WireObject, string]>([
  ['CreateLogGroup', {}, `Value null at 'logGroupName' ${failed} not be null`],
  [
    'CreateLogStream',
    { logGroupName: '', logStreamName: 'a:b' },
    String.raw`3 validation errors detected: Value '' at 'logGroupName' ${failed} have length greater than or equal to 1; Value '' at 'logGroupName' ${failed} satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+; Value 'a:b' at 'logStreamName' ${failed} satisfy regular expression pattern: [^:*]*`,
  ],
  [
    'PutRetentionPolicy',
    { ...group, retentionInDays: 4 },
    `Value '4' at 'retentionInDays' ${failed} satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]`,
  ],
  [
    'PutLogEvents',
    { ...stream, logEvents: [] },
    `Value at 'logEvents' ${failed} have length greater than or equal to 1`,
  ],
  [
    'PutLogEvents',
    { ...stream, logEvents: [{ timestamp: 1, message: 'x' }, { timestamp: -1 }] },
    `2 validation errors detected: Value '-1' at 'logEvents.2.member.timestamp' ${failed} have value greater than or equal to 0; Value null at 'logEvents.2.member.message' ${failed} not be null`,
  ],
  [
    'DescribeLogGroups',
    { logGroupClass: 'CHEAP' },
    `Value 'CHEAP' at 'logGroupClass' ${failed} satisfy enum value set: [STANDARD, INFREQUENT_ACCESS, DELIVERY]`,
  ],
  [
    'DescribeLogStreams',
    { ...group, orderBy: 'Size', limit: 51 },
    `2 validation errors detected: Value 'Size' at 'orderBy' ${failed} satisfy enum value set: [LogStreamName, LastEventTime]; Value '51' at 'limit' ${failed} have value less than or equal to 50`,
  ],
  ['FilterLogEvents', {}, `Value null at 'logGroupName' ${failed} not be null`],
])(
  '%s with %j is told everything that is wrong, in the words of the model',
  async (operation, input, text) => {
    const message = text.includes('detected') ? text : `1 validation error detected: ${text}`;
    expect(await call(operation, input)).toEqual({ __type: 'InvalidParameterException', message });
  },
);

test('a value of another type is a SerializationException, and nothing else is said', async () => {
  expect(
    await call('FilterLogEvents', { ...group, limit: '5', filterPattern: 'x'.repeat(2000) }),
  ).toEqual({
    __type: 'SerializationException',
    message: 'STRING_VALUE cannot be converted to Integer',
  });
});
