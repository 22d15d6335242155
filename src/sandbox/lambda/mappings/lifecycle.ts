import type { SkipVote } from '../../clock.ts';
import { mappingPart } from './mapping-store.ts';
import type { Mapping, MappingState, Settled } from './mapping-store.ts';
import type { MappingParts } from './parts.ts';
import { Poller } from './poller.ts';

/** How long a change of a mapping takes, in lab time. AWS promises nothing and needs seconds. */
export const transitionMs = 2000;

/**
 * Carries mappings through their states and runs a poller for each enabled one. The states are in
 * the store: a sandbox that was killed takes up both where it was.
 */
export class Lifecycle {
  readonly #parts: MappingParts;
  readonly #closed = new AbortController();
  readonly #pollers = new Map<string, Poller>();
  /** Stopped, with batches still in work. */
  readonly #leaving = new Set<Poller>();

  constructor(parts: MappingParts) {
    this.#parts = parts;
    this.settle();
    for (const mapping of parts.mappings.list()) {
      if (mapping.state === 'Enabled') this.#startPoller(mapping);
      else this.#settleLater(mapping);
    }
    parts.world.clock.addVoter(() => this.#vote());
    parts.metrics.beforeReading(() => {
      for (const poller of this.#pollers.values()) poller.measureIdlePolls();
    });
    const { feed } = parts.world.store;
    feed.describe('mappings', () => parts.mappings.list().map(mappingPart));
    feed.describe('pollers', () =>
      [...this.#pollers.values(), ...this.#leaving].map((poller) => poller.describe()),
    );
  }

  /** A new mapping, on its way to `Enabled`, or `Disabled` from the start. */
  add(mapping: Omit<Mapping, 'lastModified' | 'state' | 'transition'>, enabled: boolean): Mapping {
    const added = enabled
      ? this.#inTransition(mapping, 'Creating', 'Enabled')
      : {
          ...mapping,
          state: 'Disabled' as const,
          lastModified: this.#now(),
          transition: undefined,
        };
    this.#parts.mappings.add(added);
    this.#settleLater(added);
    return added;
  }

  /** While `Updating`, an enabled mapping goes on polling as it was. */
  change(mapping: Mapping, state: MappingState, to: Settled): Mapping {
    const changed = this.#inTransition(mapping, state, to);
    this.#parts.mappings.update(changed);
    if (to !== 'Enabled') this.#stopPoller(mapping.uuid);
    this.#settleLater(changed);
    return changed;
  }

  /** Ends the transitions whose time is over. */
  settle(): void {
    if (this.#closed.signal.aborted) return;
    const { mappings } = this.#parts;
    for (const { transition, ...mapping } of mappings.due(this.#now())) {
      const { to, endsAt } = transition ?? { to: 'gone', endsAt: 0 };
      if (to === 'gone') {
        mappings.delete(mapping.uuid);
        continue;
      }
      const settled: Mapping = {
        ...mapping,
        state: to,
        lastModified: endsAt,
        transition: undefined,
      };
      mappings.update(settled);
      this.#stopPoller(mapping.uuid);
      if (to === 'Enabled') this.#startPoller(settled);
    }
  }

  /** Lets go of everything at once; what is in flight comes back by its visibility timeout. */
  close(): void {
    this.#closed.abort();
    for (const uuid of this.#pollers.keys()) this.#stopPoller(uuid);
  }

  #inTransition(
    mapping: Omit<Mapping, 'lastModified' | 'state' | 'transition'>,
    state: MappingState,
    to: Settled,
  ): Mapping {
    const now = this.#now();
    return { ...mapping, state, lastModified: now, transition: { to, endsAt: now + transitionMs } };
  }

  #settleLater({ transition }: Mapping): void {
    if (transition === undefined) return;
    const { clock } = this.#parts.world;
    void this.#settleAt(transition.endsAt);
    clock.consider();
  }

  async #settleAt(time: number): Promise<void> {
    const { clock } = this.#parts.world;
    await clock.sleepUntil(time, this.#closed.signal);
    try {
      this.settle();
    } catch (error) {
      // A full disk, perhaps. It will have to go through some time.
      console.error('sandbox: an event source mapping cannot change its state:', error);
      await this.#settleAt(clock.now() + transitionMs);
    }
  }

  #startPoller(mapping: Mapping): void {
    if (this.#pollers.has(mapping.uuid)) return;
    const poller = new Poller(this.#parts, mapping, this.#closed.signal);
    this.#pollers.set(mapping.uuid, poller);
    poller.run().catch((error: unknown) => {
      // Not by AWS's rules, so somebody has to see it.
      console.error(`sandbox: event source mapping ${mapping.uuid} stopped polling:`, error);
    });
  }

  #stopPoller(uuid: string): void {
    const poller = this.#pollers.get(uuid);
    if (poller === undefined) return;
    this.#pollers.delete(uuid);
    this.#leaving.add(poller);
    void poller.stop().then(() => this.#leaving.delete(poller));
  }

  #vote(): SkipVote {
    const votes = [...this.#pollers.values(), ...this.#leaving].map((poller) => poller.vote());
    if (votes.some(({ busy }) => busy)) return { busy: true };
    const ahead = votes.flatMap((vote) =>
      vote.busy || vote.next === undefined ? [] : [vote.next],
    );
    const next = Math.min(...ahead, this.#parts.mappings.nextDue() ?? Infinity);
    return Number.isFinite(next) ? { busy: false, next } : { busy: false };
  }

  #now(): number {
    return this.#parts.world.clock.now();
  }
}
