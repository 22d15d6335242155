import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { root } from './settings.ts';
import { bold, duration, indent, labelled, lineWidth, printable } from './terminal.ts';
import { rewrittenText, say, trimmed, withOwnColours } from './terminal.ts';
import { runChild } from '../testing/lab/checkout.ts';

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

test.each([
  [200, 96],
  [80, 80],
  [40, 40],
  [5, 30],
])('lineWidth() of a terminal of %i columns is %i', (columns, width) => {
  expect(lineWidth(columns)).toBe(width);
});

describe('rewrittenText()', () => {
  const terminal = (columns = 30) => {
    const written: string[] = [];
    const write = (text: unknown) => written.push(String(text)) > 0;
    return { written, isTTY: true, columns, write };
  };

  test('takes as many rows as it needs, none wider than the terminal, and takes all of them away', () => {
    const output = terminal();
    const text = rewrittenText(output, {});
    text?.show('waiting for the mapping to be Enabled, 58 s left');
    expect(output.written).toEqual(['    waiting for the mapping\n    to be Enabled, 58 s left']);
    text?.show('waiting');
    text?.end();
    text?.end();
    expect(output.written.slice(1)).toEqual([
      '\r\u001B[2K\u001B[1A\u001B[2K    waiting',
      '\r\u001B[2K',
      '',
    ]);
  });

  test('leaves its place to a line that is printed', () => {
    const output = terminal(80);
    const text = rewrittenText(output, {});
    text?.show('waiting');
    say();
    text?.show('waiting still');
    say();
    say();
    expect(output.written).toEqual([
      '    waiting',
      '\r\u001B[2K',
      '    waiting still',
      '\r\u001B[2K',
    ]);
  });

  test('writes no control character that comes from outside', () => {
    const output = terminal(80);
    rewrittenText(output, {})?.show('an order \u001B[2J');
    expect(output.written).toEqual([String.raw`    an order \u001b[2J`]);
  });

  test('is not there where no cursor is moved', () => {
    const output = terminal();
    expect(rewrittenText({ ...output, isTTY: false }, {})).toBeUndefined();
    for (const environment of [{ CI: 'true' }, { TERM: 'dumb' }, { NO_COLOR: '1' }])
      expect(rewrittenText(output, environment)).toBeUndefined();
    expect(rewrittenText(output, { NO_COLOR: '', TERM: 'xterm' })).toBeDefined();
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

describe('text from outside', () => {
  test.each([
    ['clears the screen', '\u001B[2J\u001B[H', String.raw`\u001b[2J\u001b[H`],
    ['renames the window', '\u001B]0;owned\u0007', String.raw`\u001b]0;owned\u0007`],
    ['is a control character of 8 bits', '\u009B31m', String.raw`\u009b31m`],
    ['writes over the line', 'FAIL\rPASS', String.raw`FAIL\u000dPASS`],
    ['takes back what is there', 'a\b\u007F', String.raw`a\u0008\u007f`],
    ['turns the writing direction', '\u202Eabc\u2066', String.raw`\u202eabc\u2066`],
    ['hides itself', '\u001B[8mhidden', String.raw`\u001b[8mhidden`],
    [
      'has the colour of a verdict',
      '\u001B[32mPASS\u001B[39m',
      String.raw`\u001b[32mPASS\u001b[39m`,
    ],
  ])('that %s is shown, not obeyed', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test('keeps its lines, tabs, letters and signs', () => {
    expect(printable('größer ✓ 😀\tb\r\nc\n')).toBe('größer ✓ 😀\tb\nc\n');
  });
});

test('withOwnColours() lets only our own colours through', () => {
  const text = '\u001B[31mred\u001B[39m \u001B[1mbold\u001B[22m';
  expect(withOwnColours(text)).toBe(text);
  expect(withOwnColours(`${text}\u001B[2K\u001B[5m\r`)).toBe(
    String.raw`${text}\u001b[2K\u001b[5m\u000d`,
  );
  expect(withOwnColours(bold('x'))).toBe(bold('x'));
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
