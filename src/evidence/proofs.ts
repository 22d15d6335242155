import { cliCommand } from '../lab/aws/ask.ts';
import type { Check, Proof } from '../judging/check.ts';

/** The command of a proof, as a learner types it. */
export function commandOf<T>({ show }: Proof<T>, observed: T): string {
  const shown = show(observed);
  return typeof shown === 'string' ? shown : cliCommand(shown);
}

/** Ids of the expectations that a proof stands for. */
export function rulesOf<T>(
  { rules }: Proof<T>,
  { expectations }: Pick<Check<T>, 'expectations'>,
): readonly string[] {
  return rules ?? expectations.map(({ id }) => id);
}
