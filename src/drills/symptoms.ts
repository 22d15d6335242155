import { secondsBetween } from '../lab/aws/observe.ts';
import type { Delivery } from '../lab/aws/observe.ts';
import { settings } from '../lab/settings.ts';
import type { LabNames } from '../lab/settings.ts';
import type { Facts } from './facts.ts';

/** One sentence of a symptom. It is only said when it holds. */
export interface Claim {
  readonly says: (facts: Facts, lab: LabNames) => string;
  readonly holds: (facts: Facts) => boolean;
  /** It holds in a lab as it should be, too: alone it shows no fault. */
  readonly alsoWhenGood?: true;
}

/** What is sent so that the symptom can be seen. */
export type Orders = 'large' | 'usual';

export interface Symptom {
  readonly orders: Orders;
  readonly claims: readonly Claim[];
}

export type SymptomName =
  | 'access'
  | 'anybody'
  | 'assumed'
  | 'crash'
  | 'dead'
  | 'early'
  | 'endless'
  | 'hasty'
  | 'late'
  | 'lost'
  | 'misplaced'
  | 'nowhere'
  | 'patient'
  | 'refused'
  | 'search'
  | 'silent'
  | 'single'
  | 'stuck'
  | 'tardy'
  | 'twice';

const of = (facts: Facts, kind: 'good' | 'poison'): readonly Delivery[] =>
  facts.deliveries.filter(({ messageId }) => facts.traffic[kind].includes(messageId));

const countOf = ({ traffic: { good, poison } }: Facts): number => good.length + poison.length;

/** Lab seconds since then. */
const secondsSince = ({ now }: Facts, then: number): number => (now - then) / 1000;

/** Lambda takes a message within a second or two; that it does not is told after this long. */
const patienceSeconds = 20;
const isOld = (facts: Facts) => secondsSince(facts, facts.traffic.sentAt) >= patienceSeconds;

/** Whether the next try would have come by now. */
const retryIsOver = (facts: Facts): boolean => {
  const last = of(facts, 'poison').at(-1)?.timestamp ?? facts.traffic.sentAt;
  return secondsSince(facts, last) >= settings.visibilityTimeoutSeconds + 5;
};

const isEmpty = ({ source }: Facts) =>
  source !== undefined && source.visible + source.inFlight === 0;
const isDead = ({ dead, traffic: { poison } }: Facts) => poison.every((id) => dead.has(id));
const noneIsDead = ({ dead }: Facts) => dead.size === 0;
const mostTimes = (deliveries: readonly Delivery[]): number =>
  Math.max(
    0,
    ...deliveries.map(
      ({ messageId }) => deliveries.filter((one) => one.messageId === messageId).length,
    ),
  );

const inWords = (count: number): string => ['No', 'One', 'Two', 'Three'][count] ?? String(count);

const sent: Claim = {
  says: (facts) =>
    `${inWords(countOf(facts))} orders were sent together, and AWS accepted them: ${inWords(facts.traffic.good.length).toLowerCase()} good ones, and ${inWords(facts.traffic.poison.length).toLowerCase()} that fails whenever it is tried.`,
  holds: (facts) => facts.traffic.refused === undefined && countOf(facts) > 0,
  alsoWhenGood: true,
};
const nothingRan: Claim = {
  says: (_, lab) => `The log ${lab.logGroupName} has no new line: no error, no START.`,
  holds: ({ lines }) => lines.length === 0,
};
const notAmongTheFailed: Claim = {
  says: (_, lab) => `None of them is in ${lab.deadLetterQueueName}.`,
  holds: noneIsDead,
};
const goodOnce: Claim = {
  says: () => 'The good orders were handled once each, as they should be.',
  holds: (facts) =>
    facts.traffic.good.every(
      (id) => of(facts, 'good').filter((one) => one.messageId === id).length === 1,
    ),
  alsoWhenGood: true,
};
const failedIsDead: Claim = {
  says: (_, lab) => `The failing order is in ${lab.deadLetterQueueName} now.`,
  holds: isDead,
  alsoWhenGood: true,
};
const failedIsNotDead: Claim = {
  says: (_, lab) => `${lab.deadLetterQueueName} does not have it, and ${lab.queueName} is empty.`,
  holds: (facts) => !isDead(facts) && isEmpty(facts) && retryIsOver(facts),
};
const tries = (facts: Facts) => of(facts, 'poison').length;
const triedAndTold =
  (wanted: (count: number) => boolean): Claim['holds'] =>
  (facts) =>
    wanted(tries(facts));
