import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../lab/errors.ts';
import { isHeld, oneAtATime } from '../lab/one-at-a-time.ts';
import { labHome } from '../lab/settings.ts';
import { dim, say } from '../lab/terminal.ts';

/** Says who has the turn. Without the lock it says nothing: a process that was killed leaves it. */
const nameFile = (home: string) => join(home, 'experiments.turn');

/** Whether something that works with copies of the lab runs in this checkout: another one would wait for its end. */
export const isTurnTaken = (home = labHome): boolean => isHeld(join(home, 'experiments.lock'));

/** Who has the turn: `npx lab experiment 24`. */
function turnOf(home: string): string {
  try {
    return readFileSync(nameFile(home), 'utf8');
  } catch {
    return 'an experiment';
  }
}

/**
 * One at a time in a checkout: so whatever copies are left when one begins are left by a dead one. Waits for its turn.
 * @param command who takes it, for whoever waits: `npx lab experiment 24`
 * @param home folder of the lock
 * @returns gives the turn back
 */
export function takeTurn(command: string, home = labHome): Promise<() => void> {
  return new Promise((taken, failed) => {
    oneAtATime(
      'experiments',
      () =>
        new Promise<void>((release) => {
          mkdirSync(home, { recursive: true });
          writeFileSync(nameFile(home), command);
          taken(() => {
            rmSync(nameFile(home), { force: true });
            release();
          });
        }),
      home,
      () => say(dim(`${turnOf(home)} runs in this checkout: waiting for its end`)),
    ).catch(failed);
  });
}

/**
 * For what would delete the copies of whoever has the turn, or break the lab that it looks at.
 * @param what `The lab cannot be reset`
 * @throws LabError (exit code 2) while the turn is taken
 */
export function refuseDuringTurn(what: string, home = labHome): void {
  if (!isTurnTaken(home)) return;
  throw new LabError(`${what}: ${turnOf(home)} runs in this checkout, on copies of the lab`, {
    hint: 'Wait for its end, or press Ctrl-C in its terminal, then run this command again.',
    exitCode: 2,
  });
}
