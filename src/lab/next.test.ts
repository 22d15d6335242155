import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { labOf } from './lab.ts';
import { needsPointing, nextLines, plainWay, sameTarget, usesLabVariables, wayTo } from './next.ts';
import { plainOptions } from './options.ts';

const place = async () => ({ accountId: '111122223333', region: 'us-east-1' });

describe('sameTarget()', () => {
  const plain = { variables: [], options: [], point: 'eval "$(npx lab env)"' };
  const ada = {
    ...plain,
    options: ['--profile', 'ada'],
    point: 'eval "$(LAB_TARGET=aws npx lab env --profile ada)"',
  };

  test.each([
    ['npx lab step 2', 'npx lab step 2 --profile ada'],
    ['npx lab check', 'npx lab check --profile ada'],
    [
      'npx lab step 8\nnpx lab step 9',
      'npx lab step 8 --profile ada\nnpx lab step 9 --profile ada',
    ],
    ['"npx lab check" shows which one', '"npx lab check --profile ada" shows which one'],
    ['npx lab hint 2', 'npx lab hint 2 --profile ada'],
    ['npx lab status', 'npx lab status --profile ada'],
    ['npm start', 'npx lab run --profile ada'],
    ['npx lab step 1 --dry-run', 'npx lab step 1 --dry-run --profile ada'],
    ['npx lab step 0 --profile NAME', 'npx lab step 0 --profile NAME'],
    ['eval "$(npx lab env)"', 'eval "$(LAB_TARGET=aws npx lab env --profile ada)"'],
    ['npx lab pictures', 'npx lab pictures'],
    ['npx lab sandbox advance 60', 'npx lab sandbox advance 60'],
    ['aws sqs list-queues', 'aws sqs list-queues'],
  ])('makes of %j %j', (text, expected) => {
    expect(sameTarget(text, ada)).toBe(expected);
  });

  test('leaves everything as it is where the plain command goes to the same place', () => {
    const text = 'npx lab step 2, then eval "$(npx lab env)"';
    expect(sameTarget(text, plain)).toBe(text);
  });

  test('brings the prefix along: without it the command would go to another lab', () => {
    const prefixed = { ...plain, variables: ['LAB_PREFIX=anna-'] };
    expect(sameTarget('npx lab step 11, then npx lab check', prefixed)).toBe(
      'LAB_PREFIX=anna- npx lab step 11, then LAB_PREFIX=anna- npx lab check',
    );
    expect(sameTarget('LAB_PORT=4802 npm start', { ...prefixed, options: ada.options })).toBe(
      'LAB_PORT=4802 LAB_PREFIX=anna- npx lab run --profile ada',
    );
  });

  test('leads to the same emulator', () => {
    const endpoint = 'http://127.0.0.1:4566';
    const way = wayTo(labOf({ prefix: '', place, options: { ...plainOptions, endpoint } }));
    expect(sameTarget('npx lab step 2', way)).toBe(`npx lab step 2 --endpoint ${endpoint}`);
    expect(sameTarget(`npx lab step 2 --endpoint ${endpoint}`, way)).toBe(
      `npx lab step 2 --endpoint ${endpoint}`,
    );
    expect(way.point).toBe(`eval "$(npx lab env --endpoint ${endpoint})"`);
  });

  test('quotes the name of a profile', () => {
    expect(sameTarget('npm start', { ...plain, options: ['--profile', "ada's"] })).toContain(
      String.raw`'ada'\''s'`,
    );
  });
});

test('the command of what is next stands on one line, however long it is', () => {
  const command = 'npx lab step 2';
  const long = 'a'.repeat(90);
  const way = { variables: [], options: ['--profile', long], point: '' };
  const [line = '', ...more] = nextLines({ command, why: 'word '.repeat(40) }, way);
  expect(stripVTControlCharacters(line)).toBe(`Next     npx lab step 2 --profile ${long}`);
  expect(more.length).toBeGreaterThan(1);
  const why = `${'word '.repeat(16)}npx lab step 1`;
  expect(nextLines({ command, why }, way).map((text) => stripVTControlCharacters(text))).toContain(
    `         npx lab step 1 --profile ${long}`,
  );
});

test('a command in its reason is not broken, and makes no line wider than the terminal', () => {
  const { columns } = process.stdout;
  process.stdout.columns = 80;
  const why = 'When you think that it is repaired. If you are stuck: npx lab drill --hint';
  const lines = nextLines({ command: 'npx lab drill --check', why }, plainWay).map((text) =>
    stripVTControlCharacters(text),
  );
  process.stdout.columns = columns;
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(lines.some((line) => line.endsWith('npx lab drill --hint'))).toBe(true);
});

test('a text needs a pointed terminal when it asks AWS or has a variable of lab env', () => {
  expect(needsPointing('aws sqs list-queues')).toBe(true);
  expect(needsPointing('URL=$(aws sqs get-queue-url)')).toBe(true);
  expect(needsPointing('cat "$LAB_INFRA/a.json"')).toBe(true);
  expect(needsPointing('npx lab step 1')).toBe(false);
  expect(usesLabVariables('aws sqs list-queues --queue-url "$QUEUE_URL"')).toBe(false);
  expect(usesLabVariables('"arn:aws:iam::$AWS_ACCOUNT_ID:role/x"')).toBe(true);
});
