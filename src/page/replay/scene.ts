import { escapeHtml as text } from '../../lab/html.ts';
import { beatsOf, endOf, nameOf, seconds, statesAt, storyOf } from './model.ts';
import type { MessageState, Place, Replay } from './model.ts';

const width = 360;
const box = { width: 164, head: 46, lane: 44, left: 4, right: 192, top: 92, gap: 62 } as const;
export const chip = { width: 152, height: 38 } as const;
const longestName = 20;

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Box extends Point {
  readonly height: number;
}

interface Plan {
  readonly height: number;
  readonly queue: Box;
  readonly worker: Box;
  readonly dead: Box;
  readonly done: Box;
}

/** Where the four boxes stand: as many lanes as there are messages. */
export function planOf(replay: Replay): Plan {
  const ends = (kind: string) => replay.events.filter((event) => event.kind === kind).length;
  const tall = (lanes: number) => box.head + lanes * box.lane;
  const upper = tall(Math.max(2, replay.messages.length));
  const lower = tall(Math.max(1, ends('handled'), ends('seen')));
  const below = box.top + upper + box.gap;
  return {
    height: below + lower + 4,
    queue: { x: box.left, y: box.top, height: upper },
    worker: { x: box.right, y: box.top, height: upper },
    dead: { x: box.left, y: below, height: lower },
    done: { x: box.right, y: below, height: lower },
  };
}

/** Where a message rests: the upper left corner of its chip. */
export function restOf(id: string, place: Place, replay: Replay): Point {
  const plan = planOf(replay);
  const lane = replay.messages.findIndex((message) => message.id === id);
  const arrival = (kind: string) =>
    replay.events.filter((event) => event.kind === kind).findIndex(({ message }) => message === id);
  const inside = ({ x, y }: Point, row: number): Point => ({
    x: x + (box.width - chip.width) / 2,
    y: y + box.head + Math.max(0, row) * box.lane,
  });
  const rests: Record<Place, Point> = {
    unsent: { x: inside(plan.queue, 0).x, y: 2 },
    queue: inside(plan.queue, lane),
    hidden: inside(plan.queue, lane),
    worker: inside(plan.worker, lane),
    deleted: inside(plan.done, arrival('handled')),
    due: { x: inside(plan.dead, 0).x, y: plan.dead.y - (box.gap + chip.height) / 2 },
    'dead-letter queue': inside(plan.dead, arrival('seen')),
  };
  return rests[place];
}

/** Sign and words on a chip: nothing is said by its colour alone. */
export function labelOf(state: MessageState, at: number): string {
  const left = Math.max(0, Math.ceil((state.hiddenUntil - at) / 1000));
  const labels: Record<Place, string> = {
    unsent: '',
    queue: state.receiveCount === 0 ? '• waiting' : '• visible again',
    worker: `▸ receive ${state.receiveCount}`,
    hidden: `✗ failed ${state.receiveCount}×, hidden ${left} s`,
    deleted: '✓ handled, deleted',
    due: '? move due, not seen yet',
    'dead-letter queue': `→ seen, after ${state.receiveCount} receives`,
  };
  return labels[state.place];
}

/** The picture at one moment, as the component and a page without a script both show it. */
export function sceneHtml(replay: Replay, at: number): string {
  const plan = planOf(replay);
  const { queue, worker, dead, done } = plan;
  const states = statesAt(replay, at);
  const chips = replay.messages.map(({ id }) => chipSvg(id, replay, states.get(id), at));
  const slots = replay.messages.map(({ id }) => {
    const { x, y } = restOf(id, 'queue', replay);
    return `<rect class="slot" x="${x}" y="${y}" width="${chip.width}" height="${chip.height}" rx="9"/>`;
  });
  const last = replay.maxReceiveCount;
  const middle = box.width / 2;
  return `<svg class="scene" viewBox="0 0 ${width} ${plan.height}" role="img" aria-label="Where each message is. The story beside it says the same in sentences.">
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker></defs>
<text class="small" x="10" y="26">Producer</text>
<path class="route" d="M36 34V${queue.y - 2}" marker-end="url(#tip)"/>
<path class="route back" d="M${worker.x + middle} ${worker.y}C${worker.x + middle} 30 ${queue.x + middle} 30 ${queue.x + middle} ${queue.y - 2}" marker-end="url(#tip)"/>
<text class="small middle" x="226" y="34">failed: hidden ${replay.visibilityTimeoutSeconds} s, then again</text>
<path class="route" d="M${queue.x + box.width} ${queue.y + queue.height / 2}H${worker.x - 2}" marker-end="url(#tip)"/>
<path class="route dead" d="M${queue.x + 20} ${queue.y + queue.height}V${dead.y - 2}" marker-end="url(#tip)"/>
<text class="small" x="${queue.x + 30}" y="${dead.y - box.gap / 2 + 4}">after ${last} receives</text>
<path class="route" d="M${worker.x + 20} ${worker.y + worker.height}V${done.y - 2}" marker-end="url(#tip)"/>
<text class="small" x="${worker.x + 30}" y="${done.y - box.gap / 2 + 4}">handled: deleted</text>
${boxSvg('queue', queue, 'Source queue', replay.queueName)}
${boxSvg('worker', worker, 'λ Worker', replay.functionName)}
${boxSvg('dead', dead, 'Dead-letter queue', replay.deadLetterQueueName)}
${boxSvg('done', done, 'Handled', 'no longer in the queue')}
${slots.join('')}
${chips.join('\n')}
</svg>`;
}

