import { openDrill } from '../drills/state.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';

/**
 * For what begins from a good lab and skips waits: a drill has broken the lab on purpose, and its orders may hold the
 * clock of the sandbox.
 * @param what `Experiment 24`
 * @throws LabError while a drill is open
 */
export async function refuseDuringDrill(lab: Lab, what: string): Promise<void> {
  const open = await openDrill(lab);
  if (open === undefined) return;
  throw new LabError(`${what} cannot run: the drill "${open.id}" is open in this lab`, {
    hint: 'npx lab drill   goes on with it, "npx lab drill --give-up" ends it and brings the good lab back',
    exitCode: 2,
  });
}
