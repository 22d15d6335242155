import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { needsPointing, nextLines, sameTarget, usesLabVariables } from './next.ts';

describe('sameTarget()', () => {
  const plain = { variables: [], options: [], point: 'eval "$(npm run -s lab env)"' };
  const ada = {
    ...plain,
    options: ['--profile', 'ada'],
    point: 'eval "$(LAB_TARGET=aws npm run -s lab env -- --profile ada)"',
  };

  test.each([
    ['npm run step 2', 'npm run step 2 -- --profile ada'],
    ['npm run check', 'npm run check -- --profile ada'],
    [
      'npm run step 8\nnpm run step 9',
      'npm run step 8 -- --profile ada\nnpm run step 9 -- --profile ada',
    ],
    ['"npm run check" shows which one', '"npm run check -- --profile ada" shows which one'],
    ['npm run lab hint 2', 'npm run lab hint 2 -- --profile ada'],
    ['npm run lab status', 'npm run lab status -- --profile ada'],
    ['npm start', 'npm start -- --profile ada'],
    ['npm run step 1 -- --dry-run', 'npm run step 1 -- --dry-run --profile ada'],
    ['npm run step 0 -- --profile NAME', 'npm run step 0 -- --profile NAME'],
    [
      'eval "$(npm run -s lab env)"',
      'eval "$(LAB_TARGET=aws npm run -s lab env -- --profile ada)"',
    ],
    ['npm run lab pictures', 'npm run lab pictures'],
    ['npm run lab sandbox advance 60', 'npm run lab sandbox advance 60'],
    ['aws sqs list-queues', 'aws sqs list-queues'],
  ])('makes of %j %j', (text, expected) => {
    expect(sameTarget(text, ada)).toBe(expected);
  });

  test('leaves everything as it is where the plain command goes to the same place', () => {
    const text = 'npm run step 2, then eval "$(npm run -s lab env)"';
    expect(sameTarget(text, plain)).toBe(text);
  });

  test('brings the prefix along: without it the command would go to another lab', () => {
    const prefixed = { ...plain, variables: ['LAB_PREFIX=anna-'] };
    expect(sameTarget('npm run step 11, then npm run check', prefixed)).toBe(
      'LAB_PREFIX=anna- npm run step 11, then LAB_PREFIX=anna- npm run check',
    );
    expect(sameTarget('LAB_PORT=4802 npm start', { ...prefixed, options: ada.options })).toBe(
      'LAB_PORT=4802 LAB_PREFIX=anna- npm start -- --profile ada',
    );
  });

  test('quotes the name of a profile', () => {
    expect(sameTarget('npm start', { ...plain, options: ['--profile', "ada's"] })).toContain(
      String.raw`'ada'\''s'`,
    );
  });
});

test('the command of what is next stands on one line, however long it is', () => {
  const command = 'npm run step 2';
  const long = 'a'.repeat(90);
  const way = { variables: [], options: ['--profile', long], point: '' };
  const [line = '', ...more] = nextLines({ command, why: 'word '.repeat(40) }, way);
  expect(stripVTControlCharacters(line)).toBe(`Next     npm run step 2 -- --profile ${long}`);
  expect(more.length).toBeGreaterThan(1);
  const why = `${'word '.repeat(16)}npm run step 1`;
  expect(nextLines({ command, why }, way).map((text) => stripVTControlCharacters(text))).toContain(
    `         npm run step 1 -- --profile ${long}`,
  );
});

test('a text needs a pointed terminal when it asks AWS or has a variable of lab env', () => {
  expect(needsPointing('aws sqs list-queues')).toBe(true);
  expect(needsPointing('URL=$(aws sqs get-queue-url)')).toBe(true);
  expect(needsPointing('cat "$LAB_INFRA/a.json"')).toBe(true);
  expect(needsPointing('npm run step 1')).toBe(false);
  expect(usesLabVariables('aws sqs list-queues --queue-url "$QUEUE_URL"')).toBe(false);
  expect(usesLabVariables('"arn:aws:iam::$AWS_ACCOUNT_ID:role/x"')).toBe(true);
});
