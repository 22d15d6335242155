import { basename } from 'node:path';
import { askLearner, mayAsk } from '../experiments/ask-learner.ts';
import { asking } from '../experiments/ask.ts';
import { makeCopies, settingsOfLab } from '../experiments/copies.ts';
import type { Copy } from '../experiments/copies.ts';
import { deleteExperimentLeftovers, goneCopies } from '../experiments/delete-copies.ts';
import type { Experiment, Side } from '../experiments/experiment.ts';
import { judgeRun, mapSides, settingsOfSide } from '../experiments/judge.ts';
import type { Judgement } from '../experiments/judge.ts';
import { findExperiment, loadExperiment } from '../experiments/list.ts';
import { setMapping } from '../experiments/set-mapping.ts';
import { takeTurn } from '../experiments/take-turn.ts';
import { waitSeconds } from '../experiments/wait-seconds.ts';
import { copyNames, variableOf } from '../experiments/copy-names.ts';
import type { RecordedSide, Sent } from '../experiments/observed.ts';
import { readSide } from '../experiments/read-side.ts';
import { sayReport, shownRow } from '../experiments/report.ts';
import { entriesFor, sendAll } from '../experiments/send.ts';
import type { EntryMore } from '../experiments/send.ts';
import { untilSettled } from '../experiments/settle.ts';
import { untilRedriven } from '../experiments/until-redriven.ts';
import { exitCodes } from '../evidence/judge-and-keep.ts';
import { keepRun } from '../evidence/experiment-record.ts';
import { experimentPicturePath } from '../evidence/judge-experiment.ts';
import { judgeSteps } from '../judging/judge-steps.ts';
import { listSteps, runStep } from '../judging/steps.ts';
import { cliCommand } from '../lab/aws/ask.ts';
import { labNow } from '../lab/aws/clocks.ts';
import { openTerminal } from '../lab/command.ts';
import type { Typing } from '../lab/command.ts';
import { refuseDuringDrill } from './not-in-a-drill.ts';
import { publishDocs } from './publish-docs.ts';
import { LabError } from '../lab/errors.ts';
import { leaveOnInterrupt, onInterrupt, unlessInterrupted } from '../lab/interrupt.ts';
import type { Lab } from '../lab/lab.ts';
import { pointingAt, sayNext } from '../lab/next.ts';
import { runOf } from '../lab/step.ts';
import {
  bold,
  complain,
  dim,
  duration,
  green,
  labelled,
  say,
  sayAside,
  sayFolded,
  yellow,
} from '../lab/terminal.ts';
import { targetLabel } from '../lab/target-name.ts';

/** What the step of an experiment works with. At its end, also after an error or Ctrl-C, its copies are deleted. */
export interface OpenExperiment<S extends string = string> extends AsyncDisposable {
  readonly lab: Lab;
  /** Types a command: `$WITHOUT_QUEUE_URL`, `$WITHOUT_DLQ_URL` and `$WITHOUT_MAPPING` are those of side `without`. */
  readonly $: Typing;
  /** The copies by side: their names, URLs and mapping. */
  readonly sides: Readonly<Record<S, Copy>>;
  /** Sends to each side what the experiment says, while nobody polls. */
  readonly send: (options?: SendOptions) => Promise<void>;
  /** Enables the mappings, and waits until they are. */
  readonly poll: (sides?: readonly string[]) => Promise<void>;
  /** Disables the mappings, and waits until they are. */
  readonly stopPolling: (sides?: readonly string[]) => Promise<void>;
  /** Waits on AWS's clock; the sandbox skips it. With `since`, a time of `now`, only what is left of it. */
  readonly wait: (clock: string, seconds: number, since?: number) => Promise<void>;
  /** The time of AWS's clock, epoch milliseconds. */
  readonly now: () => Promise<number>;
  /** Waits until every message has come to its end, and no invocation runs any more. */
  readonly settle: (sides?: readonly string[]) => Promise<void>;
  /** Keeps something for the numbers: the output of a command, an error code. `observed.SIDE.kept` has it. */
  readonly keep: (side: string, name: string, value: number | string) => void;
  /** Enters messages in the books that a command of the step has sent. */
  readonly sent: (side: string, messages: readonly Sent[]) => void;
  /** Enters messages in the books that the step itself has received and deleted, or of whose work it saw the effect. */
  readonly handled: (side: string, messageIds: readonly string[]) => void;
  /** Waits until the redrive of each dead-letter queue has ended, and enters what it moved in the books. */
  readonly redriven: (sides?: readonly string[]) => Promise<void>;
  /** Looks at all sides, compares with the prediction, prints and records. The last line of a step. */
  readonly measure: () => Promise<void>;
}

