/** Batches in work at once when a mapping begins, and again after it was idle. */
const startingBatches = 5;
const mostBatches = 1250;
/** 300 more a minute. */
const growEveryMs = 200;

/**
 * How many batches a mapping may have in work at once: grows while messages wait, shrinks when the
 * function fails.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export class BatchConcurrency {
  readonly #now: () => number;
  readonly #maximum: number;
  #base = startingBatches;
  /** Lab time since which messages wait for a free place. */
  #growingSince: number | undefined;
  /** Where function errors have pushed it down to. */
  #ceiling = Infinity;
  #running = 0;

  /** @param now lab time in milliseconds */
  constructor(now: () => number, maximumConcurrency: number | undefined) {
    this.#now = now;
    this.#maximum = Math.min(maximumConcurrency ?? mostBatches, mostBatches);
  }

  get limit(): number {
    return Math.min(this.#grown(), this.#maximum, this.#ceiling);
  }

  get running(): number {
    return this.#running;
  }

  /** Asked when messages may be waiting: from the moment that it says true, the limit grows. */
  isFull(): boolean {
    const full = this.#running >= this.limit;
    if (full) this.#growingSince ??= this.#now();
    return full;
  }

  /** Lab time at which one more batch may run, if time alone brings that. */
  nextGrowth(): number | undefined {
    if (this.#growingSince === undefined || this.limit < this.#grown()) return undefined;
    return this.#growingSince + (this.#grown() - this.#base + 1) * growEveryMs;
  }

  /** Nothing waits in the queue. */
  rest(): void {
    this.#base = Math.max(startingBatches, Math.min(this.#running, this.#grown()));
    this.#growingSince = undefined;
  }

  countStart(): void {
    this.#running += 1;
  }

  countEnd(): void {
    this.#running -= 1;
  }

  /** An error or a throttle halves it; each batch that went well gives one back. */
  learn(wentWell: boolean): void {
    if (!wentWell) this.#ceiling = Math.max(1, Math.floor(this.limit / 2));
    else if (this.#ceiling < this.#grown()) this.#ceiling += 1;
    else this.#ceiling = Infinity;
  }

  #grown(): number {
    if (this.#growingSince === undefined) return this.#base;
    return this.#base + Math.floor((this.#now() - this.#growingSince) / growEveryMs);
  }
}
