import { expect, test } from 'vitest';
import { timelineLayout, timelinePicture } from './timeline.ts';
import { accountOf } from './timeline-facts.ts';
import { flagsOf, flagWidth, placeFlags } from './timeline-flags.ts';
import type { Flag } from './timeline-flags.ts';
import { timelineAlt, timelineTerminal, timelineText } from './timeline-words.ts';
import { chunksOf } from '../testing/pictures/testing-png.ts';
import {
  goodMessage,
  layoutFaults,
  poison,
  receive,
  sampleTimeline,
  writtenText,
} from '../testing/pictures/testing.ts';
import type { Timeline, TimelineMessage } from './picture-facts.ts';

const withMessages = (...messages: TimelineMessage[]): Timeline => ({
  ...sampleTimeline,
  messages,
});

/** Every kind of run that the picture must bear. */
const runs: Readonly<Record<string, Timeline>> = {
  usual: sampleTimeline,
  'no message': withMessages(),
  'one message': withMessages(goodMessage('a')),
  'twelve messages': withMessages(
    ...Array.from({ length: 12 }, (_, at) => (at % 3 === 2 ? poison : goodMessage(`id-${at}`))),
  ),
  'not finished': {
    ...withMessages(
      goodMessage('a'),
      {
        ...poison,
        receives: poison.receives.slice(0, 2),
        end: 'still there',
        seenInDeadLetterQueueAt: undefined,
      },
      { ...goodMessage('b'), receives: [], end: 'still there' },
    ),
    notSeenYet: 2,
  },
  'delivered twice': withMessages(
    goodMessage('a', receive(0.1, 1, 'OK'), receive(0.1, 1, 'OK'), receive(0.9, 2, 'OK')),
  ),
  'sent at an unknown time': withMessages(
    { ...poison, sentAt: undefined },
    { ...goodMessage('b'), sentAt: undefined, receives: [], end: 'still there' },
  ),
  'many receives at once': withMessages({
    ...poison,
    receives: Array.from({ length: 14 }, (_, at) => receive(at * 0.3, 990 + at, 'FAILED')),
  }),
  'seen an hour later': withMessages({
    ...poison,
    seenInDeadLetterQueueAt: (poison.sentAt ?? 0) + 3_600_000,
  }),
  'hidden for hours': {
    ...withMessages({
      ...poison,
      receives: [1, 2, 3].map((count) => receive(count * 43_200, count, 'FAILED')),
      predictedMoveAt: (poison.sentAt ?? 0) + 4 * 43_200_000,
      seenInDeadLetterQueueAt: undefined,
    }),
    visibilityTimeoutSeconds: 43_200,
  },
  'received before it was sent': withMessages(goodMessage('a', receive(-2.5, 1, 'OK'))),
  nasty: {
    ...withMessages(
      { ...poison, messageId: '\u001B<&"😀שלום', name: `${'n'.repeat(80)} 😀\u001B` },
      poison,
      poison,
    ),
    queueName: `${'q'.repeat(80)} 😀`,
    deadLetterQueueName: '<dlq>'.repeat(30),
    stamp: { ...sampleTimeline.stamp, region: 'x'.repeat(150), target: 'AWS' },
  },
};

test.each(Object.entries(runs))('a timeline has nothing outside or overlapping: %s', (_, run) => {
  expect(layoutFaults(timelineLayout(run))).toEqual([]);
});

test.each(Object.entries(runs))('every sent message is accounted for: %s', (_, run) => {
  const { sent, deleted, deadLettered, stillThere } = accountOf(run);
  expect(sent).toBe(run.messages.length + run.notSeenYet);
  const line = `sent ${sent} = deleted ${deleted} + dead-lettered ${deadLettered} + still there ${stillThere}`;
  expect(deleted + deadLettered + stillThere).toBe(sent);
  expect(writtenText(timelineLayout(run))).toContain(line.replaceAll(' ', ''));
  expect(timelineText(run)).toContain(line);
});

test('a row says what happened, when, in which batch, and what was predicted', () => {
  const text = writtenText(timelineLayout(withMessages(poison)));
  for (const part of [
    'FAIL-please-retry-me',
    'f6cfb4b9',
    '→dead-letterqueue',
    'sent12:49:51.618UTC',
    'firstmessagesent2026-11-2312:49:51.618UTC',
    'FAILED0.1s·batchof3',
    'FAILED30.5s·batchof1',
    'FAILED60.6s·batchof1',
    'movepredicted90.6s',
    'seenintheDLQ93.2s·+2.6s',
    'hidden30s',
  ]) {
    expect(text).toContain(part);
  }
});

test('an end that was not reached is not drawn', () => {
  const text = writtenText(timelineLayout(runs['not finished']!));
  expect(text).toContain('…stillthere');
  expect(text).toContain('movepredicted');
  expect(text).not.toContain('seenintheDLQ');
  expect(text).toContain('noreceiveinthelogyet');
  expect(text).toContain('2ofthosestillthere:countedbythequeue');
});

test('what was seen after the end of the axis keeps its true time', () => {
  const text = writtenText(timelineLayout(runs['seen an hour later']!));
  expect(text).toContain('»seenlater,inDLQ3600.0s·+3509.4s');
});

