import { readFileSync } from 'node:fs';

export interface ResidentMemory {
  readonly nowBytes: number;
  readonly peakBytes: number;
}

/**
 * What the kernel says a process uses; undefined where it does not say (not Linux, process gone).
 * getrusage's maximum would not do: in a new child it starts at the size of its parent.
 */
export function residentMemory(pid: number): ResidentMemory | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = (field: string) =>
      Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
    return { nowBytes: kilobytes('VmRSS') * 1024, peakBytes: kilobytes('VmHWM') * 1024 };
  } catch {
    return undefined;
  }
}
