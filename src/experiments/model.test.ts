import { describe, expect, test } from 'vitest';
import { deliveriesOf, predict } from './model.ts';
import type { Behaviour, Scenario } from './model.ts';

const lab: Scenario = {
  batchSize: 10,
  windowSeconds: 1,
  visibilityTimeoutSeconds: 30,
  maxReceiveCount: 3,
  functionTimeoutSeconds: 5,
  reportFailures: true,
  behaviour: 'returns',
  good: 9,
  poison: 1,
};

const fates = ({ deleted, deadLettered, stillThere, lost }: ReturnType<typeof predict>) => ({
  deleted,
  deadLettered,
  stillThere,
  lost,
});

describe('predict() by the rules of docs/exam-notes.md', () => {
  test('G06: with partial batch responses 12 deliveries, without them 30', () => {
    const on = predict(lab);
    expect(deliveriesOf(on.messages)).toHaveLength(12);
    expect(fates(on)).toEqual({ deleted: 9, deadLettered: 1, stillThere: 0, lost: 0 });
    expect({ errors: on.errors, batches: on.batchSizes }).toEqual({
      errors: 0,
      batches: [10, 1, 1],
    });
    const off = predict({ ...lab, behaviour: 'throws', reportFailures: false });
    expect(deliveriesOf(off.messages)).toHaveLength(30);
    expect(fates(off)).toEqual({ deleted: 0, deadLettered: 10, stillThere: 0, lost: 0 });
    expect(off.redundant).toBe(18);
    expect(off.errors).toBe(3);
  });

  test('G07: returned failures that nobody reads are lost', () => {
    const { messages, ...off } = predict({ ...lab, reportFailures: false });
    expect(deliveriesOf(messages)).toHaveLength(10);
    expect(off).toMatchObject({ deleted: 10, deadLettered: 0, lost: 1, errors: 0 });
  });

  test.each([1, 3, 5])(
    'G04: maxReceiveCount %i means so many deliveries, one visibility timeout apart',
    (n) => {
      const { messages } = predict({ ...lab, good: 0, maxReceiveCount: n });
      const times = deliveriesOf(messages).map(({ receivedAt }) => receivedAt);
      expect(times).toEqual(Array.from({ length: n }, (_, i) => i * 30));
      expect(messages[0]).toMatchObject({ fate: 'dead-lettered', endedAt: n * 30 });
    },
  );

  test('G10: after a timeout the whole batch comes back', () => {
    const hung = predict({ ...lab, behaviour: 'times-out', good: 4 });
    expect(hung).toMatchObject({ timeouts: 3, errors: 3, deadLettered: 5, redundant: 8 });
  });

  test('G02: a visibility timeout shorter than the work brings a second delivery while the first still works', () => {
    const { messages, effects } = predict({
      ...lab,
      good: 1,
      poison: 0,
      windowSeconds: 0,
      visibilityTimeoutSeconds: 10,
      functionTimeoutSeconds: 30,
      recordSeconds: 25,
    });
    expect(messages[0]?.deliveries.length).toBeGreaterThan(1);
    expect(effects.map(({ rule }) => rule)).toContain('G02');
  });

  test('G02: a delete that comes after the next receive deletes nothing, and no rule says that it does', () => {
    const late = predict({
      ...lab,
      visibilityTimeoutSeconds: 4,
      functionTimeoutSeconds: 20,
      batchSeconds: 12,
    });
    expect(fates(late)).toEqual({ deleted: 0, deadLettered: 10, stillThere: 0, lost: 0 });
    expect(late.effects.map(({ rule }) => rule)).not.toContain('G06');
    expect(late.effects.map(({ text }) => text).join()).toContain('an old one and deleted nothing');
    expect(predict(lab).effects.map(({ rule }) => rule)).toContain('G06');
  });

  test('G02: without a visibility timeout a message uses itself up while its batch is gathered', () => {
    const { messages, invocations, ...rest } = predict({ ...lab, visibilityTimeoutSeconds: 0 });
    expect(deliveriesOf(messages)).toHaveLength(30);
    expect(invocations).toBe(3);
    expect(rest).toMatchObject({
      deadLettered: 10,
      deleted: 0,
      redundant: 18,
      batchSizes: [10, 10, 10],
    });
  });

  test('G02: a batching window that is longer than the visibility timeout gathers a message again and again', () => {
    const { messages, ...rest } = predict({
      ...lab,
      behaviour: 'throws',
      good: 1,
      poison: 2,
      batchSize: 10,
      windowSeconds: 300,
      visibilityTimeoutSeconds: 3,
      maxReceiveCount: null,
      untilSeconds: 8.5 * 3,
    });
    // Received every 3 s; a batch is full with the tenth receive. What is gathered when polling stops is still worked on.
    expect(messages.map(({ deliveries }) => deliveries.length)).toEqual([9, 9, 9]);
    expect(rest).toMatchObject({ batchSizes: [10, 10, 7], errors: 3, stillThere: 3 });
  });

  test('what a long window gathers twice is deleted by its last receive', () => {
    const { messages, overtaken, deleted } = predict({
      ...lab,
      good: 1,
      poison: 0,
      windowSeconds: 40,
      visibilityTimeoutSeconds: 30,
    });
    expect(messages[0]?.deliveries).toMatchObject([
      { receiveCount: 1, receivedAt: 0, invokedAt: 40 },
      { receiveCount: 2, receivedAt: 30, invokedAt: 40 },
    ]);
    expect({ overtaken, deleted }).toEqual({ overtaken: ['good-1'], deleted: 1 });
  });

  test('work of no length lets nobody wait for a place, however many batches there are', () => {
    const { messages } = predict({ ...lab, good: 0, poison: 22, batchSize: 2, concurrency: 2 });
    for (const { deliveries } of messages)
      expect(deliveries.map(({ receivedAt }) => receivedAt)).toEqual([0, 30, 60]);
  });

  test('without a redrive policy a poison stays, for as long as one looks', () => {
    const { messages, stillThere } = predict({
      ...lab,
      good: 0,
      maxReceiveCount: null,
      untilSeconds: 5 * 30,
    });
    expect(stillThere).toBe(1);
    expect(messages[0]?.deliveries).toHaveLength(6);
  });

  const behaviours: readonly Behaviour[] = [
    'throws',
    'returns',
    'swallows',
    'times-out',
    'forEach',
  ];
  test.each(behaviours)(
    'accounts for every message, whatever the settings are: %s',
    (behaviour) => {
      for (const reportFailures of [true, false])
        for (const batchSize of [1, 3, 10])
          for (const maxReceiveCount of [1, 2, 5])
            for (const [good, poison] of [
              [0, 1],
              [7, 0],
              [12, 5],
            ] as const) {
              const scenario = {
                ...lab,
                behaviour,
                reportFailures,
                batchSize,
                maxReceiveCount,
                good,
                poison,
              };
              const { deleted, deadLettered, stillThere, lost, messages } = predict(scenario);
              expect(deleted + deadLettered + stillThere).toBe(good + poison);
              expect(lost).toBeLessThanOrEqual(deleted);
              for (const { deliveries } of messages)
                expect(deliveries.length).toBeLessThanOrEqual(maxReceiveCount);
            }
    },
  );
});
