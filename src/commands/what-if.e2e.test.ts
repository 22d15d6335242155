import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runChild, temporaryCheckout } from '../testing/lab/checkout.ts';
import type { Checkout } from '../testing/lab/checkout.ts';

let checkout: Checkout;
beforeAll(async () => {
  checkout = await temporaryCheckout();
  await writeFile(join(checkout.root, 'left.ts'), left);
});
afterAll(() => checkout.remove());

const left = `
import { countOf, experimentLeftovers } from './src/experiments/delete-copies.ts';
import { ownLab } from './src/lab/lab.ts';
import { plainOptions } from './src/lab/options.ts';
console.log(countOf(await experimentLeftovers(ownLab(plainOptions))));
`;

const environment = () => ({ PATH: process.env['PATH'] ?? '', HOME: checkout.root });

async function leftovers(): Promise<string> {
  const options = { cwd: checkout.root, environment: environment() };
  const { stdout, stderr } = await runChild(process.execPath, ['left.ts'], options);
  return stdout + stderr;
}

function start(words: string) {
  const child = spawn(process.execPath, ['src/cli.ts', ...words.split(' ')], {
    cwd: checkout.root,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  /** Resolves when it says this, or has ended. */
  const says = (words: string) =>
    Promise.race([
      new Promise<void>((resolve) => {
        child.stdout.on('data', (text: Buffer) => {
          said += text.toString();
          if (said.includes(words)) resolve();
        });
      }),
      ended,
    ]);
  return { child, ended, says, said: () => said };
}

// The work is under way when the end comes.
const slow = 'what-if --send 1 --poison 0 --handler-seconds 30 --function-timeout 40';

test.each([
  ['SIGINT', 130, 'reads'],
  ['SIGHUP', 129, 'is gone'],
  ['SIGTERM', 143, 'is gone'],
] as const)(
  'ended by %s a what-if ends with %i, says no verdict and leaves no copy; its reader %s',
  async (signal, code, reader) => {
    const { child, ended, says, said } = start(slow);
    await says('Lambda polls now');
    if (reader === 'is gone') {
      child.stdout.destroy();
      child.stderr.destroy();
    }
    child.kill(signal);
    expect(await ended).toEqual([code, null]);
    expect(said()).toContain('Lambda polls now');
    expect(said()).not.toMatch(/predicted +measured|LOST|a fault of the kit|Error/);
    expect(said().includes('The same command begins anew.')).toBe(reader === 'reads');
    expect(await leftovers()).toBe('0\n');
  },
);

test('a what-if whose reader has enough (| head) leaves no copy either', async () => {
  const { child, ended, says } = start('what-if');
  await says('built lab01-xwhat-if');
  child.stdout.destroy();
  expect(await ended).toEqual([141, null]);
  expect(await leftovers()).toBe('0\n');
});