const gapsOf = (facts: Facts) => secondsBetween(of(facts, 'poison'));
const rounded = (seconds: number) => Math.round(seconds * 10) / 10;
const errorLines = ({ lines }: Facts) =>
  lines.filter((line) => /Task timed out|Runtime\.\w+|"errorType"/.test(line));

/** The symptoms, each as what AWS shows. While a claim does not hold, the symptom is not there (yet). */
export const symptoms: Readonly<Record<SymptomName, Symptom>> = {
  stuck: {
    orders: 'usual',
    claims: [
      sent,
      {
        says: ({ source }, lab) =>
          `${inWords(source?.visible ?? 0)} orders wait in ${lab.queueName}, and nobody takes them.`,
        holds: (facts) => (facts.source?.visible ?? 0) >= countOf(facts) && isOld(facts),
      },
      nothingRan,
      notAmongTheFailed,
    ],
  },
  nowhere: {
    orders: 'usual',
    claims: [
      sent,
      {
        says: (_, lab) => `${lab.queueName} has no visible message and none in flight.`,
        holds: (facts) => isEmpty(facts) && isOld(facts),
        alsoWhenGood: true,
      },
      nothingRan,
      notAmongTheFailed,
    ],
  },
  dead: {
    orders: 'usual',
    claims: [
      sent,
      {
        says: (facts, lab) =>
          `All ${countOf(facts)} of them are in ${lab.deadLetterQueueName}, the good ones too.`,
        holds: ({ dead, traffic }) =>
          [...traffic.good, ...traffic.poison].every((id) => dead.has(id)),
      },
      nothingRan,
    ],
  },
  silent: {
    orders: 'usual',
    claims: [
      sent,
      {
        says: (_, lab) => `${lab.queueName} is empty, so somebody has taken them.`,
        holds: isEmpty,
        alsoWhenGood: true,
      },
      failedIsDead,
      {
        says: (_, lab) =>
          `The log ${lab.logGroupName} has no line of the worker about any of them.`,
        holds: ({ deliveries }) => deliveries.length === 0,
      },
    ],
  },
  search: {
    orders: 'usual',
    claims: [
      sent,
      failedIsDead,
      {
        says: () => `The saved search of the team for "outcome":"FAILED" finds nothing in the log.`,
        holds: (facts) =>
          tries(facts) > 0 && !facts.lines.some((line) => line.includes('"outcome":"FAILED"')),
      },
    ],
  },
  lost: {
    orders: 'usual',
    claims: [
      sent,
      goodOnce,
      {
        says: () =>
          'The log shows one try of the failing order, with outcome FAILED, and no other.',
        holds: (facts) => tries(facts) === 1 && of(facts, 'poison')[0]?.outcome === 'FAILED',
      },
      failedIsNotDead,
    ],
  },
  misplaced: {
    orders: 'usual',
    claims: [
      sent,
      goodOnce,
      {
        says: (facts) =>
          `The log shows ${tries(facts)} tries of the failing order, all with outcome FAILED.`,
        holds: triedAndTold((count) => count === settings.maxReceiveCount),
        alsoWhenGood: true,
      },
      failedIsNotDead,
    ],
  },
  twice: {
    orders: 'usual',
    claims: [
      sent,
      {
        says: (facts) =>
          `The log shows a good order ${mostTimes(of(facts, 'good'))} times, with outcome OK each time.`,
        holds: (facts) =>
          mostTimes(of(facts, 'good')) >= 2 &&
          of(facts, 'good').every(({ outcome }) => outcome === 'OK'),
      },
    ],
  },
  crash: {
    orders: 'usual',
    claims: [
      sent,
      {
        says: (facts, lab) =>
          `${facts.traffic.good.filter((id) => facts.dead.has(id)).length} good orders are in ${lab.deadLetterQueueName}.`,
        holds: ({ dead, traffic }) => traffic.good.every((id) => dead.has(id)),
      },
      {
        says: (facts) => `The log has ${errorLines(facts).length} lines with an error.`,
        holds: (facts) => errorLines(facts).length > 0,
      },
    ],
  },
  endless: {
    orders: 'usual',
    claims: [
      sent,
      goodOnce,
      {
        says: (facts) => `The failing order was tried ${tries(facts)} times, and is still there.`,
        holds: (facts) => tries(facts) > settings.maxReceiveCount + 1 && !isEmpty(facts),
      },
      notAmongTheFailed,
    ],
  },
  early: {
    orders: 'usual',
    claims: [
      sent,
      {
        says: () => 'The failing order was tried once, and never again.',
        holds: triedAndTold((count) => count === 1),
      },
      failedIsDead,
    ],
  },
  patient: {
    orders: 'usual',
    claims: [
      sent,
      {
        says: (facts) =>
          `The failing order was tried ${tries(facts)} times. The team has agreed on ${settings.maxReceiveCount}.`,
        holds: triedAndTold((count) => count > settings.maxReceiveCount),
      },
      failedIsDead,
    ],
  },
  hasty: {
    orders: 'usual',
    claims: [
      sent,
      {
        says: (facts) =>
          `The failing order was tried again after ${rounded(Math.min(...gapsOf(facts)))} s. The shop that it needs is never back that soon.`,
        holds: (facts) =>
          gapsOf(facts).length > 0 &&
          Math.min(...gapsOf(facts)) < settings.visibilityTimeoutSeconds / 2,
      },
    ],
  },
  late: {
    orders: 'usual',
    claims: [
      sent,
      goodOnce,
      {
        says: (facts) =>
          tries(facts) > 1
            ? `The failing order was tried again only after ${Math.round(Math.max(...gapsOf(facts)))} s.`
            : `The failing order was tried once, ${Math.round(secondsSince(facts, facts.traffic.sentAt))} s ago, and not again since.`,
        holds: (facts) =>
          Math.max(0, ...gapsOf(facts)) > 3 * settings.visibilityTimeoutSeconds ||
          (tries(facts) === 1 &&
            (facts.source?.inFlight ?? 0) > 0 &&
            secondsSince(facts, facts.traffic.sentAt) > 3 * settings.visibilityTimeoutSeconds),
      },
    ],
  },
  single: {
    orders: 'usual',
    claims: [
      sent,
      {
        says: (facts) =>
          `They took ${new Set(facts.deliveries.filter(({ receiveCount }) => receiveCount === 1).map(({ requestId }) => requestId)).size} invocations for the first try. Last week it was one.`,
        holds: (facts) => {
          const first = facts.deliveries.filter(({ receiveCount }) => receiveCount === 1);
          return (
            first.length === countOf(facts) &&
            new Set(first.map(({ requestId }) => requestId)).size === first.length
          );
        },
      },
    ],
  },
  tardy: {
    orders: 'usual',
    claims: [
      sent,
      {
        says: (facts) =>
          `The first of them was handled ${Math.round(((facts.deliveries[0]?.timestamp ?? 0) - facts.traffic.sentAt) / 1000)} s later, though the function was idle.`,
        holds: ({ deliveries, traffic }) =>
          ((deliveries[0]?.timestamp ?? 0) - traffic.sentAt) / 1000 >= 10,
      },
    ],
  },
  refused: {
    orders: 'large',
    claims: [
      {
        says: ({ traffic }) =>
          `An order of 2 KB was refused. The shop got this answer: ${traffic.refused ?? ''}`,
        holds: ({ traffic }) => traffic.refused !== undefined,
      },
    ],
  },
  access: {
    orders: 'usual',
    claims: [
      sent,
      goodOnce,
      failedIsDead,
      {
        says: ({ excess }) =>
          `The access report of the night says: the worker may do what no worker needs: ${excess.join(', ')}.`,
        holds: ({ excess }) => excess.length > 0,
      },
    ],
  },
  assumed: {
    orders: 'usual',
    claims: [
      sent,
      goodOnce,
      failedIsDead,
      {
        says: ({ actors }) =>
          `The access report of the night says: somebody besides the Lambda service may act as the worker: ${actors.join(', ')}.`,
        holds: ({ actors }) => actors.length > 0,
      },
    ],
  },
  anybody: {
    orders: 'usual',
    claims: [
      sent,
      goodOnce,
      failedIsDead,
      {
        says: ({ open }) =>
          `The access report of the night says: others than the owner may send to ${open.join(' and ')}.`,
        holds: ({ open }) => open.length > 0,
      },
    ],
  },
};

/** Whether AWS shows all of it now. */
export const shows = (name: SymptomName, facts: Facts): boolean =>
  symptoms[name].claims.every(({ holds }) => holds(facts));

/**
 * What of it AWS shows now, as sentences, each of them true; and when not all of it shows any more, that too.
 * @param level of the drill: in one of level 3 another fault may be left
 */
export function sentencesOf(
  name: SymptomName,
  facts: Facts,
  { lab, level }: { readonly lab: LabNames; readonly level: 1 | 2 | 3 },
): readonly string[] {
  const { claims } = symptoms[name];
  const holding = claims.filter(({ holds }) => holds(facts));
  const said = holding.map(({ says }) => says(facts, lab));
  if (holding.length === claims.length) return said;
  if (holding.some(({ alsoWhenGood }) => alsoWhenGood !== true))
    return [...said, 'The rest of what was seen first does not show now.'];
  const gone = 'What was seen first does not show any more.';
  return [...said, level === 3 ? `${gone} Something else may still be wrong.` : gone];
}
