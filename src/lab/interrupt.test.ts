import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/lab/checkout.ts';

/** Works until it is interrupted; then says what an interrupted command must not say, and its clean-up writes to the terminal. */
const working = `
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isLeaving, leaveOnInterrupt, onInterrupt, unlessInterrupted } from '${join(import.meta.dirname, 'interrupt.ts')}';
const [file, mode] = process.argv.slice(1);
leaveOnInterrupt();
onInterrupt(async () => {
  for (let i = 0; i < 20; i += 1) {
    console.log('deleting');
    console.error('deleting');
    await pause(1);
  }
  appendFileSync(file, 'deleted');
  if (mode === 'for ever') await new Promise(() => setInterval(() => undefined, 1000));
}, { before: 'The copies are being deleted.', after: 'They are deleted.' });
const goneTerminal = Object.assign(new Error('gone'), { code: 'EIO' });
if (mode === 'terminal gone') process.stdout.emit('error', goneTerminal);
console.log('ready');
while (!isLeaving()) await pause(1);
await unlessInterrupted();
appendFileSync(file, ' and a verdict');
`;

async function start(mode = '') {
  const folder = await temporaryFolder();
  const file = join(folder.path, 'done');
  const args = ['--input-type=module-typescript', '--eval', working, file, mode];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  await Promise.race([once(child.stdout, 'data'), ended]);
  child.stdout.resume();
  return {
    child,
    ended,
    said: () => said,
    done: () => readFile(file, 'utf8').catch(() => ''),
    [Symbol.asyncDispose]: () => folder.remove(),
  };
}

test.each([
  ['SIGINT', 130],
  ['SIGHUP', 129],
  ['SIGTERM', 143],
] as const)(
  '%s does what is still to do, says so, gives no verdict and ends with %i',
  async (signal, code) => {
    await using one = await start();
    one.child.kill(signal);
    expect(await one.ended).toBe(code);
    expect(await one.done()).toBe('deleted');
    expect(one.said()).toContain('Interrupted. The copies are being deleted.');
    expect(one.said()).toContain('They are deleted.');
  },
);

test.each([
  ['SIGHUP', 129],
  ['SIGTERM', 143],
] as const)('%s does it also when nobody can read what it says', async (signal, code) => {
  await using one = await start();
  one.child.stdout.destroy();
  one.child.stderr.destroy();
  one.child.kill(signal);
  expect(await one.ended).toBe(code);
  expect(await one.done()).toBe('deleted');
});

test('a terminal that is gone (EIO) before its SIGHUP has come ends it in order as well', async () => {
  await using one = await start('terminal gone');
  expect(await one.ended).toBe(129);
  expect(await one.done()).toBe('deleted');
});

test('a second SIGHUP changes nothing, and a second Ctrl-C does not wait', async () => {
  await using one = await start('for ever');
  one.child.kill('SIGHUP');
  await expect.poll(one.done, { timeout: 100_000 }).toBe('deleted');
  one.child.kill('SIGHUP');
  one.child.kill('SIGINT');
  expect(await one.ended).toBe(130);
});
