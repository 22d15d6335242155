import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { root } from './settings.ts';
import { duration, indent, labelled, trimmed } from './terminal.ts';
import { runChild } from './testing/checkout.ts';

const plain = stripVTControlCharacters;

describe('labelled()', () => {
  test('puts the label in a column of nine', () => {
    expect(plain(labelled('Why', 'One sentence.'))).toBe('Why      One sentence.');
  });

  test('wraps long text under itself, and loses no word', () => {
    const text = 'one two three four five six seven';
    const lines = plain(labelled('Why', text, 24)).split('\n');
    expect(lines).toEqual(['Why      one two three', '         four five six', '         seven']);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(24);
  });

  test('leaves a word whole that is longer than the line', () => {
    const arn = 'arn:aws:sqs:us-east-1:111122223333:lab01-worker-queue';
    expect(plain(labelled('actual', `is ${arn} now`, 30)).split('\n')).toContain(`         ${arn}`);
  });
});

describe('trimmed()', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, i) => `${i + 1}`).join('\n');

  test('shows short answers whole, without the blank line at the end', () => {
    expect(trimmed(`${lines(14)}\n\n`)).toBe(lines(14));
  });

  test('says how many lines are left out', () => {
    expect(plain(trimmed(lines(20), 3))).toBe('1\n2\n3\n... (17 more lines)');
  });

  test('shows the last lines where these matter', () => {
    expect(plain(trimmed(lines(20), 3, 'last'))).toBe('... (17 earlier lines)\n18\n19\n20');
  });
});

test('indent() moves every line that is not empty', () => {
  expect(indent('a\n\nb', '    ')).toBe('    a\n\n    b');
});

test.each([
  [0, '0.0 s'],
  [1_449, '1.4 s'],
  [9_949, '9.9 s'],
  [9_960, '10 s'],
  [94_600, '95 s'],
  [119_400, '119 s'],
  [119_600, '2 min 0 s'],
  [200_000, '3 min 20 s'],
  [239_700, '4 min 0 s'],
])('duration() of %d ms is %s', (milliseconds, expected) => {
  expect(duration(milliseconds)).toBe(expected);
});

describe('colours', () => {
  const coloured = async (environment: Record<string, string>) => {
    const file = JSON.stringify(`${root}/src/lab/terminal.ts`);
    const script = `const { red, say } = await import(${file}); say(red('wrong'));`;
    const { stdout } = await runChild(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      environment: { PATH: process.env['PATH'] ?? '', ...environment },
    });
    return stdout;
  };

  test('are there when they are asked for', async () => {
    expect(await coloured({ FORCE_COLOR: '1' })).toBe('\u001B[31mwrong\u001B[39m\n');
  });

  test('are not there with NO_COLOR, nor when nobody watches', async () => {
    expect(await coloured({ NO_COLOR: '1' })).toBe('wrong\n');
    expect(await coloured({})).toBe('wrong\n');
  });
});
