import type { Counts } from './counts.ts';
import type { Queue } from './queues.ts';

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html */
export const mostInFlight = 120_000;

/**
 * How many more messages of a queue may be in flight. Counting them at each receive would cost more
 * than the receive, so an upper bound is kept, and made exact only near the limit.
 */
export class InFlightLimit {
  readonly #limit: number;
  readonly #count: (queue: Queue) => Counts;
  readonly #bounds = new Map<number, number>();

  constructor(count: (queue: Queue) => Counts, limit: number) {
    this.#count = count;
    this.#limit = limit;
  }

  room(queue: Queue, wanted: number): number {
    let bound = this.#bounds.get(queue.id);
    if (bound === undefined || bound + wanted > this.#limit) {
      bound = this.#count(queue).inFlight;
      this.#bounds.set(queue.id, bound);
    }
    return Math.min(wanted, Math.max(this.#limit - bound, 0));
  }

  /** The queue is gone. */
  forget(queue: Queue): void {
    this.#bounds.delete(queue.id);
  }

  countTaken(queue: Queue, count: number): void {
    this.#bounds.set(queue.id, (this.#bounds.get(queue.id) ?? 0) + count);
  }
}
