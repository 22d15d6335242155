import type { Session } from '../session.ts';
import { bold, cyan, green, yellow } from '../terminal.ts';
import { sentence } from './lines.ts';
import type { View } from './lines.ts';

/** What a learner reads first: where this is, and where to type. */
export function openingLines(
  {
    target,
    accountId,
    region,
    profile,
  }: Pick<Session, 'accountId' | 'profile' | 'region' | 'target'>,
  prefix: string,
  view: View,
): string[] {
  const where = target === 'sandbox' ? green('SANDBOX') : yellow('AWS');
  return [
    `${bold('lab watch')}  [${where}]  ${accountId}, ${region}`,
    ...sentence(
      'Type the commands in another terminal, in this folder. Point it at the lab first:',
      view,
    ),
    ...(prefix === '' ? [] : [cyan(`  export LAB_PREFIX=${prefix}`)]),
    cyan(`  ${environmentCommand(target, profile)}`),
    ...sentence(
      view.manual
        ? 'Press Enter here to check; a letter and Enter for everything else.'
        : 'This side looks by itself and turns green when a step is done.',
      view,
    ),
  ];
}

function environmentCommand(target: Session['target'], profile: string): string {
  if (target === 'aws')
    return `eval "$(LAB_TARGET=aws npm run -s lab env -- --profile ${profile})"`;
  return profile === 'lab-dev'
    ? 'eval "$(npm run -s lab env)"'
    : `eval "$(npm run -s lab env -- --as ${profile})"`;
}
