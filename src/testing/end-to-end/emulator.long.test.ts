import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Evidence } from '../../evidence/evidence.ts';
import { temporaryCheckout } from '../lab/checkout.ts';
import { asEmulator } from '../sandbox/as-emulator.ts';
import { startProcess } from '../sandbox/process.ts';

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

test('the whole lab runs on an emulator, everything says so, and its evidence is apart', async () => {
  await using checkout = await temporaryCheckout();
  await using sandbox = await startProcess(join(checkout.root, 'other-home'));
  await using emulator = await asEmulator(sandbox.admin);
  const at = ['--endpoint', emulator.endpoint];

  const run = await checkout.lab(['run', '--keep', ...at]);
  // What it waits for is said there, and the waits are real ones.
  expect(run.stderr).not.toContain('Error');
  expect(run.stdout).toContain('EMULATOR');
  expect(run.stdout).not.toMatch(/\bSANDBOX\b/);
  expect(run.code).toBe(0);

  const evidence = join(checkout.root, 'docs', 'evidence');
  expect(await readdir(evidence)).toEqual(['emulator']);
  const names = (await readdir(join(evidence, 'emulator'))).filter((name) => /^\d\d-/.test(name));
  const recorded = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map(
        async (name) =>
          JSON.parse(await readFile(join(evidence, 'emulator', name), 'utf8')) as Evidence,
      ),
  );
  expect(new Set(recorded.map(({ target }) => target))).toEqual(new Set(['EMULATOR']));
  const timeline = join(checkout.root, 'docs', 'screenshots', 'emulator', 'timeline.txt');
  expect(await readFile(timeline, 'utf8')).toMatch(/^EMULATOR /m);
  expect(await exists(join(checkout.root, '.lab', 'sandbox'))).toBe(false);

  const verified = await checkout.lab(['verify', ...at]);
  expect(verified.stdout).toContain('no proof is stale (held against the lab as it is now)');
  expect(verified.code).toBe(0);

  const cleaned = await checkout.lab(['step', '11', ...at]);
  expect(cleaned.code).toBe(0);
});
