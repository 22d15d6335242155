import { homedir, hostname } from 'node:os';
import { root } from '../lab/settings.ts';

/** What tells one machine from another. */
export interface Machine {
  readonly home: string;
  readonly host: string;
  /** The checkout of the kit. */
  readonly checkout: string;
}

export function thisMachine(): Machine {
  return { home: homedir(), host: hostname(), checkout: root };
}
