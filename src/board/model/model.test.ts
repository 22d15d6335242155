import { describe, expect, test } from 'vitest';
import { accountOf, accountText } from './account.ts';
import { addMessages, apply, beginWith, countsOf } from './lab-state.ts';
import type { LabState } from './lab-state.ts';
import { beatsOf, paceOf, sentencesOf, summaryOf } from './story.ts';
import { mostChips, viewOf, viewOfReplay } from './view.ts';
import { pieceReader } from './wire.ts';
import type { BoardEvent, Snapshot } from './wire.ts';

const queue = 'arn:aws:sqs:us-east-1:111122223333:work';
const dead = 'arn:aws:sqs:us-east-1:111122223333:dead';
const functionArn = 'arn:aws:lambda:us-east-1:111122223333:function:worker';
const arns = { queueArn: queue, deadLetterQueueArn: dead };
const start = Date.parse('2026-11-23T08:00:00Z');

const snapshot: Snapshot = {
  epoch: 'e',
  seq: 0,
  since: start,
  tallies: {},
  parts: {
    queues: [
      {
        queue,
        attributes: { VisibilityTimeout: '30', RedrivePolicy: '{"maxReceiveCount":"3"}' },
      },
    ],
  },
  clock: { now: start, wall: 0, pace: 'skipping' },
};

type Untold = BoardEvent extends infer E
  ? E extends BoardEvent
    ? Omit<E, 'at' | 'seq'>
    : never
  : never;

function numbered(events: readonly (Untold & { readonly at?: number })[], first = 1): BoardEvent[] {
  return events.map((event, i) => ({ at: start, ...event, seq: first + i }));
}

/** Three receives of one message, and its move. */
function poisonRun(): BoardEvent[] {
  const id = 'd9e9b4ee-0000';
  const events: (Untold & { at: number })[] = [
    { kind: 'sent', at: start, queue, id, body: 'FAIL', until: start },
  ];
  for (const receiveCount of [1, 2, 3]) {
    const at = start + (receiveCount - 1) * 30_000;
    const batch = { mapping: 'm', queue, batch: receiveCount, ids: [id] };
    events.push(
      {
        kind: 'received',
        at,
        queue,
        id,
        receiveCount,
        until: at + 30_000,
        by: 'm',
        isMapping: true,
      },
      { kind: 'batch began', at, ...batch, functionArn, limit: 5 },
      { kind: 'batch ended', at, ...batch, failedIds: [id], answer: '', outcome: 'answered' },
      { kind: 'skipped', at: at + 30_000, from: at, to: at + 30_000, reason: 'a wait' },
    );
  }
  events.push({
    kind: 'moved',
    at: start + 90_000,
    queue,
    to: dead,
    id,
    newId: id,
    redrive: false,
    receiveCount: 3,
    body: 'FAIL',
  });
  return numbered(events);
}

function after(events: readonly BoardEvent[], state = beginWith(snapshot)): LabState {
  for (const event of events) apply(state, event);
  return state;
}

function storyOf(events: readonly BoardEvent[]): string[] {
  const state = beginWith(snapshot);
  return beatsOf(events).flatMap((beat) => {
    const sentences = sentencesOf(beat, state).map(({ text }) => text);
    for (const event of beat.events) apply(state, event);
    return sentences;
  });
}

describe('where a message is', () => {
  const place = (upTo: number, now: number) => {
    const view = viewOf(after(poisonRun().slice(0, upTo)), arns, now);
    return Object.values(view.chips).flat()[0];
  };

  test('it waits, is with the function, is hidden with its ring on the lab clock, and is dead-lettered', () => {
    expect(place(1, start)?.state.place).toBe('queue');
    expect(place(3, start)).toMatchObject({ state: { place: 'worker', receiveCount: 1 } });
    expect(place(4, start + 10_000)).toMatchObject({
      state: { place: 'hidden' },
      label: '✗ failed 1×, hidden 20 s',
      ring: 20 / 30,
    });
    expect(place(5, start + 30_000)).toMatchObject({ state: { place: 'queue' }, ring: undefined });
    expect(place(14, start + 90_000)).toMatchObject({
      state: { place: 'dead-letter queue', receiveCount: 3 },
      label: '→ after 3 receives',
    });
  });

  test('a delayed message is delayed, not in flight', () => {
    const events = numbered([{ kind: 'sent', queue, id: 'a', body: 'later', until: start + 5000 }]);
    expect(countsOf(after(events), queue, start)).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
    expect(countsOf(after(events), queue, start + 5000).visible).toBe(1);
  });

  test('of ten thousand a sample is shown, and the number of the others', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ({
      kind: 'sent' as const,
      queue,
      id: `m${i}`,
      body: String(i),
      until: start,
    }));
    const view = viewOf(after(numbered(many)), arns, start);
    expect(view.counts.queue).toBe(10_000);
    expect(view.chips.queue).toHaveLength(mostChips);
  });

  test('a recorded run gives the same picture', () => {
    const replay = {
      queueName: 'work',
      deadLetterQueueName: 'dead',
      functionName: 'worker',
      visibilityTimeoutSeconds: 30,
      maxReceiveCount: 3,
      messages: [{ id: 'd9e9b4ee-0000', name: 'FAIL' }],
      events: [
        { at: 0, message: 'd9e9b4ee-0000', kind: 'sent', receiveCount: 0 },
        { at: 0, message: 'd9e9b4ee-0000', kind: 'received', receiveCount: 1 },
        { at: 0, message: 'd9e9b4ee-0000', kind: 'failed', receiveCount: 1 },
      ],
    } as const;
    const live = viewOf(after(poisonRun().slice(0, 4)), arns, start + 10_000);
    const recorded = viewOfReplay(replay, 10_000);
    // Its times are those since its first send.
    const seen = ({ chips }: typeof live) =>
      chips.queue.map(({ state: { hiddenUntil: _until, ...state }, ...chip }) => ({
        ...chip,
        state,
      }));
    expect(seen(recorded)).toEqual(seen(live));
  });
});

