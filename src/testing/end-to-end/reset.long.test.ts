import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { drills } from '../../drills/drills.ts';
import { runChild, temporaryCheckout } from '../lab/checkout.ts';
import type { Checkout } from '../lab/checkout.ts';
import { randomFrom } from '../sandbox/random.ts';

const moments = 20;
const environmentOf = (checkout: Checkout) => ({
  PATH: process.env['PATH'] ?? '',
  HOME: checkout.root,
});

/** Starts `lab` with these words and kills it and the command that it is running, so many milliseconds later. */
async function killAfter(checkout: Checkout, words: readonly string[], ms: number): Promise<void> {
  const child = spawn(process.execPath, ['src/cli.ts', ...words], {
    cwd: checkout.root,
    env: environmentOf(checkout),
    stdio: 'ignore',
    // A group of its own, so that the command it is running dies with it.
    detached: true,
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  await Promise.race([ended, sleep(ms)]);
  if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  await ended;
}

/** Git, as in a checkout: what is put aside is compared with it. */
async function commit(checkout: Checkout): Promise<void> {
  const git = 'git -c user.name=learner -c user.email=learner@example.com';
  const script = `git init -q --template= && git add -A src && ${git} commit -qm kit`;
  const ended = await runChild('bash', ['-c', script], {
    cwd: checkout.root,
    environment: environmentOf(checkout),
  });
  if (ended.code !== 0) throw new Error(ended.stderr);
}

/** What is there beside the lab, by the names that drills and experiments give. */
async function besides(checkout: Checkout): Promise<string> {
  const script = `eval "$('${process.execPath}' src/cli.ts env --as admin)"
aws sqs list-queues --queue-name-prefix lab01-x --query QueueUrls --output text
aws lambda list-functions --query "Functions[?starts_with(FunctionName, 'lab01-x')].FunctionName" --output text
aws iam list-roles --query "Roles[?starts_with(RoleName, 'lab01-x')].RoleName" --output text`;
  const { stdout } = await runChild('bash', ['-euc', script], {
    cwd: checkout.root,
    environment: environmentOf(checkout),
  });
  return stdout.replaceAll('None', '').trim();
}

it(`lab reset restores the lab after each of ${moments} kills in the middle of drills, resets and checks of drills`, async () => {
  await using checkout = await temporaryCheckout();
  await commit(checkout);
  const random = randomFrom(2026_11_28);
  for (let i = 0; i < moments; i += 1) {
    const drill = drills[random(drills.length)]?.id ?? '';
    const words = [['drill', drill], ['drill', '--check'], ['reset'], ['drill', drill]][random(4)];
    const ms = 300 + random(12_000);
    await killAfter(checkout, words ?? [], ms);
    const moment = `${words?.join(' ')} killed after ${ms} ms`;
    const { code, stderr } = await checkout.lab(['reset']);
    expect({ moment, code, stderr: code === 0 ? '' : stderr }).toEqual({
      moment,
      code: 0,
      stderr: '',
    });
    const check = await checkout.lab(['check']);
    expect(check.stdout).toContain('11 of 11 checks passed');
    expect({ moment, left: await besides(checkout) }).toEqual({ moment, left: '' });
    expect((await checkout.lab(['drill', '--hint'])).stderr).toContain('No drill is open');
  }
});

it('lab reset puts the worker of the learner aside, and --rebuild leads back from a role that no hint makes good', async () => {
  await using checkout = await temporaryCheckout();
  await commit(checkout);
  const file = join(checkout.root, 'src/handlers/worker.ts');
  const kits = await readFile(file, 'utf8');
  const own = kits.replace('batchItemFailures.push', 'void batchItemFailures.concat');
  await writeFile(file, own);
  const reset = await checkout.lab(['reset']);
  expect(reset).toMatchObject({ code: 0 });
  const kept = /"cp (\S+) src\/handlers\/worker\.ts" brings it back/.exec(reset.stdout)?.[1] ?? '';
  expect(await readFile(join(checkout.root, kept), 'utf8')).toBe(own);
  expect(await readFile(file, 'utf8')).toBe(kits);
  const rebuilt = await checkout.lab(['reset', '--rebuild']);
  expect(rebuilt).toMatchObject({ code: 0 });
  expect(rebuilt.stdout).toContain('Deleted the lab and built it anew.');
  const again = await checkout.lab(['reset']);
  expect(again.stdout).toContain('There was nothing to do.');
});

it('lab reset lets a paused clock skip again, and brings back settings that no check looks at', async () => {
  await using checkout = await temporaryCheckout();
  await commit(checkout);
  expect(await checkout.lab(['reset'])).toMatchObject({ code: 0 });
  expect((await checkout.lab(['reset'])).stdout).toContain('There was nothing to do.');
  const script = `eval "$('${process.execPath}' src/cli.ts env)"
aws lambda update-event-source-mapping --scaling-config MaximumConcurrency=2 \\
  --uuid "$(aws lambda list-event-source-mappings --function-name lab01-sqs-worker --query 'EventSourceMappings[0].UUID' --output text)"
aws sqs set-queue-attributes --queue-url "$(aws sqs get-queue-url --queue-name lab01-worker-dlq --query QueueUrl --output text)" --attributes VisibilityTimeout=0`;
  const typed = await runChild('bash', ['-euc', script], {
    cwd: checkout.root,
    environment: environmentOf(checkout),
  });
  expect(typed).toMatchObject({ code: 0 });
  expect(await checkout.lab(['sandbox', 'clock', 'pause'])).toMatchObject({ code: 0 });
  const { code, stdout } = await checkout.lab(['reset']);
  expect(code).toBe(0);
  expect(stdout).toContain('The sandbox clock was set to "paused". It skips waits again.');
  expect(stdout).toContain("--scaling-config '{}'");
  expect(stdout).toContain('--attributes VisibilityTimeout=30');
  const { stdout: status } = await checkout.lab(['sandbox', 'status']);
  expect(status).toContain('skips waits');
  expect(await checkout.lab(['template'])).toMatchObject({ code: 0 });
  expect((await checkout.lab(['reset'])).stdout).toContain('There was nothing to do.');
});

it('a drill is started, gone on with, not solved, repaired by hand, solved and counted, as a learner types it', async () => {
  await using checkout = await temporaryCheckout();
  const start = await checkout.lab(['drill', 'lost-1']);
  expect(start).toMatchObject({ code: 0 });
  // Before that the lab is built, in sight.
  const shown = start.stdout.slice(start.stdout.indexOf('Something is being changed'));
  expect(shown).toContain('lab01-worker-dlq does not have it');
  expect(shown).not.toContain('ReportBatchItemFailures');
  expect((await checkout.lab(['drill'])).stdout).toContain('This drill is still open');
  expect((await checkout.lab(['drill', 'stuck-1'])).code).toBe(2);
  const early = await checkout.lab(['drill', '--check']);
  expect(early.code).toBe(1);
  expect(early.stdout).toContain('Not solved yet');
  expect((await checkout.lab(['drill', '--hint'])).stdout).toContain('Hint 1 of 3');
  const { stdout: answer } = await checkout.lab(['drill', '--reveal']);
  expect(answer).toContain('Somebody created the mapping without ReportBatchItemFailures.');
  const fix = /^ +(aws lambda update-event-source-mapping .*)$/m.exec(answer)?.[1] ?? '';
  const script = `eval "$('${process.execPath}' src/cli.ts env)"\n${fix}`;
  const typed = await runChild('bash', ['-euc', script], {
    cwd: checkout.root,
    environment: environmentOf(checkout),
  });
  expect(typed).toMatchObject({ code: 0 });
  const solved = await checkout.lab(['drill', '--check']);
  expect(solved.stdout).toContain('Solved.');
  expect(solved.code).toBe(0);
  const score = await checkout.lab(['drill', '--score', '--json']);
  const { levels } = JSON.parse(score.stdout) as { levels: readonly { solved: number }[] };
  expect(levels.map((level) => level.solved)).toEqual([1, 0, 0]);
  const ended = await readFile(join(checkout.root, '.lab/drills/ended.jsonl'), 'utf8');
  expect(JSON.parse(ended)).toMatchObject({ id: 'lost-1', commands: 1, hints: 1, revealed: true });
});