export interface SendOptions {
  readonly sides?: readonly string[];
  /** More members of an entry by its name, or another body. */
  readonly more?: EntryMore;
}

/** All that an experiment has at hand while it runs. */
interface Run {
  readonly lab: Lab;
  readonly experiment: Experiment;
  /** `20-report-batch-item-failures.ts` */
  readonly stepFile: string;
  readonly copies: Readonly<Record<string, Copy>>;
  readonly said: string | undefined;
  readonly sent: Record<string, Sent[]>;
  readonly handled: Record<string, string[]>;
  readonly kept: Record<string, Record<string, string>>;
  /** Messages that redrives have moved, by side. */
  readonly moved: Record<string, number>;
  readonly commands: string[];
}

/**
 * Says what an experiment is about, asks for a prediction, and builds its copies of the lab.
 * @param meta `import.meta` of the step: its file name carries the number
 * The type argument names the sides whose names the step needs: `openExperiment<'with' | 'without'>(import.meta)`.
 * @throws LabError when the lab or a copy cannot be built
 */
export async function openExperiment<S extends string = string>(
  meta: ImportMeta,
): Promise<OpenExperiment<S>> {
  return await open(meta);
}

async function open(meta: ImportMeta): Promise<OpenExperiment> {
  const { lab, inWholeLab, onOutcome, said: saidBefore } = runOf(meta.url);
  const stepFile = basename(meta.filename);
  const entry = await findExperiment(stepFile.slice(0, 2));
  const experiment = await loadExperiment(lab, entry);
  if (lab.options.dryRun) return dryExperiment(lab, experiment);
  // `npx zx steps/20-….ts`: nobody else ends this process in order.
  if (process.listenerCount('SIGINT') === 0) leaveOnInterrupt();
  await refuseDuringDrill(lab, `Experiment ${experiment.number}`);
  await sayOpening(lab, experiment);
  const said = saidBefore ?? (mayAsk(lab) ? await askLearner(experiment) : undefined);
  const release = await takeTurn(`npx lab experiment ${experiment.number}`);
  let building: Promise<unknown> = Promise.resolve();
  const interrupted = onInterrupt(async () => {
    await building.catch(() => undefined);
    await deleteExperimentLeftovers(lab);
  }, goneCopies);
  const close = async () => {
    try {
      await deleteExperimentLeftovers(lab);
    } finally {
      interrupted[Symbol.dispose]();
      release();
    }
  };
  try {
    const before = await baseLab(lab);
    const build = buildCopies(lab, experiment);
    building = build;
    const copies = await build;
    const run = runWith({ lab, experiment, stepFile, copies, said });
    return {
      ...toolsOf(run),
      measure: async () => {
        // Not inside the call: nobody may listen, and then its arguments are not evaluated.
        const { outcome, rows } = await measure(run);
        const numbers = rows.map((row) =>
          shownRow(row, row.id === experiment.question.of ? said : undefined),
        );
        onOutcome?.(outcome, numbers);
      },
      [Symbol.asyncDispose]: async () => {
        await close();
        const isSame = await isRestored(lab, before);
        if (!isSame) onOutcome?.('fail');
        if (inWholeLab) return;
        await publishDocs(lab);
        sayNext(lab, { command: 'npx lab steps', why: 'Lists all experiments.' });
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function sayOpening(lab: Lab, { number, title, why, rules, onlyOnAws }: Experiment) {
  const { target } = await lab.session();
  sayFolded(`${bold(`Experiment ${number}: ${title}`)}  [${targetLabel(target)}]`);
  say(labelled('Why', why));
  say(labelled('Rules', `${rules.join(', ')} of docs/exam-notes.md`));
  if (onlyOnAws !== undefined) say(labelled('On AWS', onlyOnAws));
  say();
}

/** The checks of a lab that is built, and to which no message was sent. */
const lastOfBuilt = '07';

/** The outcome of each check of the lab itself, which no experiment may change. Builds the lab if it is not there. */
async function baseLab(lab: Lab): Promise<ReadonlyMap<string, string>> {
  const before = await outcomesOf(lab);
  if (before.get(lastOfBuilt) === 'pass') return before;
  const ask = await asking(lab);
  const [queue, worker] = await Promise.all([
    ask('sqs', 'GetQueueUrl', { QueueName: lab.queueName }),
    ask('lambda', 'GetFunctionConfiguration', { FunctionName: lab.functionName }),
  ]);
  // One that is there and not right is the learner's, and no copy is made of it: copies are made of infra/.
  if (queue !== undefined || worker !== undefined) return before;
  say(dim(`There is no lab yet: steps 0 to ${Number(lastOfBuilt)} build it first.`));
  say();
  for (const step of await listSteps())
    if (step.number <= lastOfBuilt) await runStep(step, { lab, inWholeLab: true });
  return outcomesOf(lab);
}

async function outcomesOf(lab: Lab): Promise<ReadonlyMap<string, string>> {
  const judged = await judgeSteps(lab, lastOfBuilt);
  return new Map(judged.map(({ check, result }) => [check.step, result.outcome]));
}

/** Looks at the lab itself, and says how it is. */
async function isRestored(lab: Lab, before: ReadonlyMap<string, string>): Promise<boolean> {
  const after = await outcomesOf(lab);
  const changed = [...after].filter(([step, outcome]) => before.get(step) !== outcome);
  const failing = [...after].filter(([, outcome]) => outcome !== 'pass').map(([step]) => step);
  if (changed.length > 0) {
    process.exitCode = 1;
    const list = changed.map(([step, now]) => `${step} was ${before.get(step)}, is ${now}`);
    sayFolded(
      yellow(
        `The copies are deleted, and checks of your lab changed meanwhile: ${list.join('; ')}`,
      ),
    );
  } else if (failing.length > 0) {
    sayFolded(
      dim(
        `The copies are deleted. Your lab is as before; its checks ${failing.join(', ')} do not pass.`,
      ),
    );
  } else {
    sayFolded(
      dim(
        `The copies are deleted. ${green('✓')} All ${after.size} checks of the built lab pass, as before.`,
      ),
    );
  }
  say();
  return changed.length === 0;
}

async function buildCopies(lab: Lab, experiment: Experiment) {
  const start = performance.now();
  const left = await deleteExperimentLeftovers(lab);
  if (left.queueUrls.length + left.functions.length > 0)
    sayAside('deleted what an earlier experiment had left');
  const copies = await makeCopies(
    lab,
    experiment.number,
    mapSides(experiment.sides, (side, name) => ({
      ...side,
      side: name,
      settings: { ...settingsOfLab(), ...side.build },
    })),
  );
  const names = Object.values(copies).map(({ functionName }) => functionName);
  sayAside(
    `built ${names.length} ${names.length === 1 ? 'copy' : 'copies'} of the lab in ${duration(performance.now() - start)}: ${names.join(', ')}`,
  );
  return copies;
}

function runWith(given: Pick<Run, 'copies' | 'experiment' | 'lab' | 'said' | 'stepFile'>): Run {
  const { sides } = given.experiment;
  return {
    ...given,
    sent: mapSides(sides, () => []),
    handled: mapSides(sides, () => []),
    kept: mapSides(sides, () => ({})),
    moved: {},
    commands: [],
  };
}

function toolsOf(run: Run): Omit<OpenExperiment, 'measure' | typeof Symbol.asyncDispose> {
  const { lab, copies } = run;
  const chosen = (sides = Object.keys(copies)) =>
    sides.map((side) => [side, copyOf(run, side)] as const);
  const setEnabled = async (sides: readonly string[] | undefined, enabled: boolean) => {
    const mappings = chosen(sides && [...sides]).filter(([, { mappingId }]) => mappingId !== '');
    await Promise.all(mappings.map(([, { mappingId }]) => setMapping(lab, mappingId, enabled)));
    const names = mappings.map(([side]) => side).join(', ');
    sayAside(`${enabled ? 'Lambda polls now' : 'Lambda polls no more'}: ${names}`);
  };
  return {
    lab,
    $: openTerminal(lab, variablesOf(copies), (typed) => run.commands.push(typed)).$,
    sides: copies,
    send: (options) => send(run, options),
    poll: (sides) => setEnabled(sides, true),
    stopPolling: (sides) => setEnabled(sides, false),
    wait: (clock, seconds, since) => waitSeconds(lab, clock, seconds, since),
    now: () => labNow(lab),
    settle: (sides) =>
      untilSettled(
        lab,
        chosen(sides && [...sides]).map(([side, copy]) => ({
          copy,
          sent: run.sent[side] ?? [],
          undelivered: run.experiment.sides[side]?.undelivered ?? 0,
        })),
      ),
    keep: (side, name, value) => {
      copyOf(run, side);
      run.kept[side] = { ...run.kept[side], [name]: String(value) };
    },
    sent: (side, messages) => run.sent[side]?.push(...messages),
    handled: (side, ids) => run.handled[side]?.push(...ids),
    redriven: async (names) => {
      for (const [side, copy] of chosen(names && [...names]))
        run.moved[side] = (run.moved[side] ?? 0) + (await untilRedriven(lab, copy));
    },
  };
}

function copyOf({ copies, experiment }: Run, side: string): Copy {
  const copy = copies[side];
  if (copy === undefined) throw new Error(`experiment ${experiment.number} has no side "${side}"`);
  return copy;
}

function variablesOf(copies: Readonly<Record<string, Copy>>): Record<string, string> {
  const pairs = Object.entries(copies).flatMap(([side, copy]) => [
    [variableOf(side, 'QUEUE_URL'), copy.queueUrl],
    [variableOf(side, 'DLQ_URL'), copy.deadLetterQueueUrl],
    ...(copy.mappingId === '' ? [] : [[variableOf(side, 'MAPPING'), copy.mappingId]]),
  ]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

async function send({ lab, experiment, copies, sent }: Run, { sides, more }: SendOptions = {}) {
  const ask = await asking(lab);
  const wanted = Object.entries(copies).filter(([side]) => sides?.includes(side) ?? true);
  await Promise.all(
    wanted.map(async ([side, copy]) => {
      const sends = experiment.sides[side]?.sends ?? { good: 0, poison: 0 };
      const calls = entriesFor(sends, more);
      sent[side]?.push(...(await sendAll(ask, copy, calls)));
      if (calls.length > 0)
        sayAside(
          `sent to ${copy.queueName}: ${sends.good} good, ${sends.poison} poison (SendMessageBatch)`,
        );
    }),
  );
}

/** Compares, prints and records; its exit code is set. */
async function measure(run: Run): Promise<Judgement> {
  const { lab, experiment, copies, sent, handled, kept, moved, stepFile, commands, said } = run;
  const recorded: Record<string, RecordedSide> = Object.fromEntries(
    await Promise.all(
      Object.entries(copies).map(async ([side, copy]) => {
        const told = {
          sent: sent[side] ?? [],
          handled: handled[side] ?? [],
          kept: kept[side] ?? {},
          ...(moved[side] === undefined ? {} : { redriven: moved[side] }),
        };
        return [side, await readSide(lab, copy, told)] as const;
      }),
    ),
  );
  await unlessInterrupted();
  const ofLab = settingsOfLab();
  const judgement = judgeRun(experiment, recorded, ofLab);
  say();
  sayReport(experiment, judgement, recorded, said);
  process.exitCode = exitCodes[judgement.outcome];
  if (judgement.outcome === 'pass') {
    const facts = { experiment, stepFile, ofLab, commands, sides: recorded };
    const { file, warnings, record } = await keepRun(lab, facts);
    for (const warning of warnings) complain(`Warning: ${warning}`);
    // What redaction hides can be a number that the experiment is measured by.
    const [reason] = judgeRun(experiment, record.sides, record.ofLab).reasons;
    if (reason !== undefined) throw redactedAway(reason);
    if (file !== undefined) {
      say(`${dim('evidence')} ${file}`);
      say(`${dim('picture')}  docs/${experimentPicturePath(file.replace(/^docs\//, ''))}.svg`);
    }
  }
  return judgement;
}

function redactedAway(reason: string): LabError {
  return new LabError(`The record does not hold what was measured: ${reason}`, {
    hint: 'Redaction hides what it does not know. A handler names a number of its own xName, see src/handlers/experiments/lines.ts.',
  });
}

/** Prints what would be typed: the commands of the step, and those that the engine sends itself. */
function dryExperiment(lab: Lab, experiment: Experiment): OpenExperiment {
  const { number, title } = experiment;
  const names = mapSides(experiment.sides, (side, name) => copyNames(lab, number, name, side));
  for (const command of pointingAt(lab)) say(command);
  say(`# Experiment ${number}: ${title}`);
  for (const [side, { queueName }] of Object.entries(names)) {
    const settings = settingsOfSide(experiment, side, settingsOfLab());
    say(`# ${side}: a copy of the lab, queue ${queueName}; at the end ${JSON.stringify(settings)}`);
  }
  const copies = mapSides(names, (one, side) => ({
    ...one,
    queueUrl: `$${variableOf(side, 'QUEUE_URL')}`,
    deadLetterQueueUrl: `$${variableOf(side, 'DLQ_URL')}`,
    mappingId: `$${variableOf(side, 'MAPPING')}`,
    has: { function: true, mapping: true },
  }));
  const comment = (text: string) => async () => say(`# ${text}`);
  const enabled =
    (text: string) =>
    async (sides: readonly string[] = Object.keys(copies)) => {
      for (const side of sides)
        say(
          `# by the kit: aws lambda update-event-source-mapping --uuid "$${variableOf(side, 'MAPPING')}" --${text}`,
        );
    };
  return {
    lab,
    $: openTerminal(lab).$,
    sides: copies,
    send: async ({ sides = Object.keys(copies), more } = {}) => {
      for (const side of sides) sayEntries(copies[side], experiment.sides[side]?.sends, more);
    },
    poll: enabled('enabled'),
    stopPolling: enabled('no-enabled'),
    wait: async (clock, seconds) => say(`# wait ${seconds} s (${clock})`),
    now: async () => 0,
    settle: comment('wait until every message has come to its end'),
    keep: () => undefined,
    sent: () => undefined,
    handled: () => undefined,
    redriven: comment('wait until each redrive has ended'),
    measure: comment(`npx lab experiment ${number} measures and compares`),
    [Symbol.asyncDispose]: comment('delete the copies: npx lab experiment does it by itself'),
  };
}

function sayEntries(
  copy: Copy | undefined,
  sends: Side['sends'] = { good: 0, poison: 0 },
  more?: EntryMore,
): void {
  for (const Entries of entriesFor(sends, more)) {
    const shown = Entries.map((entry) => ({ ...entry, MessageBody: shortBody(entry.MessageBody) }));
    const input = { QueueUrl: copy?.queueUrl ?? '', Entries: shown };
    const command = cliCommand({ service: 'sqs', operation: 'SendMessageBatch', input });
    const typed = command.replace(`'${copy?.queueUrl}'`, `"${copy?.queueUrl}"`);
    say(`# by the kit: ${typed.replaceAll('\n', '\n# ')}`);
  }
}

/** A body that nobody reads to its end is named by its size. */
function shortBody(body: string): string {
  return body.length <= 200 ? body : `${body.slice(0, 20)}... (${body.length} characters)`;
}
