import { merged, minuteMs } from './series.ts';
import type { Series, Statistics } from './series.ts';

/** The values of one period, which begins at `start` (epoch milliseconds). */
export interface Datapoint {
  readonly start: number;
  readonly statistics: Statistics;
}

export const statisticNames = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
export type StatisticName = (typeof statisticNames)[number];

export function isStatistic(name: unknown): name is StatisticName {
  return statisticNames.some((known) => known === name);
}

export function valueOf(statistics: Statistics, name: StatisticName): number {
  const { count, sum, minimum, maximum } = statistics;
  return {
    SampleCount: count,
    Average: sum / count,
    Sum: sum,
    Minimum: minimum,
    Maximum: maximum,
  }[name];
}

export interface Range {
  /** Epoch milliseconds; data of a minute counts when the minute begins from `start` on and before `end`. */
  readonly start: number;
  readonly end: number;
  /** A multiple of 60. */
  readonly periodSeconds: number;
}

/**
 * The periods with data, in order. They are counted from the full minute in which the range begins; AWS says that
 * it rounds a start time down to the minute.
 * @param readableBefore minutes that end after this time cannot be read yet
 */
export function datapoints(series: Series, range: Range, readableBefore: number): Datapoint[] {
  const origin = Math.floor(range.start / minuteMs) * minuteMs;
  const periodMs = range.periodSeconds * 1000;
  const periods = new Map<number, Statistics>();
  for (const { minute, statistics } of series.between(origin, range.end)) {
    if (minute + minuteMs > readableBefore) continue;
    const start = origin + Math.floor((minute - origin) / periodMs) * periodMs;
    const before = periods.get(start);
    periods.set(start, before === undefined ? statistics : merged(before, statistics));
  }
  return [...periods].map(([start, statistics]) => ({ start, statistics }));
}
