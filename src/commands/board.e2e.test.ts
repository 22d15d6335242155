import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { temporaryCheckout } from '../testing/lab/checkout.ts';
import type { Checkout } from '../testing/lab/checkout.ts';

/** `lab board` in a checkout, and its URL. */
async function startCommand(checkout: Checkout) {
  const child = spawn(process.execPath, ['src/cli.ts', 'board', '--no-open'], {
    cwd: checkout.root,
    env: { PATH: process.env['PATH'] ?? '', HOME: checkout.root },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^The board: (\S+)$/.exec(line)?.[1];
    if (url !== undefined) return { child, ended, url: new URL(url) };
  }
  throw new Error('the board did not start');
}

test('the command serves the lab of its checkout, follows a sandbox that is stopped and reset, and ends with Ctrl-C', async () => {
  await using checkout = await temporaryCheckout();
  const { child, ended, url } = await startCommand(checkout);
  const authorization = `Bearer ${url.hash.replace('#key=', '')}`;
  const get = (path: string) => fetch(new URL(path, url), { headers: { authorization } });
  expect((await get('/')).status).toBe(200);
  expect(await (await get('/api/lab')).json()).toMatchObject({
    target: 'sandbox',
    queueName: 'lab01-worker-queue',
  });
  await checkout.lab(['sandbox', 'stop']);
  expect((await get('/api/feed')).status).toBe(503);
  // Other keys from here on.
  await checkout.lab(['sandbox', 'reset']);
  const steps = (await (await get('/api/steps')).json()) as { outcome: string; number: string }[];
  expect(steps.find(({ number }) => number === '01')?.outcome).toBe('fail');
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
});
