import type { LabClock } from '../../clock.ts';

/** Waits for lab times that the clock may jump to, because nothing else happens until then. */
export class LabWaits {
  readonly #clock: LabClock;
  readonly #times = new Set<{ readonly time: number }>();

  constructor(clock: LabClock) {
    this.#clock = clock;
  }

  get next(): number | undefined {
    const next = Math.min(...[...this.#times].map(({ time }) => time));
    return Number.isFinite(next) ? next : undefined;
  }

  /** Resolves at lab time `time`, or on abort. */
  async until(time: number, signal: AbortSignal): Promise<void> {
    const wait = { time };
    this.#times.add(wait);
    this.#clock.consider();
    await this.#clock.sleepUntil(time, signal);
    this.#times.delete(wait);
  }
}
