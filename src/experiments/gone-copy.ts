import { LabError } from '../lab/errors.ts';

/** What a run says that cannot go on where it stopped: its copies are deleted at its end, whatever ended it. */
export const beginsAnew = 'Run the same command again: it begins anew, with new copies of the lab.';

/**
 * Somebody has deleted a part of a copy while it was worked with: there is nothing to wait for.
 * @param what `queue lab01-x20-with-queue`
 */
export function goneCopy(what: string): LabError {
  return new LabError(
    `This run cannot go on: its ${what} is not there any more. Somebody else has deleted it.`,
    { hint: beginsAnew },
  );
}
