import type { MessageRow } from './message-row.ts';

/** A ReceiveRequestAttemptId is good for five minutes. */
const attemptMs = 5 * 60_000;

type Delivery = Pick<MessageRow, 'message_id' | 'receive_count' | 'visible_at'>;

/**
 * What FIFO receives handed out under a ReceiveRequestAttemptId, so that a retry gets the same
 * messages with the same receipt handles. Kept in memory: it repairs lost answers, not restarts.
 */
export class ReceiveAttempts {
  readonly #attempts = new Map<string, { at: number; deliveries: readonly Delivery[] }>();

  remember(queueId: number, attemptId: string, rows: readonly MessageRow[], now: number): void {
    for (const [key, attempt] of this.#attempts) {
      if (attempt.at + attemptMs > now) break;
      this.#attempts.delete(key);
    }
    const deliveries = rows.map(({ message_id, receive_count, visible_at }) => ({
      message_id,
      receive_count,
      visible_at,
    }));
    const key = keyOf(queueId, attemptId);
    // Deleted first: the oldest attempt must stay the first of the map.
    this.#attempts.delete(key);
    this.#attempts.set(key, { at: now, deliveries });
  }

  find(queueId: number, attemptId: string, now: number): readonly Delivery[] | undefined {
    const attempt = this.#attempts.get(keyOf(queueId, attemptId));
    return attempt !== undefined && attempt.at + attemptMs > now ? attempt.deliveries : undefined;
  }
}

function keyOf(queueId: number, attemptId: string): string {
  return `${queueId}/${attemptId}`;
}
