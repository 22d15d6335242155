import { createHash } from 'node:crypto';
import {
  appendFile,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runChild, temporaryCheckout } from '../testing/lab/checkout.ts';
import type { Checkout } from '../testing/lab/checkout.ts';

// Every test runs the whole script as a process of its own, on the Node of the tester.
let checkout: Checkout;

beforeEach(async () => {
  checkout = await temporaryCheckout({ modules: false });
});

afterEach(() => checkout.remove());

/** An `npm` that writes down what it was asked, and then does this. */
async function fakeNpm(does: string): Promise<void> {
  const script = `#!/bin/sh\necho "$*" >> "${join(checkout.root, 'npm-calls')}"\n${does}\n`;
  await mkdir(join(checkout.root, 'bin'), { recursive: true });
  await writeFile(join(checkout.root, 'bin', 'npm'), script, { mode: 0o755 });
}

const installs = 'mkdir -p node_modules/.bin';

async function npmCalls(): Promise<string[]> {
  const text = await readFile(join(checkout.root, 'npm-calls'), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

function prepare(path = join(checkout.root, 'bin') + delimiter + (process.env['PATH'] ?? '')) {
  return runChild(process.execPath, ['src/setup/prepare.mjs'], {
    cwd: checkout.root,
    environment: { PATH: path },
  });
}

// A fake npm is a shell script.
describe.skipIf(process.platform === 'win32')('prepare', () => {
  test('installs the locked packages, without their scripts, where there are none', async () => {
    await fakeNpm(installs);
    const { code, stdout, stderr } = await prepare();
    expect(stderr).toBe('lab: installing the locked packages (npm ci, once) ...\n');
    // What a script prints on stdout may be piped: nothing of the set-up belongs there.
    expect(stdout).toBe('');
    expect(code).toBe(0);
    expect(await npmCalls()).toHaveLength(1);
    expect((await npmCalls())[0]).toMatch(/^ci .*--ignore-scripts/);
  });

  test('is silent and installs nothing when the packages are those of the lock file', async () => {
    await fakeNpm(installs);
    await prepare();
    expect(await prepare()).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await npmCalls()).toHaveLength(1);
  });

  test('installs again when the lock file has changed, and when the packages are gone', async () => {
    await fakeNpm(installs);
    await prepare();
    await appendFile(join(checkout.root, 'package-lock.json'), '\n');
    expect((await prepare()).code).toBe(0);
    expect(await npmCalls()).toHaveLength(2);
    await rm(join(checkout.root, 'node_modules'), { recursive: true });
    expect((await prepare()).code).toBe(0);
    expect(await npmCalls()).toHaveLength(3);
  });

  test('installs all packages where NODE_ENV or npm settings leave some out, and again over such an install', async () => {
    await fakeNpm(installs);
    await prepare();
    expect((await npmCalls())[0]).toContain('--include=dev --include=optional');
    // The stamp of an earlier version, which did not say whether development packages were there.
    const digest = createHash('sha256').update(
      await readFile(join(checkout.root, 'package-lock.json')),
    );
    await writeFile(join(checkout.root, 'node_modules', '.lab-lock-digest'), digest.digest('hex'));
    await prepare();
    expect(await npmCalls()).toHaveLength(2);
  });

  test('an interrupted npm ci is told as one, and the next run begins anew', async () => {
    await fakeNpm(`${installs}; kill -INT $$`);
    const { code, stderr } = await prepare();
    expect(code).toBe(1);
    expect(stderr).toContain('npm ci was interrupted: run the same command again');
    await fakeNpm(installs);
    expect((await prepare()).code).toBe(0);
  });

  test('a checkout whose path would break the PATH is refused with one sentence', async () => {
    const odd = join(checkout.root, `a${delimiter}b`, 'src', 'setup');
    await mkdir(odd, { recursive: true });
    await copyFile(join(checkout.root, 'src', 'setup', 'prepare.mjs'), join(odd, 'prepare.mjs'));
    const { code, stderr } = await runChild(process.execPath, [join(odd, 'prepare.mjs')], {
      cwd: checkout.root,
      environment: { PATH: process.env['PATH'] ?? '' },
    });
    expect(code).toBe(1);
    expect(stderr).toContain(`the path of the checkout contains "${delimiter}"`);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  test('leaves packages alone that are those of another checkout, and linked', async () => {
    await fakeNpm(installs);
    const others = join(checkout.root, 'others');
    await mkdir(join(others, 'zx'), { recursive: true });
    await symlink(others, join(checkout.root, 'node_modules'));
    const { code, stderr } = await prepare();
    expect(stderr).toContain('node_modules is a link to a folder with other packages');
    expect(stderr).toContain('remove the link');
    expect(code).toBe(1);
    expect(await npmCalls()).toEqual([]);
    expect(await readdir(others)).toEqual(['zx']);
  });

  test('ends with one sentence and exit code 1 when npm fails, and tries again the next time', async () => {
    await fakeNpm(`${installs}; echo "npm error ENOSPC" >&2; exit 228`);
    const failed = await prepare();
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('npm error ENOSPC\nlab: npm ci failed (see above)');
    expect(failed.stderr).toContain('run the command again');
    expect(failed.stderr).not.toMatch(/^ {4}at /m);

    await fakeNpm(installs);
    expect((await prepare()).code).toBe(0);
    expect(await npmCalls()).toHaveLength(2);
  });

  test('says how to get npm when there is none', async () => {
    const empty = join(checkout.root, 'bin');
    await mkdir(empty);
    await symlink(process.execPath, join(empty, 'node'));
    const { code, stderr } = await prepare(empty);
    expect(code).toBe(1);
    expect(stderr).toMatch(/lab: npm is missing: .*https:\/\/nodejs\.org\//);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  test('names a lock file that is missing', async () => {
    await fakeNpm(installs);
    await rm(join(checkout.root, 'package-lock.json'));
    const { code, stderr } = await prepare();
    expect(code).toBe(1);
    expect(stderr).toContain('lab: package-lock.json');
    expect(stderr).toContain('git checkout -- package-lock.json');
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(await npmCalls()).toEqual([]);
  });
});
