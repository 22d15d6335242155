import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runChild, temporaryCheckout } from '../lab/checkout.ts';
import type { Checkout, Ended } from '../lab/checkout.ts';
import { doorOf, recordCalls } from '../lab/policies.ts';

// Every command says last what to type next, and `lab status` says where the learner is.

let checkout: Checkout;

/** Each group of tests has a checkout of its own, and in it a state that its tests leave as it was. */
function inOwnCheckout(...commands: readonly (readonly string[])[]): Ended[] {
  const ended: Ended[] = [];
  beforeAll(async () => {
    checkout = await temporaryCheckout();
    for (const command of commands) ended.push(await checkout.lab(command));
  });
  afterAll(() => checkout.remove());
  return ended;
}

const lab = async (...words: readonly string[]) => {
  const ended = await checkout.lab(words);
  return { ...ended, stdout: stripVTControlCharacters(ended.stdout) };
};

/** The command of the last `Next` of what was printed. */
const nextIn = (text: string) =>
  /^Next {5}(.*)$/m.exec(text.slice(text.lastIndexOf('\nNext ')))?.[1];

const next = async (...words: readonly string[]) => nextIn((await lab(...words)).stdout);

interface StatusJson {
  readonly sandbox: { readonly running: boolean; readonly holds: boolean };
  readonly steps: readonly { readonly step: string; readonly done: boolean }[];
  readonly proofs: { readonly recorded: readonly number[]; readonly stale: readonly object[] };
  readonly next: { readonly command: string };
}

const statusJson = async () => JSON.parse((await lab('status', '--json')).stdout) as StatusJson;

/** Pastes commands into a terminal that knows nothing of the lab; `npx lab` is this checkout's. */
function pasteInNewTerminal(commands: string) {
  const typed = commands.replaceAll('npx lab', `'${process.execPath}' src/cli.ts`);
  const environment = { PATH: process.env['PATH'] ?? '', HOME: checkout.root };
  return runChild('bash', ['-c', typed], { cwd: checkout.root, environment });
}

/** What the sandbox was asked while status was looking. */
async function callsOfStatus(): Promise<readonly string[]> {
  const recorded = await recordCalls(await doorOf(checkout));
  await lab('status');
  return (await recorded()).map(({ operation }) => operation);
}

const isRunning = () =>
  access(join(checkout.root, '.lab', 'sandbox', 'process.json')).then(
    () => true,
    () => false,
  );

describe('before anything was built', () => {
  inOwnCheckout();

  it('status says so, starts no sandbox, and names the first command', async () => {
    const { code, stdout, stderr } = await lab('status');
    expect(stdout).toContain('The sandbox is not running, and you have built nothing in it yet.');
    expect(stdout).toMatch(/^Proofs {3}none of 15 recorded/m);
    expect(nextIn(stdout)).toBe('npx lab watch');
    expect([code, stderr]).toEqual([0, '']);
    expect(await statusJson()).toMatchObject({
      sandbox: { running: false, holds: false },
      steps: [],
    });
    expect(await isRunning()).toBe(false);
  });

  it.each([
    ['sandbox status', 'npx lab sandbox start'],
    ['sandbox stop', 'npx lab sandbox start'],
    ['sandbox reset', 'npx lab watch'],
    ['steps', 'npx lab status'],
  ])('"%s" ends with "%s"', async (words, command) => {
    expect(await next(...words.split(' '))).toBe(command);
  });
});

