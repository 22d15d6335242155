import { functionFailure, sendDeadLetter } from './send-dead-letter.ts';
import { referenceOf } from './function-name.ts';
import { drawVersion, findFunction } from './parts.ts';
import type { FunctionParts } from './parts.ts';
import type { Events, Invocation } from './function-types.ts';

/** Waits before the second and third attempt after a function error. */
const retryAfterMs = [60_000, 120_000];
/** A throttled event is tried again for so long, with growing pauses. */
const longestAgeMs = 6 * 3_600_000;
const longestPauseMs = 300_000;

const schema = `
  CREATE TABLE IF NOT EXISTS lambda_events (
    id TEXT PRIMARY KEY,
    function_arn TEXT NOT NULL,
    payload BLOB NOT NULL,
    client_context TEXT,
    accepted_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    throttles INTEGER NOT NULL
  ) STRICT;
`;

interface StoredEvent {
  readonly functionArn: string;
  readonly invocation: Invocation;
  readonly acceptedAt: number;
  readonly dueAt: number;
  readonly attempts: number;
  readonly throttles: number;
}

/**
 * Asynchronous invocations (`InvocationType: Event`): accepted at once, durable, run in the
 * background, at least once; two more attempts after function errors, then the function's dead-letter
 * queue. Destinations of asynchronous invocation are not in the sandbox.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function createEvents(
  parts: Pick<FunctionParts, 'functions' | 'iam' | 'runs' | 'sqs' | 'versions' | 'world'>,
): Events {
  const { runs } = parts;
  const { store, clock } = parts.world;
  store.migrate(schema);
  const closing = new AbortController();

  function find(id: string): StoredEvent | undefined {
    const row = store.sql('SELECT * FROM lambda_events WHERE id = ?').get(id);
    if (row === undefined) return undefined;
    const context = row['client_context'];
    const functionArn = String(row['function_arn']);
    return {
      functionArn,
      invocation: {
        requestId: id,
        payload: Buffer.from(row['payload'] as Uint8Array),
        invokedArn: functionArn,
        ...(typeof context === 'string' ? { clientContext: JSON.parse(context) as unknown } : {}),
      },
      acceptedAt: Number(row['accepted_at']),
      dueAt: Number(row['due_at']),
      attempts: Number(row['attempts']),
      throttles: Number(row['throttles']),
    };
  }

  /** @returns lab time of the next attempt; undefined when the event is done with */
  async function attempt(event: StoredEvent): Promise<Partial<StoredEvent> | undefined> {
    const stored = findFunction(parts, referenceOf(event.functionArn), drawVersion);
    if (stored === undefined) return undefined;
    const { config } = stored;
    const { invocation } = event;
    const now = clock.now();
    if (runs.throttleReason(stored, invocation.invokedArn) !== undefined) {
      const pause = Math.min(longestPauseMs, 1000 * 2 ** event.throttles);
      if (now + pause > event.acceptedAt + longestAgeMs) {
        sendDeadLetter(parts, config, { invocation, why: { code: 429, text: 'Rate Exceeded.' } });
        return undefined;
      }
      return { dueAt: now + pause, throttles: event.throttles + 1 };
    }
    const result = await runs.run(stored, invocation);
    if (result.functionError === undefined) return undefined;
    const pause = retryAfterMs[event.attempts];
    if (pause === undefined) {
      sendDeadLetter(parts, config, { invocation, why: functionFailure(result) });
      return undefined;
    }
    return { dueAt: clock.now() + pause, attempts: event.attempts + 1 };
  }

  async function deliver(id: string): Promise<void> {
    for (;;) {
      const event = find(id);
      if (event === undefined) return;
      await clock.sleepUntil(event.dueAt, closing.signal);
      if (closing.signal.aborted) return;
      const again = await attempt(event);
      if (closing.signal.aborted) return;
      if (again === undefined) {
        store.sql('DELETE FROM lambda_events WHERE id = ?').run(id);
      } else {
        const { dueAt, attempts, throttles } = { ...event, ...again };
        store
          .sql('UPDATE lambda_events SET due_at = ?, attempts = ?, throttles = ? WHERE id = ?')
          .run(dueAt, attempts, throttles, id);
      }
      clock.consider();
    }
  }

  function start(id: string): void {
    deliver(id).catch(async (error: unknown) => {
      if (closing.signal.aborted) return;
      // A full disk, perhaps. The event was accepted: it is tried again.
      console.error('sandbox: cannot run an event:', error);
      await clock.sleepUntil(clock.now() + 1000, closing.signal);
      start(id);
    });
  }

  // Those that a sandbox before this one accepted.
  for (const row of store.sql('SELECT id FROM lambda_events').all()) start(String(row['id']));

  return {
    add(functionArn, { requestId, payload, clientContext }) {
      const context = clientContext === undefined ? null : JSON.stringify(clientContext);
      const now = clock.now();
      store
        .sql('INSERT INTO lambda_events VALUES (?, ?, ?, ?, ?, ?, 0, 0)')
        .run(requestId, functionArn, payload, context, now, now);
      start(requestId);
    },

    nextDue() {
      const next = store
        .sql('SELECT min(due_at) AS next FROM lambda_events WHERE due_at > ?')
        .get(clock.now())?.['next'];
      return typeof next === 'number' ? next : undefined;
    },

    close: () => closing.abort(),
  };
}
