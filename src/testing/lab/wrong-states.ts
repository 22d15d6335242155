import { join } from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import type { Place } from '../../lab/lab.ts';
import { observeMappings, observeQueue } from '../../lab/aws/observe.ts';
import { findStep, listSteps, loadCheck } from '../../judging/steps.ts';
import {
  buildLab,
  cleanUp,
  deployWorker,
  drained,
  sendMessages,
  testMessages,
} from './lab-building.ts';
import type { Leftover } from './lab-building.ts';
import { asQuestion, put } from './commands.ts';
import type { LabLearner, Laboratory } from './labs.ts';
import { recording } from '../../lab/look.ts';
import type { Answers, Observation } from '../../lab/look.ts';

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
export const judgedBy = ({ leaves }: Pick<WrongState, 'leaves'>) =>
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
  if (state.before !== undefined) await done(learner, state.before);
  const { sends = testMessages } = state;
  if (sends.length > 0) await sendMessages(aws, learner, sends);
  if (state.drains !== false) await drained(learner);
  if (state.make !== undefined) await done(learner, state.make);
  if (state.leaves !== undefined) await cleanUp(aws, learner, state.leaves);
}

/** The operations that were typed, by what tells their commands apart. */
const typedOnce = new Set<string>();

/**
 * Makes what the commands say. The first of its kind is typed with the real CLI; starting the CLI is what takes the
 * time here, so further ones of the same operation and options go to the SDK, in the same words.
 */
export async function done(learner: LabLearner, commands: string): Promise<void> {
  const variables = await variablesOf(learner);
  const questions = commands.split('\n').map((line) => asQuestion(line, variables));
  const kinds = commands.split('\n').map((line, i) => {
    const { operation, input } = questions[i] ?? { operation: 'shell', input: {} };
    return [operation, ...Object.keys(input), line.includes('$(') ? 'in a shell' : ''].join();
  });
  if (kinds.every((kind) => typedOnce.has(kind))) {
    for (const question of questions) if (question !== undefined) await put(learner, question);
    return;
  }
  for (const kind of kinds) if (!kind.startsWith('shell')) typedOnce.add(kind);
  await typed(learner, commands);
}

/**
 * Types commands that must succeed. `$QUEUE_URL`, `$DLQ_URL` and `$MAPPING_UUID` are set, as after the steps.
 * @throws Error with what the CLI said
 */
async function typed(learner: LabLearner, commands: string): Promise<void> {
  const variables = Object.entries(await variablesOf(learner)).filter(([name]) =>
    /^[A-Z_]+$/.test(name),
  );
  const assignments = variables.map(([name, value]) => `${name}='${value}'`);
  const { code, stderr } = await learner.type(`${assignments.join('\n')}\n${commands}`);
  if (code !== 0) throw new Error(`${commands}\n${stderr}`);
}

async function variablesOf(learner: LabLearner): Promise<Record<string, string>> {
  const [queue, deadLetterQueue, { mappings }] = await Promise.all([
    observeQueue(learner.look, learner.queueName),
    observeQueue(learner.look, learner.deadLetterQueueName),
    observeMappings(learner.look),
  ]);
  return {
    [learner.queueName]: queue?.url ?? '',
    [learner.deadLetterQueueName]: deadLetterQueue?.url ?? '',
    QUEUE_URL: queue?.url ?? '',
    DLQ_URL: deadLetterQueue?.url ?? '',
    MAPPING_UUID: mappings[0]?.UUID ?? '',
  };
}

/** Looks with every check that judges this state, at one moment. */
export async function look(
  learner: LabLearner,
  state: Pick<WrongState, 'leaves'> = {},
): Promise<Seen> {
  const answers: Answers = new Map(await knownFacts(learner));
  const observations = new Map<string, readonly Observation[]>();
  await Promise.all(
    judgedBy(state).map(async (entry) => {
      const { observe } = await loadCheck(learner, entry);
      observations.set(entry.number, (await recording(learner, observe, answers)).observations);
    }),
  );
  return { place: await learner.place(), prefix: learner.prefix, observations };
}

/** By the content of a checkout: facts of the same files need not be found out again for every learner. */
const facts = new Map<string, Promise<Answers>>();

/** What the worker of this checkout answers, and what its bundle is known by. */
async function knownFacts(learner: LabLearner): Promise<Answers> {
  const files = ['src/handlers/worker.ts', learner.zipFile].map((name) =>
    join(learner.checkout, name),
  );
  const contents = files.map((file) => readFile(file, 'base64').catch(() => 'none'));
  const key = (await Promise.all(contents)).join();
  const known = facts.get(key) ?? findFacts(learner);
  facts.set(key, known);
  return known;
}

async function findFacts(learner: LabLearner): Promise<Answers> {
  const answers: Answers = new Map();
  const { observe } = await loadCheck(learner, await findStep('05'));
  await recording(learner, observe, answers);
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
