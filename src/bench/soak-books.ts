/** What the soak knows of each message, by its id. */
export class Books {
  /** Acknowledged by SendMessageBatch. */
  readonly sent = new Set<string>();
  /** The worker's log says OK. */
  readonly processed = new Set<string>();
  /** Received from the dead-letter queue. */
  readonly deadLettered = new Set<string>();
  /** Entries that were sent without an answer: stored or not, nobody knows. */
  unanswered = 0;
  kills = 0;

  /** Acknowledged, and neither processed nor dead-lettered. */
  get missing(): string[] {
    return [...this.sent].filter((id) => !this.processed.has(id) && !this.deadLettered.has(id));
  }

  /** Stored without having been acknowledged. */
  get unacknowledged(): number {
    const ended = new Set([...this.processed, ...this.deadLettered]);
    return [...ended].filter((id) => !this.sent.has(id)).length;
  }
}

/** Numbers of one moment. */
export interface Sample {
  readonly seconds: number;
  /** With kills no process lives long enough for its memory to say anything. */
  readonly calm: boolean;
  readonly residentMb: number;
  readonly storeMb: number;
}

/** How much the last third of the samples lies above the third before it; 0.1: by a tenth. */
export function growth(values: readonly number[]): number {
  const third = Math.floor(values.length / 3);
  const before = median(values.slice(-2 * third, -third));
  return third === 0 || before === 0 ? 0 : median(values.slice(-third)) / before - 1;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
