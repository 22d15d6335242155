import type { Harm, SkipVote } from '../clock.ts';
import { AwsError } from '../errors.ts';
import type { SqsApi } from '../types.ts';
import { queueUrl } from './arn.ts';
import { deleteMessage } from './delete-message.ts';
import type { Engine } from './engine.ts';
import { hasVisible, receiveMessages } from './receive-message.ts';
import type { Queue } from './queues.ts';
import { nextVisibleAt, selectVisible } from './select-messages.ts';

/** What event source mappings need of SQS. */
export function createSqsApi(engine: Engine): SqsApi {
  const { queues, waiters, world } = engine;
  return {
    queue(arn) {
      const queue = queues.find(arn);
      if (queue === undefined) return undefined;
      const { name, fifo, visibilityTimeoutSeconds } = queue;
      // Without host: a mapping has no endpoint of its own.
      return { name, fifo, visibilityTimeoutSeconds, url: queueUrl(arn, '') };
    },

    receive({ queueArn, max, holder }) {
      const queue = queues.find(queueArn);
      if (queue === undefined) return [];
      return receiveMessages(engine, queue, { max: splitMax(engine, queue, max), holder });
    },

    // Looks first: what came since the last receive must not be missed.
    async whenVisible(queueArn, signal) {
      const queue = queues.find(queueArn);
      if (queue !== undefined && hasVisible(engine, queue)) return;
      const next = queue && nextVisibleAt(world.store, queue, engine.now());
      await waiters.wait(queueArn, next ?? Infinity, signal);
    },

    delete(queueArn, receiptHandles) {
      const queue = queues.find(queueArn);
      if (queue === undefined) return;
      world.store.transaction(() => {
        for (const handle of receiptHandles) {
          try {
            deleteMessage(engine, queue, handle);
          } catch (error) {
            // As in DeleteMessageBatch: a handle that came too late does not spoil the others.
            if (!(error instanceof AwsError)) throw error;
          }
        }
      });
    },

    nextReturn(queueArn, holder) {
      const queue = queues.find(queueArn);
      if (queue === undefined) return undefined;
      const row = world.store
        .sql(
          `SELECT visible_at FROM sqs_messages
           WHERE visible_at > ? AND holder = ? AND queue_id = ? AND receives_here < ?
           ORDER BY visible_at LIMIT 1`,
        )
        .get(engine.now(), holder, queue.id, mostSkippedReceives);
      return row === undefined ? undefined : Number(row['visible_at']);
    },
  };
}

/** Faults `splitBatchesAt` and `splitBatches`: a receive may hand over fewer messages than there are. */
function splitMax(engine: Engine, queue: Queue, max: number): number {
  const { splitBatches, splitBatchesAt } = engine.world.faults;
  const most = splitBatchesAt > 0 ? Math.min(max, splitBatchesAt) : max;
  if (splitBatches === 0 || Math.random() >= splitBatches) return most;
  const visible = selectVisible(engine.world.store, queue, most, engine.now()).length;
  return visible < 2 ? most : 1 + Math.floor(Math.random() * (visible - 1));
}

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
