import { endsInError, handledOf, isExhausted, ordinal, workOn } from '../experiments/model.ts';
import type { DeliveryOutcome, Fate, Scenario } from '../experiments/model.ts';
import type {
  Observed,
  ObservedDelivery,
  ObservedMessage,
  ObservedRun,
} from '../experiments/observed.ts';

/** The rules, held to the batches that were measured. */
export interface Replay {
  /** False: the handler has not logged all that it got, and nothing more is known than `breaches` says. */
  readonly isLogged: boolean;
  /** What was measured in these batches, and the rules do not allow; empty when all is exactly as they say. */
  readonly breaches: readonly string[];
  /** Messages that came again, or were moved, before the invocation that handled them had ended (G02). */
  readonly overtaken: readonly string[];
  /** Messages with a receive that no delivery belongs to (G20). */
  readonly skipped: readonly string[];
  /** Messages that were delivered twice for one receive (G01). */
  readonly twice: readonly string[];
}

/** What the rules make of one measured batch. */
interface Judged {
  readonly outcomes: ReadonlyMap<ObservedDelivery, DeliveryOutcome>;
  readonly handled: ReadonlySet<ObservedDelivery>;
  /** It ran long enough for another receive of its messages before its end. */
  readonly isSlow: boolean;
}

/**
 * Predicts once more, with the batches that were measured: who shares a batch is AWS's choice, and what becomes of a batch
 * is not. Every outcome, error, receive and fate must then be exactly as the rules say.
 */
export function replay(scenario: Scenario, observed: Observed): Replay {
  const unlogged = unloggedIn(observed);
  // Without the deliveries there is nothing to hold the rules to.
  if (unlogged.length > 0) {
    return { isLogged: false, breaches: unlogged, overtaken: [], skipped: [], twice: [] };
  }
  const kindOf = new Map(observed.messages.map(({ messageId, kind }) => [messageId, kind]));
  const runs = observed.runs.map((run) => judge(scenario, run, kindOf));
  const judged = new Map(
    observed.runs.flatMap(({ deliveries }, i) =>
      deliveries.map((one) => [one, runs[i]?.judged] as const),
    ),
  );
  const mostReceives = Math.max(0, ...observed.messages.map(receivesOf));
  const walks = observed.messages.map((message) => ({
    name: message.name,
    ...walk(scenario, message, { judged, mostReceives }),
  }));
  const names = (what: 'isOvertaken' | 'isSkipped' | 'isTwice') =>
    walks.filter((one) => one[what]).map(({ name }) => name);
  return {
    isLogged: true,
    breaches: [
      ...runs.flatMap(({ breaches }) => breaches),
      ...walks.flatMap((one) => one.breaches),
    ],
    overtaken: names('isOvertaken'),
    skipped: names('isSkipped'),
    twice: names('isTwice'),
  };
}

/** A measurement by a log that does not tell of every delivery is none. */
function unloggedIn({ runs }: Observed): string[] {
  const silent = runs.filter(({ deliveries }) => deliveries.length === 0).length;
  const half = runs.flatMap(({ requestId, deliveries }) =>
    deliveries.length === 0 || deliveries.length === deliveries[0]?.batchSize
      ? []
      : [
          `invocation ${requestId} got ${deliveries[0]?.batchSize} messages, and its handler logged ${deliveries.length}`,
        ],
  );
  const all = [
    ...(silent === 0
      ? []
      : [`in ${silent} of ${runs.length} invocations the handler logged none of its messages`]),
    ...half,
  ];
  return all.length === 0 ? [] : [...all, howToLog];
}

const howToLog =
  'what-if measures by the lines of the handler: log each message of each batch, as src/handlers/worker.ts does';

