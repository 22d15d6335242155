import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateQueueCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, test, vi } from 'vitest';
import { LabClock, mostSkippedMs } from './clock.ts';
import type { Stop } from './clock.ts';
import {
  completed,
  connect,
  counts,
  createQueue,
  mappingLab,
  queueArn,
  send,
  thrown,
} from '../testing/sandbox/mappings.ts';
import { sandboxForTest } from '../testing/sandbox/sandbox-for-test.ts';

const minute = 60_000;

/** A clock, and the stops that it tells of, one after the other. */
function clockForTest() {
  const stops: Stop[] = [];
  let told = () => {};
  const clock = new LabClock({
    onStop(stop) {
      stops.push(stop);
      told();
    },
  });
  const stopped = async (count: number): Promise<Stop> => {
    while (stops.length < count) {
      await new Promise<void>((resolve) => {
        told = resolve;
      });
    }
    return stops[count - 1] as Stop;
  };
  return { clock, stopped };
}

/** Something waits for half an hour, and then for the next half an hour, without end. */
function waitForEver(clock: LabClock): void {
  let next = clock.now() + 30 * minute;
  clock.addVoter(() => ({ busy: false, next }));
  const goOn = async (): Promise<void> => {
    await clock.sleepUntil(next);
    next += 30 * minute;
    clock.consider();
    if (next < clock.now() + 100 * mostSkippedMs) await goOn();
  };
  void goOn();
  clock.consider();
}

test('a message that always fails without a redrive policy is skipped for until its 20th receive, and the clock says so', async () => {
  const { clock, stopped } = clockForTest();
  await using lab = await mappingLab({ clock });
  lab.fake.handler = () => thrown;
  await connect(lab, {}, { VisibilityTimeout: '100' });
  const before = clock.offsetMs;
  const [messageId] = await send(lab, 'poison');
  const { reason } = await stopped(1);
  expect(reason).toBe(
    `Message ${messageId} in queue "work" was received 20 times and was never deleted. ` +
      'One more receive would show nothing new.',
  );
  expect(clock.stopped?.reason).toBe(reason);
  expect(lab.fake.batches).toHaveLength(20);
  const skipped = clock.offsetMs - before;
  expect(skipped).toBeGreaterThan(18 * 100_000);
  expect(skipped).toBeLessThanOrEqual(19 * 100_000);
  expect(await counts(lab)).toEqual([0, 1]);
});

test('ten receives with a visibility timeout of five minutes, and the move to the dead-letter queue, are skipped', async () => {
  const { clock } = clockForTest();
  await using lab = await mappingLab({ clock });
  await createQueue(lab, 'dead');
  lab.fake.handler = () => thrown;
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: queueArn('dead'),
    maxReceiveCount: 10,
  });
  await connect(lab, {}, { VisibilityTimeout: '300', RedrivePolicy });
  const before = clock.offsetMs;
  await send(lab, 'poison');
  await lab.fake.invoked(10);
  while ((await counts(lab, 'dead'))[0] === 0);
  expect(Math.round((clock.offsetMs - before) / minute)).toBe(50);
  expect(clock.stopped).toBeUndefined();
});

test('no skip ages a message that nobody waits for past the retention period of its queue', async () => {
  const { clock, stopped } = clockForTest();
  await using lab = await mappingLab({ clock });
  lab.fake.handler = () => thrown;
  await connect(lab, {}, { VisibilityTimeout: '100' });
  await createQueue(lab, 'other', { MessageRetentionPeriod: '150' });
  await lab.sqs.send(new SendMessageCommand({ QueueUrl: 'other', MessageBody: 'mine' }));
  await send(lab, 'poison');
  const { reason } = await stopped(1);
  expect(reason).toMatch(
    /^A skip to \S+Z would delete a message in queue "other", whose retention period \(150 s\) ends at \S+Z\.$/,
  );
  expect(lab.fake.batches).toHaveLength(2);
  expect(await counts(lab, 'other')).toEqual([1, 0]);
});

test('no skip ages a log event past the retention period of its log group', async () => {
  const { clock, stopped } = clockForTest();
  await using lab = await sandboxForTest({ clock });
  const [logGroupName, logStreamName] = ['kept-a-day', 'one'];
  await lab.logs.send(new CreateLogGroupCommand({ logGroupName }));
  await lab.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const almostADay = 24 * 60 * minute - 45 * minute;
  const logEvents = [{ timestamp: Math.floor(clock.now()) - almostADay, message: 'old' }];
  await lab.logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  await lab.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 1 }));
  const started = clock.offsetMs;
  waitForEver(clock);
  const { reason } = await stopped(1);
  expect(reason).toMatch(
    /^A skip to \S+Z would delete an event in log group "kept-a-day", whose retention period \(1 day\) ends at \S+Z\.$/,
  );
  expect(Math.round((clock.offsetMs - started) / minute)).toBe(30);
  const { events } = await lab.logs.send(new FilterLogEventsCommand({ logGroupName }));
  expect(events?.map(({ message }) => message)).toEqual(['old']);
  // Once a person deletes it, the wait is skipped again.
  await lab.logs.send(new DeleteLogGroupCommand({ logGroupName }));
  await stopped(2);
  expect(Math.round((clock.offsetMs - started) / minute)).toBeGreaterThan(100);
});