function boxSvg(kind: string, { x, y, height }: Box, title: string, name: string): string {
  return `<g class="box ${kind}" data-box="${kind}"><rect x="${x}" y="${y}" width="${box.width}" height="${height}" rx="12"/><text class="title" x="${x + 10}" y="${y + 19}">${text(title)}</text><text class="small" x="${x + 10}" y="${y + 35}">${text(short(name, 26))}</text></g>`;
}

function chipSvg(id: string, replay: Replay, state: MessageState | undefined, at: number): string {
  const { place, receiveCount } = state ?? { place: 'unsent', receiveCount: 0 };
  const { x, y } = restOf(id, place, replay);
  const label = state === undefined ? '' : labelOf(state, at);
  return `<g class="chip" data-message="${text(id)}" data-place="${place}" data-receives="${receiveCount}" transform="translate(${x} ${y})"><rect width="${chip.width}" height="${chip.height}" rx="9"/><text class="name" x="9" y="16">${text(short(nameOf(id, replay), longestName))}</text><text class="state" x="9" y="30">${text(label)}</text></g>`;
}

function short(name: string, length: number): string {
  const signs = Array.from(name);
  return signs.length <= length ? name : `${signs.slice(0, length - 1).join('')}…`;
}

/** The whole component as it is before its script runs: the last picture, and the story. */
export function replayHtml(replay: Replay): string {
  const end = endOf(replay);
  return `<div class="replay" data-replay="${text(JSON.stringify(replay))}">
<div class="stage">${sceneHtml(replay, end)}</div>
<div class="side">
<div class="controls" hidden>
<div class="buttons">
<button type="button" data-do="toggle">Play</button>
<button type="button" data-do="back" aria-label="One step back">‹ Step</button>
<button type="button" data-do="forward" aria-label="One step forward">Step ›</button>
<output class="clock" aria-live="off">${seconds(end)}</output>
</div>
<label>Lab clock: seconds since the first send
<input type="range" min="0" max="${end}" step="any" value="${end}"></label>
${marksSvg(replay)}
</div>
<ol class="story" aria-label="What happened, in order">
${storyHtml(replay)}
</ol>
</div>
</div>`;
}

export function storyHtml(replay: Replay): string {
  const beats = beatsOf(replay);
  return storyOf(replay)
    .map(
      (sentence, i) =>
        `<li><span class="at">${seconds(beats[i]?.events[0].at ?? 0)}</span> <span>${text(sentence)}</span></li>`,
    )
    .join('\n');
}

const signs = { sent: '•', received: '', handled: '', failed: '✗', due: '?', seen: '→' } as const;

/** Marks nearer than this, in units of the picture, would stand on each other. */
const apart = 20;

/** Under the slider: what happened when. For eyes only, the story has it all. */
export function marksSvg(replay: Replay): string {
  const end = Math.max(1, endOf(replay));
  const marks: { readonly x: number; readonly sign: string; readonly at: number }[] = [];
  for (const { kind, events } of beatsOf(replay)) {
    const [{ at }] = events;
    const x = 8 + (at / end) * (width - 16);
    if (signs[kind] !== '' && x - (marks.at(-1)?.x ?? -apart) >= apart)
      marks.push({ x, sign: signs[kind], at });
  }
  const drawn = marks.map(({ x, sign, at }) => {
    const label = Math.min(width - 16, Math.max(12, x));
    return `<text class="middle" x="${x.toFixed(1)}" y="12">${sign}</text><text class="middle small" x="${label.toFixed(1)}" y="25">${(at / 1000).toFixed(0)}</text>`;
  });
  return `<svg class="marks" viewBox="0 0 ${width} 30" aria-hidden="true">${drawn.join('')}</svg>`;
}
