import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LogSync } from './log-sync.ts';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-sync-'));
  file = join(folder, 'log');
  writeFileSync(file, 'x');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A disk that is done when the test says so. */
function slowDisk() {
  const underWay: ((error: Error | null) => void)[] = [];
  const begun: number[] = [];
  return {
    begun,
    sync: (fd: number, done: (error: Error | null) => void) => {
      begun.push(fd);
      underWay.push(done);
    },
    async done(error: Error | null = null): Promise<void> {
      underWay.shift()?.(error);
      await new Promise(setImmediate);
    },
  };
}

/** What has become of it so far. */
function followed(asked: Promise<void>): { state: string } {
  const followed = { state: 'waiting' };
  asked.then(
    () => (followed.state = 'on disk'),
    () => (followed.state = 'failed'),
  );
  return followed;
}

test('who asks while the disk is busy waits for the next time, and all of them share it', async () => {
  const disk = slowDisk();
  const log = new LogSync(file, disk.sync);
  const asked = [log.sync(), log.sync(), log.sync()].map(followed);
  const states = () => asked.map(({ state }) => state);
  expect(disk.begun).toHaveLength(1);
  await disk.done();
  expect(states()).toEqual(['on disk', 'waiting', 'waiting']);
  expect(disk.begun).toHaveLength(2);
  await disk.done();
  expect(states()).toEqual(['on disk', 'on disk', 'on disk']);
  expect(disk.begun).toHaveLength(2);
  expect(log.pending).toBeUndefined();
  log.close();
});

test('after a failure nothing is called on disk any more', async () => {
  const disk = slowDisk();
  const log = new LogSync(file, disk.sync);
  const asked = [log.sync(), log.sync()].map(followed);
  await disk.done(new Error('EIO'));
  expect(asked.map(({ state }) => state)).toEqual(['failed', 'failed']);
  await expect(log.sync()).rejects.toThrow('EIO');
  expect(disk.begun).toHaveLength(1);
  log.close();
});

test('the real disk is asked too, and a file that is not there is a failure', async () => {
  const log = new LogSync(file);
  await log.sync();
  log.close();
  await expect(new LogSync(join(folder, 'none')).sync()).rejects.toThrow('ENOENT');
});
