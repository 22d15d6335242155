import type { LabClock } from '../clock.ts';

/** Everybody who waits for a message: long polls and event source mappings. Woken by events only. */
export class Waiters {
  readonly #clock: LabClock;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(clock: LabClock) {
    this.#clock = clock;
  }

  /** Something changed in the queue: whoever waits should look again. */
  wake(queueArn: string): void {
    for (const finish of this.#waiting.get(queueArn) ?? []) finish();
  }

  /** Resolves on `wake`, at lab time `until`, or on abort, whichever comes first. */
  wait(queueArn: string, until: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const over = new AbortController();
      const finish = () => {
        const waiting = this.#waiting.get(queueArn);
        waiting?.delete(finish);
        if (waiting?.size === 0) this.#waiting.delete(queueArn);
        signal.removeEventListener('abort', finish);
        over.abort();
        resolve();
      };
      const waiting = this.#waiting.get(queueArn) ?? new Set();
      this.#waiting.set(queueArn, waiting.add(finish));
      signal.addEventListener('abort', finish);
      if (Number.isFinite(until)) void this.#clock.sleepUntil(until, over.signal).then(finish);
    });
  }
}
