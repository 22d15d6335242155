import type { LabState, Message } from './lab-state.ts';
import type { BoardEvent, EventOf } from './wire.ts';

/** Things of one kind that happen together: one movement of the picture, one sentence or two. */
export interface Beat {
  readonly events: readonly [BoardEvent, ...BoardEvent[]];
  /** Milliseconds that it plays at its own pace. */
  readonly playMs: number;
}

/** A sentence of the story, and the lab time that it is about. */
export interface Sentence {
  readonly at: number;
  readonly text: string;
  /** What kind of thing it tells: for a sign beside it. */
  readonly sign: '' | '→' | '↷' | '✓' | '✗' | '»' | '⚙';
}

/** What moves a message on the picture, and how long that takes. The rest changes numbers only. */
const playMs: Partial<Record<BoardEvent['kind'], number>> = {
  sent: 380,
  received: 0,
  'batch began': 420,
  'batch ended': 420,
  deleted: 380,
  moved: 520,
  emptied: 300,
  skipped: 500,
};

/** What is shorter is not worth a halt. */
const shownSkipMs = 1000;

/** In the order in which they came; what is alike and comes together plays together. */
export function beatsOf(events: readonly BoardEvent[]): Beat[] {
  const beats: { events: [BoardEvent, ...BoardEvent[]]; playMs: number }[] = [];
  for (const event of events) {
    const last = beats.at(-1);
    if (last !== undefined && joins(last.events, event)) last.events.push(event);
    else beats.push({ events: [event], playMs: playTime(event) });
  }
  return beats;
}

function playTime(event: BoardEvent): number {
  if (event.kind === 'skipped' && event.to - event.from < shownSkipMs) return 0;
  return playMs[event.kind] ?? 0;
}

function joins(events: readonly BoardEvent[], event: BoardEvent): boolean {
  const [first] = events;
  if (first?.kind !== event.kind) return false;
  // One message makes one move at a time.
  return event.kind !== 'received' || events.length < 1000;
}

/** When more beats wait, they are told as numbers. */
export const mostToldBeats = 40;

/** What many beats did, in one sentence; undefined when no message moved. */
export function summaryOf(beats: readonly Beat[]): Sentence | undefined {
  const events = beats.flatMap((beat) => beat.events);
  const at = events.at(-1)?.at ?? 0;
  const count = (of: (event: BoardEvent) => number) =>
    events.reduce((sum, event) => sum + of(event), 0);
  const numbers = [
    [count(({ kind }) => (kind === 'sent' ? 1 : 0)), 'sent'],
    [count(({ kind }) => (kind === 'received' ? 1 : 0)), 'received'],
    [count((event) => (event.kind === 'batch ended' ? event.failedIds.length : 0)), 'failed'],
    [count(({ kind }) => (kind === 'deleted' ? 1 : 0)), 'deleted'],
    [count(({ kind }) => (kind === 'moved' ? 1 : 0)), 'moved to another queue'],
  ] as const;
  const skippedMs = count((event) => (event.kind === 'skipped' ? event.to - event.from : 0));
  const told = numbers.flatMap(([number, what]) => (number === 0 ? [] : [`${number} ${what}`]));
  if (skippedMs >= shownSkipMs) told.push(`${span(skippedMs)} skipped`);
  return told.length === 0
    ? undefined
    : { at, sign: '', text: `Many at once: ${told.join(', ')}.` };
}

/** How fast beats that wait are played: at their own pace while they are few, and never longer than a few seconds in all. */
export function paceOf(waiting: readonly Beat[]): number {
  const whole = waiting.reduce((sum, beat) => sum + beat.playMs, 0);
  return Math.max(1, whole / longestPlayMs);
}

const longestPlayMs = 5000;

export interface Names {
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  readonly functionName: string;
}

const ordinals = ['', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];

function ordinal(count: number): string {
  return ordinals[count] ?? `${count}th`;
}

/** The beginning of a body, in one line. */
export function bodyOf({ body }: Pick<Message, 'body'>): string {
  const signs = Array.from(body.replaceAll(/\s+/g, ' ').trim());
  return signs.length > 24 ? `${signs.slice(0, 23).join('')}…` : signs.join('');
}

