const works = new Set<() => Promise<unknown>>();

/** Does this after Ctrl-C, before the process ends; until it is disposed of. A second Ctrl-C does not wait for it. */
export function onInterrupt(work: () => Promise<unknown>): Disposable {
  works.add(work);
  return { [Symbol.dispose]: () => works.delete(work) };
}

/** Resolves when all of it is done, or has failed. */
export async function beforeLeaving(): Promise<void> {
  await Promise.allSettled([...works].map((work) => work()));
}
