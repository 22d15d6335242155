/**
 * What AWS's rules say will happen: messages, settings and a handler in, deliveries and fates out. Pure: it asks nothing
 * and knows no clock. Each effect names the rule that it comes from, as docs/exam-notes.md numbers them.
 */

/** How a handler treats the messages of its batch. A poison message is one whose work fails, however often it is tried. */
export type Behaviour =
  /** Works on all, then throws if any failed. */
  | 'throws'
  /** Works on all, returns the failed ones as batchItemFailures. */
  | 'returns'
  /** Catches every error and returns nothing. */
  | 'swallows'
  /** Never comes back from a poison message. */
  | 'times-out'
  /** `forEach(async …)`: returns an empty list before any work has ended. */
  | 'forEach';

export interface Settings {
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  /** Null: the queue has no redrive policy. */
  readonly maxReceiveCount: number | null;
  readonly functionTimeoutSeconds: number;
  /** ReportBatchItemFailures is on. */
  readonly reportFailures: boolean;
}

export interface Scenario extends Settings {
  readonly behaviour: Behaviour;
  readonly good: number;
  readonly poison: number;
  /** Work on one message, one after the other. Left out: none. */
  readonly recordSeconds?: number;
  /** Work once in each invocation, before the first message. */
  readonly batchSeconds?: number;
  /** Batches at the same time, at most. A mapping starts with 5. */
  readonly concurrency?: number;
  /** A FIFO queue, all messages in one message group. */
  readonly fifo?: boolean;
  /** When polling stops, in seconds from the first poll; what was received is still worked on. Left out: when nothing happens any more. */
  readonly untilSeconds?: number;
}

export type Kind = 'good' | 'poison';

/** `OK`, `FAILED`: the work on it ended so; `unfinished`: the invocation was over before. */
export type DeliveryOutcome = 'FAILED' | 'OK' | 'unfinished';

export interface PredictedDelivery {
  readonly receiveCount: number;
  /** Seconds since the mapping began to poll. */
  readonly receivedAt: number;
  readonly invokedAt: number;
  readonly outcome: DeliveryOutcome;
}

export type Fate = 'dead-lettered' | 'deleted' | 'still there';

export interface PredictedMessage {
  /** `good-1`, `poison-1` */
  readonly name: string;
  readonly kind: Kind;
  readonly deliveries: readonly PredictedDelivery[];
  readonly fate: Fate;
  /** Deleted, although no delivery of it ended well. */
  readonly lost: boolean;
  /** Seconds, as above: of the deletion, or of the receive that moved it. */
  readonly endedAt: number;
}

/** Why something happens that would not happen by itself. */
export interface Effect {
  /** `G06` */
  readonly rule: string;
  readonly text: string;
}

export interface Predicted {
  readonly messages: readonly PredictedMessage[];
  readonly invocations: number;
  /** Invocations that ended with a function error, timeouts among them. */
  readonly errors: number;
  readonly timeouts: number;
  readonly batchSizes: readonly number[];
  /** Deliveries of good messages beyond the first one of each. */
  readonly redundant: number;
  readonly deleted: number;
  readonly deadLettered: number;
  readonly stillThere: number;
  readonly lost: number;
  /** Seconds until nothing happens any more. */
  readonly endsAt: number;
  /** Requests that SQS bills, without polls that find nothing: sends, receives that bring a batch, deletes. */
  readonly requests: number;
  readonly effects: readonly Effect[];
  /** Messages that came again, or were moved, before the invocation that handled them had ended (G02). */
  readonly overtaken: readonly string[];
  /** Polling stopped (`untilSeconds`) while something would still have happened. */
  readonly isCutShort: boolean;
}

interface Message {
  readonly name: string;
  readonly kind: Kind;
  receiveCount: number;
  visibleAt: number;
  fate: Fate | undefined;
  endedAt: number;
  readonly deliveries: (PredictedDelivery & { outcome: DeliveryOutcome })[];
}

/** One receive of one message, in a batch: a batch that is gathered for longer than the visibility timeout has a message again. */
interface Entry {
  readonly kind: Kind;
  readonly message: Message;
  /** The receive by which the mapping holds it: a later one makes its handle an old one. */
  readonly receiveCount: number;
  readonly receivedAt: number;
}

/** A batch that waits for more messages. */
interface Gathered {
  readonly batch: Entry[];
  /** The batching window is over. */
  readonly endsAt: number;
}

