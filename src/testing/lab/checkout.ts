import { execFile, spawn } from 'node:child_process';
import {
  access,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isOfARun } from '../../lab/made-files.ts';
import { root } from '../../lab/settings.ts';

const run = promisify(execFile);

/** How a child process ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A checkout of one's own: what is run there writes there. */
export interface Checkout extends AsyncDisposable {
  readonly root: string;
  /** `lab …` in it. Nothing of the tester's AWS_… and LAB_… variables gets there, only `environment`. */
  lab(words: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Stops the sandbox that was started from it, if any, and removes everything. */
  remove(): Promise<void>;
}

/**
 * Copies what git tracks or would track (so: not `.lab/`, not `node_modules/`) to a temporary folder.
 * Packages and the fetched AWS CLI are linked, not copied.
 *
 * `await using checkout = await temporaryCheckout();`
 * `const { code, stderr } = await checkout.lab(['step', '99']);`
 * @param modules false: no `node_modules` at all, for tests of the set-up
 */
export async function temporaryCheckout({ modules = true } = {}): Promise<Checkout> {
  const folder = await temporaryFolder();
  try {
    await copyCheckout(folder.path, modules);
  } catch (error) {
    await folder.remove();
    throw error;
  }
  const lab: Checkout['lab'] = (words, environment = {}) =>
    runChild(process.execPath, ['src/cli.ts', ...words], {
      cwd: folder.path,
      environment: { PATH: process.env['PATH'] ?? '', HOME: folder.path, ...environment },
    });
  const remove = async () => {
    const started = await exists(join(folder.path, '.lab', 'sandbox', 'process.json'));
    const stopped = started ? await lab(['sandbox', 'stop']) : undefined;
    await folder.remove();
    if (stopped !== undefined && stopped.code !== 0) {
      throw new Error(`the sandbox of a test was not stopped: ${stopped.stderr}`);
    }
  };
  return { root: folder.path, lab, remove, [Symbol.asyncDispose]: remove };
}

/** What the tester's own runs have written, in git or not: a test makes its own. */
const isOwnRun = (file: string) =>
  file.startsWith('docs/') && !file.startsWith('docs/sample/') && isOfARun(file.slice(5));

async function copyCheckout(folder: string, modules: boolean): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '-coz', '--exclude-standard'], { cwd: root });
  for (const name of stdout.split('\0').filter((file) => file !== '' && !isOwnRun(file))) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    // Tracked but deleted, or somebody's temporary file: not there any more.
    await copyFile(join(root, name), join(folder, name)).catch(unlessMissing);
  }
  if (modules) await link('node_modules', folder);
  // Each CLI by itself: the list of known CLI versions beside them is written to.
  const tools = await readdir(join(root, '.lab', 'tools')).catch(() => []);
  for (const name of tools.filter((tool) => /^aws-cli-[\d.]+$/.test(tool))) {
    await link(join('.lab', 'tools', name), folder);
  }
}

/** Runs a program to its end, with an empty stdin and exactly this environment. */
export function runChild(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly environment: Readonly<Record<string, string>> },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** A folder of one's own outside the checkout: `await using folder = await temporaryFolder();` */
export async function temporaryFolder() {
  // The real path: what a child process says about its own place is the same text.
  const path = await realpath(await mkdtemp(join(tmpdir(), 'lab01-test-')));
  const remove = () => rm(path, { recursive: true, force: true });
  return { path, remove, [Symbol.asyncDispose]: remove };
}

/** What a fake `aws` says to a command. */
export interface FakeAnswer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
}

/**
 * An `aws` for LAB_AWS_CLI that knows some commands by their beginning and says nothing, successfully, to the
 * others. POSIX shells only.
 * @returns its path, and what it was asked so far but for its version
 */
export async function fakeAws(folder: string, answers: Readonly<Record<string, FakeAnswer>>) {
  const path = join(folder, 'aws');
  const callsFile = join(folder, 'calls');
  const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const cases = Object.entries(answers).map(
    ([beginning, { stdout = '', stderr = '', code = 0 }]) =>
      `${quoted(beginning)}*) printf %s ${quoted(stdout)}; printf %s ${quoted(stderr)} >&2; exit ${code};;`,
  );
  const script = [
    '#!/bin/sh',
    `printf '%s\\n' "$*" >> ${quoted(callsFile)}`,
    `case "$*" in`,
    ...cases,
    'esac',
    '',
  ].join('\n');
  await mkdir(folder, { recursive: true });
  await writeFile(path, script, { mode: 0o755 });
  const calls = async () => {
    const text = await readFile(callsFile, 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '' && line !== '--version');
  };
  return { path, calls };
}

async function link(name: string, folder: string): Promise<void> {
  if (!(await exists(join(root, name)))) return;
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await symlink(join(root, name), join(folder, name), 'junction');
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
