/** What a replay is told: plain data, so that a recorded run and a running one are told alike. */

/** In the order in which they can befall one message. */
export const kinds = ['sent', 'received', 'handled', 'failed', 'due', 'seen'] as const;

export type EventKind = (typeof kinds)[number];

/** One thing that happened to one message. */
export interface ReplayEvent {
  /** Milliseconds on the lab clock since the replay begins. */
  readonly at: number;
  readonly message: string;
  /**
   * `due`: it was received as often as allowed, and its last visibility timeout has ended: SQS moves it at the next
   * receive, and records no moment. `seen`: a look into the dead-letter queue found it.
   */
  readonly kind: EventKind;
  /** Of `received` and what comes of it; 0 otherwise. */
  readonly receiveCount: number;
  /** Of `received`: how many messages came together, where the log tells. */
  readonly batchSize?: number | undefined;
}

export interface ReplayMessage {
  readonly id: string;
  /** What a reader sees: its body, or the beginning of its id. */
  readonly name: string;
}

/** Everything that the animation of one run needs. */
export interface Replay {
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  readonly functionName: string;
  readonly visibilityTimeoutSeconds: number;
  readonly maxReceiveCount: number;
  readonly messages: readonly ReplayMessage[];
  readonly events: readonly ReplayEvent[];
}

export type Place =
  | 'dead-letter queue'
  | 'deleted'
  | 'due'
  | 'hidden'
  | 'queue'
  | 'unsent'
  | 'worker';

/** Where a message is at one moment. */
export interface MessageState {
  readonly place: Place;
  readonly receiveCount: number;
  /** When it is visible again, milliseconds of the replay; 0 unless it is hidden. */
  readonly hiddenUntil: number;
}

const unsent: MessageState = { place: 'unsent', receiveCount: 0, hiddenUntil: 0 };

