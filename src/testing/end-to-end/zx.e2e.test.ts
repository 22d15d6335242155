import { delimiter } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runChild, temporaryCheckout } from '../lab/checkout.ts';
import type { Checkout } from '../lab/checkout.ts';

let checkout: Checkout;

beforeAll(async () => {
  checkout = await temporaryCheckout();
});

afterAll(() => checkout.remove());

/** A command as typed into a shell: with the Node that the system has, which need not be 24. */
function type(command: string) {
  const [program = '', ...words] = command.split(' ');
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const PATH = folders.filter((folder) => !folder.includes('node_modules')).join(delimiter);
  return runChild(program, words, {
    cwd: checkout.root,
    environment: { PATH, HOME: checkout.root },
  });
}

describe.skipIf(process.platform === 'win32')('one step and one check by themselves', () => {
  it.each([
    ['npx zx steps/01-create-dead-letter-queue.ts', 'npx zx checks/01-create-dead-letter-queue.ts'],
    ['npx lab step 1', 'npx lab check 1'],
  ])('%s, then %s', async (step, check) => {
    const built = await type(step);
    expect(built.stdout + built.stderr).toContain('The queue lab01-worker-dlq exists and is empty');
    expect(built.code).toBe(0);
    const judged = await type(check);
    expect(judged.stdout).toMatch(/PASS {2}(\d+) of \1$/m);
    // The evidence and the page are written, and what comes next is said.
    expect(judged.stdout).toMatch(/^Next {5}npx lab step 2/m);
    expect(judged.stderr).not.toContain('unsettled');
    expect(judged.code).toBe(0);
  });

  it('npx zx with a check that does not hold ends with exit code 1', async () => {
    const { code, stdout } = await type('npx zx checks/03-create-execution-role.ts');
    expect(stdout).toMatch(/FAIL {2}0 of \d+$/m);
    expect(code).toBe(1);
  });

  it('npx zx with --dry-run prints the commands and starts nothing', async () => {
    const { code, stdout } = await type('npx zx steps/02-create-source-queue.ts --dry-run');
    expect(stdout).toContain('aws sqs create-queue');
    expect(code).toBe(0);
  });
});
