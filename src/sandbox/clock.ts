/**
 * What a part of the sandbox says when the clock asks whether it may jump.
 * `busy`: something runs, or somebody's own wait is under way: no jump (asked again at `until`).
 * `next`: nothing runs here, and this lab time is what it waits for.
 * `stop`: something waits here, and this is why the clock should not jump for it.
 */
export type SkipVote =
  | { readonly busy: true; readonly until?: number }
  | { readonly busy: false; readonly next?: number; readonly stop?: string };

/** Why a jump would do harm; it may be asked for again at `until`. */
export interface Harm {
  readonly reason: string;
  readonly until: number;
}

/** The clock skips no more, although only a wait is left. It runs on in real time. */
export interface Stop {
  /** Lab time, epoch milliseconds. */
  readonly at: number;
  readonly reason: string;
}

export interface Skip {
  /** Lab time before and after the jump, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/**
 * How lab time flows: it skips whatever is only waited for, as fast as wall time or ten times as fast, or it stands. While
 * it stands nothing that is hidden or delayed becomes visible; what is visible is received all the same.
 */
export const paces = ['skipping', 'real time', 'tenfold', 'paused'] as const;
export type Pace = (typeof paces)[number];

interface Sleeper {
  readonly time: number;
  readonly wake: () => void;
}

export interface ClockOptions {
  /** How far lab time is already ahead of wall time. */
  readonly offsetMs?: number;
  /** False: `--real-time`, no jump by itself. True unless given, and unless the clock stands. */
  readonly skipping?: boolean;
  /** Given: a clock for tests that stands still at this lab time until it is moved; it skips only if told to. */
  readonly standingAt?: number;
  /** Told each jump before anybody sees the new time: the place to make it durable. */
  readonly onSkip?: (skip: Skip, offsetMs: number) => void;
  /** Told how far lab time is ahead, when it flows otherwise than wall time; before anybody sees the new time. */
  readonly onDrift?: (offsetMs: number) => void;
  /** Told when somebody has chosen another pace. */
  readonly onPace?: (pace: Pace) => void;
  /** Told when the clock stops skipping, and again only for another reason. */
  readonly onStop?: (stop: Stop) => void;
}

/** At ten times the pace of wall time, lab time moves in steps of a second. */
const tenfoldStepMs = 100;

/** Long enough for an answered client to come back, short enough not to be noticed. */
const quietMs = 20;
/** After a jump that failed. */
const retryMs = 1000;
/** setTimeout cannot wait longer than this. */
const longestTimerMs = 2 ** 31 - 1;
/**
 * So much is skipped at most for each thing that a person did. Ten receives with a visibility timeout of
 * 10 minutes still fit; retries that never end do not.
 */
export const mostSkippedMs = 2 * 3_600_000;

/** The one clock of the sandbox. Lab time flows like wall time, and jumps when only a wait is left. */
export class LabClock {
  readonly #options: ClockOptions;
  readonly #sleepers = new Set<Sleeper>();
  readonly #voters = new Set<() => SkipVote>();
  readonly #guards = new Set<(to: number) => Harm | undefined>();
  #offsetMs: number;
  #pace: Pace;
  /** Lab time at which the clock stands. */
  #pausedAt: number | undefined;
  #tenfold: NodeJS.Timeout | undefined;
  #skippedSinceActMs = 0;
  #skippingStop: Stop | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asking: NodeJS.Timeout | undefined;
  #askingAgainAt: number | undefined;
  #ended = false;

  constructor(options: ClockOptions = {}) {
    this.#options = options;
    this.#offsetMs = options.offsetMs ?? 0;
    this.#pace = (options.skipping ?? options.standingAt === undefined) ? 'skipping' : 'real time';
  }

  /** Epoch milliseconds, lab time. */
  now(): number {
    return this.#pausedAt ?? (this.#options.standingAt ?? Date.now()) + this.#offsetMs;
  }

  get offsetMs(): number {
    return this.#pausedAt === undefined ? this.#offsetMs : this.#pausedAt - Date.now();
  }

  get skipping(): boolean {
    return this.#pace === 'skipping';
  }

  get pace(): Pace {
    return this.#pace;
  }

