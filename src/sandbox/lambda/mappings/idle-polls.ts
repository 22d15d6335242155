/** A long poll of a mapping waits for so long. */
const longPollMs = 20_000;
/** Longer ago nothing is counted: two days are kept. */
const longestIdleMs = 2 * 24 * 3_600_000;
/** Pollers that a mapping has when nothing is to do. */
const idlePollers = 5;

/**
 * What an idle mapping asks its queue in vain. The poller here waits to be woken instead, so these polls are worked
 * out from how long it waited: five pollers, each with one long poll after the other.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export class IdlePolls {
  readonly #count: (polls: { readonly times: number; readonly at: number }) => void;
  readonly #now: () => number;
  #pollers = 0;
  /** Begin of the polls under way; undefined while nobody waits. */
  #began: number | undefined;

  /** @param now lab time */
  constructor(
    now: () => number,
    count: (polls: { readonly times: number; readonly at: number }) => void,
  ) {
    this.#now = now;
    this.#count = count;
  }

  /** @param limit batches that the mapping may have in work at once; `running` has its pollers busy */
  begin({ limit, running }: { readonly limit: number; readonly running: number }): void {
    this.#pollers = Math.max(0, Math.min(idlePollers, limit) - running);
    this.#began = this.#now();
  }

  /** Counts the polls that have ended by now. */
  measure(): void {
    if (this.#began !== undefined) this.#began = Math.max(this.#began, this.#now() - longestIdleMs);
    while (this.#began !== undefined && this.#began + longPollMs <= this.#now()) {
      this.#began += longPollMs;
      if (this.#pollers > 0) this.#count({ times: this.#pollers, at: this.#began });
    }
  }

  end(): void {
    this.measure();
    this.#began = undefined;
  }
}
