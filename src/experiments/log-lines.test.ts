import { expect, test } from 'vitest';
import { textLineOf } from './log-lines.ts';

const json = (value: object) => textLineOf(JSON.stringify(value));
const time = '2026-11-28T07:00:00.000Z';

test('what a handler wrote into a JSON log reads as in a text log', () => {
  const line = { timestamp: time, level: 'INFO', requestId: 'r1' };
  expect(json({ ...line, message: 'hello' })).toBe(`${time}\tr1\tINFO\thello`);
  const object = { ...line, message: { outcome: 'OK' } };
  expect(json(object)).toBe(`${time}\tr1\tINFO\t{"outcome":"OK"}`);
});

test('the lines of Lambda in a JSON log say when an invocation began and how it ended', () => {
  const platform = (type: string, record: object) => json({ time, type, record });
  const id = { requestId: 'r1' };
  expect(platform('platform.start', { ...id, version: '$LATEST' })).toBe(
    'START RequestId: r1 Version: $LATEST',
  );
  expect(platform('platform.report', { ...id, status: 'success' })).toBe('REPORT RequestId: r1');
  expect(platform('platform.report', { ...id, status: 'timeout' })).toBe(
    'REPORT RequestId: r1\tStatus: timeout',
  );
  expect(platform('platform.initStart', {})).toBe('platform.initStart');
});

test.each(['START RequestId: r1', `${time}\tr1\tINFO\t{"outcome":"OK"}`, '{ no JSON', '{"a":1}'])(
  'a line of a text log stays as it is: %s',
  (line) => {
    expect(textLineOf(line)).toBe(line);
  },
);
