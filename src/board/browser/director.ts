/// <reference lib="dom" />
import { addMessages, apply, beginWith, emptyState } from '../model/lab-state.ts';
import type { LabState } from '../model/lab-state.ts';
import { beatsOf, mostToldBeats, paceOf, sentencesOf, summaryOf } from '../model/story.ts';
import type { Beat, Sentence } from '../model/story.ts';
import type { BoardEvent, ClockPart, FeedPiece } from '../model/wire.ts';

/** A skip of the clock while it plays. */
export interface PlayedSkip {
  readonly from: number;
  readonly to: number;
  readonly startedAt: number;
  readonly endsAt: number;
}

/** Brings what is told to the picture, one beat after the other, at a pace that can be watched. */
export interface Director {
  readonly state: LabState;
  /** The beat that plays now. */
  readonly beat: Beat | undefined;
  readonly skip: PlayedSkip | undefined;
  /** Beats that wait for their turn. */
  readonly waiting: number;
  take(piece: FeedPiece): void;
  /** The lab clock as it is to be shown. */
  now(): number;
}

const paces: Readonly<Record<ClockPart['pace'], number>> = {
  paused: 0,
  'real time': 1,
  skipping: 1,
  tenfold: 10,
};

/** What takes less is not waited for by itself. */
const leastWaitMs = 24;
/** Between two sentences while there is too much to tell. */
const summaryMs = 1000;

/** At most so many events are brought to the picture before it is drawn again. */
const mostAFrame = 3000;

export function createDirector(view: {
  /** Something has changed. */
  readonly changed: (what: 'events' | 'picture') => void;
  readonly tell: (sentences: readonly Sentence[]) => void;
  /** Motion is wanted, and somebody looks. */
  readonly isWatched: () => boolean;
}): Director {
  let state = emptyState();
  let waiting: Beat[] = [];
  let beat: Beat | undefined;
  let skip: PlayedSkip | undefined;
  let endsAt = 0;
  let untold: Beat[] = [];
  let toldAt = 0;
  let scheduled = false;
  let latestClock = state.clock;

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    if (document.hidden) setTimeout(frame, 50);
    else requestAnimationFrame(frame);
  }

  function frame(): void {
    scheduled = false;
    const time = performance.now();
    if (time >= endsAt) playNext(time);
    view.changed('picture');
    if (waiting.length > 0 || performance.now() < endsAt) schedule();
  }

  function playNext(time: number): void {
    skip = undefined;
    beat = undefined;
    let budget = mostAFrame;
    let lasts = 0;
    while (waiting.length > 0 && budget > 0) {
      const pace = view.isWatched() ? paceOf(waiting) : Number.POSITIVE_INFINITY;
      tellSummary(time);
      const next = waiting.shift() as Beat;
      budget -= next.events.length;
      if (waiting.length > mostToldBeats) untold.push(next);
      else view.tell(sentencesOf(next, state));
      const before = state.clock.now;
      for (const event of next.events) applyOne(event);
      lasts += next.playMs / pace;
      if (lasts < leastWaitMs) continue;
      endsAt = time + lasts;
      beat = next;
      if (next.events[0].kind === 'skipped')
        skip = { from: before, to: state.clock.now, startedAt: time, endsAt };
      return;
    }
    if (waiting.length > 0) return;
    tellSummary(Number.POSITIVE_INFINITY);
    state.clock = latestClock;
  }

  /** What was too much to be told one by one: once a second, and before anything else is told. */
  function tellSummary(time: number): void {
    if (untold.length === 0) return;
    if (waiting.length > mostToldBeats && time < toldAt + summaryMs) return;
    const sentence = summaryOf(untold);
    untold = [];
    toldAt = performance.now();
    if (sentence !== undefined) view.tell([sentence]);
  }

  function applyOne(event: BoardEvent): void {
    apply(state, event);
    if (event.at > state.clock.now) state.clock = { ...state.clock, now: event.at };
  }

  function arrived(clock: ClockPart): void {
    // The clocks of two machines may differ: only what passes here counts.
    latestClock = { ...clock, wall: Date.now() };
    if (waiting.length === 0 && performance.now() >= endsAt) state.clock = latestClock;
  }

  return {
    get state() {
      return state;
    },
    get beat() {
      return beat;
    },
    get skip() {
      return skip;
    },
    get waiting() {
      return waiting.length;
    },
    take(piece) {
      if (piece.event === 'snapshot') {
        waiting = [];
        [beat, skip, endsAt, untold] = [undefined, undefined, 0, []];
        state = beginWith(piece.data, state);
        arrived(piece.data.clock);
      }
      if (piece.event === 'messages') addMessages(state, piece.data);
      if (piece.event === 'clock') arrived(piece.data.clock);
      if (piece.event === 'events') {
        arrived(piece.data.clock);
        waiting.push(...beatsOf(piece.data.events));
        view.changed('events');
      }
      schedule();
    },
    now() {
      if (skip !== undefined) {
        const share = (performance.now() - skip.startedAt) / (skip.endsAt - skip.startedAt);
        return skip.from + Math.min(1, Math.max(0, share)) * (skip.to - skip.from);
      }
      if (waiting.length > 0 || performance.now() < endsAt) return state.clock.now;
      const { now, wall, pace } = state.clock;
      return wall === 0 ? now : now + (Date.now() - wall) * paces[pace];
    },
  };
}