test('when that message is gone, the clock skips again', async () => {
  const { clock, stopped } = clockForTest();
  await using lab = await mappingLab({ clock });
  lab.fake.handler = () => (lab.fake.batches.length < 3 ? thrown : completed(null));
  await connect(lab, {}, { VisibilityTimeout: '100' });
  await createQueue(lab, 'other', { MessageRetentionPeriod: '150' });
  await lab.sqs.send(new SendMessageCommand({ QueueUrl: 'other', MessageBody: 'mine' }));
  await send(lab, 'poison');
  await stopped(1);
  // By hand the clock goes wherever a person wants it.
  clock.advance(50_000, 'a test');
  await lab.fake.invoked(3);
  expect(clock.stopped).toBeUndefined();
  expect(await counts(lab, 'other')).toEqual([0, 0]);
});

test('at most two hours are skipped for one thing that a person did; reading is nothing', async () => {
  const { clock, stopped } = clockForTest();
  await using lab = await sandboxForTest({ clock });
  await lab.sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
  const started = clock.offsetMs;
  waitForEver(clock);
  const { reason } = await stopped(1);
  expect(reason).toBe(
    'The clock has skipped 120 min since the last command that changed something, and the next wait ' +
      'would make it more than 120 min.',
  );
  const skipped = clock.offsetMs - started;
  expect(Math.round(skipped / minute)).toBe(120);

  await lab.sqs.send(new ListQueuesCommand({}));
  await lab.sqs.send(new ReceiveMessageCommand({ QueueUrl: 'orders' }));
  const nobody = lab.as('nobody', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
  });
  const refused = nobody.sqs.send(new CreateQueueCommand({ QueueName: 'more' }));
  await expect(refused).rejects.toThrow(/not authorized/);
  expect(clock.stopped?.reason).toBe(reason);
  expect(clock.offsetMs - started).toBe(skipped);

  await lab.sqs.send(new CreateQueueCommand({ QueueName: 'more' }));
  await stopped(2);
  expect(Math.round((clock.offsetMs - started) / minute)).toBe(240);
});

describe('the pace that somebody chooses', () => {
  test('a jump that was about to be made is not made by a clock that was paused meanwhile', () => {
    vi.useFakeTimers();
    try {
      const clock = new LabClock();
      const at = clock.now() + minute;
      clock.addVoter(() => ({ busy: false, next: at }));
      clock.consider();
      clock.setPace('paused');
      vi.advanceTimersByTime(1000);
      expect(clock.now()).toBeLessThan(at);
      clock.setPace('skipping');
      vi.advanceTimersByTime(1000);
      expect(clock.now()).toBeGreaterThanOrEqual(at);
    } finally {
      vi.useRealTimers();
    }
  });

  test('a paused clock stands, moves one step when told to, and goes on from there', async () => {
    const clock = new LabClock();
    clock.setPace('paused');
    const at = clock.now();
    clock.addVoter(() => ({ busy: false, next: at + 30_000 }));
    expect(clock.step()).toBe(30_000);
    expect(clock.now()).toBe(at + 30_000);
    clock.setPace('real time');
    expect(clock.now()).toBeGreaterThanOrEqual(at + 30_000);
    expect(clock.now()).toBeLessThan(at + 3_600_000);
    clock.stop();
  });

  test('a step is refused while something runs, and when nothing is waited for', () => {
    const clock = new LabClock({ skipping: false });
    expect(clock.step()).toBe('Nothing is waited for.');
    clock.addVoter(() => ({ busy: true }));
    expect(clock.step()).toBe('Something still runs.');
    clock.stop();
  });

  test('ten times as fast: a wait of 3 s of lab time is over before 3 s of wall time are', async () => {
    const clock = new LabClock({ skipping: false });
    clock.setPace('tenfold');
    const [wall, lab] = [Date.now(), clock.now()];
    await clock.sleepUntil(lab + 3000);
    expect(clock.now() - lab).toBeGreaterThanOrEqual(3000);
    expect(Date.now() - wall).toBeLessThan(clock.now() - lab);
    clock.stop();
  });
});
