/**
 * `npm run bench`: what the kit adds, side by side in one run on this machine. Prints ratios; asserts nothing.
 *
 *   npm run bench                the default, three pairs
 *   npm run bench -- 5           five pairs
 *
 * A: `npm start` (steps, checks, proofs). B: a plain shell script of the very commands that A ran, on the
 * same sandbox. Waits for AWS's clocks are measured and taken off on both sides.
 */
import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runChild, temporaryCheckout, temporaryFolder } from '../testing/lab/checkout.ts';
import type { Checkout } from '../testing/lab/checkout.ts';
import { root } from '../lab/settings.ts';
import { benchBoard } from './bench-board.ts';
import { benchChecks } from './bench-checks.ts';
import { benchPipeline, benchQueues } from './bench-sandbox.ts';

interface StepTrace {
  readonly step: string;
  readonly wholeMs: number;
  readonly commandMs: number;
  readonly waitMs: number;
  readonly commands: number;
}

interface CommandTrace {
  readonly command: string;
  readonly exitCode: number;
}

type Trace = CommandTrace | StepTrace;

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function labRun(
  checkout: Checkout,
): Promise<{ wallMs: number; steps: StepTrace[]; commands: string[] }> {
  const file = join(checkout.root, '.lab', 'trace.jsonl');
  await rm(file, { force: true });
  const start = performance.now();
  const { code, stderr } = await checkout.lab(['run'], { LAB_TRACE: file });
  const wallMs = performance.now() - start;
  if (code !== 0) throw new Error(`the lab failed: ${stderr}`);
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const events = lines.map((line) => JSON.parse(line) as Trace);
  return {
    wallMs,
    steps: events.filter((event) => 'step' in event),
    commands: events.flatMap((event) => ('command' in event ? [event.command] : [])),
  };
}

/** Variables that the kit fills from earlier answers; the plain script captures them the same way. */
const captures: readonly (readonly [RegExp, string])[] = [
  [/^aws lambda list-event-source-mappings[^]*UUID/, 'MAPPING_UUID'],
  [/^aws sqs get-queue-url[^]*worker-queue/, 'QUEUE_URL'],
  [/^aws sqs get-queue-url[^]*worker-dlq/, 'DLQ_URL'],
];

/** After these the kit waits; so does the script, and neither is charged for it. */
const waitAfter: readonly (readonly [RegExp, string])[] = [
  [
    /^aws lambda list-event-source-mappings[^]*--event-source-arn/,
    `[ "$(aws lambda get-event-source-mapping --uuid "$MAPPING_UUID" --query State --output text)" = Enabled ]`,
  ],
  [
    /send-test-messages/,
    `[ "$(aws sqs get-queue-attributes --queue-url "$DLQ_URL" --attribute-names ApproximateNumberOfMessages --query Attributes.ApproximateNumberOfMessages --output text)" != 0 ]`,
  ],
  [
    /^aws lambda delete-event-source-mapping/,
    `! aws lambda get-event-source-mapping --uuid "$MAPPING_UUID" 2> /dev/null`,
  ],
];

function plainScript(commands: readonly string[], environment: string): string {
  const lines = commands.map((command) => {
    const variable = captures.find(([pattern]) => pattern.test(command))?.[1];
    const wait = waitAfter.find(([pattern]) => pattern.test(command))?.[1];
    const line =
      variable === undefined ? `{ ${command}\n} > /dev/null` : `${variable}=$(${command})`;
    if (wait === undefined) return line;
    return `${line}\nbefore=$(date +%s%N); DLQ_URL=\${DLQ_URL:-$(aws sqs get-queue-url --queue-name lab01-worker-dlq --query QueueUrl --output text)}; until ${wait}; do :; done; waited=$((waited + $(date +%s%N) - before))`;
  });
  return ['set -u', environment, `cd '${root}'`, 'waited=0', ...lines, 'echo "$waited"', ''].join(
    '\n',
  );
}

