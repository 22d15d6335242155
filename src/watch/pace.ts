import type { CheckResult } from '../judging/check.ts';
import type { Target } from '../lab/session.ts';

/** How long to wait before the next look. */
export interface Pace {
  /** Call it when a key was pressed or the lab has changed. */
  changed(): void;
  looked(results: readonly CheckResult[]): void;
  pauseMs(): number;
}

const minute = 60_000;

/**
 * A second or two while the learner works, longer when nothing happens, and longer each time when AWS
 * cannot be asked.
 */
export function createPace(target: Target, now: () => number = Date.now): Pace {
  const [usualMs, mostMs] = target !== 'aws' ? [1000, 4000] : [2000, minute / 2];
  let changedAt = now();
  let refusals = 0;
  return {
    changed() {
      changedAt = now();
    },
    looked(results) {
      const refused = results.some(({ expectations }) =>
        expectations.some(({ cause }) => cause === 'AWS could not be asked'),
      );
      refusals = refused ? refusals + 1 : 0;
    },
    pauseMs() {
      if (refusals > 0) return Math.min(usualMs * 2 ** refusals, mostMs);
      const quietMs = now() - changedAt;
      if (quietMs > 10 * minute) return 10_000;
      return quietMs > 2 * minute ? 5000 : usualMs;
    },
  };
}
