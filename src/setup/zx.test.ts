import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeAws, runChild, temporaryCheckout } from '../testing/lab/checkout.ts';
import type { Checkout } from '../testing/lab/checkout.ts';

let checkout: Checkout;

beforeAll(async () => {
  checkout = await temporaryCheckout();
});

afterAll(() => checkout.remove());

/** What `npx zx …` runs, on the Node of the tester. */
async function zx(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const ended = await runChild(process.execPath, ['src/zx.mjs', ...words], {
    cwd: checkout.root,
    environment: { PATH: process.env['PATH'] ?? '', HOME: checkout.root, ...environment },
  });
  expect(ended.stderr).not.toMatch(/^ {4}at /m);
  return ended;
}

const step1 = 'steps/01-create-dead-letter-queue.ts';

describe('npx zx', () => {
  test('says which script is not there', async () => {
    const { code, stderr } = await zx(['steps/99-fly.ts']);
    expect(stderr).toBe('Error: There is no file steps/99-fly.ts\nNext:  npx lab steps\n');
    expect(code).toBe(2);
  });

  test('ends with the exit code of npx lab when it is used wrongly', async () => {
    const { code, stderr } = await zx([step1, '--as', 'nobody']);
    expect(stderr).toContain('Error: The sandbox has no user "nobody"\nNext: ');
    expect(code).toBe(2);
  });

  // A fake `aws` is a shell script.
  test.skipIf(process.platform === 'win32')('tells a full disk in sentences', async () => {
    const aws = await fakeAws(join(checkout.root, 'fake'), {
      '--version': { stdout: 'aws-cli/2.36.12 Python/3.14.6 Linux/6.1\n' },
    });
    const full = join(checkout.root, 'full-disk.mjs');
    await writeFile(
      full,
      `import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      fs.promises.symlink = async (target, path) => {
        const message = 'ENOSPC: no space left on device, symlink';
        throw Object.assign(new Error(message), { code: 'ENOSPC', syscall: 'symlink', path });
      };
      syncBuiltinESMExports();`,
    );
    const { code, stderr } = await zx([step1], {
      LAB_TARGET: 'aws',
      LAB_AWS_CLI: aws.path,
      NODE_OPTIONS: `--import=${full}`,
    });
    expect(stderr).toBe(
      `Error: Cannot symlink ${join(checkout.root, '.lab', 'bin', 'aws')}: the disk is full (ENOSPC)\n` +
        'Next:  Free some space, then run the command again.\n',
    );
    expect(code).toBe(1);
  });
});

describe.skipIf(process.platform === 'win32')('without bash', () => {
  test.each([
    ['npx zx', ['src/zx.mjs', step1]],
    ['npx lab', ['src/lab.mjs', 'step', '1']],
    ['npm start', ['src/lab.mjs', 'run']],
    ['npm test', ['src/setup/door.mjs', 'src/setup/test-all.ts']],
  ])('%s says so at once', async (_, words) => {
    const bin = join(checkout.root, 'no-bash');
    await mkdir(bin, { recursive: true });
    await symlink(process.execPath, join(bin, 'node')).catch(() => undefined);
    const { code, stderr } = await runChild(process.execPath, words, {
      cwd: checkout.root,
      environment: { PATH: bin, HOME: checkout.root },
    });
    expect(stderr).toMatch(
      /^Error: Cannot run the commands of the lab: there is no bash on the PATH.*\nNext: {2}Install bash.*\n$/,
    );
    expect(code).toBe(1);
  });
});
