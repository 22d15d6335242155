import type { Lab } from '../lab/lab.ts';
import { drillNamed } from './drills.ts';
import { stopCounting, typedCommands } from './typed.ts';
import { forgetOpenDrill, keepEndedDrill, openDrill } from './state.ts';
import type { EndedDrill } from './state.ts';

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
  const { id, startedAt, hints, revealed, failedChecks, phase } = open;
  const drill = drillNamed(id);
  // One that was interrupted while it was planted was never shown to anybody, and counts for nobody.
  if (phase === 'open' && drill !== undefined) {
    const { level, rules } = drill;
    const seconds = Math.round((Date.now() - Date.parse(startedAt)) / 1000);
    const endedAt = new Date().toISOString();
    const commands = await typedCommands(startedAt);
    await keepEndedDrill({
      ...{ id, level, rules, outcome, endedAt, seconds },
      ...{ hints, revealed, failedChecks, commands },
    });
  }
  await stopCounting();
  await forgetOpenDrill(lab);
  return id;
}