describe('with the first step done', () => {
  inOwnCheckout(['step', '1'], ['check', '1']);

  it.each([
    ['step 1', 'npx lab check 1'],
    ['check 1', 'npx lab step 2'],
    ['check 1 --as instructor', 'npx lab step 2 --as instructor'],
    ['check 10', 'npx lab step 2'],
    ['check', 'npx lab step 2'],
    ['hint', 'npx lab hint 2'],
    ['hint 3', 'npx lab check 2'],
    ['doctor', 'npx lab status'],
    ['sandbox status', 'npx lab status'],
    ['verify', 'npx lab redaction'],
    ['pictures', 'npx lab verify'],
  ])('"%s" ends with "%s"', async (words, command) => {
    expect(await next(...words.split(' '))).toBe(command);
  });

  it('env says in its last line how to take it over, and a shell that takes it passes over that', async () => {
    const { stdout } = await lab('env');
    expect(stdout.trimEnd().split('\n').at(-1)).toContain('eval "$(npx lab env)"');
    const taken = await pasteInNewTerminal(
      'eval "$(npx lab env)" && aws sqs list-queues --output text',
    );
    expect(taken).toMatchObject({ code: 0, stderr: '' });
    expect(taken.stdout).toContain('lab01-worker-dlq');
  });

  it('the commands of a hint work as printed in a terminal that knows nothing of the lab', async () => {
    const { stdout } = await lab('hint', '1');
    const typed = stdout
      .split('\n')
      .filter((line) => /^ {4}(eval|aws) /.test(line))
      .join('\n');
    expect(typed).toMatch(/^ {4}eval .*\n {4}aws sqs get-queue-url/);
    const { stderr } = await pasteInNewTerminal(typed);
    // It reached the sandbox, which has no such queue yet.
    expect(stderr).toContain('NonExistentQueue');
  });

  it('status knows what is done and what is next, and asks only what reads', async () => {
    const { steps, next: following, proofs } = await statusJson();
    const done = steps.filter((one) => one.done).map(({ step }) => step);
    expect(done).toEqual(['00', '01']);
    expect(following.command).toBe('npx lab step 2');
    expect(proofs).toMatchObject({ recorded: [1], stale: [] });
    const { stdout } = await lab('status');
    expect(stdout).toContain('  ✓ 01 Dead-letter queue: 5/5, green\n');
    expect(stdout).toContain('  · 10 Poison message in the dead-letter queue: after step 02\n');
    expect(stdout).toMatch(/^Proofs {3}1 of 15 in docs\/evidence\/sandbox\/.*None is stale/m);
    expect(stdout.split('\n').length).toBeLessThanOrEqual(24);
  });

  it('status keeps the user that was asked for in what it says', async () => {
    expect(await next('status', '--as', 'instructor')).toBe('npx lab step 2 --as instructor');
  });

  it('status has no colours in a pipe or with NO_COLOR, and says the same with them', async () => {
    const coloured = (await checkout.lab(['status'], { FORCE_COLOR: '1' })).stdout;
    expect(coloured).toContain('\u001B[');
    const plain = (await checkout.lab(['status'], { NO_COLOR: '1' })).stdout;
    expect(plain).not.toContain('\u001B');
    expect(stripVTControlCharacters(coloured)).toBe(plain);
  });

  it('status does not start a sandbox that was stopped', async () => {
    expect(await next('sandbox', 'stop')).toBe('npx lab sandbox start');
    const { stdout } = await lab('status');
    expect(stdout).toContain('The sandbox is not running. It keeps what you built.');
    expect(nextIn(stdout)).toBe('npx lab check');
    expect((await lab('sandbox', 'status')).code).toBe(1);
    expect(await next('sandbox', 'start')).toBe('npx lab status');
  });
});

describe('when the clock was moved', () => {
  inOwnCheckout(['sandbox', 'start']);

  it('status says how far the lab clock is ahead', async () => {
    expect((await lab('status')).stdout).not.toContain('ahead');
    expect(await next('sandbox', 'advance', '660')).toBe('npx lab status');
    expect((await lab('status')).stdout).toContain('The lab clock is 11 minutes ahead');
  });
});

