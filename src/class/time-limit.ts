/** The work did not end in time. */
export class TooLateError extends Error {
  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds / 1000} s`);
    this.name = 'TooLateError';
  }
}

/**
 * Does work with a time limit, and aborts its signal when the time is over.
 * @throws TooLateError, also when the work does not listen to its signal
 */
export async function withTimeLimit<T>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TooLateError(milliseconds));
      controller.abort();
    }, milliseconds);
  });
  const working = work(controller.signal);
  // After the limit an error of the work has no listener.
  working.catch(() => undefined);
  try {
    return await Promise.race([working, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Does the same work with each item, at most `most` at a time. The results are in the order of the items. */
export async function aFewAtATime<T, R>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}