interface Invocation {
  readonly batch: readonly Entry[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly timedOut: boolean;
}

/** The most that a mapping takes with one ReceiveMessage, and that one SendMessageBatch or DeleteMessageBatch has. */
const callMax = 10;

/** Where a mapping starts: five batches at once. */
export const startConcurrency = 5;

/** However wrong the settings are, nothing is delivered more often than this for each message. */
const mostEvents = 100_000;

/**
 * Predicts a run in which the messages are in the queue when the mapping begins to poll, and are taken in the order in
 * which they were sent. AWS may take them in other batches; with the same batches it comes to the same deliveries.
 */
export function predict(scenario: Scenario): Predicted {
  const run: Run = {
    scenario,
    messages: messagesOf(scenario),
    effects: new Map(),
    overtaken: new Set(),
    gathered: undefined,
    running: [],
    done: [],
    receives: 0,
    deletes: 0,
    isCutShort: false,
  };
  let now = 0;
  for (let events = 0; events < mostEvents; events += 1) {
    endWork(run, now);
    takeBatches(run, now);
    // Work of no length has ended at this same moment, and its place is free for what waits.
    if (run.running.some(({ endsAt }) => endsAt <= now)) continue;
    const next = nextMoment(run, now);
    run.isCutShort = next !== undefined && next > (scenario.untilSeconds ?? Infinity);
    if (next === undefined || run.isCutShort) break;
    now = next;
  }
  if (run.gathered !== undefined) invoke(run, run.gathered.batch, now);
  endWork(run, Infinity);
  return summed(run);
}

/** Everything that happens while a run is predicted. */
interface Run {
  readonly scenario: Scenario;
  readonly messages: readonly Message[];
  readonly effects: Map<string, Effect>;
  readonly overtaken: Set<string>;
  gathered: Gathered | undefined;
  running: Invocation[];
  readonly done: Invocation[];
  receives: number;
  deletes: number;
  isCutShort: boolean;
}

const becauseIn =
  ({ effects }: Run): Because =>
  (rule, text) =>
    effects.set(`${rule} ${text}`, { rule, text });

function endWork(run: Run, now: number): void {
  const ended = run.running.filter(({ endsAt }) => endsAt <= now);
  run.running = run.running.filter((one) => !ended.includes(one));
  for (const one of ended.toSorted((a, b) => a.endsAt - b.endsAt)) {
    run.done.push(one);
    run.deletes += finish(run, one);
  }
}

/** As many batches as may be worked on at once: first what is gathered already is completed. */
function takeBatches(run: Run, now: number): void {
  const { batchSize, windowSeconds, concurrency = startConcurrency } = run.scenario;
  for (;;) {
    const { gathered } = run;
    if (gathered === undefined && run.running.length >= concurrency) return;
    const { batch, endsAt } = gathered ?? { batch: [], endsAt: now + windowSeconds };
    const isOver = gathered !== undefined && now >= endsAt;
    const received = isOver ? [] : receive(run, batchSize - batch.length, now);
    batch.push(...received);
    if (batch.length === 0) return;
    const isReady = isOver || windowSeconds === 0 || batch.length >= batchSize;
    run.gathered = isReady ? undefined : { batch, endsAt };
    if (isReady) invoke(run, batch, now);
    // Without a visibility timeout the same message is there again at once.
    else if (received.length === 0) return;
  }
}

type Because = (rule: string, text: string) => unknown;

function messagesOf({ good, poison }: Scenario): Message[] {
  const make = (kind: Kind) => (_: unknown, i: number) => ({
    name: `${kind}-${i + 1}`,
    kind,
    receiveCount: 0,
    visibleAt: 0,
    fate: undefined,
    endedAt: 0,
    deliveries: [],
  });
  return [
    ...Array.from({ length: good }, make('good')),
    ...Array.from({ length: poison }, make('poison')),
  ];
}

/** Received so often that the next receive moves it instead. Null: there is no redrive policy. */
export const isExhausted = (receiveCount: number, maxReceiveCount: number | null): boolean =>
  maxReceiveCount !== null && receiveCount >= maxReceiveCount;

/** Receives up to so many messages; what has been received often enough is moved instead. */
function receive(run: Run, room: number, now: number): Entry[] {
  const { windowSeconds, visibilityTimeoutSeconds, maxReceiveCount, fifo } = run.scenario;
  const because = becauseIn(run);
  if (fifo === true && isBlocked(run.messages, now, because)) return [];
  const visible = run.messages.filter(
    ({ fate, visibleAt }) => fate === undefined && visibleAt <= now,
  );
  for (const message of visible.filter(({ receiveCount }) =>
    isExhausted(receiveCount, maxReceiveCount),
  )) {
    message.fate = 'dead-lettered';
    message.endedAt = now;
    because(
      'G04',
      `a message is moved by the receive after its ${ordinal(message.receiveCount)} one: maxReceiveCount counts deliveries`,
    );
  }
  const size = windowSeconds > 0 ? room : Math.min(room, callMax);
  const taken = visible.filter(({ fate }) => fate === undefined).slice(0, size);
  run.receives += Math.ceil(taken.length / callMax);
  return taken.map((message) => {
    message.receiveCount += 1;
    message.visibleAt = now + visibilityTimeoutSeconds;
    const { kind, receiveCount } = message;
    return { kind, message, receiveCount, receivedAt: now };
  });
}

/** While one message of a group is in flight, SQS gives no other of that group. */
function isBlocked(messages: readonly Message[], now: number, because: Because): boolean {
  const live = messages.filter(({ fate }) => fate === undefined);
  const blocked = live.some(({ receiveCount, visibleAt }) => receiveCount > 0 && visibleAt > now);
  if (blocked && live.some(({ visibleAt }) => visibleAt <= now)) {
    because(
      'G19',
      'in a FIFO queue a message in flight holds back the others of its message group',
    );
  }
  return blocked;
}

function invoke(run: Run, batch: readonly Entry[], startsAt: number): void {
  const { seconds, timedOut, outcomes } = workOn(run.scenario, batch);
  const endsAt = startsAt + seconds;
  for (const [i, { message, receiveCount, receivedAt }] of batch.entries()) {
    const outcome = outcomes[i] ?? 'unfinished';
    message.deliveries.push({ receiveCount, receivedAt, invokedAt: startsAt, outcome });
  }
  const visibleAt = Math.min(
    ...batch.map(({ receivedAt }) => receivedAt + run.scenario.visibilityTimeoutSeconds),
  );
  if (startsAt > visibleAt) {
    becauseIn(run)(
      'G02',
      'the visibility timeout ends before the batching window does: a batch gets the same message again while it is gathered',
    );
  } else if (endsAt > visibleAt) {
    becauseIn(run)(
      'G02',
      'the visibility timeout ends before the work does: a second worker gets the same message',
    );
  }
  run.running.push({ batch, startsAt, endsAt, timedOut });
}

interface Kinded {
  readonly kind: Kind;
}

/** What one invocation makes of its batch: how long it works, and how the work on each message ends. */
export function workOn(
  scenario: Scenario,
  batch: readonly Kinded[],
): {
  readonly seconds: number;
  readonly timedOut: boolean;
  readonly outcomes: readonly DeliveryOutcome[];
} {
  const { behaviour, functionTimeoutSeconds, recordSeconds = 0, batchSeconds = 0 } = scenario;
  const hangs = behaviour === 'times-out' ? batch.findIndex(({ kind }) => kind === 'poison') : -1;
  const works = behaviour === 'forEach' ? 0 : batchSeconds + batch.length * recordSeconds;
  const timedOut = hangs >= 0 || works > functionTimeoutSeconds;
  const left = functionTimeoutSeconds - batchSeconds;
  const inTime = recordSeconds > 0 ? Math.floor(left / recordSeconds) : left < 0 ? 0 : batch.length;
  const finished = Math.min(
    hangs < 0 ? batch.length : hangs,
    timedOut ? Math.max(0, inTime) : batch.length,
  );
  return {
    seconds: timedOut ? functionTimeoutSeconds : works,
    timedOut,
    outcomes: batch.map((message, i) => outcomeOf(behaviour, message, i < finished)),
  };
}

function outcomeOf(behaviour: Behaviour, { kind }: Kinded, finished: boolean): DeliveryOutcome {
  if (behaviour === 'forEach' || !finished) return 'unfinished';
  return kind === 'good' ? 'OK' : 'FAILED';
}

/** @returns the requests that delete what the mapping takes as handled */
function finish(run: Run, invocation: Invocation): number {
  const because = becauseIn(run);
  const reasons: Effect[] = [];
  const handled = handledOf(run.scenario, invocation, (rule, text) => reasons.push({ rule, text }));
  // Received again meanwhile: the handle of this receive deletes nothing any more.
  const isLate = ({ message, receiveCount }: Entry) =>
    message.fate !== undefined || message.receiveCount !== receiveCount;
  const late = handled.filter((entry) => isLate(entry));
  const inTime = handled.filter((entry) => !isLate(entry));
  for (const { message } of late) run.overtaken.add(message.name);
  for (const { message } of inTime) {
    message.fate = 'deleted';
    message.endedAt = invocation.endsAt;
  }
  // They say what is deleted: where all of it came too late, nothing is.
  if (handled.length === 0 || inTime.length > 0)
    for (const { rule, text } of reasons) because(rule, text);
  if (late.length > 0) {
    because(
      'G02',
      'the work ended when the message had been received again: its receipt handle was an old one and deleted nothing, so a message can be handled well and still be dead-lettered',
    );
  }
  return Math.ceil(handled.length / callMax);
}

/** What the mapping takes as handled, and deletes. */
export function handledOf<M extends Kinded>(
  { behaviour, reportFailures }: Scenario,
  { batch, timedOut }: { readonly batch: readonly M[]; readonly timedOut: boolean },
  because: Because = () => undefined,
): readonly M[] {
  const hasPoison = batch.some(({ kind }) => kind === 'poison');
  if (timedOut) {
    because(
      'G10',
      'after a timeout there is no answer to read: the whole batch comes back, finished messages too',
    );
    return [];
  }
  if (behaviour === 'throws' && hasPoison) {
    because('G06', 'one message failed, the function threw: the whole batch comes back');
    return [];
  }
  if (behaviour === 'forEach') {
    because('G11', 'the handler answered before the work had ended: the batch is deleted');
    return batch;
  }
  if (behaviour === 'swallows' && hasPoison) {
    because('G29', 'the error was swallowed: the batch counts as handled, and is deleted');
    return batch;
  }
  if (behaviour !== 'returns' || !hasPoison) return batch;
  if (!reportFailures) {
    because(
      'G07',
      'ReportBatchItemFailures is off: the returned failures are not read, the batch is deleted',
    );
    return batch;
  }
  because(
    'G06',
    'ReportBatchItemFailures is on: only the returned messages come back, the others are deleted',
  );
  return batch.filter(({ kind }) => kind === 'good');
}

/** The next time at which something can happen; undefined when all is over. */
function nextMoment({ messages, running, gathered }: Run, now: number): number | undefined {
  const returns = messages.flatMap(({ fate, visibleAt }) => (fate === undefined ? visibleAt : []));
  const ends = [...running, ...(gathered === undefined ? [] : [gathered])].map(
    ({ endsAt }) => endsAt,
  );
  const times = [...returns, ...ends].filter((time) => time > now);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** The invocation ends with a function error. */
export const endsInError = (
  behaviour: Behaviour,
  { batch, timedOut }: { readonly batch: readonly Kinded[]; readonly timedOut: boolean },
): boolean => timedOut || (behaviour === 'throws' && batch.some(({ kind }) => kind === 'poison'));

function summed(run: Run): Predicted {
  const { messages, receives, deletes } = run;
  const { behaviour } = run.scenario;
  const invocations = run.done.toSorted((a, b) => a.startsAt - b.startsAt);
  const ended = messages.map(({ name, kind, deliveries, fate, endedAt }): PredictedMessage => ({
    name,
    kind,
    deliveries,
    fate: fate ?? 'still there',
    lost: fate === 'deleted' && !deliveries.some(({ outcome }) => outcome === 'OK'),
    endedAt,
  }));
  return {
    messages: ended,
    invocations: invocations.length,
    errors: invocations.filter((one) => endsInError(behaviour, one)).length,
    timeouts: invocations.filter(({ timedOut }) => timedOut).length,
    batchSizes: invocations.map(({ batch }) => batch.length),
    redundant: ended
      .filter(({ kind }) => kind === 'good')
      .reduce((sum, { deliveries }) => sum + Math.max(0, deliveries.length - 1), 0),
    deleted: ended.filter(({ fate }) => fate === 'deleted').length,
    deadLettered: ended.filter(({ fate }) => fate === 'dead-lettered').length,
    stillThere: ended.filter(({ fate }) => fate === 'still there').length,
    lost: ended.filter(({ lost }) => lost).length,
    endsAt: Math.max(
      0,
      ...ended.map(({ endedAt }) => endedAt),
      ...invocations.map(({ endsAt }) => endsAt),
    ),
    requests: Math.ceil(messages.length / callMax) + receives + deletes,
    effects: [...run.effects.values()],
    overtaken: [...run.overtaken],
    isCutShort: run.isCutShort,
  };
}

/** `3rd` */
export function ordinal(count: number): string {
  const endings: Readonly<Record<number, string>> = { 1: 'st', 2: 'nd', 3: 'rd' };
  const teen = count % 100 > 10 && count % 100 < 14;
  return `${count}${(teen ? undefined : endings[count % 10]) ?? 'th'}`;
}

/** All deliveries of messages of a kind; of all messages when none is named. */
export function deliveriesOf<D>(
  messages: readonly { readonly kind: Kind; readonly deliveries: readonly D[] }[],
  kind?: Kind,
): D[] {
  return messages
    .filter((message) => kind === undefined || message.kind === kind)
    .flatMap(({ deliveries }) => deliveries);
}
