import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { isHeld, oneAtATime } from './one-at-a-time.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';

/** Another process that says "in" when it has the lock, and keeps it until it is killed. */
async function holder(home: string) {
  const module = JSON.stringify(join(import.meta.dirname, 'one-at-a-time.ts'));
  const program = `
    const { oneAtATime } = await import(${module});
    await oneAtATime('docs', async () => {
      console.log('in');
      await new Promise((resolve) => setTimeout(resolve, 1e9));
    }, ${JSON.stringify(home)});`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface({ input: child.stdout }), 'line');
  return { kill: () => child.kill('SIGKILL'), [Symbol.dispose]: () => child.kill('SIGKILL') };
}

test('oneAtATime() does one thing after the other, in this process too', async () => {
  await using folder = await temporaryFolder();
  const steps: string[] = [];
  const work = (name: string) => async () => {
    steps.push(`${name} in`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    steps.push(`${name} out`);
  };
  await Promise.all(['a', 'b', 'c'].map((name) => oneAtATime('docs', work(name), folder.path)));
  expect(steps).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
});

test('oneAtATime() waits for another process, and goes on when that was killed', async () => {
  await using folder = await temporaryFolder();
  using other = await holder(folder.path);
  let [done, told] = [false, 0];
  const mine = oneAtATime(
    'docs',
    async () => {
      done = true;
    },
    folder.path,
    () => (told += 1),
  );
  // It has had its turn to try, and did not get in.
  await oneAtATime('sandbox', async () => {}, folder.path);
  expect(done).toBe(false);
  expect(isHeld(join(folder.path, 'docs.lock'))).toBe(true);
  await expect.poll(() => told).toBe(1);
  other.kill();
  await mine;
  expect({ done, told }).toEqual({ done: true, told: 1 });
  expect(isHeld(join(folder.path, 'docs.lock'))).toBe(false);
});

test('oneAtATime() lets the next one in after a failure, and says that the place cannot be written', async () => {
  await using folder = await temporaryFolder();
  const failing = oneAtATime('docs', () => Promise.reject(new Error('broken')), folder.path);
  await expect(failing).rejects.toThrow('broken');
  expect(await oneAtATime('docs', async () => 'in', folder.path)).toBe('in');

  await mkdir(join(folder.path, 'sandbox.lock'));
  const inTheWay = oneAtATime('sandbox', async () => 'in', folder.path);
  await expect(inTheWay).rejects.toThrow(/^Cannot write .*sandbox\.lock$/);

  // SQLite opens it, and only then sees what it is.
  await writeFile(join(folder.path, 'tools.lock'), 'no lock of ours '.repeat(100));
  const damaged = oneAtATime('tools', async () => 'in', folder.path);
  await expect(damaged).rejects.toThrow(/^Cannot write .*tools\.lock$/);

  const file = join(folder.path, 'a-file');
  await writeFile(file, '');
  await expect(oneAtATime('docs', async () => 'in', file)).rejects.toThrow(/EEXIST|ENOTDIR/);
});
