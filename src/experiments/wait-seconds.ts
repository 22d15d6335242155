import { skipInSandbox, waitFor } from '../lab/aws/wait.ts';
import type { Lab } from '../lab/lab.ts';

/** Waits on AWS's clock, named for the screen; the sandbox skips it. */
export async function waitSeconds(lab: Lab, clock: string, seconds: number): Promise<void> {
  if (await skipInSandbox(lab, clock, seconds)) return;
  const { sandbox } = await lab.session();
  const now = async () => (await sandbox?.status())?.clock.now ?? Date.now();
  const end = (await now()) + seconds * 1000;
  await waitFor(lab, {
    what: `${seconds} s to pass`,
    clock,
    limitSeconds: seconds + 60,
    probe: async () => ((await now()) >= end ? true : undefined),
  });
}
