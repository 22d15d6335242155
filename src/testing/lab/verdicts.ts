import type { Check, CheckResult, ExpectationResult } from '../../judging/check.ts';
import { judgeAll } from '../../judging/judge.ts';
import { labOf } from '../../lab/lab.ts';
import type { Lab } from '../../lab/lab.ts';
import { loadCheck } from '../../judging/steps.ts';
import { drained, until } from './lab-building.ts';
import type { LabLearner } from './labs.ts';
import { done, judgedBy, look } from './wrong-states.ts';
import type { Seen, WrongState } from './wrong-states.ts';
import { replaying } from '../../lab/look.ts';

/**
 * Judges what was seen; nothing is asked.
 * @param mutate changes a check before it judges
 */
export async function judgeAgain(
  then: Seen,
  mutate: (check: Check) => Check = (check) => check,
): Promise<readonly CheckResult[]> {
  const lab = labThen(then);
  const checks: Check[] = [];
  for (const entry of [...judgedBy({}), ...judgedBy({ leaves: 'zip' })]) {
    const seen = then.observations.get(entry.number);
    if (seen === undefined) continue;
    const check = mutate(await loadCheck(lab, entry));
    checks.push({ ...check, observe: () => check.observe(replaying(lab, seen)) });
  }
  return (await judgeAll(lab, checks)).map(({ result }) => result);
}

const labThen = ({ prefix, place }: Seen): Lab => labOf({ prefix, place: async () => place });

export const resultsOf = (results: readonly CheckResult[]): Map<string, ExpectationResult> =>
  new Map(
    results.flatMap(({ step, expectations }) =>
      expectations.map((result) => [`${step}/${result.id}`, result] as const),
    ),
  );

/** Looks again while one of AWS's clocks runs: a mapping is not updated at once. */
export async function lookWhenReady(
  learner: LabLearner,
  state: Pick<WrongState, 'leaves'> = {},
): Promise<Seen> {
  let seen = await look(learner, state);
  await until('AWS is ready to be judged', async () => {
    const results = resultsOf(await judgeAgain(seen));
    if (![...results.values()].some(({ cause }) => cause === 'AWS not ready yet')) return true;
    seen = await look(learner, state);
    return false;
  });
  return seen;
}

/**
 * What is not as it should be about the verdicts on a wrong state: one expectation fails, for the learner's own doing and
 * with a hint that fits; what needs it, directly or not, is blocked by it; all the rest passes.
 */
export async function objections(
  state: WrongState,
  seen: Seen,
  mutate: (check: Check) => Check = (check) => check,
): Promise<string[]> {
  const results = resultsOf(await judgeAgain(seen, mutate));
  const lab = labThen(seen);
  const checks = await Promise.all(
    judgedBy(state).map(async (entry) => mutate(await loadCheck(lab, entry))),
  );
  const behind = dependents(state.fails, checks);
  const found: string[] = [];
  const failing = results.get(state.fails);
  if (failing === undefined) return [`there is no ${state.fails}`];
  const words = `${failing.hints?.hint}\n${failing.hints?.fix}`;
  if (failing.outcome === 'fail' && !state.says.test(words))
    found.push(`${state.fails} says nothing of ${state.says}: ${words}`);
  for (const [key, { outcome, cause, blockedBy, actual, reason }] of results) {
    const right =
      key === state.fails
        ? outcome === 'fail' && cause === 'your lab'
        : behind.has(key)
          ? cause === 'blocked' && blockedBy === state.fails
          : outcome === 'pass';
    const verdict = [key, outcome, cause, blockedBy, reason, JSON.stringify(actual)];
    if (!right) found.push(verdict.filter((word) => word !== undefined).join(' '));
  }
  return found;
}

/** All that means nothing when this expectation does not hold, by what the checks say that they need. */
export function dependents(key: string, checks: readonly Check[]): ReadonlySet<string> {
  const found = new Set([key]);
  const isBehind = (need: string) =>
    need.includes('/') ? found.has(need) : [...found].some((one) => one.startsWith(`${need}/`));
  // Checks and expectations come after what they need, so one pass is enough.
  for (const { step, needs, expectations } of checks) {
    for (const { id, needs: own = [] } of expectations) {
      const all = [...needs, ...own.map((need) => (need.includes('/') ? need : `${step}/${need}`))];
      if (all.some((need) => isBehind(need))) found.add(`${step}/${id}`);
    }
  }
  found.delete(key);
  return found;
}

/** The check without one of its expectations, and without what others need of it. */
export const without =
  (key: string) =>
  (check: Check): Check => ({
    ...check,
    expectations: check.expectations
      .filter(({ id }) => `${check.step}/${id}` !== key)
      .map((expectation) => ({
        ...expectation,
        needs: (expectation.needs ?? []).filter(
          (need) => need !== key && `${check.step}/${need}` !== key,
        ),
      })),
    needs: check.needs.filter((need) => need !== key),
  });

/** How often a learner pastes the third hint of the same expectation before it must hold. */
const patience = 3;

/**
 * Types the commands that the hints give, the first failing expectation's first, until all is well again. Where nothing
 * fails and something cannot be judged, types those that its reason names.
 * @returns for what was typed, in order
 * @throws Error when one of them does not work, or leads nowhere within three rounds
 */
export async function applyFixes(
  learner: LabLearner,
  state: Pick<WrongState, 'leaves'>,
): Promise<readonly string[]> {
  const typedFor: string[] = [];
  for (;;) {
    const results = resultsOf(await judgeAgain(await lookWhenReady(learner, state)));
    const [key, open] = firstOpen(results) ?? [];
    if (key === undefined || open === undefined) return typedFor;
    const commands = open.hints?.fix ?? commandsIn(open.reason ?? '');
    if (commands === '') throw new Error(`${key} says no way out: ${JSON.stringify(open)}`);
    if (typedFor.filter((one) => one === key).length >= patience)
      throw new Error(`${key} does not hold after ${patience} times ${commands}`);
    typedFor.push(key);
    await done(learner, commands);
    if (state.leaves === undefined) await drained(learner);
  }
}

/** What fails first; when nothing does, what cannot be judged for a reason of its own. */
function firstOpen(results: ReadonlyMap<string, ExpectationResult>) {
  const open = [...results].filter(([, { outcome }]) => outcome !== 'pass');
  return (
    open.find(([, { outcome }]) => outcome === 'fail') ??
    open.find(([, { cause }]) => cause !== 'blocked') ??
    open[0]
  );
}

/** The commands that a sentence names. */
const commandsIn = (reason: string): string =>
  (reason.match(/npx lab step \d+|git restore [\w./-]*\w/g) ?? []).join('\n');
