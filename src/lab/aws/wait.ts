import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../errors.ts';
import type { SandboxHandle, SandboxStatus } from '../sandbox/handle.ts';
import { pausedText, stoppedText } from '../sandbox/lab-clock.ts';
import type { Lab } from '../lab.ts';
import { complain, duration, rewrittenText, sayAside } from '../terminal.ts';
import type { RewrittenText } from '../terminal.ts';
import { waitTime } from '../trace.ts';
import { isTransient } from './transient.ts';

export interface Wait<T> {
  /** What must become true: "the mapping to be Enabled". */
  readonly what: string;
  /** The AWS clock that is running meanwhile: "visibility timeout, 30 s". */
  readonly clock: string;
  readonly limitSeconds: number;
  /** The awaited thing, or undefined: not yet. */
  readonly probe: () => Promise<T | undefined>;
  /** Next to the time in the progress line: "2 of 3 receives". */
  readonly progress?: () => string;
  /** What to do when it takes too long. Left out: the same command continues where it stopped. */
  readonly again?: string;
  /** Show nothing but why it does not end: several things are waited for at the same time, and one of them is shown. */
  readonly quiet?: boolean;
}

/**
 * Asks until the answer is there, and shows which AWS clock is running and how much of the limit is left.
 * @throws LabError when the limit is over
 */
export async function waitFor<T>(lab: Lab, wait: Wait<T>): Promise<T> {
  const { sandbox } = await lab.session();
  const first = await look(wait);
  if (first !== undefined) return first;
  const before = await sandbox?.status();
  // Ask AWS about once a second; the sandbox, when its clock skips, much more often.
  const pauseMs = before?.clock.skipping === true ? 100 : 1000;
  const start = performance.now();
  const line = wait.quiet === true ? noLine : progressLine();
  const stop = stopTeller(sandbox);
  try {
    for (;;) {
      const waited = performance.now() - start;
      const left = wait.limitSeconds * 1000 - waited;
      if (left <= 0) throw tooLong(wait);
      line.show(
        `waiting for ${wait.what} (AWS clock: ${wait.clock}) ${duration(waited)}, ${duration(left)} left${progressOf(wait)}`,
      );
      await waitTime.time(() => sleep(pauseMs));
      const answer = await look(wait);
      if (answer !== undefined) return answer;
      await stop.tell();
    }
  } finally {
    line.end();
    if (wait.quiet !== true) await sayWaited(wait, { start, before, sandbox });
  }
}

interface Waited {
  /** As `performance.now()` says it. */
  readonly start: number;
  readonly before: SandboxStatus | undefined;
  readonly sandbox: SandboxHandle | undefined;
}

async function sayWaited<T>(wait: Wait<T>, { start, before, sandbox }: Waited): Promise<void> {
  const after = await sandbox?.status().catch(() => undefined);
  const skippedMs = (after?.clock.skippedTotalMs ?? 0) - (before?.clock.skippedTotalMs ?? 0);
  const skipped = skippedMs > 0 ? `; the sandbox clock skipped ${duration(skippedMs)}` : '';
  sayAside(
    `waited ${duration(performance.now() - start)} for ${wait.what} (AWS clock: ${wait.clock})${skipped}`,
  );
}

const noLine = { show: () => undefined, end: () => undefined };

/** A pause is said once, however many wait at the same time; and again when the clock has run since. */
const pause = { isSaid: false };

/** Says once why the sandbox does not skip what is waited for, or that its clock is paused: also for a wait that shows nothing else. */
export function stopTeller(sandbox: SandboxHandle | undefined) {
  let told: string | undefined;
  return {
    async tell() {
      const clock = (await sandbox?.status().catch(() => undefined))?.clock;
      if (clock === undefined) return;
      const paused = pausedText(clock);
      if (paused !== undefined && !pause.isSaid) sayAside(paused);
      pause.isSaid = paused !== undefined;
      const text = stoppedText(clock);
      if (text !== undefined && text !== told) sayAside(text);
      told = text ?? told;
    },
  };
}

/** A transient error of AWS is not an answer: the wait asks again. */
async function look<T>({ probe }: Wait<T>): Promise<T | undefined> {
  try {
    return await probe();
  } catch (error) {
    if (!isTransient(error)) throw error;
    return undefined;
  }
}

function progressOf<T>({ progress }: Wait<T>): string {
  const text = progress?.() ?? '';
  return text === '' ? '' : `, ${text}`;
}

function tooLong<T>(wait: Wait<T>): LabError {
  return new LabError(
    `Timed out after ${wait.limitSeconds} s waiting for ${wait.what}${progressOf(wait)}`,
    {
      hint:
        wait.again ??
        'Run the same command again: it continues where it stopped. "npx lab check" shows what is wrong.',
    },
  );
}

/** Rewritten on a terminal; elsewhere only its first state is printed. */
function progressLine(): RewrittenText {
  let shown = false;
  const once = (text: string) => {
    if (!shown) complain(`    ${text}`);
    shown = true;
  };
  return rewrittenText() ?? { show: once, end: () => undefined };
}

/** Said once each, however often the skip is tried. */
const refusals = new Set<string>();

/**
 * Moves the sandbox clock past one of AWS's waits and says so. Nothing is skipped on AWS, with `--real-time`, nor
 * when a message of the learner's would be deleted by its age.
 * @param clock what is running, e.g. "a deleted queue locks its name for 60 s"
 * @returns whether it was moved
 */
export async function skipInSandbox(
  lab: Lab,
  clock: string,
  seconds: number,
  { quiet = false } = {},
): Promise<boolean> {
  const { sandbox } = await lab.session();
  if (sandbox === undefined || !(await sandbox.status()).clock.skipping) return false;
  const refused = await sandbox.skip(seconds);
  if (refused === undefined) {
    if (!quiet)
      sayAside(`the sandbox clock skipped ${duration(seconds * 1000)} (AWS clock: ${clock})`);
  } else if (!refusals.has(refused)) {
    refusals.add(refused);
    sayAside(`this wait runs in real time (AWS clock: ${clock}). ${refused}`);
  }
  return refused === undefined;
}
