import { expect, test } from 'vitest';
import { begunHere, textLineOf } from './log-lines.ts';

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

test('lines of an invocation that began in the log of a function of the same name are left out', () => {
  const [own, earlier] = [
    '11111111-1111-4111-8111-111111111111',
    '22222222-2222-4222-8222-222222222222',
  ];
  const linesOf = (request: string) => [
    `2026-11-28T09:00:00.000Z\t${request}\tINFO\t{"outcome":"OK"}`,
    `2026-11-28T09:00:05.000Z ${request} Task timed out after 5.00 seconds`,
    `END RequestId: ${request}`,
    `REPORT RequestId: ${request}\tDuration: 5000.00 ms\tStatus: timeout`,
  ];
  const start = `START RequestId: ${own} Version: $LATEST`;
  const init = 'INIT_START Runtime Version: nodejs:24.v1';
  const messages = [...linesOf(earlier), init, start, ...linesOf(own)];
  expect(begunHere(messages.map((message) => ({ message }))).map(({ message }) => message)).toEqual(
    [init, start, ...linesOf(own)],
  );
});
