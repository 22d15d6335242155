import { expect, test } from 'vitest';
import { days, pick, pickList, printedJson, withUnit } from './printed.ts';

test('one document is taken as it is', () => {
  expect(printedJson('{\n    "Attributes": {\n        "QueueArn": "arn"\n    }\n}\n')).toEqual({
    Attributes: { QueueArn: 'arn' },
  });
});

test('several documents, as several commands print them, become a list', () => {
  const output =
    '{\n    "Arn": "a"\n}\n{\n    "PolicyNames": [\n        {}\n    ]\n}\n[\n    1\n]\n';
  expect(printedJson(output)).toEqual([{ Arn: 'a' }, { PolicyNames: [{}] }, [1]]);
});

test.each([
  ['nothing', ''],
  ['a text', "import type { SQSHandler } from 'aws-lambda';\n"],
  ['half a document', '{\n    "Arn":'],
])('%s is no document', (_, output) => {
  expect(printedJson(output)).toBeUndefined();
});

test('a value is picked by its path, and what was not printed is undefined', () => {
  const printed = { Messages: [{ MessageId: 'id', Body: null }] };
  expect(pick(printed, 'Messages', 0, 'MessageId')).toBe('id');
  expect(pick(printed, 'Messages', 1, 'MessageId')).toBeUndefined();
  expect(pick(printed, 'Messages', 0, 'Body', 'x')).toBeUndefined();
  expect(pick(printed, 'constructor')).toBeUndefined();
  expect(pick(undefined, 'Messages')).toBeUndefined();
});

test('a list that is none is empty', () => {
  expect(pickList({ events: [1, 2] }, 'events')).toEqual([1, 2]);
  expect(pickList({ events: 'many' }, 'events')).toEqual([]);
  expect(pickList(undefined, 'events')).toEqual([]);
});

test('units follow a value, and nothing is not given one', () => {
  expect(withUnit('30', 's')).toBe('30 s');
  expect(withUnit(0, 's')).toBe('0 s');
  expect(withUnit(undefined, 's')).toBeUndefined();
  expect(days('1209600')).toBe('14 days (1209600 s)');
  expect(days(undefined)).toBeUndefined();
});
