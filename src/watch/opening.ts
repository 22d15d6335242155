import type { Session } from '../lab/session.ts';
import { bold } from '../lab/terminal.ts';
import { sentence } from './lines.ts';
import type { View } from './lines.ts';
import { targetLabel } from '../lab/target-name.ts';

type Where = Pick<Session, 'accountId' | 'region' | 'target'>;

/** The first lines of the screen: the target, and what to type where. */
export function openingLines({ target, accountId, region }: Where, view: View): string[] {
  const where = targetLabel(target);
  const here = view.manual
    ? 'Press Enter here to check. For everything else type a letter and Enter.'
    : 'This terminal checks by itself and turns green when a step is done.';
  return [
    `${bold('lab watch')}  [${where}]  ${accountId}, ${region}`,
    ...sentence(`Type the commands in another terminal, in this folder. ${here}`, view),
  ];
}
