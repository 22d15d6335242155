import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownOptions } from '../commands/own-options.ts';
import { optionTexts } from '../lab/options.ts';
import { fakeAws, runChild, temporaryCheckout, temporaryFolder } from '../testing/lab/checkout.ts';
import type { Checkout } from '../testing/lab/checkout.ts';
import { root } from '../lab/settings.ts';
import { optionLike } from './door.mjs';

let checkout: Checkout;

beforeAll(async () => {
  checkout = await temporaryCheckout();
  // As installed by the kit itself: nothing is to be prepared.
  const prepared = await runChild(process.execPath, ['src/setup/prepare.mjs'], {
    cwd: checkout.root,
    environment: { PATH: process.env['PATH'] ?? '', HOME: checkout.root },
  });
  if (prepared.stderr !== '') throw new Error(prepared.stderr);
});

afterAll(() => checkout.remove());

function npm(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const program = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  return runChild(program, [...words], {
    cwd: checkout.root,
    environment: { PATH: process.env['PATH'] ?? '', HOME: checkout.root, ...environment },
  });
}

test('no command of the kit hangs on the pre- and post-scripts of npm', async () => {
  const text = await readFile(join(root, 'package.json'), 'utf8');
  const { scripts } = JSON.parse(text) as { scripts: Record<string, string> };
  expect(Object.keys(scripts).filter((name) => /^(pre|post)/.test(name))).toEqual([]);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test', 'step', 'fix']));
  for (const [, command] of Object.entries(scripts)) {
    expect(command).toMatch(/^node src\/(lab\.mjs|setup\/(door|prepare)\.mjs)/);
  }
});

test.each([{ npm_config_ignore_scripts: 'true' }, { NODE_ENV: 'production' }])(
  'npm run lab works with %j',
  async (environment) => {
    const { code, stdout } = await npm(['run', '-s', 'lab', 'steps'], environment);
    expect(stdout).toContain('01  create-dead-letter-queue');
    expect(code).toBe(0);
  },
);

test('npx lab is the kit itself, with its options', async () => {
  const { code, stdout } = await npm(['exec', '--offline', 'lab', 'step', '2', '--', '--dry-run']);
  expect(stdout).toContain('aws sqs create-queue');
  expect(code).toBe(0);
});

test('npx zx is the locked one, and is fetched from nowhere', async () => {
  const step = 'steps/02-create-source-queue.ts';
  const { code, stdout } = await npm(['exec', '--offline', 'zx', step, '--', '--dry-run']);
  expect(stdout).toContain('aws sqs create-queue');
  expect(code).toBe(0);
});

describe('options that npm keeps for itself', () => {
  test.each([
    [['run', 'step', '2', '--dry-run'], '--dry-run', 'npx lab step 2 --dry-run'],
    [['start', '--keep'], '--keep', 'npx lab run --keep'],
    [['run', 'check', '--junit=out.xml'], '--junit', 'npx lab check --junit out.xml'],
    [['run', 'lab', 'doctor', '--profile=ada'], '--profile', 'npx lab doctor --profile ada'],
    [['run', 'step', '--profile', 'ada', '2'], '--profile', 'npx lab step 2 --profile ada'],
    [['start', '--profile'], '--profile', 'npx lab run --profile NAME'],
    // Typos too, or they would build what they should print.
    [['run', 'step', '2', '--dryrun'], '--dryrun', 'npx lab step 2 --dry-run'],
    [['start', '--real'], '--real', 'npx lab run --real-time'],
    [['start', '--kepe'], '--kepe', 'npx lab run --keep'],
    [['start', '--realtime'], '--realtime', 'npx lab run --real-time'],
    [['run', 'lab', 'class', 'a b.csv', '--out'], '--out', "npx lab class --out 'a b.csv'"],
    // npm takes it for short of its own --all.
    [['run', 'step', '1', '--as', 'instructor'], '--as', 'npx lab step 1 --as instructor'],
    [['start', '--as=admin'], '--as', 'npx lab run --as admin'],
    [['run', 'lab', 'class', 'r.csv', '--out', '../o'], '--out', 'npx lab class ... --out DIR'],
    // Which word belongs to which of two options cannot be known.
    [
      ['run', 'check', '--profile', 'ada', '--junit', 'out.xml'],
      '--profile, --junit',
      'npx lab check ... --profile NAME --junit FILE',
    ],
  ])('npm %j runs nothing, and says how to type it', async (words, option, right) => {
    const { code, stdout, stderr } = await npm(words);
    expect(stderr).toContain(
      `lab: npm took ${option} for itself, so the command was not run. Type: ${right}\n`,
    );
    expect(stdout).not.toContain('aws sqs');
    expect(code).toBe(2);
  });

  test
    .runIf(process.platform !== 'win32')
    .each([[['start', '--yes']], [['exec', '--offline', '--yes', 'lab', 'step', '1']]])(
    '--yes in npm %j is no consent to use a real account',
    async (words) => {
      await using folder = await temporaryFolder();
      const aws = await fakeAws(folder.path, {
        '--version': { stdout: 'aws-cli/2.36.12 Python/3.14.6 Linux/6.1\n' },
        'configure get region': { stdout: 'us-east-1\n' },
        'configure get endpoint_url': { code: 1 },
        'sts get-caller-identity': {
          stdout: '{"Account":"987654321098","Arn":"arn:aws:iam::987654321098:user/ada"}',
        },
      });
      const { code, stderr } = await npm(words, { LAB_TARGET: 'aws', LAB_AWS_CLI: aws.path });
      expect(stderr).toContain('Cannot ask whether to use account 987654321098');
      expect(stderr).toContain('Add --yes to an "npx lab" command');
      expect(code).toBe(2);
      expect(await aws.calls()).not.toContainEqual(
        expect.stringMatching(/^\w+ (create|attach|put)/),
      );
    },
  );

  test('npm settings of the user that say the same as our own options do not stop it', async () => {
    const settings = { npm_config_yes: 'true', npm_config_json: 'true' };
    const { code, stdout } = await npm(['run', '-s', 'lab', 'steps', '--', '--json'], settings);
    expect(stdout).toContain('create-dead-letter-queue');
    expect(code).toBe(0);
  });

  test('what stands in the npm settings of the user was not typed, which is said', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, '.npmrc'), 'json = true\n');
    const { code, stderr } = await npm(['run', 'lab', 'status'], { HOME: folder.path });
    expect(stderr).toContain(
      'Type: npx lab status --json (Your npm settings have "json". Without it: npx lab status)\n',
    );
    expect(code).toBe(2);
  });

  test('every option of the kit is known to be swallowed, but --yes', () => {
    const own = Object.values(ownOptions).flatMap((options) => Object.keys(options));
    const names = [...Object.keys(optionTexts), ...own].filter((name) => name !== 'yes');
    expect(names.map((name) => optionLike(name))).toEqual(names);
    expect(optionLike('yes')).toBeUndefined();
  });

  test('no setting that npm itself knows is taken for a typo of an option', async () => {
    const { stdout } = await npm(['config', 'ls', '--long', '--json']);
    const names = Object.keys(JSON.parse(stdout) as object);
    expect(names).toContain('package-lock-only');
    const taken = names.filter((name) => optionLike(name) !== undefined);
    // `--as` reaches us as npm's own `all`.
    expect(taken.filter((name) => !Object.hasOwn(optionTexts, name))).toEqual(['all']);
  });
});