/** By time; what happens at one moment in the order in which it can happen. */
export function inOrder(events: readonly ReplayEvent[]): ReplayEvent[] {
  return events.toSorted((a, b) => a.at - b.at || kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
}

/** Where each message is at a moment, by its id. */
export function statesAt(replay: Replay, at: number): ReadonlyMap<string, MessageState> {
  const past = inOrder(replay.events).filter((event) => event.at <= at);
  return statesAfter(replay, past, at);
}

/** Where each message is after these events, at a moment. */
export function statesAfter(
  replay: Replay,
  events: readonly ReplayEvent[],
  at: number,
): ReadonlyMap<string, MessageState> {
  const states = new Map(replay.messages.map(({ id }) => [id, unsent]));
  const receivedAt = new Map<string, number>();
  for (const event of events) {
    if (event.kind === 'received') receivedAt.set(event.message, event.at);
    const hiddenFrom = receivedAt.get(event.message) ?? event.at;
    const before = states.get(event.message) ?? unsent;
    states.set(event.message, stateAfter(event, before, hiddenFrom, replay));
  }
  for (const [id, state] of states)
    if (state.place === 'hidden' && state.hiddenUntil <= at)
      states.set(id, { ...state, place: 'queue', hiddenUntil: 0 });
  return states;
}

const placeAfter = {
  sent: 'queue',
  received: 'worker',
  handled: 'deleted',
  failed: 'hidden',
  due: 'due',
  seen: 'dead-letter queue',
} as const satisfies Record<EventKind, Place>;

function stateAfter(
  { kind, receiveCount }: ReplayEvent,
  before: MessageState,
  hiddenFrom: number,
  { visibilityTimeoutSeconds }: Replay,
): MessageState {
  return {
    place: placeAfter[kind],
    receiveCount: Math.max(before.receiveCount, receiveCount),
    hiddenUntil: kind === 'failed' ? hiddenFrom + visibilityTimeoutSeconds * 1000 : 0,
  };
}

/** Things of one kind that happen together: one movement of the picture, one sentence of the story. */
export interface Beat {
  readonly kind: EventKind;
  readonly events: readonly [ReplayEvent, ...ReplayEvent[]];
  /** When the last of them happened. */
  readonly at: number;
}

/** What is nearer than this is told together. */
const togetherMs = 1000;

export function beatsOf({ events }: Pick<Replay, 'events'>): Beat[] {
  const beats: Beat[] = [];
  for (const event of inOrder(events)) {
    const last = beats.at(-1);
    const joins =
      last?.kind === event.kind &&
      event.at - last.events[0].at < togetherMs &&
      last.events.every(({ message }) => message !== event.message);
    if (joins) beats[beats.length - 1] = { ...last, events: [...last.events, event], at: event.at };
    else beats.push({ kind: event.kind, events: [event], at: event.at });
  }
  return beats;
}

/** When the last thing of it happened. */
export function endOf({ events }: Pick<Replay, 'events'>): number {
  return Math.max(0, ...events.map(({ at }) => at));
}

/** A stretch of the playing: the clock runs, or it stands while messages move. */
export interface Stretch {
  /** Milliseconds of playing. */
  readonly from: number;
  readonly to: number;
  /** The lab clock at both ends. */
  readonly labFrom: number;
  readonly labTo: number;
  /** Number of the beat that is played; undefined while the clock runs. */
  readonly beat: number | undefined;
}

/** Ninety seconds of the lab take nine: six in which the clock runs, the rest in which messages move. */
const speed = 16;
const moveMs = 430;
const longestWaitMs = 4000;

export function scheduleOf(replay: Replay): Stretch[] {
  const stretches: Stretch[] = [];
  let [play, lab] = [0, 0];
  for (const [beat, { events, at }] of beatsOf(replay).entries()) {
    const starts = Math.max(lab, events[0].at);
    if (starts > lab) {
      const to = play + Math.min(longestWaitMs, (starts - lab) / speed);
      stretches.push({ from: play, to, labFrom: lab, labTo: starts, beat: undefined });
      play = to;
    }
    const labTo = Math.max(starts, at);
    stretches.push({ from: play, to: play + moveMs, labFrom: starts, labTo, beat });
    [play, lab] = [play + moveMs, labTo];
  }
  return stretches;
}

/** How long it plays, in milliseconds. */
export function playingTime(schedule: readonly Stretch[]): number {
  return schedule.at(-1)?.to ?? 0;
}

/** The lab clock at a moment of the playing. */
export function labAt(schedule: readonly Stretch[], play: number): number {
  const now = schedule.find(({ to }) => play < to);
  if (now === undefined) return schedule.at(-1)?.labTo ?? 0;
  const share = (play - now.from) / (now.to - now.from);
  return now.labFrom + Math.max(0, share) * (now.labTo - now.labFrom);
}

/** The moment of the playing at which the lab clock shows this. */
export function playAt(schedule: readonly Stretch[], lab: number): number {
  const now = schedule.findLast(({ labFrom }) => labFrom <= lab);
  if (now === undefined) return 0;
  if (lab >= now.labTo) return now.to;
  return now.from + ((lab - now.labFrom) / (now.labTo - now.labFrom)) * (now.to - now.from);
}

/** `30.1 s` */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** The story of the run, one sentence or two for each beat. */
export function storyOf(replay: Replay): string[] {
  return beatsOf(replay).map((beat) => sentence(beat, replay));
}

function sentence({ kind, events }: Beat, replay: Replay): string {
  const who = listed(events.map(({ message }) => nameOf(message, replay)));
  const one = events.length === 1;
  const { functionName, queueName, deadLetterQueueName: deadLetters, maxReceiveCount } = replay;
  const { receiveCount } = events[0];
  const isRetry = receiveCount > 1;
  const isOneBatch = !one && events.every(({ batchSize }) => batchSize === events.length);
  const hidden = `${replay.visibilityTimeoutSeconds} s`;
  const ending = {
    sent: () => `sent to ${queueName}.`,
    received: () =>
      isRetry
        ? `visible again, and received again: receive ${receiveCount} of ${maxReceiveCount}.`
        : `received by ${functionName}${isOneBatch ? `, in one batch of ${events.length}` : ''}.`,
    handled: () => 'handled, and deleted from the queue.',
    failed: () =>
      isRetry
        ? `failed again, and hidden for ${hidden} again.`
        : `failed. SQS hides ${one ? 'it' : 'them'} for ${hidden} from the receive.`,
    due: () =>
      `received ${maxReceiveCount} times, as often as allowed. SQS moves it at the next receive, and records no moment of the move.`,
    seen: () => `seen in ${deadLetters}.`,
  } satisfies Record<EventKind, () => string>;
  return `${who}: ${ending[kind]()}`;
}

export function nameOf(id: string, { messages }: Pick<Replay, 'messages'>): string {
  return messages.find((message) => message.id === id)?.name ?? id;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
