import type { IamApi, LogEvent, LogsApi, World } from '../../types.ts';
import type { FunctionConfig } from '../function-types.ts';

const tailBytes = 4096;
/** So that `aws logs tail --follow` sees a long invocation while it runs. */
const flushAfterMs = 250;
/** A function that prints without end must not fill our memory. */
const flushAtBytes = 1024 * 1024;
/** Readers of the feed see the beginning of a flood. */
const mostToldLines = 50;
const mostToldSigns = 400;

interface LogServices {
  readonly world: Pick<World, 'store'>;
  readonly iam: IamApi;
  readonly logs: LogsApi;
}

/** The log stream of one execution environment, written under the permissions of the function's role. */
export class EnvironmentLog {
  readonly #config: FunctionConfig;
  readonly #stream: string;
  readonly #services: LogServices;
  readonly #now: () => number;
  #events: LogEvent[] = [];
  #pendingBytes = 0;
  #latest = 0;
  #timer: NodeJS.Timeout | undefined;
  #tail: Buffer = Buffer.alloc(0);

  constructor(config: FunctionConfig, stream: string, services: LogServices, now: () => number) {
    this.#config = config;
    this.#stream = stream;
    this.#services = services;
    this.#now = now;
  }

  /** @param time lab time in milliseconds; otherwise now. Never before the event before. */
  append(message: string | undefined, time?: number): void {
    if (message === undefined) return;
    this.#latest = Math.max(this.#latest, time ?? this.#now());
    this.#events.push({ timestamp: this.#latest, message });
    const bytes = Buffer.from(message.endsWith('\n') ? message : `${message}\n`);
    this.#tail = Buffer.concat([this.#tail, bytes]).subarray(-tailBytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes > flushAtBytes) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), flushAfterMs).unref();
  }

  /** From here on `tail` counts. */
  startTail(): void {
    this.#tail = Buffer.alloc(0);
  }

  /** The last 4 KB since `startTail`. */
  get tail(): string {
    return this.#tail.toString('utf8');
  }

  /** Resolves when everybody can read what was appended before. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#events;
    this.#events = [];
    this.#pendingBytes = 0;
    if (events.length === 0) return;
    const { roleArn, name, region, logGroup } = this.#config;
    const { world, iam, logs } = this.#services;
    try {
      await world.store.grouped(() => {
        // Asked each time: a permission that the role lost a moment ago no longer counts.
        const writer = iam.assumeRole(roleArn, 'lambda.amazonaws.com', name);
        if (writer === undefined) return;
        logs.write({ writer, region, group: logGroup, stream: this.#stream, events });
        if (world.store.watched) {
          const lines = events.slice(0, mostToldLines).map(({ timestamp, message }) => ({
            at: timestamp,
            text: message.slice(0, mostToldSigns),
          }));
          world.store.tell({ kind: 'log', group: logGroup, lines });
        }
      });
    } catch (error) {
      // A log that cannot be written does not stop a function, nor the sandbox.
      console.error(`sandbox: cannot write to log group ${logGroup}:`, error);
    }
  }
}