describe('with the whole lab up', () => {
  const setUp = inOwnCheckout(['run', '--keep']);

  it('the run ends with what happened, what is proved and what is yours to do', () => {
    const stdout = stripVTControlCharacters(setUp[0]?.stdout ?? '');
    expect(setUp[0]?.code).toBe(0);
    const end = stdout.slice(stdout.indexOf('What was proved'));
    expect(end.match(/✓ {1,2}\d+ {2}/g)).toHaveLength(15);
    expect(end).toContain('3 messages sent: 2 deleted, 1 in the dead-letter queue');
    // The same timeline as its picture, by the names of the messages.
    expect(end).toMatch(/^ {2}message +event +predicted +measured +later by$/m);
    expect(end).toMatch(/^ {2}FAIL-please-retry-me +sent /m);
    expect(end).toMatch(/ receive 3 FAILED +\d+\.\d{3} +\d+\.\d{3} /);
    expect(end).toContain('15 proofs in docs/evidence/sandbox/');
    expect(end).toContain('docs/manual/look-around.md');
    expect(nextIn(end)).toBe('npx lab step 11');
    expect(end.split('\n').length).toBeLessThanOrEqual(44);
    // There is no console in the sandbox.
    expect(stdout).not.toMatch(/^Console/m);
  });

  it('status has every step done, and receives no message', async () => {
    const { steps, next: following, proofs } = await statusJson();
    expect(steps.filter((one) => !one.done)).toEqual([]);
    expect(following.command).toBe('npx lab step 11');
    expect(proofs).toMatchObject({ stale: [] });
    expect(proofs.recorded).toHaveLength(15);
    const calls = await callsOfStatus();
    expect(calls.length).toBeGreaterThan(5);
    const reads = /^(Get|List|Describe|FilterLogEvents$|SimulatePrincipalPolicy$)/;
    expect(calls.filter((operation) => !reads.test(operation))).toEqual([]);
  });

  it('check 10 ends with the timeline of the run', async () => {
    const { stdout, code } = await lab('check', '10');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}message +event +predicted +measured +later by$/m);
    expect(stdout).toMatch(/^ {2}good 1 +sent /m);
    expect(stdout).toMatch(/^ {2}FAIL-please-retry-me +sent /m);
    expect(stdout).toContain('end: dead-letter queue');
  });

  it('status names what is stale when something has changed, and the hint that helps', async () => {
    const setVisibility = (seconds: number) =>
      pasteInNewTerminal(`eval "$(npx lab env)"
URL=$(aws sqs get-queue-url --queue-name lab01-worker-queue --query QueueUrl --output text)
aws sqs set-queue-attributes --queue-url "$URL" --attributes VisibilityTimeout=${seconds}`);
    await setVisibility(10);
    const { stdout } = await lab('status');
    await setVisibility(30);
    expect(stdout).toMatch(/^Stale {4}proofs 2, .*15: source queue attributes/m);
    expect(stdout).toContain('  · 02 Source queue and redrive policy: 9/10, your turn\n');
    expect(nextIn(stdout)).toBe('npx lab hint');
  });

  it('a step that names a command for AWS prints it ready for a new terminal', async () => {
    await pasteInNewTerminal(`eval "$(npx lab env)"
UUID=$(aws lambda list-event-source-mappings --query 'EventSourceMappings[0].UUID' --output text)
aws lambda update-event-source-mapping --uuid "$UUID" --no-enabled`);
    const { code, stderr } = await lab('step', '7');
    expect(stderr).toContain('is Disabled');
    expect(code).toBe(1);
    const commands = stderr.split('Next:  ')[1] ?? '';
    expect(commands).toMatch(/^eval .*\n +aws lambda update-event-source-mapping /);
    expect(await pasteInNewTerminal(commands)).toMatchObject({ code: 0 });
    expect((await lab('step', '7')).code).toBe(0);
  });
});

describe('after the clean-up', () => {
  inOwnCheckout(['step', '1'], ['step', '11']);

  it.each([
    ['step 11', 'npx lab check 11'],
    ['check 11', 'npx lab watch'],
    ['status', 'npx lab step 1'],
  ])('"%s" ends with "%s"', async (words, command) => {
    expect(await next(...words.split(' '))).toBe(command);
  });
});