function judge(
  scenario: Scenario,
  { requestId, deliveries, startedAt, endedAt = Infinity, failed }: ObservedRun,
  kindOf: ReadonlyMap<string, ObservedMessage['kind']>,
): { readonly judged: Judged; readonly breaches: readonly string[] } {
  const { behaviour, batchSize, windowSeconds, visibilityTimeoutSeconds } = scenario;
  const batch = deliveries.map((delivery) => ({
    delivery,
    kind: kindOf.get(delivery.messageId) ?? ('good' as const),
  }));
  const { timedOut, outcomes } = workOn(scenario, batch);
  const isError = endsInError(behaviour, { batch, timedOut });
  const handled = handledOf(scenario, { batch, timedOut });
  return {
    judged: {
      outcomes: new Map(deliveries.map((one, i) => [one, outcomes[i] ?? 'unfinished'])),
      handled: new Set(handled.map(({ delivery }) => delivery)),
      // When a batch was received is not logged: up to a window before its start. Half the timeout is far from chance.
      isSlow: (endedAt - startedAt) / 1000 + windowSeconds >= visibilityTimeoutSeconds / 2,
    },
    breaches: [
      ...(failed === isError
        ? []
        : [
            `invocation ${requestId} ${failed ? 'ended' : 'did not end'} in an error, and by its batch it ${isError ? 'must' : 'must not'}`,
          ]),
      ...(deliveries.length <= batchSize
        ? []
        : [
            `invocation ${requestId} got ${deliveries.length} messages, the batch size is ${batchSize}`,
          ]),
    ],
  };
}

interface Walk {
  readonly breaches: readonly string[];
  readonly isOvertaken: boolean;
  readonly isSkipped: boolean;
  readonly isTwice: boolean;
}

interface Known {
  readonly judged: ReadonlyMap<ObservedDelivery, Judged | undefined>;
  readonly mostReceives: number;
}

/** Goes through the receives of one message, and says where the rules would have it otherwise. */
function walk(scenario: Scenario, message: ObservedMessage, known: Known): Walk {
  const { name } = message;
  const { maxReceiveCount } = scenario;
  const inOrder = message.deliveries.toSorted((a, b) => a.receiveCount - b.receiveCount);
  const receives = inOrder.filter(
    ({ receiveCount }, i) => receiveCount !== inOrder[i - 1]?.receiveCount,
  );
  const breaches: string[] = [];
  let fate: Fate | undefined;
  let isOvertaken = false;
  for (const [i, delivery] of receives.entries()) {
    const { receiveCount, outcome } = delivery;
    if (isExhausted(receiveCount - 1, maxReceiveCount)) {
      breaches.push(
        `${name} was delivered a ${ordinal(receiveCount)} time, and maxReceiveCount is ${maxReceiveCount}`,
      );
      break;
    }
    const must = known.judged.get(delivery);
    const expected = must?.outcomes.get(delivery);
    if (outcome !== expected) {
      breaches.push(
        `the ${ordinal(receiveCount)} delivery of ${name} ended ${outcome}, and in its batch it must end ${expected ?? 'in no way'}`,
      );
    }
    if (must?.handled.has(delivery) !== true) continue;
    const isLast = i === receives.length - 1;
    const isMoved =
      isLast && isExhausted(receiveCount, maxReceiveCount) && message.fate === 'dead-lettered';
    if (must.isSlow && (isMoved || !isLast)) {
      // Its handle is an old one: it deletes nothing any more.
      isOvertaken = true;
      continue;
    }
    if (!isLast)
      breaches.push(`${name} was handled at its ${ordinal(receiveCount)} receive, and came again`);
    fate = 'deleted';
    break;
  }
  fate ??= restOf(scenario, message, known, breaches);
  // The books say what could not be read.
  if (fate !== undefined && message.fate !== 'unknown' && fate !== message.fate) {
    breaches.push(`${name} is ${message.fate}, and by its receives it must be ${fate}`);
  }
  return {
    breaches,
    isOvertaken,
    isSkipped: receives.length < receivesOf(message),
    isTwice: receives.length < inOrder.length,
  };
}

/** What becomes of a message that no invocation has handled. Undefined: its receives do not end here. */
function restOf(
  scenario: Scenario,
  message: ObservedMessage,
  { mostReceives }: Known,
  breaches: string[],
): Fate | undefined {
  const { maxReceiveCount, untilSeconds, fifo } = scenario;
  const count = receivesOf(message);
  if (isExhausted(count, maxReceiveCount)) return 'dead-lettered';
  // It was looked at in the middle of a round of receives. One message may hold back its FIFO group for ever, and work the
  // receives of others.
  const isHeldBack = fifo === true || workOn(scenario, [message]).seconds > 0;
  const isLookedAtEarly = untilSeconds !== undefined && (isHeldBack || count >= mostReceives - 1);
  if (isLookedAtEarly) return 'still there';
  breaches.push(
    `${message.name} was not handled at its ${ordinal(count)} receive, and no ${ordinal(count + 1)} one was measured`,
  );
  return undefined;
}

const receivesOf = ({ deliveries }: ObservedMessage): number =>
  Math.max(0, ...deliveries.map(({ receiveCount }) => receiveCount));
