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
  /** More has happened, as in a run that is watched live. What is shown stays where it is. */
  update(replay: Replay): void;
}

/** Brings the markup of `replayHtml` to life. */
export function attach(root: HTMLElement, first: Replay): Player {
  const find = <T extends Element>(selector: string): T => {
    const found = root.querySelector<T>(selector);
    if (found === null) throw new Error(`the replay has no ${selector}`);
    return found;
  };
  const toggle = find<HTMLButtonElement>('[data-do=toggle]');
  const slider = find<HTMLInputElement>('input[type=range]');
  const clock = find<HTMLOutputElement>('output');
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let replay = first;
  let schedule: readonly Stretch[] = scheduleOf(first);
  /** Milliseconds of playing. */
  let now = playingTime(schedule);
  let playing = false;
  let earlier: number | undefined;

  function show(lab: number, stretch?: Stretch): void {
    const frame = stretch?.beat === undefined ? restingAt(lab) : movingIn(stretch, stretch.beat);
    for (const { id, state, at } of frame) draw(id, state, at, lab);
    slider.value = String(lab);
    clock.textContent = seconds(lab);
    markStory(stretch?.beat ?? beatsOf(replay).findLastIndex(({ at }) => at <= lab));
    toggle.textContent = playing ? 'Pause' : now >= playingTime(schedule) ? 'Play again' : 'Play';
  }

  function restingAt(lab: number) {
    return [...statesAt(replay, lab)].map(([id, state]) => ({
      id,
      state,
      at: restOf(id, state.place, replay),
    }));
  }

  /** The clock stands, or nearly so, and the messages of one beat are on their way. */
  function movingIn({ from, to, labTo }: Stretch, beat: number) {
    const past = beatsOf(replay).slice(0, beat + 1).map(({ events }) => events);
    const before = statesAfter(replay, past.slice(0, -1).flat(), labTo);
    const share = still.matches ? 1 : eased((now - from) / (to - from));
    return [...statesAfter(replay, past.flat(), labTo)].map(([id, state]) => {
      const start = restOf(id, before.get(id)?.place ?? 'unsent', replay);
      return { id, state, at: between(start, restOf(id, state.place, replay), share) };
    });
  }

  function draw(id: string, state: MessageState, { x, y }: Point, lab: number): void {
    const chip = find<SVGGElement>(`[data-message="${CSS.escape(id)}"]`);
    chip.setAttribute('transform', `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
    chip.dataset['place'] = state.place;
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
    show(labAt(schedule, now), schedule.find(({ to }) => now < to));
    requestAnimationFrame(tick);
  }

  function step(by: -1 | 1): void {
    const ends = [0, ...new Set(beatsOf(replay).map(({ at }) => at))];
    const lab = Number(slider.value);
    const next = by > 0 ? ends.find((at) => at > lab) : ends.findLast((at) => at < lab);
    player.seek(next ?? (by > 0 ? endOf(replay) : 0));
  }

  const player: Player = {
    play() {
      if (now >= playingTime(schedule)) now = 0;
      playing = true;
      earlier = undefined;
      requestAnimationFrame(tick);
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
      const lab = labAt(schedule, now);
      replay = next;
      schedule = scheduleOf(next);
      now = playAt(schedule, lab);
      slider.max = String(endOf(next));
      find('.stage').innerHTML = sceneHtml(next, lab);
      find('.story').innerHTML = storyHtml(next);
      find('.marks').outerHTML = marksSvg(next);
      if (!playing) show(lab);
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
  slider.addEventListener('keydown', (event) => {
    if (event.key !== ' ') return;
    event.preventDefault();
    actions['toggle']?.();
  });
  // On paper there is the last picture.
  matchMedia('print').addEventListener('change', ({ matches }) => {
    if (matches) player.seek(endOf(replay));
  });
  find<HTMLElement>('.controls').hidden = false;
  show(endOf(replay));
  if (!still.matches) player.play();
  return player;
}

function between(from: Point, to: Point, share: number): Point {
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

/** Slow at both ends. */
function eased(share: number): number {
  const inside = Math.min(1, Math.max(0, share));
  return inside * inside * (3 - 2 * inside);
}