  /** Until somebody chooses another one, or the sandbox ends. Lab time goes on from where it is. */
  setPace(pace: Pace): void {
    if (pace === this.#pace || this.#ended) return;
    clearInterval(this.#tenfold);
    // A jump that was about to be asked for belongs to the pace before.
    clearTimeout(this.#asking);
    this.#asking = undefined;
    if (this.#pausedAt !== undefined) this.#resume(this.#pausedAt);
    this.#pace = pace;
    if (pace === 'paused') this.#pausedAt = this.now();
    if (pace === 'tenfold')
      this.#tenfold = setInterval(() => this.#drift(9 * tenfoldStepMs), tenfoldStepMs).unref();
    this.#skippingStop = undefined;
    this.#options.onPace?.(pace);
    this.#setTimer();
    this.personActed();
  }

  #resume(at: number): void {
    const offsetMs = at - (this.#options.standingAt ?? Date.now());
    this.#options.onDrift?.(offsetMs);
    this.#offsetMs = offsetMs;
    this.#pausedAt = undefined;
  }

  #drift(milliseconds: number): void {
    try {
      const offsetMs = this.#offsetMs + milliseconds;
      this.#options.onDrift?.(offsetMs);
      this.#offsetMs = offsetMs;
      this.#wakeDue();
    } catch (error) {
      console.error('sandbox: the clock cannot run faster:', error);
    }
  }

  /**
   * Moves to the next thing that is waited for, as a person's act.
   * @returns how far, in milliseconds; or why not
   */
  step(): number | string {
    const votes = [...this.#voters].map((vote) => vote());
    if (votes.some((vote) => vote.busy && vote.until === undefined)) return 'Something still runs.';
    const times = votes.flatMap((vote) => (vote.busy ? vote.until : vote.next) ?? []);
    const next = Math.min(...times.filter((time) => time > this.now()));
    if (!Number.isFinite(next)) return 'Nothing is waited for.';
    const milliseconds = next - this.now();
    this.advance(milliseconds, 'one step');
    return milliseconds;
  }

  /** Undefined while the clock skips whatever is only waited for. */
  get stopped(): Stop | undefined {
    return this.#skippingStop;
  }

  /** Resolves at lab time `time`, at once if that has passed; on abort it resolves early. */
  sleepUntil(time: number, signal?: AbortSignal): Promise<void> {
    if (time <= this.now() || signal?.aborted === true || this.#ended) return Promise.resolve();
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
    const offsetMs = this.offsetMs + milliseconds;
    this.#options.onSkip?.({ from, to: from + milliseconds, reason }, offsetMs);
    if (this.#pausedAt === undefined) this.#offsetMs = offsetMs;
    else this.#pausedAt += milliseconds;
    this.#wakeDue();
  }

  /** Every part that runs things or waits for a lab time votes; it calls `consider()` when that changes. */
  addVoter(vote: () => SkipVote): void {
    this.#voters.add(vote);
  }

  /** A guard says what harm a jump to that lab time would do. A person may move the clock there all the same. */
  addGuard(guard: (to: number) => Harm | undefined): void {
    this.#guards.add(guard);
  }

  /** What a jump to that lab time would delete, if anything. */
  harmOf(to: number): Harm | undefined {
    return [...this.#guards].flatMap((guard) => guard(to) ?? [])[0];
  }

  /** A person changed something: the clock may skip for what comes of it. */
  personActed(): void {
    this.#skippedSinceActMs = 0;
    this.consider();
  }

  /** Something changed: look soon whether only a wait is left, and jump to its end. */
  consider(): void {
    this.#askIn(quietMs);
  }

  #askIn(milliseconds: number): void {
    if (!this.skipping || this.#ended || this.#asking !== undefined) return;
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
    this.#ended = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#asking);
    clearInterval(this.#tenfold);
    for (const sleeper of [...this.#sleepers]) sleeper.wake();
  }

  #skipIfOnlyWaiting(): void {
    const votes = [...this.#voters].map((vote) => vote());
    const busy = votes.filter((vote) => vote.busy);
    if (busy.length > 0) {
      this.#askAgainAt(Math.min(...busy.flatMap((vote) => vote.until ?? [])));
      return;
    }
    const idle = votes.filter((vote) => !vote.busy);
    const next = Math.min(...idle.flatMap((vote) => vote.next ?? []));
    if (Number.isFinite(next)) this.#skipTo(next);
    else this.#setSkippingStop(idle.flatMap((vote) => vote.stop ?? [])[0]);
  }

  #skipTo(next: number): void {
    const milliseconds = next - this.now();
    if (milliseconds <= 0) return;
    const harm = this.harmOf(next);
    if (harm !== undefined) {
      this.#setSkippingStop(harm.reason);
      this.#askAgainAt(harm.until);
    } else if (this.#skippedSinceActMs + milliseconds > mostSkippedMs) {
      this.#setSkippingStop(tooMuch(this.#skippedSinceActMs));
    } else {
      this.advance(milliseconds, 'only a wait was left');
      this.#skippedSinceActMs += milliseconds;
      this.#skippingStop = undefined;
    }
  }

  #askAgainAt(time: number): void {
    if (!Number.isFinite(time) || time === this.#askingAgainAt) return;
    this.#askingAgainAt = time;
    void this.sleepUntil(time).then(() => this.consider());
  }

  #setSkippingStop(reason: string | undefined): void {
    if (reason === this.#skippingStop?.reason) return;
    this.#skippingStop = reason === undefined ? undefined : { at: this.now(), reason };
    if (this.#skippingStop !== undefined) this.#options.onStop?.(this.#skippingStop);
  }

  #wakeDue(): void {
    const now = this.now();
    const due = [...this.#sleepers].filter((sleeper) => sleeper.time <= now);
    for (const sleeper of due.toSorted((a, b) => a.time - b.time)) sleeper.wake();
    this.#setTimer();
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    const stands = this.#options.standingAt !== undefined || this.#pausedAt !== undefined;
    if (stands || this.#sleepers.size === 0 || this.#ended) return;
    const earliest = Math.min(...[...this.#sleepers].map((sleeper) => sleeper.time));
    const wait = Math.min(Math.max(Math.ceil(earliest - this.now()), 0), longestTimerMs);
    this.#timer = setTimeout(() => this.#wakeDue(), wait);
    // The server keeps the process alive, not its timers.
    this.#timer.unref();
  }
}

/** The same words for as long as nothing changes, so that they are told once. */
function tooMuch(skippedMs: number): string {
  const [skipped, most] = [skippedMs, mostSkippedMs].map((time) => Math.round(time / 60_000));
  return (
    `The clock has skipped ${skipped} min since the last command that changed something, and the next ` +
    `wait would make it more than ${most} min.`
  );
}
