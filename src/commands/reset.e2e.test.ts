import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryCheckout } from '../testing/lab/checkout.ts';

/** Has the turn until its stdin ends. */
const holder = `
import { takeTurn } from './src/experiments/take-turn.ts';
const release = await takeTurn('npx lab what-if');
console.log('taken');
for await (const _ of process.stdin);
release();
`;

test('while a what-if runs in another terminal, a reset and a new drill are refused, and say what runs', async () => {
  await using checkout = await temporaryCheckout();
  await writeFile(join(checkout.root, 'holder.ts'), holder);
  const running = spawn(process.execPath, ['holder.ts'], {
    cwd: checkout.root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(running, 'close');
  await Promise.race([once(running.stdout, 'data'), ended]);
  for (const [command, what] of [
    ['reset', 'The lab cannot be reset now'],
    ['drill', 'A drill cannot begin now'],
  ] as const) {
    const { code, stderr } = await checkout.lab([command]);
    expect(stderr).toContain(`${what}: npx lab what-if runs in this checkout`);
    expect(stderr).toContain('press Ctrl-C in its terminal');
    expect(code).toBe(2);
  }
  running.stdin.end();
  await ended;
});
