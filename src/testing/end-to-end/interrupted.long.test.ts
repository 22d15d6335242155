import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryCheckout } from '../lab/checkout.ts';
import type { Checkout } from '../lab/checkout.ts';

interface ProcessFile {
  readonly pid: number;
}

async function killSandbox(checkout: Checkout): Promise<void> {
  const file = join(checkout.root, '.lab', 'sandbox', 'process.json');
  const { pid } = JSON.parse(await readFile(file, 'utf8')) as ProcessFile;
  process.kill(pid, 'SIGKILL');
}

interface Moment {
  /** `lab` with these words. */
  readonly words: readonly string[];
  /** What it prints just before, or while, the thing happens. */
  readonly text: string;
}

/** Starts the lab and, as soon as it prints the text, does `then` to it. */
async function runUntil(
  checkout: Checkout,
  { words, text: moment }: Moment,
  then: (pid: number) => Promise<void> | void,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['src/cli.ts', ...words], {
    cwd: checkout.root,
    env: { PATH: process.env['PATH'] ?? '', HOME: checkout.root },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that the command it is running dies with it.
    detached: true,
  });
  let output = '';
  const reached = await new Promise<boolean>((resolve) => {
    const read = (text: Buffer) => {
      output += text.toString();
      if (output.includes(moment)) resolve(true);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', () => resolve(false));
  });
  expect(reached, `the run ended before "${moment}":\n${output}`).toBe(true);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await then(child.pid ?? 0);
  return { code: await ended, output };
}

/** Kills the lab, the command it is running and the sandbox, all with SIGKILL. */
const killEverything = (checkout: Checkout) => async (pid: number) => {
  await killSandbox(checkout);
  process.kill(-pid, 'SIGKILL');
};

describe('an interrupted run', () => {
  const run = (text: string): Moment => ({ words: ['run'], text });
  // A whole run does what these steps do, one after the other; it is killed where a check records proof as well.
  const moments = [
    { words: ['step', '1'], step: 1, text: 'create-queue' },
    { words: ['step', '2'], step: 2, text: 'lab01-worker-queue' },
    { words: ['step', '3'], step: 3, text: 'create-role' },
    { words: ['step', '4'], step: 4, text: 'attach-role-policy' },
    { words: ['step', '5'], step: 5, text: 'bundle-worker.ts' },
    { words: ['run'], step: 6, text: 'create-function' },
    { words: ['step', '7'], step: 7, text: 'create-event-source-mapping' },
    { words: ['step', '8'], step: 8, text: 'send-test-messages.ts' },
    { words: ['step', '9'], step: 9, text: 'logs tail' },
    // Killed on its way once more, before it may end.
    { words: ['step', '11'], text: 'delete-event-source-mapping' },
    { words: ['step', '11'], step: 11, text: 'delete-role' },
  ];

  it(`is completed by the same step and the next run, wherever lab and sandbox were killed (${moments.length} moments)`, async () => {
    await using checkout = await temporaryCheckout();
    for (const moment of moments) {
      await runUntil(checkout, moment, killEverything(checkout));
      if (moment.step === undefined) continue;
      const { code, stderr } = await checkout.lab(['step', `${moment.step}`]);
      expect(code, `step ${moment.step}, again: ${stderr}`).toBe(0);
    }
    const last = await checkout.lab(['run']);
    expect(last.stderr + last.stdout).toContain('15 proofs in docs/evidence/sandbox/');
    expect(last.code).toBe(0);
  });

  it('by Ctrl-C says that nothing is lost, publishes what was proved, and ends with 130', async () => {
    await using checkout = await temporaryCheckout();
    // A terminal sends SIGINT to the whole group: to the lab and to the command that it is running.
    const { code, output } = await runUntil(checkout, run('create-role'), (pid) => {
      process.kill(-pid, 'SIGINT');
    });
    expect(code).toBe(130);
    expect(output).toContain('Interrupted. Nothing is lost');
    expect(output).not.toContain('Error');
    // What was proved until then is published: nothing in docs/ is older than its evidence.
    const verified = await checkout.lab(['verify']);
    expect(verified.stdout).toContain('3 of 3 verdicts reached again');
    expect(verified.code).toBe(0);
    expect((await checkout.lab(['step', '3'])).code).toBe(0);
  });

  it('by a sandbox that died says so, and the same step completes when it is run again', async () => {
    await using checkout = await temporaryCheckout();
    expect((await checkout.lab(['step', '1'])).code).toBe(0);
    await killSandbox(checkout);
    const again = await checkout.lab(['step', '2']);
    expect(again.code).toBe(0);
    expect((await checkout.lab(['check', '2'])).stdout).toContain('PASS');
  });
});

