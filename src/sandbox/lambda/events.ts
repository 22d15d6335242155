import { functionFailure, sendAsFunction, sendDeadLetter } from './send-dead-letter.ts';
import { latestArn, referenceOf } from './function-name.ts';
import { drawVersion, findFunction } from './parts.ts';
import { invocationRecord } from './invocation-record.ts';
import type { EndedEvent, EventEnd } from './invocation-record.ts';
import type { StoredFunction } from './function-store.ts';
import type { FunctionParts } from './parts.ts';
import type { FunctionMetric } from './function-metrics.ts';
import type { Events, FunctionConfig, Invocation, InvocationResult } from './function-types.ts';

/** Waits before the second and third attempt after a function error. */
const retryAfterMs = [60_000, 120_000];
/** An event that is not done with by then is given up, unless the function has another age set. */
const longestAgeMs = 6 * 3_600_000;
/** Throttled events are tried again with growing pauses, up to this one. */
const longestPauseMs = 300_000;

/** What a dead letter says of an event that never ran. */
const throttled = { code: 429, text: 'Rate Exceeded.' };

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
 * background, at least once; two more attempts after function errors, unless the function has it otherwise, then its
 * dead-letter queue and its destination.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function createEvents(
  parts: Pick<
    FunctionParts,
    'eventInvokes' | 'functions' | 'iam' | 'runs' | 'sqs' | 'versions' | 'world'
  >,
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

  /** @returns the next attempt; undefined when the event is done with */
  async function attempt(event: StoredEvent): Promise<Partial<StoredEvent> | undefined> {
    const stored = findFunction(parts, referenceOf(event.functionArn), drawVersion);
    if (stored === undefined) return undefined;
    const { invocation } = event;
    if (stored.reservedConcurrency === 0) return finish(event, stored, 'ZeroReservedConcurrency');
    if (runs.throttleReason(stored, invocation.invokedArn) !== undefined) {
      const dueAt = clock.now() + Math.min(longestPauseMs, 1000 * 2 ** event.throttles);
      if (isTooOld(event, dueAt)) return finish(event, stored, 'EventAgeExceeded');
      return { dueAt, throttles: event.throttles + 1 };
    }
    const age = { AsyncEventAge: clock.now() - event.acceptedAt };
    runs.metrics.add(stored.config, age, invocation);
    const result = await runs.run(stored, invocation);
    const again = { ...event, attempts: event.attempts + 1 };
    if (result.functionError === undefined) return finish(again, stored, 'Success', result);
    const { retries = retryAfterMs.length } = settingsOf(event) ?? {};
    const pause = retryAfterMs[event.attempts];
    if (pause === undefined || event.attempts >= retries) {
      return finish(again, stored, 'RetriesExhausted', result);
    }
    const dueAt = clock.now() + pause;
    // AWS does not wait for a retry that would come too late.
    if (isTooOld(event, dueAt)) return finish(again, stored, 'EventAgeExceeded', result);
    return { dueAt, attempts: again.attempts };
  }

  const settingsOf = ({ functionArn }: StoredEvent) =>
    parts.eventInvokes.find(latestArn(referenceOf(functionArn)));

  function isTooOld(event: StoredEvent, dueAt: number): boolean {
    const { maximumAgeSeconds } = settingsOf(event) ?? {};
    const longest = maximumAgeSeconds === undefined ? longestAgeMs : maximumAgeSeconds * 1000;
    return dueAt > event.acceptedAt + longest;
  }

  /** Tells whoever is to hear of it. */
  function finish(
    event: StoredEvent,
    { config }: StoredFunction,
    end: EventEnd,
    result?: InvocationResult,
  ): undefined {
    const { functionArn, invocation, attempts } = event;
    const executedVersion = config.version ?? '$LATEST';
    const ended = { end, functionArn, invocation, result, executedVersion, runs: attempts };
    if (end !== 'Success') dropEvent(config, ended);
    const { onSuccess, onFailure } = settingsOf(event) ?? {};
    const queueArn = end === 'Success' ? onSuccess : onFailure;
    if (queueArn === undefined) return;
    const body = invocationRecord(ended, clock.now());
    if (!sendAsFunction(parts, config, { queueArn, body, attributes: {} })) {
      count(config, invocation, 'DestinationDeliveryFailures');
    }
  }

  function dropEvent(config: FunctionConfig, { invocation, result }: EndedEvent): void {
    const why = result === undefined ? throttled : functionFailure(result);
    if (!sendDeadLetter(parts, config, { invocation, why })) {
      count(config, invocation, 'DeadLetterErrors');
    }
    count(config, invocation, 'AsyncEventsDropped');
  }

  function count(
    config: FunctionConfig,
    { invokedArn }: Pick<Invocation, 'invokedArn'>,
    metric: FunctionMetric,
  ): void {
    runs.metrics.add(config, { [metric]: 1 }, { invokedArn });
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
      const stored = findFunction(parts, referenceOf(functionArn));
      if (stored !== undefined) {
        count(stored.config, { invokedArn: functionArn }, 'AsyncEventsReceived');
      }
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
