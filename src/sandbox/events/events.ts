/** What happened in the sandbox, told to whoever reads the feed. Times are lab time in epoch milliseconds, queues are ARNs. */
export type Happening =
  | SentEvent
  | ReceivedEvent
  | VisibilityEvent
  | DeletedEvent
  | MovedEvent
  | EmptiedEvent
  | ExpiredEvent
  | QueueEvent
  | MappingEvent
  | FunctionEvent
  | BatchBegan
  | BatchEnded
  | InvokedEvent
  | LogLines
  | SkippedEvent
  | PaceEvent;

/** As it is kept: with its number in the feed and its lab time. */
export type Told = Happening & { readonly seq: number; readonly at: number };

/** A message came into the queue. `until` lies ahead of `at` when it is delayed. */
export interface SentEvent {
  readonly kind: 'sent';
  readonly queue: string;
  readonly id: string;
  /** Its beginning. */
  readonly body: string;
  readonly until: number;
}

export interface ReceivedEvent {
  readonly kind: 'received';
  readonly queue: string;
  readonly id: string;
  readonly receiveCount: number;
  /** Hidden until then. */
  readonly until: number;
  /** UUID of the event source mapping, or the ARN of the caller. */
  readonly by: string;
  readonly isMapping: boolean;
}

/** `duplicate`: deleted, and SQS delivers it once more all the same. */
export interface VisibilityEvent {
  readonly kind: 'visibility';
  readonly queue: string;
  readonly id: string;
  readonly until: number;
  readonly duplicate?: true;
}

export interface DeletedEvent {
  readonly kind: 'deleted';
  readonly queue: string;
  readonly id: string;
}

/** `redrive` gives the message a new id; the move to a dead-letter queue keeps it. */
export interface MovedEvent {
  readonly kind: 'moved';
  readonly queue: string;
  readonly to: string;
  readonly id: string;
  readonly newId: string;
  readonly redrive: boolean;
  readonly receiveCount: number;
  readonly body: string;
}

/** PurgeQueue, or DeleteQueue (`gone`). */
export interface EmptiedEvent {
  readonly kind: 'emptied';
  readonly queue: string;
  readonly count: number;
  readonly gone: boolean;
}

/** Older than the retention period. */
export interface ExpiredEvent {
  readonly kind: 'expired';
  readonly queue: string;
  readonly ids: readonly string[];
}

/** A queue is new, or has other attributes. */
export interface QueueEvent {
  readonly kind: 'queue';
  readonly queue: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** An event source mapping is new or has changed; `mapping.state` is `gone` when it was deleted. */
export interface MappingEvent {
  readonly kind: 'mapping';
  readonly mapping: MappingPart;
}

/** A function is new or has changed; without `settings` it was deleted. */
export interface FunctionEvent {
  readonly kind: 'function';
  readonly functionArn: string;
  readonly settings?: Readonly<Record<string, number | string>>;
}

/** The mapping hands a batch to the function. */
export interface BatchBegan {
  readonly kind: 'batch began';
  readonly mapping: string;
  readonly queue: string;
  readonly functionArn: string;
  readonly batch: number;
  readonly ids: readonly string[];
  /** Batches that the mapping may have in work at once. */
  readonly limit: number;
}

export interface BatchEnded {
  readonly kind: 'batch ended';
  readonly mapping: string;
  readonly queue: string;
  readonly batch: number;
  readonly ids: readonly string[];
  /** What becomes of them: the mapping leaves these hidden. */
  readonly failedIds: readonly string[];
  /** Undefined when it never ran. */
  readonly requestId?: string;
  /** The beginning of what the function returned, of its error, or why it could not run. */
  readonly answer: string;
  readonly outcome: 'answered' | 'error' | 'not run' | 'throttled';
}

/** Environments of a function, after one began or ended an invocation. */
export interface InvokedEvent {
  readonly kind: 'environments';
  readonly functionArn: string;
  readonly running: number;
  readonly idle: number;
}

export interface LogLines {
  readonly kind: 'log';
  readonly group: string;
  readonly lines: readonly { readonly at: number; readonly text: string }[];
}

export interface SkippedEvent {
  readonly kind: 'skipped';
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** The clock runs otherwise than before, or says why it skips no more. */
export interface PaceEvent {
  readonly kind: 'clock';
}

export interface MappingPart {
  readonly uuid: string;
  readonly queue: string;
  readonly functionArn: string;
  readonly state: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maximumConcurrency?: number | undefined;
  readonly reportsItemFailures: boolean;
}

const shownSigns = 80;

/** The beginning of a text that somebody sent: enough to recognise it. */
export function beginningOf(text: string): string {
  return text.length <= shownSigns ? text : `${text.slice(0, shownSigns - 1)}…`;
}
