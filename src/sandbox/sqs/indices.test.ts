import { expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { Store } from '../store.ts';
import { noFaults } from '../types.ts';
import { changeVisibility } from './change-message-visibility.ts';
import { deleteMessage } from './delete-message.ts';
import { expireMessages } from './expire-messages.ts';
import { Engine } from './engine.ts';
import { takeMessages } from './take-messages.ts';
import { createTables } from './schema.ts';
import { nextVisibleAt, selectToMove } from './select-messages.ts';
import { storeMessage } from './store-message.ts';
import { agedBySkip, voteOnSkip } from './skip-limits.ts';

/** Remembers every statement, to have each explained. */
class WatchedStore extends Store {
  readonly texts = new Set<string>();

  override sql(text: string) {
    this.texts.add(text);
    return super.sql(text);
  }
}

test.each([false, true])(
  'with FIFO %s, sending, receiving and deleting search by index: nothing is scanned or sorted',
  (fifo) => {
    const store = new WatchedStore(':memory:');
    const clock = new LabClock({ standingAt: 1_800_000_000_000 });
    createTables(store);
    const world = { store, clock, accountId: '111122223333', faults: noFaults };
    const engine = new Engine(world, { inFlightLimit: 120_000 });
    const suffix = fifo ? '.fifo' : '';
    const attributes: Record<string, string> = fifo ? { FifoQueue: 'true' } : {};
    const arn = (name: string) => `arn:aws:sqs:eu-central-1:111122223333:${name}${suffix}`;
    engine.queues.create(arn('dlq'), { attributes, tags: {} });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn('dlq'), maxReceiveCount: 1 });
    const queue = engine.queues.create(arn('orders'), {
      attributes: { ...attributes, RedrivePolicy },
      tags: {},
    });
    store.texts.clear();

    for (let i = 0; i < 3; i += 1) {
      storeMessage(engine, queue, {
        body: String(i),
        messageAttributes: {},
        traceHeader: undefined,
        senderId: 'AIDA',
        delaySeconds: undefined,
        groupId: fifo ? `group-${i}` : undefined,
        deduplicationId: fifo ? String(i) : undefined,
      });
    }
    const [first, second] = takeMessages(engine, queue, { max: 3 });
    deleteMessage(engine, queue, first?.receiptHandle ?? '');
    changeVisibility(engine, queue, { handle: second?.receiptHandle ?? '', seconds: 0 });
    // Moves the second one.
    takeMessages(engine, queue, { max: 3 });
    nextVisibleAt(store, queue, engine.now());
    selectToMove(store, queue, engine.positions.last, engine.now());
    voteOnSkip(engine, false);
    expireMessages(engine, queue);
    agedBySkip(engine, engine.now() + 1000);
    clock.advance(queue.retentionSeconds * 500, 'half of the retention period');

    // Before a jump of the clock each queue is looked at; of the messages in it only what is about to expire.
    const allQueues = 'SELECT arn FROM sqs_queues';
    const searched = [...store.texts].filter(
      (text) => /FROM|UPDATE/.test(text) && text !== allQueues,
    );
    expect(searched.length).toBeGreaterThan(8);
    for (const text of searched) {
      const plan = store
        .sql(`EXPLAIN QUERY PLAN ${text}`)
        .all(...Array.from({ length: text.split('?').length - 1 }, () => 0))
        .map((row) => String(row['detail']));
      const slow = plan.filter((step) => /^SCAN sqs_|TEMP B-TREE/.test(step));
      expect({ text, slow }).toEqual({ text, slow: [] });
    }
    store.close();
  },
);
