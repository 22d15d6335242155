import type { Check, CheckResult, Judged } from '../judging/check.ts';
import { judge, judgeAll } from '../judging/judge.ts';
import { newestRun, messageCount, observeDeliveries, observeQueue } from '../lab/aws/observe.ts';
import type { Lab, Look } from '../lab/lab.ts';
import { settings } from '../lab/settings.ts';
import { withNeeds } from '../judging/with-needs.ts';
import { recording } from '../lab/look.ts';
import type { Answers } from '../lab/look.ts';

/** Between two peeks that find nothing new. */
const peekPauseMs = 10_000;

/** Between two looks at what a step needs. */
const needsPauseMs = 10_000;

/**
 * Looks again and again. Each look asks nothing twice. What leaves a trace, the peek into the dead-letter queue,
 * is done only when the queue's count or the log says that there is something to find.
 */
export function createLooker(lab: Lab, { now = Date.now, signOf = signOfPoison } = {}) {
  let peeked:
    | { readonly at: number; readonly count: number; readonly judged: Judged<unknown> }
    | undefined;

  let needed:
    | { readonly step: string; readonly at: number; readonly results: readonly CheckResult[] }
    | undefined;

  async function lookAtTraces(
    check: Check,
    earlier: readonly CheckResult[],
    answers: Answers,
  ): Promise<Judged<unknown>> {
    const sign = await recording(lab, signOf, answers).then(
      ({ value }) => value,
      () => undefined,
    );
    // AWS could not be asked: nor can the check, and it says why.
    if (sign === undefined) return judge(lab, check, { earlier, answers });
    const held = await judge(lab, notYet(check, sign.leftSeconds), { earlier, answers });
    const isBlocked = held.result.expectations.some(({ cause }) => cause === 'blocked');
    if (isBlocked || !sign.due) return held;
    const isFresh = peeked?.count === sign.count && now() - peeked.at < peekPauseMs;
    if (peeked !== undefined && isFresh) return peeked.judged;
    const judged = await judge(lab, check, { earlier, answers });
    if (judged.observed !== undefined) peeked = { at: now(), count: sign.count, judged };
    return judged;
  }

  /** Judges all of these checks on the same state. */
  async function lookAtAll(checks: readonly Check[]): Promise<Judged<unknown>[]> {
    const answers: Answers = new Map();
    const judged = await judgeAll(
      lab,
      checks.filter(({ leavesTraces }) => leavesTraces !== true),
      answers,
    );
    for (const check of checks.filter(({ leavesTraces }) => leavesTraces === true)) {
      const earlier = judged.map(({ result }) => result);
      judged.push(await lookAtTraces(check, earlier, answers));
    }
    return judged.toSorted((a, b) => a.result.step.localeCompare(b.result.step));
  }

  /**
   * The check of one step, and what it needs: that seldom changes, so it is asked again only now and then, when
   * something of it does not hold, and before the step is called green.
   */
  async function lookAtStep(step: string, checks: readonly Check[]): Promise<Judged<unknown>[]> {
    const check = checks.find((one) => one.step === step);
    if (check !== undefined && needed?.step === step && now() - needed.at < needsPauseMs) {
      const { results: earlier } = needed;
      const answers: Answers = new Map();
      const judged =
        check.leavesTraces === true
          ? await lookAtTraces(check, earlier, answers)
          : await judge(lab, check, { earlier, answers });
      if (judged.result.outcome !== 'pass') return [judged];
    }
    const all = await lookAtAll(withNeeds([step], checks));
    const results = all.map(({ result }) => result).filter((result) => result.step !== step);
    const allHold = results.every(({ outcome }) => outcome === 'pass');
    needed = allHold ? { step, at: now(), results } : undefined;
    return all;
  }

  return { lookAtAll, lookAtStep };
}

/** Is there anything in the dead-letter queue, by its count, or because the poison's time is over? */
async function signOfPoison(look: Look) {
  const { lab } = look;
  const [queue, log] = await Promise.all([
    observeQueue(look, lab.deadLetterQueueName),
    observeDeliveries(look),
  ]);
  const count = queue === undefined ? 0 : messageCount(queue);
  const last = newestRun(log?.deliveries ?? []).poison.at(-1);
  const { sandbox } = await lab.session();
  const time = sandbox === undefined ? Date.now() : (await sandbox.status()).clock.now;
  const leftSeconds =
    last === undefined
      ? settings.visibilityTimeoutSeconds
      : (last.timestamp - time) / 1000 + settings.visibilityTimeoutSeconds;
  return { count, leftSeconds, due: queue === undefined || count > 0 || leftSeconds <= 0 };
}

/** The check as it is while there is nothing to find: it looks at nothing and waits. */
function notYet(check: Check, leftSeconds: number): Check {
  const unclear = {
    cause: 'AWS not ready yet',
    reason: `the dead-letter queue is empty; the poison moves at receive ${settings.maxReceiveCount + 1}`,
    clock: {
      name: 'visibility timeout',
      atMostSeconds: settings.visibilityTimeoutSeconds,
      leftSeconds,
    },
  } as const;
  return {
    ...check,
    observe: async () => undefined,
    expectations: check.expectations.map((expectation) => ({
      ...expectation,
      needs: [],
      notJudged: () => unclear,
    })),
  };
}
