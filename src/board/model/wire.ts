/** What the page is told, as JSON: the events of the sandbox, and those that a reader of AWS works out. Queues are ARNs, times lab time in epoch milliseconds. */
export type BoardEvent = { readonly seq: number; readonly at: number } & (
  | {
      readonly kind: 'sent';
      readonly queue: string;
      readonly id: string;
      readonly body: string;
      readonly until: number;
    }
  | {
      readonly kind: 'received';
      readonly queue: string;
      readonly id: string;
      readonly receiveCount: number;
      readonly until: number;
      readonly by: string;
      readonly isMapping: boolean;
    }
  | {
      readonly kind: 'visibility';
      readonly queue: string;
      readonly id: string;
      readonly until: number;
      readonly duplicate?: true;
    }
  | { readonly kind: 'deleted'; readonly queue: string; readonly id: string }
  | {
      readonly kind: 'moved';
      readonly queue: string;
      readonly to: string;
      readonly id: string;
      readonly newId: string;
      readonly redrive: boolean;
      readonly receiveCount: number;
      readonly body: string;
    }
  | {
      readonly kind: 'emptied';
      readonly queue: string;
      readonly count: number;
      readonly gone: boolean;
    }
  | { readonly kind: 'expired'; readonly queue: string; readonly ids: readonly string[] }
  | ({ readonly kind: 'queue' } & QueuePart)
  | { readonly kind: 'mapping'; readonly mapping: MappingPart }
  | {
      readonly kind: 'function';
      readonly functionArn: string;
      readonly settings?: FunctionSettings;
    }
  | {
      readonly kind: 'environments';
      readonly functionArn: string;
      readonly running: number;
      readonly idle: number;
    }
  | {
      readonly kind: 'batch began';
      readonly mapping: string;
      readonly queue: string;
      readonly functionArn: string;
      readonly batch: number;
      readonly ids: readonly string[];
      readonly limit: number;
    }
  | {
      readonly kind: 'batch ended';
      readonly mapping: string;
      readonly queue: string;
      readonly batch: number;
      readonly ids: readonly string[];
      readonly failedIds: readonly string[];
      readonly requestId?: string;
      readonly answer: string;
      readonly outcome: 'answered' | 'error' | 'not run' | 'throttled';
    }
  | { readonly kind: 'log'; readonly group: string; readonly lines: readonly LogLine[] }
  | {
      readonly kind: 'skipped';
      readonly from: number;
      readonly to: number;
      readonly reason: string;
    }
  | { readonly kind: 'clock' }
  /** AWS only: what the attributes of a queue say. */
  | ({ readonly kind: 'counts'; readonly queue: string } & QueueCounts)
);

export type EventOf<K extends BoardEvent['kind']> = Extract<BoardEvent, { readonly kind: K }>;

export interface LogLine {
  readonly at: number;
  readonly text: string;
}

export type FunctionSettings = Readonly<Record<string, number | string>>;

export interface QueuePart {
  readonly queue: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface MappingPart {
  readonly uuid: string;
  readonly queue: string;
  readonly functionArn: string;
  readonly state: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maximumConcurrency?: number;
  readonly reportsItemFailures: boolean;
}

export interface MessagePart {
  readonly id: string;
  readonly queue: string;
  readonly body: string;
  readonly sentAt: number;
  readonly until: number;
  readonly receiveCount: number;
  readonly isReceived: boolean;
}

/** What came into a queue and left it since the feed was first read. */
export interface QueueTally {
  readonly initial: number;
  readonly sent: number;
  readonly deleted: number;
  readonly movedIn: number;
  readonly movedOut: number;
  readonly redrivenIn: number;
  readonly redrivenOut: number;
  readonly purged: number;
  readonly expired: number;
}

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface ClockPart {
  readonly now: number;
  readonly wall: number;
  readonly pace: Pace;
  readonly stopped?: string;
}

export type Pace = 'paused' | 'real time' | 'skipping' | 'tenfold';

/** What a round of looks at AWS cost so far. */
export interface ReadingCost {
  readonly rounds: number;
  readonly sqsRequests: number;
  readonly otherRequests: number;
}

export interface Snapshot {
  readonly epoch: string;
  readonly seq: number;
  readonly since?: number;
  readonly tallies: Readonly<Record<string, QueueTally>>;
  readonly parts: {
    readonly queues?: readonly QueuePart[];
    readonly mappings?: readonly MappingPart[];
    readonly pollers?: readonly {
      readonly uuid: string;
      readonly limit: number;
      readonly batches: readonly (readonly string[])[];
    }[];
    readonly functions?: readonly {
      readonly functionArn: string;
      readonly settings: FunctionSettings;
      readonly running: number;
      readonly idle: number;
    }[];
  };
  readonly clock: ClockPart;
  /** Worked out from what AWS shows: later and coarser than what happens. */
  readonly coarse?: true;
}

/** One piece of the stream. */
export type FeedPiece =
  | { readonly event: 'snapshot'; readonly data: Snapshot }
  | { readonly event: 'messages'; readonly data: readonly MessagePart[] }
  | { readonly event: 'ready'; readonly data: { readonly seq: number } }
  | {
      readonly event: 'events';
      readonly data: { readonly events: readonly BoardEvent[]; readonly clock: ClockPart };
    }
  | { readonly event: 'clock'; readonly data: { readonly clock: ClockPart } }
  | { readonly event: 'cost'; readonly data: ReadingCost }
  | { readonly event: 'behind' | 'unknown'; readonly data: unknown };

/** Splits a stream of Server-Sent Events into its pieces, however it is cut. */
export function pieceReader(): (text: string) => FeedPiece[] {
  let rest = '';
  return (text) => {
    const texts = (rest + text).split('\n\n');
    rest = texts.pop() ?? '';
    return texts.flatMap((one) => {
      const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/s.exec(one) ?? [];
      return event === '' ? [] : [{ event, data: JSON.parse(data) as unknown } as FeedPiece];
    });
  };
}
