import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeAws, temporaryCheckout } from '../../testing/lab/checkout.ts';
import type { Checkout } from '../../testing/lab/checkout.ts';

let checkout: Checkout;
let pid: number;

beforeEach(async () => {
  checkout = await temporaryCheckout();
  const aws = await fakeAws(join(checkout.root, 'fake'), {
    '--version': { stdout: 'aws-cli/2.36.12 Python/3.14.6 Linux/6.1\n' },
  });
  await checkout.lab(['sandbox', 'start'], { LAB_AWS_CLI: aws.path });
  const text = await readFile(join(checkout.root, '.lab', 'sandbox', 'process.json'), 'utf8');
  ({ pid } = JSON.parse(text) as { pid: number });
});

afterEach(() => checkout.remove());

// Windows stops no process.
describe.skipIf(process.platform === 'win32')(
  'a sandbox that holds its home and does not answer',
  () => {
    beforeEach(() => {
      process.kill(pid, 'SIGSTOP');
    });

    afterEach(() => {
      process.kill(pid, 'SIGCONT');
    });

    test.each([['sandbox stop'], ['sandbox status'], ['sandbox advance 30'], ['status']])(
      'is named by lab %s, with the way to end it',
      async (command) => {
        const { code, stdout, stderr } = await checkout.lab(command.split(' '));
        expect(stderr).toContain(
          `Error: The sandbox (process ${pid}) of this checkout runs, but does not answer\n`,
        );
        expect(stderr).toContain(`Next:  End it: kill -9 ${pid}. Then run the command again.`);
        expect(stdout).toBe('');
        expect(code).toBe(1);
      },
    );
  },
);

test('sandbox stop finds a sandbox whose announcement and token somebody deleted', async () => {
  await rm(join(checkout.root, '.lab', 'sandbox', 'process.json'));
  await rm(join(checkout.root, '.lab', 'sandbox', 'control-token'));
  const { code, stdout } = await checkout.lab(['sandbox', 'stop']);
  expect(stdout).toContain('The sandbox is stopped.');
  expect(code).toBe(0);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
