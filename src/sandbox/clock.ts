/**
 * What a part of the sandbox says when the clock asks whether it may jump.
 * `busy`: something runs, or somebody's own wait is under way: no jump (asked again at `until`).
 * `next`: nothing runs here, and this lab time is what it waits for.
 */
export type SkipVote =
  | { readonly busy: true; readonly until?: number }
  | { readonly busy: false; readonly next?: number };

export interface Skip {
  /** Lab time before and after the jump, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

interface Sleeper {
  readonly time: number;
  readonly wake: () => void;
}

export interface ClockOptions {
  /** How far lab time is already ahead of wall time. */
  readonly offsetMs?: number;
  /** False: `--real-time`, no jump by itself. */
  readonly skipping?: boolean;
  /** Given: a clock for tests that stands still at this lab time until it is moved. */
  readonly standingAt?: number;
  /** Told each jump before anybody sees the new time: the place to make it durable. */
  readonly onSkip?: (skip: Skip, offsetMs: number) => void;
}

/** Long enough for an answered client to come back, short enough not to be noticed. */
const quietMs = 20;
/** After a jump that failed. */
const retryMs = 1000;
/** setTimeout cannot wait longer than this. */
const longestTimerMs = 2 ** 31 - 1;

/** The one clock of the sandbox. Lab time flows like wall time, and jumps when only a wait is left. */
export class LabClock {
  readonly #options: ClockOptions;
  readonly #sleepers = new Set<Sleeper>();
  readonly #voters = new Set<() => SkipVote>();
  #offsetMs: number;
  #timer: NodeJS.Timeout | undefined;
  #asking: NodeJS.Timeout | undefined;
  #askAgainAt: number | undefined;
  #stopped = false;

  constructor(options: ClockOptions = {}) {
    this.#options = options;
    this.#offsetMs = options.offsetMs ?? 0;
  }

  /** Epoch milliseconds, lab time. */
  now(): number {
    return (this.#options.standingAt ?? Date.now()) + this.#offsetMs;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  get skipping(): boolean {
    return this.#options.skipping ?? true;
  }

  /** Resolves at lab time `time`, at once if that has passed; on abort it resolves early. */
  sleepUntil(time: number, signal?: AbortSignal): Promise<void> {
    if (time <= this.now() || signal?.aborted === true || this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { time, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', wake);
      this.#setTimer();
    });
  }

  /** Moves lab time forward and wakes whoever waited for it. */
  advance(milliseconds: number, reason: string): void {
    if (!(milliseconds >= 0)) throw new RangeError('The lab clock only moves forward');
    const from = this.now();
    const offsetMs = this.#offsetMs + milliseconds;
    this.#options.onSkip?.({ from, to: from + milliseconds, reason }, offsetMs);
    this.#offsetMs = offsetMs;
    this.#wakeDue();
  }

  /** Every part that runs things or waits for a lab time votes; it calls `consider()` when that changes. */
  addVoter(vote: () => SkipVote): void {
    this.#voters.add(vote);
  }

  /** Something changed: look soon whether only a wait is left, and jump to its end. */
  consider(): void {
    this.#askIn(quietMs);
  }

  #askIn(milliseconds: number): void {
    if (!this.skipping || this.#stopped || this.#asking !== undefined) return;
    this.#asking = setTimeout(() => {
      this.#asking = undefined;
      try {
        this.#skipIfOnlyWaiting();
      } catch (error) {
        // The jump could not be made durable, so there was none.
        console.error('sandbox: the clock cannot jump:', error);
        this.#askIn(retryMs);
      }
    }, milliseconds);
    this.#asking.unref();
  }

  /** Wakes everybody and stays silent from then on. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#asking);
    for (const sleeper of [...this.#sleepers]) sleeper.wake();
  }

  #skipIfOnlyWaiting(): void {
    const votes = [...this.#voters].map((vote) => vote());
    const busy = votes.filter((vote) => vote.busy);
    if (busy.length > 0) {
      const until = Math.min(...busy.flatMap((vote) => vote.until ?? []));
      if (Number.isFinite(until) && until !== this.#askAgainAt) {
        this.#askAgainAt = until;
        void this.sleepUntil(until).then(() => this.consider());
      }
      return;
    }
    const ahead = votes.flatMap((vote) =>
      vote.busy || vote.next === undefined ? [] : [vote.next],
    );
    const next = Math.min(...ahead);
    if (Number.isFinite(next) && next > this.now()) {
      this.advance(next - this.now(), 'only a wait was left');
    }
  }

  #wakeDue(): void {
    const now = this.now();
    const due = [...this.#sleepers].filter((sleeper) => sleeper.time <= now);
    for (const sleeper of due.toSorted((a, b) => a.time - b.time)) sleeper.wake();
    this.#setTimer();
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    if (this.#options.standingAt !== undefined || this.#sleepers.size === 0 || this.#stopped)
      return;
    const earliest = Math.min(...[...this.#sleepers].map((sleeper) => sleeper.time));
    const wait = Math.min(Math.max(Math.ceil(earliest - this.now()), 0), longestTimerMs);
    this.#timer = setTimeout(() => this.#wakeDue(), wait);
    // The server keeps the process alive, not its timers.
    this.#timer.unref();
  }
}
