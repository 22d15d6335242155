import { join } from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import type { Check, CheckResult, ExpectationResult } from './check.ts';
import { forLearner } from './learner.ts';
import type { Place } from './learner.ts';
import { judgeAll } from './judge.ts';
import { observeMappings, observeQueue } from './observe.ts';
import { lab } from './settings.ts';
import { findStep, listSteps, loadCheck } from './steps.ts';
import {
  buildLab,
  cleanUp,
  deployWorker,
  drained,
  sendMessages,
  testMessages,
  until,
} from './testing-lab-building.ts';
import type { Leftover } from './testing-lab-building.ts';
import type { LabLearner, Laboratory } from './testing-labs.ts';
import { recording, replaying } from './witness.ts';
import type { Answers, Observation } from './witness.ts';

/** One way to get the lab wrong, and what must be said about it. */
export interface WrongState {
  /** Unique, kebab-case. */
  readonly id: string;
  /** What a learner did, in a sentence of the past. */
  readonly what: string;
  /** Where it is not the whole truth that `make` shows it: how. */
  readonly how?: string;
  /** Source of the learner's worker, deployed before the messages are sent. */
  readonly worker?: string;
  /** Typed into the finished lab before the messages are sent. */
  readonly before?: string;
  /** Bodies of the messages; left out: the three of step 08. */
  readonly sends?: readonly string[];
  /** False: the messages stay in the source queue. */
  readonly drains?: boolean;
  /** Typed when the messages have come to their end. */
  readonly make?: string;
  /** The lab is cleaned up, but for this. Only the teardown certificate is judged. */
  readonly leaves?: Leftover;
  /** What AWS would answer instead, where no command brings the sandbox there. */
  readonly onPaper?: readonly Edit[];
  /** The one expectation that must fail: `02/visibility-timeout`. */
  readonly fails: string;
  /** What its hint or its fix must say. */
  readonly says: RegExp;
}

/** A recorded answer that is replaced. */
export type Edit =
  | { readonly operation: string; readonly change: (output: never) => unknown }
  | { readonly fact: RegExp; readonly value: unknown }
  | { readonly place: Partial<Place> };

/** What all the checks have seen at one moment: they can be judged on it again. */
export interface Seen {
  readonly place: Place;
  readonly prefix: string;
  /** By step. */
  readonly observations: ReadonlyMap<string, readonly Observation[]>;
}

const fullCheck = (await listSteps()).filter(({ number }) => number !== '11');
const certificate = (await listSteps()).filter(({ number }) => number === '11');

/** The steps whose checks judge this state. */
const judgedBy = ({ leaves }: Pick<WrongState, 'leaves'>) =>
  leaves === undefined ? fullCheck : certificate;

/** Brings the learner's lab, built and finished or cleaned up, into the wrong state. */
export async function makeWrong(
  { aws }: Pick<Laboratory, 'aws'>,
  learner: LabLearner,
  state: WrongState,
): Promise<void> {
  await buildLab(aws, learner);
  if (state.worker !== undefined) {
    await writeFile(join(learner.checkout, 'src/handlers/worker.ts'), state.worker);
    await deployWorker(aws, learner);
  }
  if (state.before !== undefined) await typed(learner, state.before);
  const { sends = testMessages } = state;
  if (sends.length > 0) await sendMessages(aws, learner, sends);
  if (state.drains !== false) await drained(learner);
  if (state.make !== undefined) await typed(learner, state.make);
  if (state.leaves !== undefined) await cleanUp(aws, learner, state.leaves);
}

/**
 * Types commands that must succeed. `$QUEUE_URL`, `$DLQ_URL` and `$MAPPING_UUID` are set, as after the steps.
 * @throws Error with what the CLI said
 */
export async function typed(learner: LabLearner, commands: string): Promise<void> {
  const [queue, deadLetterQueue, { mappings }] = await learner.work(() =>
    Promise.all([
      observeQueue(lab.queueName),
      observeQueue(lab.deadLetterQueueName),
      observeMappings(),
    ]),
  );
  const variables = {
    QUEUE_URL: queue?.url,
    DLQ_URL: deadLetterQueue?.url,
    MAPPING_UUID: mappings[0]?.UUID,
  };
  const assignments = Object.entries(variables).map(([name, value = '']) => `${name}='${value}'`);
  const { code, stderr } = await learner.type(`${assignments.join('\n')}\n${commands}`);
  if (code !== 0) throw new Error(`${commands}\n${stderr}`);
}

