import type { Target } from './session.ts';
import { green, yellow } from './terminal.ts';

/** How every screen, report and record calls a target: nobody shall take a sandbox for AWS. */
export const targetName = (target: Target): 'AWS' | 'SANDBOX' =>
  target === 'sandbox' ? 'SANDBOX' : 'AWS';

/** For a terminal: in colour, which says nothing that the word does not. */
export const targetLabel = (target: Target): string =>
  target === 'sandbox' ? green(targetName(target)) : yellow(targetName(target));
