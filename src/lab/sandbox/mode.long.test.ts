import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxStatus } from './handle.ts';
import { fakeAws, temporaryCheckout } from '../../testing/lab/checkout.ts';
import type { Checkout } from '../../testing/lab/checkout.ts';

// Every command is a process of its own, and some of them start the sandbox anew.
let checkout: Checkout;
let environment: Record<string, string>;

beforeAll(async () => {
  checkout = await temporaryCheckout();
  const aws = await fakeAws(`${checkout.root}/fake`, {
    '--version': { stdout: 'aws-cli/2.36.12 Python/3.14.6 Linux/6.1\n' },
  });
  environment = { LAB_AWS_CLI: aws.path };
});

afterAll(() => checkout.remove());

async function lab(...words: string[]) {
  const { code, stdout, stderr } = await checkout.lab(words, environment);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout;
}

async function status(): Promise<string> {
  const found = JSON.parse(await lab('sandbox', 'status', '--json')) as SandboxStatus;
  const clock = found.clock.skipping ? 'skips waits' : 'real time';
  return found.realistic ? `${clock}, realistic` : clock;
}

describe.skipIf(process.platform === 'win32')('the mode of the sandbox', () => {
  test('is the one that "sandbox start" names, and is kept by what comes after it', async () => {
    await lab('sandbox', 'start', '--realistic');
    expect(await status()).toBe('skips waits, realistic');
    expect(await lab('sandbox', 'status')).toContain('Mode   realistic');
    await lab('env');
    expect(await status()).toBe('skips waits, realistic');
  });

  test('changes with an option of any command, and only in what that names', async () => {
    await lab('sandbox', 'start', '--realistic');
    await lab('env', '--real-time');
    expect(await status()).toBe('real time, realistic');
  });

  test('is plain again after a start without options', async () => {
    await lab('sandbox', 'start', '--realistic', '--real-time');
    expect(await status()).toBe('real time, realistic');
    await lab('sandbox', 'start');
    expect(await status()).toBe('skips waits');
    expect(await lab('sandbox', 'status')).not.toContain('realistic');
  });

  test('is told together with how far the clock is ahead', async () => {
    await lab('sandbox', 'start');
    await lab('sandbox', 'reset');
    await lab('sandbox', 'start');
    expect(await lab('sandbox', 'status')).toMatch(
      /^Clock {2}\S+Z, the same as this machine's clock, skips waits$/m,
    );
    await lab('sandbox', 'advance', '662');
    expect(await lab('sandbox', 'status')).toMatch(
      /^Clock {2}\S+Z, 11 min 2 s ahead of this machine's clock, skips waits$/m,
    );
  });

  test('is that of one sandbox, also when several commands find none at the same moment', async () => {
    for (const mode of ['--realistic', '--real-time']) {
      await lab('sandbox', 'stop');
      const printed = await Promise.all([1, 2, 3, 4].map(() => lab('env', mode)));
      expect(new Set(printed).size).toBe(1);
    }
  });

  test('clones that start theirs at the same moment get a port each', async () => {
    await using other = await temporaryCheckout();
    await using third = await temporaryCheckout();
    await checkout.lab(['sandbox', 'stop']);
    const clones = [checkout, other, third];
    const ended = await Promise.all(
      clones.map((clone) => clone.lab(['sandbox', 'start'], environment)),
    );
    for (const { code, stderr } of ended) expect({ code, stderr }).toMatchObject({ code: 0 });
    const ports = ended.map(({ stdout }) => /127\.0\.0\.1:(\d+)/.exec(stdout)?.[1]);
    expect(new Set(ports).size).toBe(3);
  });
});
