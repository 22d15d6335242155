import { expect, test } from 'vitest';
import { beatsOf, labAt, playAt, playingTime, scheduleOf, statesAt, storyOf } from './model.ts';
import type { Replay, ReplayEvent } from './model.ts';
import { marksSvg, replayHtml, restOf } from './scene.ts';

const event = (
  at: number,
  message: string,
  kind: ReplayEvent['kind'],
  receiveCount = 0,
): ReplayEvent => ({ at, message, kind, receiveCount });

const replay: Replay = {
  queueName: 'a-queue',
  deadLetterQueueName: 'a-dlq',
  functionName: 'a-worker',
  visibilityTimeoutSeconds: 30,
  maxReceiveCount: 3,
  messages: [
    { id: 'good', name: 'hello' },
    { id: 'bad', name: 'FAIL "<b>"' },
  ],
  events: [
    event(0, 'good', 'sent'),
    event(4, 'bad', 'sent'),
    event(10, 'good', 'received', 1),
    event(10, 'bad', 'received', 1),
    event(250, 'good', 'handled', 1),
    event(250, 'bad', 'failed', 1),
    event(30_050, 'bad', 'received', 2),
    event(30_060, 'bad', 'failed', 2),
    event(60_100, 'bad', 'received', 3),
    event(60_110, 'bad', 'failed', 3),
    event(90_110, 'bad', 'due', 3),
    event(120_000, 'bad', 'seen', 3),
  ],
};

const placesAt = (at: number) => [...statesAt(replay, at).values()].map(({ place }) => place);

test('a message is where its last event has put it', () => {
  expect(placesAt(-1)).toEqual(['unsent', 'unsent']);
  expect(placesAt(3)).toEqual(['queue', 'unsent']);
  expect(placesAt(10)).toEqual(['worker', 'worker']);
  expect(placesAt(250)).toEqual(['deleted', 'hidden']);
  expect(placesAt(90_110)).toEqual(['deleted', 'due']);
  expect(placesAt(120_000)).toEqual(['deleted', 'dead-letter queue']);
});

test('a message that failed is hidden for one visibility timeout from its receive, then visible', () => {
  expect(statesAt(replay, 29_999).get('bad')).toEqual({
    place: 'hidden',
    receiveCount: 1,
    hiddenUntil: 30_010,
  });
  expect(placesAt(30_010)).toEqual(['deleted', 'queue']);
});

test('the order in which events are given does not matter', () => {
  const reversed = { ...replay, events: replay.events.toReversed() };
  for (const at of [0, 10, 250, 60_110, 120_000])
    expect(statesAt(reversed, at)).toEqual(statesAt(replay, at));
});

test('what happens together to several messages is one beat, and one sentence', () => {
  expect(beatsOf(replay).map(({ kind, events }) => `${kind} ${events.length}`)).toEqual([
    'sent 2',
    'received 2',
    'handled 1',
    'failed 1',
    'received 1',
    'failed 1',
    'received 1',
    'failed 1',
    'due 1',
    'seen 1',
  ]);
  expect(storyOf(replay)[0]).toBe('hello and FAIL "<b>": sent to a-queue.');
});

test('a batch is told of only where the log tells of it', () => {
  const [, received] = storyOf(replay);
  expect(received).toBe('hello and FAIL "<b>": received by a-worker.');
  const events = replay.events.map((one) => ({ ...one, batchSize: 2 }));
  expect(storyOf({ ...replay, events })[1]).toBe(
    'hello and FAIL "<b>": received by a-worker, in one batch of 2.',
  );
});

test('the marks under the slider do not stand on each other, however late the last look was', () => {
  for (const seenAt of [120_000, 3_600_000]) {
    const events = [...replay.events.slice(0, -1), event(seenAt, 'bad', 'seen', 3)];
    const xs = [...marksSvg({ ...replay, events }).matchAll(/x="([\d.]+)" y="12"/g)].map(([, x]) =>
      Number(x),
    );
    expect(xs.length).toBeGreaterThan(0);
    for (const [i, x] of xs.entries()) expect(x - (xs[i - 1] ?? -20)).toBeGreaterThanOrEqual(19.9);
  }
});

test('ninety seconds of the lab clock are played in about nine', () => {
  const schedule = scheduleOf(replay);
  expect(playAt(schedule, 90_000)).toBeGreaterThan(8500);
  expect(playAt(schedule, 90_000)).toBeLessThan(9700);
  expect(labAt(schedule, playingTime(schedule))).toBe(120_000);
  for (const lab of [0, 5000, 30_000, 60_000, 90_000])
    expect(labAt(schedule, playAt(schedule, lab))).toBeCloseTo(lab, 3);
});

test('the stretches of the playing follow each other without a gap, and the clock never goes back', () => {
  const schedule = scheduleOf(replay);
  for (const [i, { from, to, labFrom, labTo }] of schedule.entries()) {
    expect(from).toBe(schedule[i - 1]?.to ?? 0);
    expect(labFrom).toBe(schedule[i - 1]?.labTo ?? 0);
    expect(to).toBeGreaterThan(from);
    expect(labTo).toBeGreaterThanOrEqual(labFrom);
  }
});

test('no two messages rest at one point', () => {
  for (const at of [4, 10, 250, 30_000, 90_110, 120_000]) {
    const points = [...statesAt(replay, at)].map(([id, { place }]) =>
      JSON.stringify(restOf(id, place, replay)),
    );
    expect(new Set(points).size).toBe(points.length);
  }
});

test('a name is text in the markup, never markup', () => {
  const html = replayHtml(replay);
  expect(html).not.toContain('<b>');
  expect(html).toContain('FAIL &quot;&lt;b&gt;&quot;');
});
