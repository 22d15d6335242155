/// <reference lib="dom" />
import {
  beatsOf,
  endOf,
  labAt,
  playAt,
  playingTime,
  scheduleOf,
  seconds,
  statesAfter,
  statesAt,
} from './model.ts';
import type { MessageState, Replay, Stretch } from './model.ts';
import { labelOf, marksSvg, restOf, sceneHtml, storyHtml } from './scene.ts';
import type { Point } from './scene.ts';

export interface Player {
  /** Plays on from here, or again from the start when it is at the end. */
  play(): void;
  pause(): void;
  /** Shows where everything is at a moment of the lab clock, in milliseconds. */
  seek(lab: number): void;
  /** More has happened, as in a run that is watched live: who has seen all of it sees that too; who has stopped it stays where he is. */
  update(replay: Replay): void;
}

interface Drawn {
  readonly id: string;
  readonly state: MessageState;
  readonly at: Point;
  readonly moving: boolean;
}

/** Brings the markup of `replayHtml` to life. */
export function attach(root: HTMLElement, first: Replay): Player {
  const find = (selector: string): Element => {
    const found = root.querySelector(selector);
    if (found === null) throw new Error(`the replay has no ${selector}`);
    return found;
  };
  const toggle = find('[data-do=toggle]');
  const slider = find('input[type=range]') as HTMLInputElement;
  const clock = find('output');
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const paper = matchMedia('print');
  let replay = first;
  let schedule: readonly Stretch[] = scheduleOf(first);
  /** Milliseconds of playing. */
  let now = playingTime(schedule);
  let playing = false;
  let earlier: number | undefined;
  let frame = 0;

  function show(lab: number, stretch?: Stretch): void {
    const chips = stretch?.beat === undefined ? restingAt(lab) : movingIn(stretch, stretch.beat);
    for (const chip of chips) draw(chip, lab);
    slider.value = String(lab);
    clock.textContent = seconds(lab);
    markStory(stretch?.beat ?? beatsOf(replay).findLastIndex(({ at }) => at <= lab));
    toggle.textContent = playing ? 'Pause' : now >= playingTime(schedule) ? 'Play again' : 'Play';
  }

  function restingAt(lab: number): Drawn[] {
    return [...statesAt(replay, lab)].map(([id, state]) => ({
      id,
      state,
      at: restOf(id, state.place, replay),
      moving: false,
    }));
  }

  /** The clock stands, or nearly so, and the messages of one beat are on their way. */
  function movingIn({ from, to, labTo }: Stretch, beat: number): Drawn[] {
    const kind = beatsOf(replay)[beat]?.kind;
    const isOutcome = kind === 'failed' || kind === 'handled';
    const past = beatsOf(replay)
      .slice(0, beat + 1)
      .map(({ events }) => events);
    const before = statesAfter(replay, past.slice(0, -1).flat(), labTo);
    const share = still.matches ? 1 : eased((now - from) / (to - from), isOutcome ? turning : 0);
    return [...statesAfter(replay, past.flat(), labTo)].map(([id, state]) => {
      const start = restOf(id, before.get(id)?.place ?? 'unsent', replay);
      const end = restOf(id, state.place, replay);
      const isBack = start.x !== end.x && state.place === 'hidden';
      const moving = share < 1 && (start.x !== end.x || start.y !== end.y);
      const at = between(start, end, share, isBack ? arcTop : undefined);
      return { id, state, at, moving };
    });
  }

  function draw({ id, state, at: { x, y }, moving }: Drawn, lab: number): void {
    const chip = find(`[data-message="${CSS.escape(id)}"]`) as SVGGElement;
    chip.setAttribute('transform', `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
    chip.dataset['place'] = state.place;
    chip.classList.toggle('moving', moving);
    chip.dataset['receives'] = String(state.receiveCount);
    const label = chip.querySelector('.state');
    if (label !== null) label.textContent = labelOf(state, lab);
  }

  function markStory(current: number): void {
    for (const [i, item] of [...find('.story').children].entries()) {
      if (i === current) item.setAttribute('aria-current', 'step');
      else item.removeAttribute('aria-current');
      item.classList.toggle('later', i > current);
    }
    const sentence = find('.story').children[current]?.textContent?.trim() ?? '';
    slider.setAttribute('aria-valuetext', `${seconds(Number(slider.value))} ${sentence}`);
  }

  function tick(time: number): void {
    if (!playing) return;
    now = Math.min(playingTime(schedule), now + (time - (earlier ?? time)));
    earlier = time;
    if (now >= playingTime(schedule)) return player.seek(endOf(replay));
    show(
      labAt(schedule, now),
      schedule.find(({ to }) => now < to),
    );
    frame = requestAnimationFrame(tick);
  }

  /** To the end of the next beat, or of the one before: also of two that happen at the same time. */
  function step(by: -1 | 1): void {
    const beats = schedule.filter(({ beat }) => beat !== undefined);
    const next = by > 0 ? beats.find(({ to }) => to > now) : beats.findLast(({ to }) => to < now);
    if (next === undefined) return player.seek(by > 0 ? endOf(replay) : 0);
    playing = false;
    now = next.to;
    show(next.labTo, next);
  }

  const player: Player = {
    play() {
      if (now >= playingTime(schedule)) now = 0;
      playing = true;
      earlier = undefined;
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(tick);
    },
    pause() {
      playing = false;
      show(labAt(schedule, now));
    },
    seek(lab) {
      playing = false;
      now = playAt(schedule, lab);
      show(lab);
    },
    update(next) {
      const isFollowed = playing || now >= playingTime(schedule);
      const lab = labAt(schedule, now);
      replay = next;
      schedule = scheduleOf(next);
      slider.max = String(endOf(next));
      find('.stage').innerHTML = sceneHtml(next, lab);
      find('.story').innerHTML = storyHtml(next);
      find('.marks').outerHTML = marksSvg(next);
      const isMore = now < playingTime(schedule);
      if (!isFollowed || !isMore) show(lab);
      else if (still.matches) player.seek(endOf(next));
      else player.play();
    },
  };

  const actions: Record<string, () => void> = {
    toggle: () => (playing ? player.pause() : player.play()),
    back: () => step(-1),
    forward: () => step(1),
  };
  for (const button of root.querySelectorAll<HTMLButtonElement>('[data-do]'))
    button.addEventListener('click', actions[button.dataset['do'] ?? ''] ?? (() => undefined));
  slider.addEventListener('input', () => player.seek(Number(slider.value)));
  // A slider that stands at an end already tells nobody of Home and End: several beats may share that time.
  const keys: Readonly<Record<string, () => void>> = {
    ' ': () => actions['toggle']?.(),
    Home: () => player.seek(0),
    End: () => player.seek(endOf(replay)),
  };
  slider.addEventListener('keydown', (event) => {
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  // On paper there is the last picture.
  paper.addEventListener('change', ({ matches }) => {
    if (matches) player.seek(endOf(replay));
  });
  (find('.controls') as HTMLElement).hidden = false;
  show(endOf(replay));
  if (!still.matches && !paper.matches) player.play();
  return player;
}

/** What failed goes back over the boxes, as the arrow does. */
const arcTop = 40;

function between(from: Point, to: Point, share: number, over?: number): Point {
  const lift = over === undefined ? 0 : Math.sin(share * Math.PI) * (from.y - over);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share - lift };
}

/** The share of a beat in which a message shows what became of it, before it leaves. */
const turning = 0.35;

/** Slow at both ends. */
function eased(share: number, rests: number): number {
  const inside = Math.min(1, Math.max(0, (share - rests) / (1 - rests)));
  return inside * inside * (3 - 2 * inside);
}
