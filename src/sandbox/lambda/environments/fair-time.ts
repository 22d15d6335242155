import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

const lookEveryMs = 50;

/** Where the time of a process can be read; replaced in tests. */
export interface Clocks {
  readonly now: () => number;
  /** Time in which the process could have run and got no CPU; undefined where nobody says. */
  readonly waitedForCpuMs: (pid: number) => number | undefined;
}

export const machineClocks: Clocks = { now: () => performance.now(), waitedForCpuMs };

/**
 * Counts the time that a process had: without the time in which the machine was too busy to run it, so that a right
 * function is not cut off on a slow machine, and one that hangs is. Linux says how long a process waited for a CPU.
 * Elsewhere, our own lateness has to do: time in which not even we could look counts for little.
 * @returns asked again and again, the milliseconds so far
 */
export function fairTime(pid: number | undefined, clocks = machineClocks): () => number {
  const waited = () => (pid === undefined ? 0 : (clocks.waitedForCpuMs(pid) ?? 0));
  let last = { time: clocks.now(), waited: waited() };
  let counted = 0;
  return () => {
    const now = { time: clocks.now(), waited: waited() };
    const seen = Math.min(now.time - last.time, 2 * lookEveryMs);
    counted += Math.max(0, seen - Math.max(0, now.waited - last.waited));
    last = now;
    return counted;
  };
}

/** Resolves when the process has had so much time. */
export function afterFairTime(
  pid: number | undefined,
  limitMs: number,
  clocks = machineClocks,
): { readonly over: Promise<void>; readonly cancel: () => void } {
  const elapsed = fairTime(pid, clocks);
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    const look = () => {
      const left = limitMs - elapsed();
      // What has come in the meantime is read first.
      if (left <= 0) setImmediate(resolve);
      else timer = setTimeout(look, Math.min(lookEveryMs, Math.ceil(left)));
    };
    look();
  });
  return { over, cancel: () => clearTimeout(timer) };
}

/** @see https://docs.kernel.org/scheduler/sched-stats.html */
function waitedForCpuMs(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const [, nanoseconds] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return Number(nanoseconds) / 1e6;
  } catch {
    return undefined;
  }
}
