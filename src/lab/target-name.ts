import type { Target } from './session.ts';
import { green, yellow } from './terminal.ts';

/** How every screen, report and record calls a target: nobody shall take a sandbox or an emulator for AWS. */
export type TargetName = 'AWS' | 'EMULATOR' | 'SANDBOX';

const names = { aws: 'AWS', emulator: 'EMULATOR', sandbox: 'SANDBOX' } as const;

export const targetName = (target: Target): TargetName => names[target];

/** The target of a name on record. */
export const targetOfName = (name: TargetName): Target =>
  name === 'AWS' ? 'aws' : name === 'EMULATOR' ? 'emulator' : 'sandbox';

/** For a terminal: in colour, which says nothing that the word does not. */
export const targetLabel = (target: Target): string =>
  target === 'aws' ? yellow(targetName(target)) : green(targetName(target));
