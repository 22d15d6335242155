import { join } from 'node:path';
import { isHeld, oneAtATime } from '../lab/one-at-a-time.ts';
import { labHome } from '../lab/settings.ts';
import { dim, say } from '../lab/terminal.ts';

/** Whether an experiment runs in this checkout: another one would wait for its end. */
export const isTurnTaken = (): boolean => isHeld(join(labHome, 'experiments.lock'));

/** One experiment at a time in a checkout: so whatever is left when one begins is left by a dead one. */
export function takeTurn(): Promise<() => void> {
  return new Promise((taken, failed) => {
    oneAtATime(
      'experiments',
      () => new Promise<void>((release) => taken(release)),
      undefined,
      () => say(dim('Another experiment runs in this checkout: waiting for its end')),
    ).catch(failed);
  });
}
