import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { labOf } from '../lab.ts';
import type { SandboxHandle } from '../sandbox/handle.ts';
import type { Session } from '../session.ts';
import { waitFor } from './wait.ts';

/** A lab in a sandbox whose clock goes at these paces, one look after the other; then at the last of them. */
function labAt(...paces: readonly string[]) {
  let looks = -1;
  const status = async () => {
    looks += 1;
    const pace = paces[Math.min(looks, paces.length - 1)];
    return { clock: { pace, skipping: true, skippedTotalMs: 0, now: 0 } };
  };
  const place = { accountId: '111122223333', region: 'us-east-1' };
  const sandbox = { status } as unknown as SandboxHandle;
  const session = async () => ({ ...place, target: 'sandbox', sandbox }) as Session;
  return labOf({ prefix: '', place: async () => place, session });
}

/** True at the third look. */
function thirdTime() {
  let times = 0;
  return async () => {
    times += 1;
    return times > 3 ? true : undefined;
  };
}

let said: string[];
beforeEach(() => {
  said = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said.push(String(text));
      return true;
    });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const wait = { what: 'the queue', clock: 'some clock', limitSeconds: 60 };
const pauses = () =>
  said.join('').match(/The sandbox clock is paused[\s\S]*?clock\s+skip/g)?.length ?? 0;

test.each([true, false])(
  'a wait that cannot end because the clock is paused says so once (quiet: %s)',
  async (quiet) => {
    await waitFor(labAt('skipping', 'paused'), { ...wait, quiet, probe: thirdTime() });
    expect(pauses()).toBe(1);
    // The clock runs again: the next test begins anew.
    await waitFor(labAt('skipping'), { ...wait, quiet, probe: thirdTime() });
    expect(pauses()).toBe(1);
  },
);

test('of several waits at the same time one says it, and a quiet wait says nothing else', async () => {
  const lab = labAt('skipping', 'paused');
  const waits = [1, 2, 3].map(() => waitFor(lab, { ...wait, quiet: true, probe: thirdTime() }));
  await Promise.all(waits);
  expect(pauses()).toBe(1);
  said = [];
  await waitFor(labAt('skipping'), { ...wait, quiet: true, probe: thirdTime() });
  expect(said).toEqual([]);
});
