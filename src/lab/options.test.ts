import { describe, expect, test } from 'vitest';
import { LabError } from './errors.ts';
import { argumentsOfScript, readArguments } from './options.ts';

function refusal(...args: string[]): LabError {
  try {
    readArguments(args);
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('readArguments()', () => {
  test('takes words and options in any order', () => {
    const { words, options, help } = readArguments(['step', '--dry-run', '1', '--profile', 'ada']);
    expect(words).toEqual(['step', '1']);
    expect(help).toBe(false);
    expect(options).toEqual({
      profile: 'ada',
      endpoint: undefined,
      as: undefined,
      dryRun: true,
      realTime: false,
      realistic: false,
      yes: false,
      keep: false,
      json: false,
      manual: false,
      ask: true,
      examMode: false,
      noOpen: false,
      own: {},
    });
  });

  test.each([
    ['--real-time', 'realTime'],
    ['--realistic', 'realistic'],
    ['--yes', 'yes'],
    ['--keep', 'keep'],
    ['--json', 'json'],
    ['--manual', 'manual'],
    ['--exam-mode', 'examMode'],
  ] as const)('%s sets %s', (argument, name) => {
    expect(readArguments([]).options[name]).toBe(false);
    expect(readArguments([argument]).options[name]).toBe(true);
  });

  test('--no-ask sets ask to false', () => {
    expect(readArguments([]).options.ask).toBe(true);
    expect(readArguments(['--no-ask']).options.ask).toBe(false);
  });

  test('--as names a user of the sandbox', () => {
    expect(readArguments(['--as', 'instructor']).options.as).toBe('instructor');
  });

  test.each(['--help', '-h'])('%s asks for help', (argument) => {
    expect(readArguments([argument]).help).toBe(true);
  });

  test('a negative number is a word or a value, as any other number, and no option', () => {
    const { words, options } = readArguments(['sandbox', 'advance', '-5', '--count', '-1.5']);
    expect(words).toEqual(['sandbox', 'advance', '-5']);
    expect(options.count).toBe('-1.5');
    expect(readArguments(['-1', '--', '-2']).words).toEqual(['-1', '-2']);
    expect(refusal('-x').message).toBe("Unknown option '-x'");
  });

  test('the option that was meant is named, and no other', () => {
    expect(refusal('step', '--dryrun').hint).toBe('Did you mean "--dry-run"?');
  });

  test('an unknown option is named, the known ones are listed, and the exit code is 2', () => {
    const error = refusal('step', '--colour');
    expect(error.message).toBe("Unknown option '--colour'");
    expect(error.exitCode).toBe(2);
    for (const known of ['--profile', '--as', '--dry-run', '--yes', '--keep', '--json']) {
      expect(error.hint).toContain(known);
    }
  });

  test.each([
    ['an option without its value', ['--profile'], '--profile'],
    ['a value for a switch', ['--yes=please'], '--yes'],
    ['an option where a value should be', ['--profile', '--yes'], '--profile'],
    ['an unknown letter', ['-x'], '-x'],
    ['an empty profile, as from an unset variable', ['--profile', ''], '--profile'],
    ['an empty user', ['--as', ''], '--as'],
  ])('%s is refused with exit code 2', (_, args, named) => {
    const error = refusal(...args);
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(named);
  });
});

describe('argumentsOfScript()', () => {
  test.each([
    ['under node, of a plain script', ['/usr/bin/node', '/kit/a.mjs', '--dry-run']],
    ['under node', ['/usr/bin/node', '/kit/steps/01-a.ts', '--dry-run']],
    ['under zx', ['/usr/bin/node', '/kit/node_modules/.bin/zx', 'steps/01-a.ts', '--dry-run']],
    [
      'under zx by its file',
      ['/usr/bin/node', '/kit/zx/build/cli.js', 'steps/01-a.ts', '--dry-run'],
    ],
  ])('%s is what stands behind the script', (_, argv) => {
    expect(argumentsOfScript(argv)).toEqual(['--dry-run']);
  });

  test('is empty when nothing does', () => {
    expect(argumentsOfScript(['/usr/bin/node', 'steps/01-a.ts'])).toEqual([]);
  });
});
