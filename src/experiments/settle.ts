import { waitFor } from '../lab/aws/wait.ts';
import type { Lab } from '../lab/lab.ts';
import { beginsAnew } from './gone-copy.ts';
import type { Copy } from './copies.ts';
import { nothingRead, observedOf } from './observed.ts';
import type { RecordedSide, Sent } from './observed.ts';
import { countsOf, logOf } from './read-side.ts';

/** A copy that was sent messages. */
export interface Running {
  readonly copy: Copy;
  readonly sent: readonly Sent[];
  /** So many of them are deleted without a delivery, by a filter. */
  readonly undelivered?: number;
}

interface State {
  readonly source: number;
  readonly deadLetter: number;
  readonly events: RecordedSide['events'];
}

/** Counts and logs lag: all must have been still for so long, on the lab's clock. A realistic sandbox lags by 10 s at most. */
const stillSeconds = { aws: 60, realistic: 15, plain: 0 } as const;

/**
 * Waits until every message of every side has come to its end, and no invocation runs any more. Where counts lag, each
 * message must have been delivered, but for those that a filter deletes.
 * @param limitSeconds on the clock of the wall
 */
export async function untilSettled(
  lab: Lab,
  sides: readonly Running[],
  limitSeconds = 600,
): Promise<void> {
  let open = sides.reduce((sum, { sent }) => sum + sent.length, 0);
  let seen = '';
  let since = 0;
  await waitFor(lab, {
    what: 'every message to come to its end',
    clock: 'visibility timeout, as often as a message is received',
    limitSeconds,
    again: beginsAnew,
    progress: () => `${open} not yet at their end`,
    probe: async () => {
      const states = await Promise.all(sides.map(({ copy }) => stateOf(lab, copy)));
      open = states.reduce((sum, { source }) => sum + source, 0);
      const { still, now } = await howStill(lab);
      const isDone = states.every((state, i) => isComplete(state, sides[i] as Running, still > 0));
      if (open > 0 || !isDone) return undefined;
      const text = JSON.stringify(
        states.map(({ deadLetter, events }) => [deadLetter, events.length]),
      );
      if (text !== seen) [seen, since] = [text, now];
      return now - since >= still ? true : undefined;
    },
  });
}

async function stateOf(lab: Lab, copy: Copy): Promise<State> {
  const [counts, events] = await Promise.all([
    countsOf(lab, copy),
    copy.has.function ? logOf(lab, copy.logGroupName) : [],
  ]);
  return { ...counts, events };
}

/** Waits until every invocation that began has ended, and none begins: the mapping of this copy is disabled. */
export async function untilNothingRuns(lab: Lab, { logGroupName }: Copy): Promise<void> {
  let seen = -1;
  let since = 0;
  await waitFor(lab, {
    what: 'the last invocation to end',
    clock: 'a disabled mapping still hands over what it has received',
    limitSeconds: 900,
    again: beginsAnew,
    quiet: true,
    probe: async () => {
      const events = await logOf(lab, logGroupName);
      const { still, now } = await howStill(lab);
      // Never at the first look: what began at this moment is in the log at the next one.
      const isSame = seen === events.length && !runs(events);
      if (!isSame) [seen, since] = [events.length, now];
      return isSame && now - since >= still ? true : undefined;
    },
  });
}

/** An invocation that began has no end in the log. */
function runs(events: State['events']): boolean {
  const count = (pattern: RegExp) => events.filter(({ message }) => pattern.test(message)).length;
  return count(/^START RequestId: /) > count(/^REPORT RequestId: /);
}

/** Every invocation that began has its end in the log. Where the log lags, it must also tell of every message. */
function isComplete(
  { deadLetter, events }: State,
  { copy, sent, undelivered = 0 }: Running,
  lags: boolean,
): boolean {
  if (runs(events)) return false;
  if (!lags || !copy.has.mapping) return true;
  const delivered = observedOf({ ...nothingRead, sent, events }).messages.filter(
    ({ deliveries }) => deliveries.length > 0,
  );
  return delivered.length + deadLetter + undelivered >= sent.length;
}

async function howStill(lab: Lab): Promise<{ readonly still: number; readonly now: number }> {
  const { sandbox } = await lab.session();
  const status = await sandbox?.status();
  const kind = status === undefined ? 'aws' : status.realistic ? 'realistic' : 'plain';
  return { still: stillSeconds[kind] * 1000, now: status?.clock.now ?? Date.now() };
}