describe('the account', () => {
  test('adds up at every event', () => {
    const state = beginWith(snapshot);
    for (const event of poisonRun()) {
      apply(state, event);
      expect(accountOf(state, queue)?.addsUp).toBe(true);
    }
    expect(accountText(accountOf(state, queue) as never)).toBe(
      '1 sent = 0 deleted + 1 dead-lettered + 0 still there',
    );
  });

  test('a message that is lost on the way is seen: it does not add up', () => {
    const state = after(poisonRun().slice(0, 1));
    state.messages.clear();
    expect(accountOf(state, queue)?.addsUp).toBe(false);
  });

  test('an event that the snapshot holds already is not counted again', () => {
    const state = after(poisonRun());
    for (const event of poisonRun()) apply(state, event);
    expect(accountOf(state, queue)).toMatchObject({ sent: 1, deadLettered: 1, addsUp: true });
  });

  test('a snapshot whose messages were read later than its numbers comes right with the next events', () => {
    const events = poisonRun();
    const whole = after(events.slice(0, 5));
    const late = beginWith({
      ...snapshot,
      seq: 1,
      tallies: Object.fromEntries(after(events.slice(0, 1)).tallies),
    });
    addMessages(late, [
      {
        id: 'd9e9b4ee-0000',
        queue,
        body: 'FAIL',
        sentAt: start,
        until: start + 30_000,
        receiveCount: 1,
        isReceived: true,
      },
    ]);
    after(events.slice(1, 5), late);
    expect(late.messages).toEqual(whole.messages);
    expect(accountOf(late, queue)).toEqual(accountOf(whole, queue));
  });
});

describe('the story', () => {
  test('tells the life of a poison message in sentences', () => {
    expect(storyOf(poisonRun())).toEqual([
      'FAIL (d9e9b4ee) was sent to work.',
      'worker received a batch of 1: FAIL (d9e9b4ee).',
      'FAIL (d9e9b4ee) failed for the first time; visible again in 30 s.',
      '30 s skipped.',
      'worker received a batch of 1: FAIL (d9e9b4ee), receive 2.',
      'FAIL (d9e9b4ee) failed for the second time; visible again in 30 s.',
      '30 s skipped.',
      'worker received a batch of 1: FAIL (d9e9b4ee), receive 3.',
      'FAIL (d9e9b4ee) failed for the third time; visible again in 30 s.',
      '30 s skipped.',
      'FAIL (d9e9b4ee) was received 3 times, as often as allowed, and moved to dead.',
    ]);
  });

  test('tells three hundred as a number', () => {
    const many = Array.from({ length: 300 }, (_, i) => ({
      kind: 'sent' as const,
      queue,
      id: `m${i}`,
      body: String(i),
      until: start,
    }));
    expect(storyOf(numbered(many))).toEqual(['300 messages were sent to work.']);
  });

  test('tells what is too much for sentences of its own as numbers', () => {
    expect(summaryOf(beatsOf(poisonRun()))?.text).toBe(
      'Many at once: 1 sent, 3 received, 3 failed, 1 moved to another queue, 90 s skipped.',
    );
    expect(summaryOf([])).toBeUndefined();
  });

  test('a skip of 30 s plays in half a second, and many beats never take long', () => {
    const skip = beatsOf(
      numbered([{ kind: 'skipped', from: start, to: start + 30_000, reason: '' }]),
    );
    expect(skip[0]?.playMs).toBe(500);
    expect(paceOf(skip)).toBe(1);
    const many = Array.from({ length: 1000 }, () => skip).flat();
    const whole = many.reduce((sum, { playMs }) => sum + playMs, 0) / paceOf(many);
    expect(whole).toBeLessThanOrEqual(5000);
  });
});

test('the stream is read however it is cut', () => {
  const text = 'event: ready\ndata: {"seq":1}\n\nevent: behind\ndata: {}\n\n';
  for (let cut = 0; cut <= text.length; cut += 1) {
    const read = pieceReader();
    const pieces = [...read(text.slice(0, cut)), ...read(text.slice(cut))];
    expect(pieces.map(({ event }) => event)).toEqual(['ready', 'behind']);
  }
});
