import { observeDeliveries, observeQueue } from '../lab/aws/observe.ts';
import { waitFor } from '../lab/aws/wait.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import type { CheckResult, ExpectationResult } from '../judging/check.ts';
import { isInNobodysWay } from '../judging/judge.ts';
import { judgeWhenReady } from '../judging/restore.ts';
import type { Traffic } from './facts.ts';
import { sendOrders, skipping } from './orders.ts';

/** What is still wrong. */
export type Verdict =
  | { readonly solved: true }
  | {
      readonly solved: false;
      /** `settings`: a check of what is built fails; `orders`: all is built as it should be, and new orders did not go right. */
      readonly where: 'orders' | 'settings';
      readonly results: readonly CheckResult[];
    };

/** The checks of what is built, before any message is sent. */
export const isAboutSettings = ({ step }: Pick<CheckResult, 'step'>): boolean => Number(step) <= 7;

/**
 * Whether the lab is as it should be, and a fresh batch of orders goes right: then the drill is solved. Sends nothing while a
 * setting is wrong.
 */
export async function judgeDrill(lab: Lab): Promise<Verdict> {
  const before = await judgeWhenReady(lab);
  const wrong = before.filter((result) => isAboutSettings(result) && !isInNobodysWay(result));
  if (wrong.length > 0) return { solved: false, where: 'settings', results: before };
  await waitUntilBacklogIsGone(lab);
  const traffic = await takenOrders(lab);
  if (traffic !== undefined) await waitForTheirEnd(lab, traffic);
  const results = await judgeWhenReady(lab);
  return traffic !== undefined && results.every((result) => isInNobodysWay(result))
    ? { solved: true }
    : { solved: false, where: 'orders', results };
}

/** Longest time that a message of a drill may stay hidden, and the tries after that. */
const backlogSeconds = 480;

/** The orders of the drill would mix with the new ones. Gives up on what stays: then the new ones tell what is wrong. */
async function waitUntilBacklogIsGone(lab: Lab): Promise<void> {
  const skip = skipping(lab);
  await waitFor(lab, {
    what: 'the old orders to come to their end',
    clock: `visibility timeout, ${lab.visibilityTimeoutSeconds} s for each try`,
    limitSeconds: backlogSeconds,
    probe: async () => {
      const { attributes = {} } = (await observeQueue(lab.look, lab.queueName)) ?? {};
      const count = (kind: string) => Number(attributes[`ApproximateNumberOfMessages${kind}`] ?? 0);
      if (count('') + count('NotVisible') === 0) return true;
      await skip();
      return undefined;
    },
  }).catch(unlessOverdue);
}

/**
 * Sends two good orders and one that fails. One refusal decides nothing: what was repaired just now may not have reached all of
 * AWS yet.
 * @returns undefined when they were refused until the limit
 */
export async function takenOrders(
  lab: Lab,
  { send = sendOrders, limitSeconds = 90 } = {},
): Promise<Traffic | undefined> {
  const skip = skipping(lab);
  return waitFor(lab, {
    what: 'SQS to take new orders',
    clock: 'a changed policy or attribute reaches all of AWS within a minute',
    limitSeconds,
    probe: async () => {
      const traffic = await send(lab, 'usual').catch(unlessOverdue);
      if (traffic !== undefined && traffic.refused === undefined) return traffic;
      await skip();
      return undefined;
    },
  }).catch(unlessOverdue);
}

/** Waits until the log shows all that should become of these orders. */
async function waitForTheirEnd(lab: Lab, { good, poison }: Traffic): Promise<void> {
  const skip = skipping(lab);
  await waitFor(lab, {
    what: 'new orders to come to their end',
    clock: `visibility timeout, ${lab.visibilityTimeoutSeconds} s for each of ${lab.maxReceiveCount} tries`,
    limitSeconds: lab.retriesSeconds + 120,
    probe: async () => {
      const all = (await observeDeliveries(lab.look))?.deliveries ?? [];
      const times = (id: string) => all.filter(({ messageId }) => messageId === id).length;
      const isOver =
        good.every((id) => times(id) > 0) && poison.every((id) => times(id) >= lab.maxReceiveCount);
      if (isOver) return true;
      await skip();
      return undefined;
    },
  }).catch(unlessOverdue);
}

function unlessOverdue(error: unknown): undefined {
  if (!(error instanceof LabError)) throw error;
  return undefined;
}

/** The expectations that fail, those of the first fault first: the masking one is to be repaired first. */
export function failing(
  results: readonly CheckResult[],
  firstly: readonly string[],
): readonly { readonly check: CheckResult; readonly expectation: ExpectationResult }[] {
  const all = results
    .filter(isAboutSettings)
    .flatMap((check) => check.expectations.map((expectation) => ({ check, expectation })))
    .filter(({ expectation }) => expectation.outcome === 'fail');
  const rank = ({ check, expectation }: (typeof all)[number]) => {
    const at = firstly.indexOf(`${check.step}/${expectation.id}`);
    return at < 0 ? firstly.length : at;
  };
  return all.toSorted((a, b) => rank(a) - rank(b));
}
