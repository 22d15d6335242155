import type { World } from '../types.ts';
import type { Queue } from './queues.ts';

export interface Counts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** The approximate counts of a queue: exact, unless the fault `countsLagMs` makes them lag. */
export class ApproximateCounts {
  readonly #world: World;
  readonly #stale = new Map<number, { readonly at: number; readonly counts: Counts }>();

  constructor(world: World) {
    this.#world = world;
  }

  /** To be called before anything changes in the queue. */
  keepBeforeChange(queue: Queue): void {
    if (this.#world.faults.countsLagMs === 0 || this.#staleOf(queue) !== undefined) return;
    this.#stale.set(queue.id, { at: this.#world.clock.now(), counts: this.exact(queue) });
  }

  shown(queue: Queue): Counts {
    return this.#staleOf(queue) ?? this.exact(queue);
  }

  exact(queue: Queue): Counts {
    const { store, clock } = this.#world;
    const now = Math.floor(clock.now());
    const visible = store
      .sql('SELECT COUNT(*) AS count FROM sqs_messages WHERE queue_id = ? AND visible_at <= ?')
      .get(queue.id, now);
    const hidden = store
      .sql(
        `SELECT COUNT(*) AS count, COALESCE(SUM(receives_here > 0), 0) AS in_flight
         FROM sqs_messages WHERE queue_id = ? AND visible_at > ?`,
      )
      .get(queue.id, now);
    const inFlight = Number(hidden?.['in_flight']);
    return {
      visible: Number(visible?.['count']),
      inFlight,
      delayed: Number(hidden?.['count']) - inFlight,
    };
  }

  #staleOf(queue: Queue): Counts | undefined {
    const { faults, clock } = this.#world;
    const stale = this.#stale.get(queue.id);
    if (stale !== undefined && clock.now() < stale.at + faults.countsLagMs) return stale.counts;
    this.#stale.delete(queue.id);
    return undefined;
  }
}