describe('a run that meets bad input', () => {
  it('leaves a queue of the same name with other attributes alone, and says how to correct it', async () => {
    await using checkout = await temporaryCheckout();
    const attributes = join(checkout.root, 'infra', 'dead-letter-queue-attributes.json');
    const original = await readFile(attributes, 'utf8');
    await writeFile(attributes, '{ "MessageRetentionPeriod": "86400" }');
    expect((await checkout.lab(['step', '1'])).code).toBe(0);
    await writeFile(attributes, original);

    const { code, stderr } = await checkout.lab(['step', '1']);
    expect(code).toBe(1);
    expect(stderr).toContain('QueueAlreadyExists');
    expect(stderr).toContain('MessageRetentionPeriod');
    expect(stderr).toContain('the command changed nothing');
    const check = await checkout.lab(['check', '1']);
    expect(check.code).toBe(1);
    expect(check.stdout).toContain('expected 1209600, is 86400');
  });

  it('names the step that is missing', async () => {
    await using checkout = await temporaryCheckout();
    const early = async (step: string) => {
      const { code, stderr } = await checkout.lab(['step', step]);
      return { code, next: /Next:\s+(.*)/.exec(stderr)?.[1] };
    };
    expect(await early('2')).toEqual({
      code: 1,
      next: 'Create the dead-letter queue first: npx lab step 1',
    });
    expect(await early('4')).toMatchObject({
      code: 1,
      next: expect.stringContaining('An earlier step has not been run'),
    });
    expect(await early('6')).toEqual({ code: 1, next: 'Create it first: npx lab step 3' });
    expect(await early('7')).toEqual({ code: 1, next: 'Create it first: npx lab step 3' });
    expect((await early('8')).code).toBe(1);
    expect((await early('9')).code).toBe(1);
    expect((await early('10')).code).toBe(1);
    expect((await checkout.lab(['step', '3'])).code).toBe(0);
    expect(await early('7')).toEqual({ code: 1, next: 'Create it first: npx lab step 4' });
    const { code, stderr } = await checkout.lab(['step', '6']);
    expect(code).toBe(1);
    expect(stderr).toContain('lab01-worker.zip');
    expect(stderr).toContain('npx lab step 5');
  });

  it('says that a stranger holds the port it was told to use, and starts nothing', async () => {
    await using checkout = await temporaryCheckout();
    const stranger = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as AddressInfo;
    try {
      const { code, stderr } = await checkout.lab(['step', '1'], { LAB_PORT: String(port) });
      expect(code).toBe(1);
      expect(stderr).toContain(`port ${port} is taken by another program`);
      expect(stderr).toContain(`LAB_PORT=${port + 1}`);
    } finally {
      await new Promise((resolve) => stranger.close(resolve));
    }
    expect((await checkout.lab(['sandbox', 'status'])).stdout).toContain('not running');
  });

  it('says that it cannot write where it must', async () => {
    await using checkout = await temporaryCheckout();
    // A file where the folder should be: read-only folders do not stop root, who runs some test machines.
    await rm(join(checkout.root, '.lab'), { recursive: true, force: true });
    await writeFile(join(checkout.root, '.lab'), '');
    const { code, stderr } = await checkout.lab(['step', '1']);
    expect(code).toBe(1);
    expect(stderr).toContain('Cannot');
    expect(stderr).toMatch(/Next:.*(writable|disk|Move that file away)/);
  });
});
