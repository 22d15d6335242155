import type { Harm, SkipVote } from '../clock.ts';
import type { Engine } from './engine.ts';

/** After so many receives of one message by a mapping, one more shows nothing new. */
export const mostSkippedReceives = 20;

/**
 * A message that somebody received by hand, or sent with a delay, has its time to wait out: nothing
 * is skipped before that. What a mapping holds is only waited for, so its return can be jumped to, until
 * it was received too often.
 */
export function voteOnSkip(engine: Engine, tasksAreRunning: boolean): SkipVote {
  if (tasksAreRunning) return { busy: true };
  const now = engine.now();
  // What waits for its turn may be what a jump would come too early for.
  if (engine.world.store.busy) return { busy: true, until: now + 20 };
  const own = firstReturn(engine, 'holder IS NULL');
  if (own !== undefined) return { busy: true, until: own };
  const held = firstReturn(engine, `holder IS NOT NULL AND receives_here < ${mostSkippedReceives}`);
  if (held !== undefined) return { busy: false, next: held };
  const stop = neverEnding(engine);
  return stop === undefined ? { busy: false } : { busy: false, stop };
}

function firstReturn(engine: Engine, which: string): number | undefined {
  const row = engine.world.store
    .sql(
      `SELECT visible_at FROM sqs_messages WHERE visible_at > ? AND ${which}
       ORDER BY visible_at LIMIT 1`,
    )
    .get(engine.now());
  return row === undefined ? undefined : Number(row['visible_at']);
}

/** In words: a message that a mapping receives again and again. */
function neverEnding(engine: Engine): string | undefined {
  const row = engine.world.store
    .sql(
      `SELECT message_id, queue_id FROM sqs_messages WHERE visible_at > ? AND holder IS NOT NULL
       ORDER BY visible_at LIMIT 1`,
    )
    .get(engine.now());
  if (row === undefined) return undefined;
  return (
    `Message ${String(row['message_id'])} in queue "${queueName(engine, row['queue_id'])}" was received ` +
    `${mostSkippedReceives} times and was never deleted. One more receive would show nothing new.`
  );
}

/**
 * A jump of the clock must not delete what nobody waits for: a message that would be older than its queue's
 * retention period then. What a mapping holds is waited for, and grows old as on AWS.
 */
export function agedBySkip(engine: Engine, to: number): Harm | undefined {
  const { store } = engine.world;
  const now = engine.now();
  for (const { id, name, retentionSeconds } of engine.queues.all()) {
    const retentionMs = retentionSeconds * 1000;
    const row = store
      .sql(
        `SELECT stored_at FROM sqs_messages WHERE queue_id = ? AND stored_at > ? AND stored_at <= ?
           AND (holder IS NULL OR visible_at <= ?) ORDER BY stored_at LIMIT 1`,
      )
      .get(id, now - retentionMs, to - retentionMs, now);
    if (row === undefined) continue;
    const until = Number(row['stored_at']) + retentionMs;
    const reason =
      `A skip to ${new Date(to).toISOString()} would delete a message in queue "${name}", ` +
      `whose retention period (${retentionSeconds} s) ends at ${new Date(until).toISOString()}.`;
    return { reason, until };
  }
  return undefined;
}

function queueName(engine: Engine, id: unknown): string {
  return engine.queues.all().find((queue) => queue.id === id)?.name ?? '';
}