/** Looks with every check that judges this state, at one moment. */
export function look(learner: LabLearner, state: Pick<WrongState, 'leaves'> = {}): Promise<Seen> {
  return learner.work(async () => {
    const answers: Answers = new Map(await knownFacts(learner));
    const observations = new Map<string, readonly Observation[]>();
    await Promise.all(
      judgedBy(state).map(async (entry) => {
        const { observe } = await loadCheck(entry);
        observations.set(entry.number, (await recording(observe, answers)).observations);
      }),
    );
    return { place: await learner.place(), prefix: learner.prefix, observations };
  });
}

/** By the content of a checkout: facts of the same files need not be found out again for every learner. */
const facts = new Map<string, Promise<Answers>>();

/** What the worker of this checkout answers, and what its bundle is known by. */
async function knownFacts({ checkout }: LabLearner): Promise<Answers> {
  const files = ['src/handlers/worker.ts', lab.zipFile].map((name) => join(checkout, name));
  const contents = files.map((file) => readFile(file, 'base64').catch(() => 'none'));
  const key = (await Promise.all(contents)).join();
  const known = facts.get(key) ?? findFacts();
  facts.set(key, known);
  return known;
}

async function findFacts(): Promise<Answers> {
  const answers: Answers = new Map();
  const { observe } = await loadCheck(await findStep('05'));
  await recording(observe, answers);
  return answers;
}

/** The same moment as somebody would see it to whom AWS answered otherwise. */
export function edited(seen: Seen, edits: readonly Edit[] = []): Seen {
  const edit = (observation: Observation): Observation =>
    edits.reduce((before, change) => editOne(before, change), observation);
  const observations = new Map(
    [...seen.observations].map(([step, list]) => [step, list.map(edit)] as const),
  );
  const places = edits.flatMap((change) => ('place' in change ? [change.place] : []));
  return { ...seen, observations, place: Object.assign({}, seen.place, ...places) as Place };
}

function editOne(observation: Observation, edit: Edit): Observation {
  if ('fact' in observation) {
    const hit = 'fact' in edit && edit.fact.test(observation.fact);
    return hit ? { ...observation, value: edit.value } : observation;
  }
  const { question, output } = observation;
  if (!('operation' in edit) || edit.operation !== question.operation) return observation;
  return { question, output: edit.change(structuredClone(output) as never) };
}

/**
 * Judges what was seen; nothing is asked.
 * @param mutate changes a check before it judges
 */
export function judgeAgain(
  { place, prefix, observations }: Seen,
  mutate: (check: Check) => Check = (check) => check,
): Promise<readonly CheckResult[]> {
  return forLearner({ prefix, place: async () => place }, async () => {
    const checks: Check[] = [];
    for (const entry of [...fullCheck, ...certificate]) {
      const seen = observations.get(entry.number);
      if (seen === undefined) continue;
      const check = mutate(await loadCheck(entry));
      checks.push({ ...check, observe: () => replaying(seen, check.observe) });
    }
    return (await judgeAll(checks)).map(({ result }) => result);
  });
}

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
  const checks = await forLearner({ prefix: seen.prefix, place: async () => seen.place }, () =>
    Promise.all(judgedBy(state).map(async (entry) => mutate(await loadCheck(entry)))),
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

/**
 * Types the commands that the hints give, the first failing expectation's first, until all is well again.
 * @returns which were typed, in order
 * @throws Error when one of them does not work, or leads nowhere
 */
export async function mend(
  learner: LabLearner,
  state: Pick<WrongState, 'leaves'>,
): Promise<readonly string[]> {
  const typedFor: string[] = [];
  for (;;) {
    const results = resultsOf(await judgeAgain(await lookWhenReady(learner, state)));
    const [key, failing] = [...results].find(([, { outcome }]) => outcome === 'fail') ?? [];
    if (key === undefined) {
      const open = [...results].filter(([, { outcome }]) => outcome !== 'pass');
      if (open.length > 0) throw new Error(`not judged at the end: ${JSON.stringify(open)}`);
      return typedFor;
    }
    if (typedFor.includes(key))
      throw new Error(`${key} does not hold after ${failing?.hints?.fix}`);
    typedFor.push(key);
    await typed(learner, failing?.hints?.fix ?? '');
    if (state.leaves === undefined) await drained(learner);
  }
}
