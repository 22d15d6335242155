import type { MetricKey, MetricSeries } from '../types.ts';

/** What CloudWatch keeps of the values of one metric in one minute. */
export interface Statistics {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** AWS keeps minutes for 15 days. So many with data are kept here: two days without a gap. */
const mostMinutes = 2880;

export const minuteMs = 60_000;

/** Start of the minute that `time` is in, epoch milliseconds. */
export function minuteOf(time: number): number {
  return Math.floor(time / minuteMs) * minuteMs;
}

export function merged(a: Statistics, b: Statistics): Statistics {
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  };
}

/** The values of one metric, gathered by minute in memory; what changed since the last look is known. */
export class Series implements MetricSeries {
  readonly key: MetricKey;
  readonly #minutes = new Map<number, Statistics>();
  #changed = new Set<number>();

  constructor(key: MetricKey) {
    this.key = key;
  }

  /** @param at lab time, epoch milliseconds */
  add(value: number, at: number): void {
    const minute = minuteOf(at);
    const one = { count: 1, sum: value, minimum: value, maximum: value };
    const before = this.#minutes.get(minute);
    this.put(minute, before === undefined ? one : merged(before, one));
    this.#changed.add(minute);
  }

  /** A minute as it was kept. */
  put(minute: number, statistics: Statistics): void {
    this.#minutes.set(minute, statistics);
    if (this.#minutes.size > mostMinutes) this.#dropFirst();
  }

  has(minute: number): boolean {
    return this.#minutes.has(minute);
  }

  /** Start of the last minute with data. */
  get last(): number | undefined {
    return this.#minutes.size === 0 ? undefined : Math.max(...this.#minutes.keys());
  }

  /** Minutes that begin from `from` on and before `to`, in order. */
  between(
    from: number,
    to: number,
  ): { readonly minute: number; readonly statistics: Statistics }[] {
    return [...this.#minutes]
      .filter(([minute]) => minute >= from && minute < to)
      .toSorted(([a], [b]) => a - b)
      .map(([minute, statistics]) => ({ minute, statistics }));
  }

  get isChanged(): boolean {
    return this.#changed.size > 0;
  }

  /** What was added to since it was asked last. */
  takeChanged(): [minute: number, statistics: Statistics][] {
    const changed = [...this.#minutes].filter(([minute]) => this.#changed.has(minute));
    this.#changed = new Set();
    return changed;
  }

  #dropFirst(): void {
    const [first] = this.#minutes.keys();
    if (first !== undefined) this.#minutes.delete(first);
  }
}