test('flags never cover each other or stand behind a pole', () => {
  // A fixed sequence of odd gaps, some of them 0.
  const seconds = Array.from({ length: 40 }, (_, at) => (at * at * 7) % 61);
  const flags: Flag[] = seconds
    .toSorted((a, b) => a - b)
    .map((at, index) => ({
      seconds: at,
      kind: 'failed',
      sign: String(index),
      word: 'FAILED',
      detail: 'x'.repeat(index % 9),
    }));
  const placed = placeFlags(flags, (at) => at * 6);
  expect(placed.map(({ seconds: at }) => at)).toEqual(flags.map(({ seconds: at }) => at));
  for (const [index, flag] of placed.entries()) {
    for (const later of placed.slice(index + 1)) {
      // The pole of the later flag goes down from its own lane: whoever reaches over it must be above.
      const reachesOver = flag.x + flagWidth(flag) > later.x;
      expect(reachesOver && flag.lane <= later.lane).toBe(false);
    }
  }
  expect(Math.max(...placed.map(({ lane }) => lane))).toBeGreaterThan(3);
});

test('flags that have room stand in one row', () => {
  const flags = flagsOf(
    {
      messageId: 'a',
      name: 'good 1',
      zero: undefined,
      receives: [],
      end: 'deleted',
      predictedMoveSeconds: 10,
      seenSeconds: 90,
    },
    100,
  );
  expect(placeFlags(flags, (at) => at * 10).map(({ lane }) => lane)).toEqual([0, 0]);
});

test('the text twin is a table with predicted and measured columns', () => {
  expect(timelineText(sampleTimeline)).toMatchInlineSnapshot(`
    "3 messages sent: 2 deleted, 1 in the dead-letter queue

    sent 3 = deleted 2 + dead-lettered 1 + still there 0
    lab01-worker-queue → lab01-worker-dlq · visibility timeout 30 s · maxReceiveCount 3
    first message sent 2026-11-23 12:49:51.618 UTC

    Seconds since each message was sent. Predicted: the failed receive before + visibility timeout.
    AWS records no moment of the move. "Seen" is when a look into the queue found it.

    message                               event                      predicted  measured  later by  batch
    hello-9                               sent 12:49:51.618Z                       0.000
    92470ce9-9a70-460f-8ccb-2dea1dfd4dd8  receive 1 OK                             0.125                3
                                          end: deleted
    hello-d                               sent 12:49:51.618Z                       0.000
    d32ce5ea-b27f-4e1a-af30-a422420b9122  receive 1 OK                             0.125                3
                                          end: deleted
    FAIL-please-retry-me                  sent 12:49:51.618Z                       0.000
    f6cfb4b9-08d2-412f-b1d5-29ef834308d2  receive 1 FAILED                         0.126                3
                                          receive 2 FAILED              30.126    30.511    +0.385      1
                                          receive 3 FAILED              60.511    60.600    +0.089      1
                                          seen in dead-letter queue     90.600    93.240    +2.640
                                          end: dead-letter queue

    SANDBOX us-east-1, 2026-11-23 12:51:35 UTC on the sandbox clock, kit 1.0.0, aws-cli 2.36.12
    evidence 9f3c8d0b7f7e7c0c0b5b7c9a2f1d6e4a9f3c8d0b7f7e7c0c0b5b7c9a2f1d6e4a
    "
  `);
});

test('for a terminal it has the same rows in 80 columns, whatever the names are', () => {
  expect(timelineTerminal(sampleTimeline)).toMatchInlineSnapshot(`
    [
      "3 messages sent: 2 deleted, 1 in the dead-letter queue",
      "Seconds since it was sent; predicted: the failed receive + visibility timeout",
      "message               event                      predicted  measured  later by",
      "hello-9               sent 12:49:51.618Z                       0.000",
      "92470ce9              receive 1 OK                             0.125",
      "                      end: deleted",
      "hello-d               sent 12:49:51.618Z                       0.000",
      "d32ce5ea              receive 1 OK                             0.125",
      "                      end: deleted",
      "FAIL-please-retry-me  sent 12:49:51.618Z                       0.000",
      "f6cfb4b9              receive 1 FAILED                         0.126",
      "                      receive 2 FAILED              30.126    30.511    +0.385",
      "                      receive 3 FAILED              60.511    60.600    +0.089",
      "                      seen in dead-letter queue     90.600    93.240    +2.640",
      "                      end: dead-letter queue",
    ]
  `);
  const long = withMessages({ ...poison, name: `\u001B[31m${'n'.repeat(300)}` });
  for (const line of [...timelineTerminal(sampleTimeline), ...timelineTerminal(long)]) {
    expect(line.length).toBeLessThanOrEqual(80);
    expect(line).not.toContain('\u001B');
  }
});

test('the alternative text tells the story of each message in one line', () => {
  expect(timelineAlt(sampleTimeline)).toMatchInlineSnapshot(
    `"Timeline, SANDBOX us-east-1: 3 messages sent: 2 deleted, 1 in the dead-letter queue. sent 3 = deleted 2 + dead-lettered 1 + still there 0. hello-9 (92470ce9): receive 1 OK at 0.125 s, deleted. hello-d (d32ce5ea): receive 1 OK at 0.125 s, deleted. FAIL-please-retry-me (f6cfb4b9): receive 1 FAILED at 0.126 s, receive 2 FAILED at 30.511 s, receive 3 FAILED at 60.600 s, move predicted at 90.600 s, seen in the dead-letter queue at 93.240 s, dead-letter queue."`,
  );
});

test('a timeline gives the same bytes twice, and a PNG without metadata', () => {
  const picture = timelinePicture(sampleTimeline);
  expect(timelinePicture(structuredClone(sampleTimeline))).toEqual(picture);
  expect(chunksOf(picture.png).map(({ type }) => type)).toEqual([
    'IHDR',
    'PLTE',
    'tRNS',
    'IDAT',
    'IEND',
  ]);
  expect(picture.png.length).toBeLessThan(110_000);
});

test('a timeline of hostile names is well-formed', () => {
  const { svg, png } = timelinePicture(runs['nasty']!);
  expect(svg).toContain('\\u{1b}&lt;&amp;&quot;');
  expect(png.length).toBeGreaterThan(1000);
});