async function plainRun(checkout: Checkout, commands: readonly string[]): Promise<number> {
  // The names of the queues of the run before are locked for 60 s of lab time.
  await checkout.lab(['sandbox', 'advance', '61']);
  const environment = (await checkout.lab(['env'])).stdout;
  const file = join(checkout.root, '.lab', 'plain.sh');
  await writeFile(
    file,
    plainScript(commands, environment).replace(`cd '${root}'`, `cd '${checkout.root}'`),
  );
  const start = performance.now();
  const { stdout, stderr, code } = await runChild('bash', [file], {
    cwd: checkout.root,
    environment: { PATH: process.env['PATH'] ?? '', HOME: checkout.root },
  });
  if (code !== 0) throw new Error(`the plain script failed: ${stderr}`);
  return performance.now() - start - Number(stdout.trim()) / 1e6;
}

async function benchLab(pairs: number): Promise<void> {
  await using checkout = await temporaryCheckout();
  await labRun(checkout);
  const kit: number[] = [];
  const plain: number[] = [];
  let steps: StepTrace[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    await checkout.lab(['sandbox', 'advance', '61']);
    const run = await labRun(checkout);
    steps = run.steps;
    kit.push(run.wallMs - run.steps.reduce((sum, { waitMs }) => sum + waitMs, 0));
    plain.push(await plainRun(checkout, run.commands));
    const [a = 0, b = 1] = [kit.at(-1), plain.at(-1)];
    console.log(
      `pair ${pair}   npm start ${seconds(a)}   plain script ${seconds(b)}   ratio ${(a / b).toFixed(2)}`,
    );
  }
  const ratios = kit.map((milliseconds, i) => milliseconds / (plain[i] ?? 1));
  console.log(
    `median ratio npm start / plain script (waits excluded): ${median(ratios).toFixed(2)}   target: 1.20 at most`,
  );
  console.log(
    '\nstep  commands  whole   in commands  in waits  the kit adds   (target: 0.30 s at most)',
  );
  for (const { step, wholeMs, commandMs, waitMs, commands } of steps) {
    const added = wholeMs - commandMs - waitMs;
    console.log(
      `${step.padEnd(6)}${String(commands).padEnd(10)}${seconds(wholeMs).padEnd(8)}${seconds(commandMs).padEnd(13)}${seconds(waitMs).padEnd(10)}${seconds(added)}`,
    );
  }
}

/**
 * From spawning the process to its first answer, and what it then occupies. Of the first start in a checkout, which
 * compiles, and of those after it; each in a home of its own.
 */
async function benchSandboxStart(runs: number): Promise<void> {
  const report = (which: string, starts: readonly SandboxStart[], targets: string) =>
    console.log(
      `sandbox, ${which}: first answer ${seconds(median(starts.map(({ ms }) => ms)))} after its start, ${median(starts.map(({ megabytes }) => megabytes)).toFixed(0)} MB resident when idle (median of ${starts.length}${targets})`,
    );
  const first: SandboxStart[] = [];
  for (let i = 0; i < 3; i += 1) {
    await using checkout = await temporaryCheckout();
    first.push(await startOnce(checkout.root));
  }
  report('first start in a checkout', first, '');
  const later: SandboxStart[] = [];
  for (let i = 0; i <= runs; i += 1) later.push(await startOnce(root));
  report('new home', later.slice(1), '; targets: 0.35 s at most, under 100 MB');
  console.log();
}

interface SandboxStart {
  readonly ms: number;
  readonly megabytes: number;
}

/** @param checkout whose sandbox is started, in a new home */
async function startOnce(checkout: string): Promise<SandboxStart> {
  await using home = await temporaryFolder();
  const start = performance.now();
  const child = spawn(
    process.execPath,
    [join(checkout, 'src', 'sandbox', 'main.mjs'), '--home', home.path, '--port', '0'],
    { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
  );
  const { port } = await new Promise<{ port: number }>((resolve) =>
    child.once('message', (message) => resolve(message as { port: number })),
  );
  await fetch(`http://127.0.0.1:${port}/`).then((response) => response.arrayBuffer());
  const ms = performance.now() - start;
  const token = (await readFile(join(home.path, 'control-token'), 'utf8')).trim();
  const status = await fetch(`http://127.0.0.1:${port}/_sandbox/status`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { memoryRss } = (await status.json()) as { memoryRss: number };
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
  return { ms, megabytes: memoryRss / 2 ** 20 };
}

const pairs = Number(process.argv[2] ?? 3);
await benchSandboxStart(7);
await benchQueues(15);
await benchPipeline();
await benchBoard(15);
console.log();
await benchChecks();
if (pairs > 0) await benchLab(pairs);
