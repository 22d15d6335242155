import { labNow } from '../lab/aws/clocks.ts';
import { skipInSandbox, waitFor } from '../lab/aws/wait.ts';
import type { Lab } from '../lab/lab.ts';
import { beginsAnew } from './gone-copy.ts';

/**
 * Waits on AWS's clock, named for the screen; the sandbox skips it.
 * @param since when the clock began to run, as `labNow` says it: only what is left is waited for. Left out: it begins now
 */
export async function waitSeconds(
  lab: Lab,
  clock: string,
  seconds: number,
  since?: number,
): Promise<void> {
  const end = (since ?? (await labNow(lab))) + seconds * 1000;
  const left = Math.ceil((end - (await labNow(lab))) / 1000);
  if (left <= 0 || (await skipInSandbox(lab, clock, left))) return;
  await waitFor(lab, {
    what: `${left} s to pass`,
    clock,
    limitSeconds: left + 60,
    again: beginsAnew,
    probe: async () => ((await labNow(lab)) >= end ? true : undefined),
  });
}
