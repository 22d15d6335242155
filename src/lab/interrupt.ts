const works = new Set<() => Promise<unknown>>();
const sentences = new Set<string>();

const usually = 'Nothing is lost: run the same command again, and it continues from here.';

/**
 * Does this after Ctrl-C, before the process ends; until it is disposed of. A second Ctrl-C does not wait for it.
 * @param says what Ctrl-C leaves behind, where the command does not continue from there
 */
export function onInterrupt(work: () => Promise<unknown>, says?: string): Disposable {
  works.add(work);
  if (says !== undefined) sentences.add(says);
  return {
    [Symbol.dispose]: () => {
      works.delete(work);
      if (says !== undefined) sentences.delete(says);
    },
  };
}

/** What to tell somebody who has pressed Ctrl-C. */
export const interruptedText = (): string =>
  `Interrupted. ${sentences.size === 0 ? usually : [...sentences].join(' ')}`;

/** Resolves when all of it is done, or has failed. */
export async function beforeLeaving(): Promise<void> {
  await Promise.allSettled([...works].map((work) => work()));
}
