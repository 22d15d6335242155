import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drills } from './drills.ts';
import { endedNow } from './end.ts';
import type { OpenDrill } from './state.ts';
import { startCounting, typedCommands } from './typed.ts';

const start = Date.parse('2026-11-28T08:00:00.000Z');
const [drill] = drills;
const open: OpenDrill = {
  id: drill?.id ?? '',
  startedAt: new Date(start).toISOString(),
  phase: 'open',
  hints: 1,
  revealed: false,
  failedChecks: 2,
};

const endedAfter = (ms: number) =>
  endedNow(open, drill!, { outcome: 'solved', commands: 3, now: start + ms });

test('a drill that ended has its seconds', () => {
  expect(endedAfter(61_400)).toMatchObject({ seconds: 61, hints: 1, failedChecks: 2, commands: 3 });
});

test('after a clock was set back to before the start nobody knows how long it took, and the rest is kept', () => {
  const ended = endedAfter(-3_600_000);
  expect(ended).not.toHaveProperty('seconds');
  expect(ended).toMatchObject({
    outcome: 'solved',
    commands: 3,
    endedAt: '2026-11-28T07:00:00.000Z',
  });
});

test('commands are counted from the start of the drill on, also after a clock was set back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lab-typed-'));
  const file = join(folder, 'drills', 'typed');
  const type = (seconds: number) => appendFile(file, `${start / 1000 + seconds}\n`);
  try {
    expect(await startCounting(file)).toBe(0);
    await type(-10);
    await type(5);
    // Another lab begins a drill of its own.
    const before = await startCounting(file);
    expect(before).toBe(2);
    await type(-3600);
    expect(await typedCommands(before, file)).toBe(1);
    expect(await typedCommands(0, file)).toBe(3);
    expect(await typedCommands(9, file)).toBe(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
