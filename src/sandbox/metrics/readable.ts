import type { World } from '../types.ts';
import { minuteMs, minuteOf } from './series.ts';
import type { Series } from './series.ts';

/** Which minutes can be read by now, and what whoever reads is waiting for. */
export interface Reading {
  /** Minutes that end after this lab time cannot be read yet. */
  readonly readableBefore: number;
  /** Somebody asked for this metric up to `end`, which may lie ahead. */
  awaitMinutes(series: Series | undefined, end: number): void;
}

/**
 * Normally nothing is held back: even the minute under way shows what it has so far. The fault `metricsDelayMs` makes
 * a minute wait, as CloudWatch does. Whoever asks for a time that is not over waits for it, so the clock may jump
 * there: to the next look at a queue, and to when the last minute that was asked for can be read.
 */
export function openReading({ clock, faults }: World): Reading {
  let awaited = 0;
  clock.addVoter(() => {
    return awaited > clock.now() ? { busy: false, next: awaited } : { busy: false };
  });
  return {
    get readableBefore() {
      const { metricsDelayMs } = faults;
      return metricsDelayMs === 0 ? Infinity : clock.now() - metricsDelayMs;
    },

    awaitMinutes(series, end) {
      const readableAt = whenReadable(series, end, { now: clock.now(), ...faults });
      if (readableAt === undefined || readableAt <= clock.now()) return;
      awaited = readableAt;
      clock.consider();
    },
  };
}

function whenReadable(
  series: Series | undefined,
  end: number,
  { now, metricsDelayMs }: { readonly now: number; readonly metricsDelayMs: number },
): number | undefined {
  const thisMinute = minuteOf(now);
  const nextMinute = thisMinute + minuteMs;
  // A queue is looked at when a minute begins; all else is counted when it happens.
  const isLook = series?.key.metric.startsWith('Approximate') ?? false;
  if (metricsDelayMs === 0) return isLook && end > nextMinute ? nextMinute : undefined;
  const last = isLook && end > nextMinute ? nextMinute : Math.min(thisMinute, minuteOf(end - 1));
  return last + minuteMs + metricsDelayMs;
}
