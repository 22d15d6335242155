import { expect, test } from 'vitest';
import type { Observation } from '../lab/look.ts';
import { findCopies } from './copies.ts';

const seen = (operation: string, output: unknown): Observation => ({
  question: { service: 'sqs', operation, input: {} },
  output,
});
const mapping = (UUID: string) =>
  seen('ListEventSourceMappings', { EventSourceMappings: [{ UUID }] });
const inQueue = (MessageId: string) => seen('ReceiveMessage', { Messages: [{ MessageId }] });
const logged = (messageId: string) =>
  seen('FilterLogEvents', {
    events: [
      {
        message: `2026 INFO ${JSON.stringify({ messageId, receiveCount: 1, outcome: 'OK' })}`,
        timestamp: 1,
      },
    ],
  });

test('learners with a mapping or messages of their own share nothing', () => {
  const learners = [
    { name: 'Ada', observations: [mapping('u1'), inQueue('m1'), logged('m1')] },
    { name: 'Bob', observations: [mapping('u2'), inQueue('m2'), logged('m2')] },
  ];
  expect(findCopies(learners)).toEqual([]);
});

test('the same mapping UUID, or the same message in a queue or a log, is a copy', () => {
  const learners = [
    { name: 'Ada', observations: [mapping('u1'), logged('m1')] },
    { name: 'Bob', observations: [mapping('u1'), inQueue('m1')] },
    { name: 'Cyd', observations: [mapping('u3'), logged('m1')] },
  ];
  expect(findCopies(learners)).toEqual([
    { what: 'mapping UUID', value: 'u1', learners: ['Ada', 'Bob'] },
    { what: 'message id', value: 'm1', learners: ['Ada', 'Bob', 'Cyd'] },
  ]);
});

test('recorded answers of any shape are lived with', () => {
  const odd = [null, 'text', 7, { Messages: 'no list' }, { Messages: [null, 3, { MessageId: 4 }] }];
  const observations = [
    ...odd.map((output) => seen('ReceiveMessage', output)),
    ...odd.map((output) => seen('FilterLogEvents', output)),
    { question: undefined, output: {} } as unknown as Observation,
    { fact: 'a', value: 'u1' },
  ];
  const learners = [
    { name: 'Ada', observations },
    { name: 'Bob', observations },
  ];
  expect(findCopies(learners)).toEqual([]);
});

test('a copy whose UUIDs were renamed is known by what else exists once', () => {
  const seenBy = (uuid: string, message: string): Observation[] => [
    mapping(uuid),
    { ...seen('GetFunction', { Configuration: { RevisionId: 'r-1' } }), request: 'request-1' },
    seen('FilterLogEvents', {
      events: [1, 2, 3].map((timestamp) => ({
        timestamp,
        logStreamName: '2026/11/27/[$LATEST]ab',
        message: '',
      })),
    }),
    inQueue(message),
  ];
  const copies = findCopies([
    { name: 'Ada', observations: seenBy('u1', 'm1') },
    { name: 'Bob', observations: seenBy('u2', 'm2') },
  ]);
  expect(copies.map(({ what }) => what)).toEqual([
    'revision id',
    'request',
    'millisecond',
    'log stream',
  ]);
});

test('a copy whose identifiers were renamed and whose times were moved is known by the intervals between them', () => {
  const copies = findCopies([
    { name: 'Ada', observations: [mapping('u1')], rhythms: ['2565 4203 5072 7198', '1 2 3 4'] },
    { name: 'Bob', observations: [mapping('u2')], rhythms: ['2565 4203 5072 7198', '5 6 7 8'] },
  ]);
  expect(copies).toEqual([
    { what: 'rhythm', value: '2565 4203 5072 7198', learners: ['Ada', 'Bob'] },
  ]);
});
