import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runChild, temporaryCheckout } from '../testing/lab/checkout.ts';
import type { Checkout } from '../testing/lab/checkout.ts';
import { root } from '../lab/settings.ts';

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
  const own = Object.entries(scripts).filter(([, command]) => command.includes('src/'));
  expect(own.length).toBeGreaterThan(5);
  for (const [, command] of own) expect(command).toMatch(/^node src\/(lab\.mjs|setup\/door\.mjs)/);
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

describe('options that npm keeps for itself', () => {
  test.each([
    [['run', 'step', '2', '--dry-run'], '--dry-run', 'npx lab step 2 --dry-run'],
    [['start', '--keep'], '--keep', 'npx lab run --keep'],
    [['run', 'check', '--junit=out.xml'], '--junit', 'npx lab check --junit out.xml'],
    [['run', 'lab', 'doctor', '--profile=ada'], '--profile', 'npx lab doctor --profile ada'],
  ])('npm %j runs nothing, and says how to type it', async (words, option, right) => {
    const { code, stdout, stderr } = await npm(words);
    expect(stderr).toContain(
      `lab: npm took ${option} for itself, so the command was not run. Type: ${right}\n`,
    );
    expect(stdout).not.toContain('aws sqs');
    expect(code).toBe(2);
  });
});
