/**
 * `npm test`: what a newcomer or a contributor waits for, in the order in which it fails fastest. `npm run test:long`: the
 * tests whose names end with `.long.test.ts`. The last line of both is `N passed, N failed`.
 * `npm run test:fast`: for use while working. Arguments go to vitest instead: `npm test -- src/sandbox/sqs`.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAwsCli } from '../lab/aws/cli.ts';
import { findBash } from '../lab/bash.ts';
import { describeError } from '../lab/errors.ts';
import { root } from '../lab/settings.ts';

/** Only for tests that hang: a slow machine is not a failure. No test has its own limit. */
const hangMs = 30 * 60_000;

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs one of the kit's tools, its output passed through; resolves to its exit code. */
function runTool(tool: string, args: readonly string[]): Promise<number> {
  const child = spawn(join(root, 'node_modules', '.bin', tool), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function tool(title: string, name: string, ...args: string[]): Promise<Count> {
  announce(title);
  const failed = (await runTool(name, args)) === 0 ? 0 : 1;
  return { passed: 1 - failed, failed, skipped: 0 };
}

async function tests(title: string, ...args: string[]): Promise<Count> {
  announce(title);
  const folder = await mkdtemp(join(tmpdir(), 'lab-test-'));
  const report = join(folder, 'report.json');
  try {
    const code = await runTool('vitest', [
      'run',
      '--sequence.shuffle.tests',
      // vitest leaves a core idle by default; much of what the tests do is waiting for other processes.
      `--maxWorkers=${Math.max(2, availableParallelism() - 1)}`,
      `--testTimeout=${hangMs}`,
      `--hookTimeout=${hangMs}`,
      `--expect.poll.timeout=${hangMs / 6}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ]);
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(
      await readFile(report, 'utf8'),
    ) as {
      numPassedTests: number;
      numFailedTests: number;
      numPendingTests: number;
    };
    // An error outside of any test fails the run without failing a test.
    const failed = code !== 0 && numFailedTests === 0 ? 1 : numFailedTests;
    return { passed: numPassedTests, failed, skipped: numPendingTests };
  } catch (error) {
    console.error(`The tests did not report: ${describeError(error)}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function announce(title: string): void {
  console.log(`\n── ${title} ${'─'.repeat(Math.max(4, 66 - title.length))}`);
}

/** Minutes each on slow machines: every wrong state, kills, realistic runs, policies without each of their actions, the soak. */
const longTests = '.long.test.ts';

/** Some tests need the real CLI: brought here, where its one download can be seen. */
async function bringAwsCli(): Promise<void> {
  const cli = await findAwsCli().catch((error: unknown) => describeError(error));
  console.log(typeof cli === 'string' ? cli : `\nAWS CLI ${cli.version} (${cli.origin})`);
  if (typeof cli !== 'string') process.env['LAB_AWS_CLI'] = cli.path;
}

async function everyday(): Promise<Count[]> {
  const counts = [
    await tool('format (oxfmt)', 'oxfmt', '--check'),
    await tool('lint (oxlint)', 'oxlint'),
    await tool('types (tsc)', 'tsc'),
    await tool('Markdown (markdownlint-cli2)', 'markdownlint-cli2'),
  ];
  await bringAwsCli();
  const short = `--exclude=**/*${longTests}`;
  counts.push(await tests('unit and contract tests', short, '--exclude=**/*.e2e.test.ts'));
  counts.push(await tests('the lab end to end, with the real AWS CLI', short, '.e2e.test.ts'));
  return counts;
}

/** For use while working: no sandbox, no AWS CLI, no slow child process. */
async function fast(): Promise<Count[]> {
  const slow = [
    `**/*${longTests}`,
    '**/*.e2e.test.ts',
    'src/sandbox/**',
    'src/setup/**',
    '**/{account,drawn-again,manual,redact-corpus,try-worker}.test.ts',
  ];
  return [await tests('fast tests', ...slow.map((files) => `--exclude=${files}`))];
}

async function long(): Promise<Count[]> {
  await bringAwsCli();
  return [await tests('long tests', longTests)];
}

/** Without it test after test would fail, each in words of its own. */
async function needBash(): Promise<void> {
  await findBash().catch((error: unknown) => {
    console.error(describeError(error));
    process.exit(1);
  });
}

const suites: Readonly<Record<string, () => Promise<Count[]>>> = { '--fast': fast, '--long': long };
const words = process.argv.slice(2);
await needBash();
const [first] = words;
const counts =
  first === undefined
    ? await everyday()
    : await (suites[first]?.() ??
        tests(`tests: ${words.join(' ')}`, ...words).then((one) => [one]));
const sum = (member: keyof Count) => counts.reduce((total, count) => total + count[member], 0);
const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
