import type { MessageState, Place } from '../../page/replay/model.ts';
import type {
  BoardEvent,
  ClockPart,
  EventOf,
  FunctionSettings,
  LogLine,
  MappingPart,
  MessagePart,
  QueueCounts,
  QueueTally,
  Snapshot,
} from './wire.ts';

/** A message as the board knows it. */
export interface Message {
  readonly id: string;
  body: string;
  queue: string;
  /** Hidden or delayed until then. */
  until: number;
  /** Hidden since then. */
  hiddenAt: number;
  receiveCount: number;
  isReceived: boolean;
  /** Number of the batch that a function has it in. */
  batch: number | undefined;
  /** How its last delivery ended, as far as that is known. */
  outcome: 'FAILED' | 'OK' | undefined;
}

export interface Mapping extends MappingPart {
  /** Batches that it may have in work at once, as it said last. */
  readonly limit?: number;
}

export interface LambdaFunction {
  readonly settings: FunctionSettings;
  readonly running: number;
  readonly idle: number;
}

/** The whole lab as the feed has told it. Changed in place: there may be ten thousand messages. */
export interface LabState {
  epoch: string;
  seq: number;
  /** Lab time since when the tallies count. */
  since: number | undefined;
  coarse: boolean;
  clock: ClockPart;
  readonly queues: Map<string, Readonly<Record<string, string>>>;
  readonly tallies: Map<string, Record<keyof QueueTally, number>>;
  readonly messages: Map<string, Message>;
  readonly mappings: Map<string, Mapping>;
  readonly functions: Map<string, LambdaFunction>;
  /** Ids by number of the batch. */
  readonly batches: Map<number, { readonly mapping: string; readonly ids: readonly string[] }>;
  /** AWS only: what the attributes say. */
  readonly counts: Map<string, QueueCounts>;
  /** The last that were handled, newest last: for the picture. */
  handled: Message[];
  lines: LogLine[];
}

const keptLines = 200;
const keptHandled = 12;

export const noClock: ClockPart = { now: 0, wall: 0, pace: 'real time' };

export function emptyState(): LabState {
  return {
    epoch: '',
    seq: 0,
    since: undefined,
    coarse: false,
    clock: noClock,
    queues: new Map(),
    tallies: new Map(),
    messages: new Map(),
    mappings: new Map(),
    functions: new Map(),
    batches: new Map(),
    counts: new Map(),
    handled: [],
    lines: [],
  };
}

/** Where a reader begins: what the snapshot says, and no message yet. What was seen to be handled stays on the picture. */
export function beginWith(snapshot: Snapshot, before: LabState = emptyState()): LabState {
  const { parts } = snapshot;
  const state = emptyState();
  Object.assign(state, {
    epoch: snapshot.epoch,
    seq: snapshot.seq,
    since: snapshot.since,
    coarse: snapshot.coarse === true,
    clock: snapshot.clock,
    handled: before.handled,
    lines: before.lines,
  });
  for (const { queue, attributes } of parts.queues ?? []) state.queues.set(queue, attributes);
  for (const [queue, tally] of Object.entries(snapshot.tallies))
    state.tallies.set(queue, { ...tally });
  for (const mapping of parts.mappings ?? []) state.mappings.set(mapping.uuid, mapping);
  for (const { functionArn, ...one } of parts.functions ?? [])
    state.functions.set(functionArn, one);
  let unnumbered = 0;
  for (const { uuid, limit, batches } of parts.pollers ?? []) {
    const mapping = state.mappings.get(uuid);
    if (mapping !== undefined) state.mappings.set(uuid, { ...mapping, limit });
    // Batches that began before the snapshot have no number here; their end names their messages.
    for (const ids of batches) state.batches.set((unnumbered -= 1), { mapping: uuid, ids });
  }
  return state;
}

export function addMessages(state: LabState, parts: readonly MessagePart[]): void {
  const inWork = new Map(
    [...state.batches].flatMap(([number, { ids }]) => ids.map((id) => [id, number] as const)),
  );
  for (const part of parts) {
    state.messages.set(part.id, {
      id: part.id,
      body: part.body,
      queue: part.queue,
      until: part.until,
      hiddenAt: Math.min(part.until, state.clock.now),
      receiveCount: part.receiveCount,
      isReceived: part.isReceived,
      batch: inWork.get(part.id),
      outcome: undefined,
    });
  }
}

/** One event of the feed, in its order. What it says of a message that is not known (any more) is no harm. */
export function apply(state: LabState, event: BoardEvent): void {
  if (event.seq <= state.seq) return;
  state.seq = event.seq;
  const change = changes[event.kind] as ((state: LabState, event: BoardEvent) => void) | undefined;
  change?.(state, event);
}

type Changes = {
  readonly [K in BoardEvent['kind']]?: (state: LabState, event: EventOf<K>) => void;
};

