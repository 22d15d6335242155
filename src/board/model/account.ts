import { countsOf } from './lab-state.ts';
import type { LabState } from './lab-state.ts';

/** What came into the lab's queues since the board counts, and what became of it. */
export interface Account {
  /** In the queues when the count began. */
  readonly before: number;
  readonly sent: number;
  readonly deleted: number;
  readonly deadLettered: number;
  readonly purged: number;
  readonly expired: number;
  /** In the source queue. */
  readonly there: number;
  /** Moved back from the dead-letter queue: to be handled once more. */
  readonly redriven: number;
  /** What came in is what went out and what is still there. */
  readonly addsUp: boolean;
}

/** sent = deleted + dead-lettered + still there, of the source queue: the left side is counted by the feed, the last number from the messages. */
export function accountOf(state: LabState, queue: string): Account | undefined {
  const tally = state.tallies.get(queue);
  if (tally === undefined || state.coarse) return undefined;
  const { visible, inFlight, delayed } = countsOf(state, queue, state.clock.now);
  const there = visible + inFlight + delayed;
  const came = tally.initial + tally.sent + tally.redrivenIn + tally.movedIn;
  const left = tally.deleted + tally.movedOut + tally.redrivenOut + tally.purged + tally.expired;
  return {
    before: tally.initial,
    sent: tally.sent,
    deleted: tally.deleted,
    deadLettered: tally.movedOut,
    purged: tally.purged,
    expired: tally.expired,
    redriven: tally.redrivenIn,
    there,
    addsUp: came === left + there,
  };
}

/** `2 sent = 1 deleted + 0 dead-lettered + 1 still there` */
export function accountText(account: Account): string {
  const optional = (number: number, what: string) => (number === 0 ? [] : [`${number} ${what}`]);
  const came = [
    ...optional(account.before, 'there before'),
    `${account.sent} sent`,
    ...optional(account.redriven, 'redriven'),
  ];
  const went = [
    `${account.deleted} deleted`,
    `${account.deadLettered} dead-lettered`,
    ...optional(account.purged, 'purged'),
    ...optional(account.expired, 'expired'),
    `${account.there} still there`,
  ];
  return `${came.join(' + ')} = ${went.join(' + ')}`;
}
