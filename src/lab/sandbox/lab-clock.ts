import type { Lab } from '../lab.ts';
import { duration, sayAside } from '../terminal.ts';
import type { SandboxStatus } from './handle.ts';

type Clock = SandboxStatus['clock'];

/** How the clock of the sandbox stands to that of this machine: once skipped, it stays ahead. */
export function aheadText({ offsetMs }: Pick<Clock, 'offsetMs'>): string {
  return offsetMs < 1000
    ? "the same as this machine's clock"
    : `${duration(offsetMs)} ahead of this machine's clock`;
}

export function paceText({
  skipping,
  stopped,
  pace,
}: Pick<Clock, 'skipping' | 'stopped'> & Partial<Pick<Clock, 'pace'>>): string {
  if (pace === 'paused') return 'paused';
  if (pace === 'tenfold') return 'ten times real time';
  if (!skipping) return 'real time';
  return stopped === undefined ? 'skips waits' : 'real time for now';
}

/** Why the clock skips no more, and what can be done; undefined while it skips. */
export function stoppedText({ stopped }: Pick<Clock, 'stopped'>): string | undefined {
  if (stopped === undefined) return undefined;
  return (
    `The sandbox clock no longer skips and runs in real time. ${stopped.reason} ` +
    'To move it yourself: npx lab sandbox advance 60'
  );
}

/** Why a wait may never end, and what can be done; undefined while the clock runs. */
export function pausedText({ pace }: Partial<Pick<Clock, 'pace'>>): string | undefined {
  if (pace !== 'paused') return undefined;
  return 'The sandbox clock is paused: what takes time on it does not happen before it runs again. In another terminal: npx lab sandbox clock skip';
}

/** Before times of the sandbox are shown: whose they are. Says nothing on AWS, nor while both clocks agree. */
export async function sayWhoseTimes(lab: Lab): Promise<void> {
  if (lab.options.dryRun) return;
  const { sandbox } = await lab.session();
  const clock = (await sandbox?.status())?.clock;
  if (clock === undefined || clock.offsetMs < 1000) return;
  sayAside(`the times are those of the sandbox clock, ${aheadText(clock)}`);
}