const changes: Changes = {
  sent(state, { queue, id, body, until, at }) {
    count(state, queue, 'sent');
    state.messages.set(id, {
      id,
      body,
      queue,
      until,
      hiddenAt: at,
      receiveCount: 0,
      isReceived: false,
      batch: undefined,
      outcome: undefined,
    });
  },
  received(state, { id, queue, receiveCount, until, at }) {
    const body = state.messages.get(id)?.body ?? '';
    state.messages.set(id, {
      id,
      body,
      queue,
      receiveCount,
      until,
      hiddenAt: at,
      isReceived: true,
      batch: undefined,
      outcome: undefined,
    });
  },
  visibility(state, { id, until, at }) {
    const message = state.messages.get(id);
    if (message !== undefined) Object.assign(message, { until, hiddenAt: at, batch: undefined });
  },
  deleted(state, { queue, id }) {
    count(state, queue, 'deleted');
    const message = state.messages.get(id);
    if (message === undefined) return;
    state.messages.delete(id);
    state.handled.push({ ...message, batch: undefined });
    if (state.handled.length > keptHandled) state.handled = state.handled.slice(-keptHandled);
  },
  moved(state, { queue, to, id, newId, redrive, receiveCount, body, at }) {
    count(state, queue, redrive ? 'redrivenOut' : 'movedOut');
    count(state, to, redrive ? 'redrivenIn' : 'movedIn');
    const known = state.messages.get(id);
    state.messages.delete(id);
    state.messages.set(newId, {
      id: newId,
      body: known?.body ?? body,
      queue: to,
      until: at,
      hiddenAt: at,
      receiveCount,
      isReceived: false,
      batch: undefined,
      outcome: undefined,
    });
  },
  emptied(state, { queue, count: gone, gone: isDeleted }) {
    count(state, queue, 'purged', gone);
    for (const [id, message] of state.messages)
      if (message.queue === queue) state.messages.delete(id);
    if (isDeleted) state.queues.delete(queue);
  },
  expired(state, { queue, ids }) {
    count(state, queue, 'expired', ids.length);
    for (const id of ids) state.messages.delete(id);
  },
  queue(state, { queue, attributes }) {
    state.queues.set(queue, attributes);
  },
  mapping(state, { mapping }) {
    if (mapping.state === 'gone') state.mappings.delete(mapping.uuid);
    else state.mappings.set(mapping.uuid, { ...state.mappings.get(mapping.uuid), ...mapping });
  },
  function(state, { functionArn, settings }) {
    if (settings === undefined) state.functions.delete(functionArn);
    else
      state.functions.set(functionArn, {
        running: 0,
        idle: 0,
        ...state.functions.get(functionArn),
        settings,
      });
  },
  environments(state, { functionArn, running, idle }) {
    const known = state.functions.get(functionArn);
    if (known !== undefined) state.functions.set(functionArn, { ...known, running, idle });
  },
  'batch began'(state, { mapping, batch, ids, limit }) {
    state.batches.set(batch, { mapping, ids });
    const known = state.mappings.get(mapping);
    if (known !== undefined) state.mappings.set(mapping, { ...known, limit });
    for (const id of ids) {
      const message = state.messages.get(id);
      if (message !== undefined) message.batch = batch;
    }
  },
  'batch ended'(state, { batch, ids, failedIds }) {
    state.batches.delete(batch);
    const [first] = ids;
    for (const [number, { ids: others }] of state.batches)
      if (number < 0 && others[0] === first) state.batches.delete(number);
    const failed = new Set(failedIds);
    for (const id of ids) {
      const message = state.messages.get(id);
      if (message === undefined) continue;
      message.outcome = failed.has(id) ? 'FAILED' : 'OK';
      // What went well stays with the function until it is deleted.
      if (failed.has(id)) message.batch = undefined;
    }
  },
  log(state, { lines }) {
    state.lines = [...state.lines, ...lines].slice(-keptLines);
  },
  skipped(state, { to }) {
    state.clock = { ...state.clock, now: Math.max(state.clock.now, to) };
  },
  counts(state, { queue, visible, inFlight, delayed }) {
    state.counts.set(queue, { visible, inFlight, delayed });
  },
};

const nothing: Record<keyof QueueTally, number> = {
  initial: 0,
  sent: 0,
  deleted: 0,
  movedIn: 0,
  movedOut: 0,
  redrivenIn: 0,
  redrivenOut: 0,
  purged: 0,
  expired: 0,
};

function count(state: LabState, queue: string, name: keyof QueueTally, by = 1): void {
  const tally = state.tallies.get(queue) ?? { ...nothing };
  tally[name] += by;
  state.tallies.set(queue, tally);
}

/** `delayed`: sent with a delay, and not visible before. */
export type BoardPlace = Place | 'delayed';

/** Where a message is, in the terms of the page's replay. */
export interface ShownState extends Omit<MessageState, 'place'> {
  readonly place: BoardPlace;
}

/** Where a message is at a lab time. */
export function stateOf(message: Message, now: number, deadLetterQueue: string): ShownState {
  const { receiveCount, until } = message;
  const isHidden = until > now;
  if (message.queue === deadLetterQueue && !isHidden)
    return { place: 'dead-letter queue', receiveCount, hiddenUntil: 0 };
  if (message.batch !== undefined) return { place: 'worker', receiveCount, hiddenUntil: until };
  if (!isHidden) return { place: 'queue', receiveCount, hiddenUntil: 0 };
  return { place: message.isReceived ? 'hidden' : 'delayed', receiveCount, hiddenUntil: until };
}

/** How many messages of a queue are visible, in flight and delayed, as its attributes count them. */
export function countsOf(state: LabState, queue: string, now: number): QueueCounts {
  const told = state.counts.get(queue);
  if (told !== undefined) return told;
  const counts = { visible: 0, inFlight: 0, delayed: 0 };
  for (const message of state.messages.values()) {
    if (message.queue !== queue) continue;
    if (message.until <= now) counts.visible += 1;
    else counts[message.isReceived ? 'inFlight' : 'delayed'] += 1;
  }
  return counts;
}
