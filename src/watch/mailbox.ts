/** A queue of events for one reader, in the order in which they happened. */
export interface Mailbox<T> {
  put(item: T): void;
  /** The next event; undefined when none came within the time. */
  next(waitMs?: number): Promise<T | undefined>;
}

export function mailbox<T>(): Mailbox<T> {
  const items: T[] = [];
  let wake = () => {};
  return {
    put(item) {
      items.push(item);
      wake();
    },
    async next(waitMs) {
      if (items.length === 0) {
        await new Promise<void>((resolve) => {
          const timer = waitMs === undefined ? undefined : setTimeout(resolve, waitMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      return items.shift();
    },
  };
}
