import type { World } from '../types.ts';

/**
 * Where a message stands in the order of arrival: one number line for all queues that only rises, also
 * over restarts and over messages that are gone, because it follows the lab clock.
 */
export class Positions {
  readonly #world: World;
  #last: number;

  constructor(world: World) {
    this.#world = world;
    const row = world.store.sql('SELECT MAX(position) AS last FROM sqs_messages').get();
    this.#last = Number(row?.['last'] ?? 0);
  }

  next(): number {
    this.#last = Math.max(this.#last + 1, Math.floor(this.#world.clock.now()) * 1000);
    return this.#last;
  }

  get last(): number {
    return this.#last;
  }
}

/** SequenceNumber of a FIFO message: 20 digits that rise within the queue. */
export function sequenceNumber(position: number): string {
  return `188${String(position).padStart(17, '0')}`;
}
