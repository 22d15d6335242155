import { cliCommand } from '../lab/aws/ask.ts';
import type { Question } from '../lab/aws/ask.ts';
import { observeDeliveries, observeQueue } from '../lab/aws/observe.ts';
import type { Delivery } from '../lab/aws/observe.ts';
import { labOf } from '../lab/lab.ts';
import type { Lab, Look } from '../lab/lab.ts';
import { replaying } from '../lab/look.ts';
import type { Observation } from '../lab/look.ts';
import { trace } from '../lab/trace.ts';
import type { Check, CheckResult } from '../judging/check.ts';
import { judgeObserved } from '../judging/judge.ts';
import { printedJson } from '../judging/printed.ts';
import { findStep, loadCheck } from '../judging/steps.ts';
import { valuesOf } from './compose.ts';
import { commandOf, rulesOf } from './proofs.ts';
import type { Evidence, RecordedProof } from './evidence.ts';

/** What a proof depends on, by name. */
export type Inputs = Readonly<Record<string, unknown>>;

export interface JudgedAgain {
  readonly result: CheckResult;
  readonly about: Check['about'];
  /** By the number of the proof, as they were when it was recorded. */
  readonly inputs: ReadonlyMap<number, Inputs>;
  /** What this check proves, with the values out of the recorded outputs. */
  readonly proofs: readonly Omit<RecordedProof, 'output'>[];
}

/** The source queue and the worker's log as they were when this evidence was recorded; undefined: it did not ask. */
export interface SeenThen {
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  readonly queue: Awaited<ReturnType<typeof observeQueue>>;
  readonly deliveries: readonly Delivery[] | undefined;
}

/** The lab of recorded evidence, as it was then: nothing is asked of anybody. */
export function labThen({ prefix, accountId, region }: Evidence): Lab {
  return labOf({ prefix, place: async () => ({ accountId, region }) });
}

/** Looks at what was recorded. */
export function lookThen(evidence: Evidence, observations: readonly Observation[]): Look {
  return replaying(labThen(evidence), observations);
}

/**
 * Reaches the verdict of recorded evidence again. Nothing is asked of AWS, and nothing that the evidence says
 * of its own verdict is used: only the recorded answers, and over them what the commands of the proofs printed.
 * @throws Error when the check of today asks what was not recorded
 */
export function judgeRecorded(evidence: Evidence): Promise<JudgedAgain> {
  return judgeBy(evidence, asPrinted(evidence));
}

/** The same by the recorded answers alone, whatever the commands of the proofs printed after them. */
export function judgeByAnswers(evidence: Evidence): Promise<JudgedAgain> {
  return judgeBy(evidence, evidence.observations);
}

async function judgeBy(
  evidence: Evidence,
  observations: readonly Observation[],
): Promise<JudgedAgain> {
  trace({ judgedAgain: evidence.check });
  const look = lookThen(evidence, observations);
  const check = await loadCheck(look.lab, await findStep(evidence.check));
  const observed = await check.observe(look);
  return {
    result: judgeObserved(check, observed),
    about: check.about,
    inputs: inputsOf(check, observed),
    proofs: proofsOf(check, evidence, observed),
  };
}

/** What the proofs of a check depend on, by their number. */
export function inputsOf(check: Check, observed: unknown): Map<number, Inputs> {
  return new Map(check.proofs.map(({ number, inputs }) => [number, inputs?.(observed) ?? {}]));
}

function proofsOf(check: Check, { proofs }: Evidence, observed: unknown): JudgedAgain['proofs'] {
  return check.proofs.map((proof) => {
    const { number, name, title, claim } = proof;
    const output = proofs.find((recorded) => recorded.number === number)?.output ?? '';
    return {
      number,
      name,
      title,
      claim,
      command: commandOf(proof, observed),
      values: valuesOf(proof, output, observed),
      rules: rulesOf(proof, check),
    };
  });
}

/** What the timeline and the measured page are made of, by the recorded answers alone. Never throws. */
export async function seenThen(evidence: Evidence): Promise<SeenThen> {
  const look = lookThen(evidence, evidence.observations);
  const { queueName, deadLetterQueueName } = look.lab;
  const [queue, log] = [
    await observeQueue(look, queueName).catch(() => undefined),
    await observeDeliveries(look).catch(() => undefined),
  ];
  return { queueName, deadLetterQueueName, queue, deliveries: log?.deliveries };
}

export interface PrintedAnswer {
  readonly question: Question;
  readonly output: unknown;
  /** What the command of a proof printed that asks the same. */
  readonly printed: unknown;
}

/** The questions that a proof has put to the CLI again, with both answers. */
export function printedAnswers({ observations, proofs }: Evidence): PrintedAnswer[] {
  const outputs = proofs.flatMap(({ command, output }) => outputsOf(command, output));
  return observations.flatMap((observation) => {
    if ('fact' in observation) return [];
    const { question, output } = observation;
    const command = oneLine(cliCommand(question));
    return outputs
      .filter(([asked]) => asked === command)
      .map(([, printed]) => ({ question, output, printed }));
  });
}

/** The recorded answers; where a proof put the same question to the CLI, what that printed. */
function asPrinted({ observations, proofs }: Evidence): Observation[] {
  const printed = new Map(proofs.flatMap(({ command, output }) => outputsOf(command, output)));
  return observations.map((observation) => {
    if ('fact' in observation) return observation;
    const command = oneLine(cliCommand(observation.question));
    return printed.has(command)
      ? { question: observation.question, output: printed.get(command) }
      : observation;
  });
}

/** Each command of a proof with what it printed; none when that cannot be told apart. */
function outputsOf(command: string, output: string): (readonly [string, unknown])[] {
  const commands = oneLine(command).split('\n');
  const documents = commands.length === 1 ? [printedJson(output) ?? {}] : printedJson(output);
  if (!Array.isArray(documents) || documents.length !== commands.length) return [];
  return commands.map((one, i) => [one, documents[i] as unknown]);
}

function oneLine(command: string): string {
  return command.replaceAll(/\s*\\\n\s*/g, ' ');
}
