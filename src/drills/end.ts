import type { Lab } from '../lab/lab.ts';
import { drillNamed } from './drills.ts';
import { stopCounting, typedCommands } from './typed.ts';
import {
  forgetOpenDrill,
  isAnyDrillOpen,
  keepEndedDrill,
  openDrill,
  secondsSince,
} from './state.ts';
import type { Drill } from './drills.ts';
import type { EndedDrill, OpenDrill } from './state.ts';

/**
 * Ends the drill that is planted in this lab, if there is one, and remembers how. Repairs nothing.
 * @returns its id
 */
export async function endDrill(
  lab: Lab,
  outcome: EndedDrill['outcome'],
): Promise<string | undefined> {
  const open = await openDrill(lab);
  if (open === undefined) return undefined;
  const drill = drillNamed(open.id);
  // One that was interrupted while it was planted was never shown to anybody, and counts for nobody.
  if (open.phase === 'open' && drill !== undefined) {
    const commands = await typedCommands(open.typedBefore ?? 0);
    await keepEndedDrill(endedNow(open, drill, { outcome, commands, now: Date.now() }));
  }
  await forgetOpenDrill(lab);
  if (!(await isAnyDrillOpen())) await stopCounting();
  return open.id;
}

/** How a drill ended. @param now milliseconds since 1970 */
export function endedNow(
  { id, startedAt, hints, revealed, failedChecks }: OpenDrill,
  { level, rules }: Drill,
  { outcome, commands, now }: Pick<EndedDrill, 'commands' | 'outcome'> & { readonly now: number },
): EndedDrill {
  const seconds = secondsSince(startedAt, now);
  return {
    ...{ id, level, rules, outcome, endedAt: new Date(now).toISOString() },
    ...(seconds !== undefined && { seconds }),
    ...{ hints, revealed, failedChecks, commands },
  };
}