/** `FAIL-please-retry-me (d9e9b4ee)` */
export function nameOf({ id, body }: Pick<Message, 'body' | 'id'>): string {
  const short = bodyOf({ body });
  return short === '' ? id.slice(0, 8) : `${short} (${id.slice(0, 8)})`;
}

const mostNamed = 3;

function who(messages: readonly Pick<Message, 'body' | 'id'>[]): string {
  if (messages.length > mostNamed) return `${messages.length} messages`;
  const names = messages.map((message) => nameOf(message));
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

const were = (count: number) => (count === 1 ? 'was' : 'were');

/** `45 s`, `2 min` */
export function span(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

export function nameOfArn(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}

/** What a beat means, in sentences. To be asked before it is applied: what was known before gives it its names. */
export function sentencesOf({ events }: Beat, state: LabState): Sentence[] {
  const [{ kind, at }] = events;
  const tell = tellers[kind] as
    | ((events: readonly BoardEvent[], state: LabState) => Teller)
    | undefined;
  return (tell?.(events, state) ?? []).map(([sign, text]) => ({ at, sign, text }));
}

type Tellers = {
  readonly [K in BoardEvent['kind']]?: (events: readonly EventOf<K>[], state: LabState) => Teller;
};

const known = (state: LabState, ids: readonly string[]): Pick<Message, 'body' | 'id'>[] =>
  ids.map((id) => state.messages.get(id) ?? { id, body: '' });

const tellers: Tellers = {
  sent(events) {
    const delay = Math.max(...events.map(({ at, until }) => until - at));
    const later = delay > 0 ? `, and visible in ${span(delay)}` : '';
    return byQueue(events).map(([queue, some]) => [
      '',
      `${who(some)} ${were(some.length)} sent to ${nameOfArn(queue)}${later}.`,
    ]);
  },
  received(events, state) {
    // What a mapping receives is told with its batch.
    const byHand = events.filter(({ isMapping }) => !isMapping);
    return byHand.length === 0
      ? []
      : byQueue(byHand).map(([queue, some]) => [
          '',
          `${who(
            known(
              state,
              some.map(({ id }) => id),
            ),
          )} ${were(some.length)} received from ${nameOfArn(queue)} by ${nameOfArn(
            some[0]?.by ?? '',
          )
            .split('/')
            .at(-1)}; hidden for ${span((some[0]?.until ?? 0) - (some[0]?.at ?? 0))}.`,
        ]);
  },
  'batch began'(events, state) {
    const ids = events.flatMap((event) => event.ids);
    const [first] = events;
    const inBatches =
      events.length === 1
        ? `a batch of ${ids.length}`
        : `${events.length} batches with ${ids.length} messages`;
    const messages = ids.map((id) => state.messages.get(id)).filter((one) => one !== undefined);
    const again = messages.filter(({ receiveCount }) => receiveCount > 1);
    const receive =
      ids.length === 1 && again[0] !== undefined ? `, receive ${again[0].receiveCount}` : '';
    const names = ids.length <= mostNamed ? `: ${who(known(state, ids))}${receive}` : '';
    return [['', `${nameOfArn(first?.functionArn ?? '')} received ${inBatches}${names}.`]];
  },
  'batch ended'(events, state) {
    return [...notTaken(events), ...failures(events, state)];
  },
  deleted(events, state) {
    return byQueue(events).map(([queue, some]) => [
      '✓',
      `${who(
        known(
          state,
          some.map(({ id }) => id),
        ),
      )} ${were(some.length)} deleted from ${nameOfArn(queue)}.`,
    ]);
  },
  moved(events, state) {
    return byQueue(events).map(([, some]) => {
      const [first] = some;
      const messages = some.map((event) => ({ id: event.id, body: event.body }));
      const to = nameOfArn(first?.to ?? '');
      if (first?.redrive === true)
        return ['→', `${who(messages)} ${were(some.length)} moved back to ${to}, with a new id.`];
      const receives = state.messages.get(first?.id ?? '')?.receiveCount ?? first?.receiveCount;
      const times =
        some.length === 1
          ? `was received ${receives} times, as often as allowed, and`
          : `${were(some.length)} received as often as allowed, and`;
      return ['→', `${who(messages)} ${times} moved to ${to}.`];
    });
  },
  emptied(events) {
    return events.map(({ queue, count, gone }) => [
      '⚙',
      gone
        ? `The queue ${nameOfArn(queue)} was deleted, with ${count} messages.`
        : `The queue ${nameOfArn(queue)} was purged of ${count} messages.`,
    ]);
  },
  expired(events) {
    return events.map(({ queue, ids }) => [
      '✗',
      `${ids.length} messages of ${nameOfArn(queue)} expired: they are older than the retention period.`,
    ]);
  },
  queue(events, state) {
    return events.flatMap(({ queue, attributes }): Teller => {
      const before = state.queues.get(queue);
      if (before === undefined) return [['⚙', `The queue ${nameOfArn(queue)} was created.`]];
      const changed = Object.entries(attributes).filter(
        ([name, value]) => before[name] !== value && !/Timestamp$|^Approximate/.test(name),
      );
      return changed.map(([name, value]) => [
        '⚙',
        `${name} of ${nameOfArn(queue)} is now ${value}.`,
      ]);
    });
  },
  mapping(events, state) {
    return events.flatMap(({ mapping }): Teller => {
      const before = state.mappings.get(mapping.uuid);
      if (mapping.state === 'gone') return [['⚙', 'The event source mapping was deleted.']];
      if (before === undefined)
        return [['⚙', `An event source mapping was created: ${mapping.state}.`]];
      return before.state === mapping.state
        ? []
        : [['⚙', `The event source mapping is now ${mapping.state}.`]];
    });
  },
  function(events, state) {
    return events.flatMap(({ functionArn, settings }): Teller => {
      const name = nameOfArn(functionArn);
      if (settings === undefined) return [['⚙', `The function ${name} was deleted.`]];
      const before = state.functions.get(functionArn)?.settings;
      if (before === undefined) return [['⚙', `The function ${name} was created.`]];
      return before['codeSha256'] === settings['codeSha256']
        ? []
        : [['⚙', `The function ${name} has new code.`]];
    });
  },
  skipped(events) {
    const ms = (events.at(-1)?.to ?? 0) - (events[0]?.from ?? 0);
    return ms < shownSkipMs ? [] : [['»', `${span(ms)} skipped.`]];
  },
};

type Teller = readonly (readonly [Sentence['sign'], string])[];

function notTaken(events: readonly EventOf<'batch ended'>[]): Teller {
  return events.flatMap(({ outcome, answer, ids }): Teller => {
    if (outcome === 'throttled')
      return [['✗', `Lambda throttled a batch of ${ids.length}: ${answer}`]];
    if (outcome === 'not run') return [['✗', `A batch of ${ids.length} was not run. ${answer}`]];
    if (outcome === 'error')
      return [
        ['✗', `The invocation failed, so the whole batch of ${ids.length} comes back: ${answer}`],
      ];
    return [];
  });
}

/** `d9e9b4ee failed for the second time; visible again in 30 s` */
function failures(events: readonly EventOf<'batch ended'>[], state: LabState): Teller {
  const at = events[0]?.at ?? 0;
  const failed = events
    .flatMap(({ failedIds }) => failedIds)
    .flatMap((id) => state.messages.get(id) ?? []);
  if (failed.length > mostNamed) {
    const soonest = Math.min(...failed.map(({ until }) => until));
    return [
      [
        '↷',
        `${failed.length} messages failed; the first is visible again in ${span(soonest - at)}.`,
      ],
    ];
  }
  return failed.map((message) => [
    '↷',
    `${nameOf(message)} failed for the ${ordinal(message.receiveCount)} time; visible again in ${span(Math.max(0, message.until - at))}.`,
  ]);
}

function byQueue<E extends { readonly queue: string }>(
  events: readonly E[],
): (readonly [string, readonly E[]])[] {
  return [...Map.groupBy(events, ({ queue }) => queue)];
}
