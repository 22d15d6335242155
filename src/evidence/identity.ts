import { deliveryOf } from '../lab/aws/observe.ts';
import type { Observation } from '../lab/look.ts';
import type { Evidence } from './evidence.ts';

export type IdentityKind =
  | 'log stream'
  | 'mapping UUID'
  | 'message id'
  | 'millisecond'
  | 'request'
  | 'rhythm'
  | 'revision id';

/** Something that exists once in the world: two labs that both show it are one lab. */
export interface Identity {
  readonly what: IdentityKind;
  readonly value: string;
}

/**
 * Members whose values AWS gives once. Request ids are not among them: each lab's own are digested in its evidence.
 */
const members: Readonly<Record<string, IdentityKind>> = {
  MessageId: 'message id',
  RevisionId: 'revision id',
  UUID: 'mapping UUID',
  logStreamName: 'log stream',
};

/** What an observation shows that is somebody's own. It may come from anybody, so nothing is taken for granted about it. */
export function identitiesIn(observation: Observation): Identity[] {
  if (typeof observation !== 'object' || observation === null || 'fact' in observation) return [];
  const { request, output } = observation;
  const found = identitiesOf(output, 0);
  return typeof request === 'string' ? [...found, { what: 'request', value: request }] : found;
}

/** Everything in one piece of evidence that is somebody's own, the moment of its recording too. */
export function identitiesOfEvidence({ check, time, observations }: Evidence): Identity[] {
  return [
    ...observations.flatMap((one) => identitiesIn(one)),
    { what: 'millisecond', value: `check ${check} at ${time}` },
  ];
}

const mostDepth = 12;

function identitiesOf(value: unknown, depth: number): Identity[] {
  if (depth > mostDepth || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => identitiesOf(item, depth + 1));
  return Object.entries(value).flatMap(([name, member]): Identity[] => {
    if (name === 'events' && Array.isArray(member)) {
      return [...timesOf(member), ...identitiesOf(member, depth + 1)];
    }
    const what = Object.hasOwn(members, name) ? members[name] : undefined;
    if (what !== undefined && typeof member === 'string' && member !== '') {
      return [{ what, value: member }];
    }
    if (name === 'message' && typeof member === 'string') {
      return deliveryOf(member, 0).map(({ messageId }): Identity => ({
        what: 'message id',
        value: messageId,
      }));
    }
    return identitiesOf(member, depth + 1);
  });
}

/** One time of two learners may be the same by chance; the times of a whole log, to the millisecond, are not. */
const fewestTimes = 3;

function timesOf(events: readonly unknown[]): Identity[] {
  const times = events.map((event) => (event as { timestamp?: unknown } | null)?.timestamp);
  return times.length >= fewestTimes && times.every((time) => typeof time === 'number')
    ? [{ what: 'millisecond', value: times.join(' ') }]
    : [];
}
