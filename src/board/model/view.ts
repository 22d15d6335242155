import { nameOf as replayName, statesAt } from '../../page/replay/model.ts';
import type { Replay } from '../../page/replay/model.ts';
import { labelOf } from '../../page/replay/scene.ts';
import { countsOf, stateOf } from './lab-state.ts';
import type { BoardPlace, LabState, Message, ShownState } from './lab-state.ts';
import { bodyOf } from './story.ts';

/** A message on the picture. */
export interface Chip {
  readonly id: string;
  /** Its body, the beginning; the picture shows the beginning of the id beside it. */
  readonly name: string;
  readonly state: ShownState;
  /** Sign and words: nothing is said by a colour alone. */
  readonly label: string;
  /** Share of its visibility timeout that is left, 0 to 1; undefined when it is not hidden. */
  readonly ring: number | undefined;
}

export const areas = ['queue', 'worker', 'dead', 'done'] as const;
export type Area = (typeof areas)[number];

/** What the picture shows, whichever feed it comes from. */
export interface View {
  readonly now: number;
  readonly chips: Readonly<Record<Area, readonly Chip[]>>;
  /** How many there are, the sample among them. */
  readonly counts: Readonly<Record<Area, number>>;
  readonly visible: number;
  readonly hidden: number;
  readonly delayed: number;
  readonly visibilityTimeoutSeconds: number;
  readonly maxReceiveCount: number;
}

/** So many messages of a box are shown one by one; the rest is a number. */
export const mostChips = 6;

const areaOf: Readonly<Record<BoardPlace, Area | undefined>> = {
  unsent: undefined,
  queue: 'queue',
  hidden: 'queue',
  delayed: 'queue',
  worker: 'worker',
  due: 'dead',
  'dead-letter queue': 'dead',
  deleted: 'done',
};

export interface ViewOptions {
  readonly queueArn: string;
  readonly deadLetterQueueArn: string;
}

/** The live feed, at a lab time. */
export function viewOf(
  state: LabState,
  { queueArn, deadLetterQueueArn }: ViewOptions,
  now: number,
): View {
  const chips: Record<Area, Chip[]> = { queue: [], worker: [], dead: [], done: [] };
  const counts = { queue: 0, worker: 0, dead: 0, done: 0 };
  const settings = settingsOf(state, queueArn);
  for (const message of state.messages.values()) {
    if (message.queue !== queueArn && message.queue !== deadLetterQueueArn) continue;
    const shown = dueOr(stateOf(message, now, deadLetterQueueArn), state, settings.maxReceiveCount);
    const area = areaOf[shown.place];
    if (area === undefined) continue;
    counts[area] += 1;
    if (chips[area].length < mostChips) chips[area].push(chipOf(message, shown, now));
  }
  chips.done = state.handled
    .filter(({ id }) => !state.messages.has(id))
    .slice(-mostChips)
    .map((message) =>
      chipOf(
        message,
        { place: 'deleted', receiveCount: message.receiveCount, hiddenUntil: 0 },
        now,
      ),
    )
    .toReversed();
  counts.done = state.coarse
    ? state.handled.length
    : (state.tallies.get(queueArn)?.deleted ?? state.handled.length);
  const told = countsOf(state, queueArn, now);
  if (state.coarse) {
    const dead = state.counts.get(deadLetterQueueArn);
    counts.queue = told.visible + told.delayed + told.inFlight;
    counts.dead = dead === undefined ? counts.dead : dead.visible + dead.inFlight;
  }
  return {
    now,
    chips,
    counts,
    visible: told.visible,
    hidden: told.inFlight,
    delayed: told.delayed,
    ...settings,
  };
}

/** AWS shows no move: what was received as often as allowed, and is visible again, may have moved. */
function dueOr(shown: ShownState, { coarse }: LabState, maxReceiveCount: number): ShownState {
  return coarse && shown.place === 'queue' && shown.receiveCount >= maxReceiveCount
    ? { ...shown, place: 'due' }
    : shown;
}

export function settingsOf(state: LabState, queueArn: string) {
  const attributes = state.queues.get(queueArn) ?? {};
  const redrive = parsed(attributes['RedrivePolicy']);
  return {
    visibilityTimeoutSeconds: Number(attributes['VisibilityTimeout'] ?? 0),
    maxReceiveCount: Number(redrive['maxReceiveCount'] ?? Number.POSITIVE_INFINITY),
  };
}

function parsed(text: string | undefined): Record<string, unknown> {
  try {
    return JSON.parse(text ?? '{}') as Record<string, unknown>;
  } catch {
    return {};
  }
}

function chipOf(message: Message, state: ShownState, now: number): Chip {
  const { until, hiddenAt, outcome } = message;
  const isCounting =
    state.place === 'hidden' || state.place === 'delayed' || state.place === 'worker';
  const total = until - hiddenAt;
  return {
    id: message.id,
    name: bodyOf(message),
    state,
    label: labelIn(state, now, outcome),
    ring: isCounting && total > 0 ? Math.min(1, Math.max(0, (until - now) / total)) : undefined,
  };
}

function labelIn(state: ShownState, now: number, outcome: Message['outcome']): string {
  const { place, receiveCount, hiddenUntil } = state;
  const left = Math.max(0, Math.ceil((hiddenUntil - now) / 1000));
  if (place === 'delayed') return `◷ delayed ${left} s`;
  if (place === 'worker' && outcome === 'OK') return `✓ OK, receive ${receiveCount}`;
  if (place === 'hidden' && outcome === undefined)
    return `◷ received ${receiveCount}×, hidden ${left} s`;
  if (place === 'dead-letter queue') return `→ after ${receiveCount} receives`;
  return labelOf({ place, receiveCount, hiddenUntil }, now);
}

/** The recorded feed, at a moment of the run: the same picture. */
export function viewOfReplay(replay: Replay, at: number): View {
  const chips: Record<Area, Chip[]> = { queue: [], worker: [], dead: [], done: [] };
  const states = statesAt(replay, at);
  for (const { id } of replay.messages) {
    const state = states.get(id);
    const area = state === undefined ? undefined : areaOf[state.place];
    if (state === undefined || area === undefined) continue;
    chips[area].push({
      id,
      name: bodyOf({ body: replayName(id, replay) }),
      state,
      label: labelOf(state, at),
      ring:
        state.place === 'hidden'
          ? Math.min(1, (state.hiddenUntil - at) / (replay.visibilityTimeoutSeconds * 1000))
          : undefined,
    });
  }
  const hidden = chips.queue.filter(({ state }) => state.place === 'hidden').length;
  return {
    now: at,
    chips,
    counts: {
      queue: chips.queue.length,
      worker: chips.worker.length,
      dead: chips.dead.length,
      done: chips.done.length,
    },
    visible: chips.queue.length - hidden,
    hidden: hidden + chips.worker.length,
    delayed: 0,
    visibilityTimeoutSeconds: replay.visibilityTimeoutSeconds,
    maxReceiveCount: replay.maxReceiveCount,
  };
}
