import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runDocs } from '../testing/evidence/run-docs.ts';
import { temporaryCheckout } from '../testing/lab/checkout.ts';
import type { Checkout } from '../testing/lab/checkout.ts';

let run: Awaited<ReturnType<typeof runDocs>>;
let checkout: Checkout;
let docs: string;

beforeAll(async () => {
  run = await runDocs();
  checkout = await temporaryCheckout();
  docs = join(checkout.root, 'docs');
});

beforeEach(async () => {
  for (const folder of ['evidence', 'screenshots'])
    await rm(join(docs, folder), { recursive: true, force: true });
  await cp(run.path, docs, { recursive: true });
});

afterAll(async () => {
  await checkout.remove();
  await run.remove();
});

/** What it says, line by line, and every line that says what to do next. */
async function verify() {
  const { code, stdout } = await checkout.lab(['verify']);
  const lines = stdout.split('\n');
  return { code, lines, next: lines.filter((line) => line.startsWith('Next')) };
}

test('a missing manifest is the first thing that is said, with one next command', async () => {
  await rm(join(docs, 'evidence/sandbox/manifest.json'));
  const { code, lines, next } = await verify();
  expect(lines[1]).toBe(
    '  ✗ There is no manifest: no file can be held against what the kit wrote (evidence/sandbox/manifest.json)',
  );
  expect(next).toEqual([expect.stringContaining('npx lab check')]);
  expect(code).toBe(1);
});

test('a missing page and an edited picture are named, and the next command makes them again', async () => {
  await rm(join(docs, 'index.html'));
  await writeFile(join(docs, 'screenshots/sandbox/01-dlq-configuration.svg'), '<svg/>');
  const { code, lines, next } = await verify();
  expect(lines).toContain('      missing  index.html');
  expect(lines).toContain('      differs  screenshots/sandbox/01-dlq-configuration.svg');
  expect(next).toEqual([expect.stringContaining('npx lab pictures')]);
  expect(code).toBe(1);
  expect((await checkout.lab(['pictures'])).code).toBe(0);
  const after = await verify();
  expect(after.lines.filter((line) => line.includes('✗'))).toEqual([]);
  expect(after.next).toHaveLength(1);
});

test.each([
  ['verify', 1],
  ['steps', 141],
])(
  'lab %s, whose reader closes the pipe, ends with %i: the verdict, or that it was cut off',
  async (command, expected) => {
    await rm(join(docs, 'index.html'));
    const child = spawn(process.execPath, ['src/cli.ts', command], {
      cwd: checkout.root,
      env: { PATH: process.env['PATH'], HOME: checkout.root },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child.stdout.destroy();
    expect(await once(child, 'exit')).toEqual([expected, null]);
  },
);
