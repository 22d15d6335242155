import { cliCommand } from '../lab/aws/ask.ts';
import type { CheckResult } from '../judging/check.ts';
import { judgeObserved } from '../judging/judge.ts';
import { forLearner } from '../lab/learner.ts';
import { findStep, loadCheck } from '../judging/steps.ts';
import { replaying } from '../lab/witness.ts';
import type { Observation } from '../lab/witness.ts';
import type { PictureValue } from '../pictures/types.ts';
import { valuesOf } from './compose.ts';
import { printedJson } from '../judging/printed.ts';
import type { Evidence } from './record.ts';

/** What a proof depends on, by name. */
export type Inputs = Readonly<Record<string, unknown>>;

export interface JudgedAgain {
  readonly result: CheckResult;
  /** By the number of the proof, as they were when it was recorded. */
  readonly inputs: ReadonlyMap<number, Inputs>;
  /** By the number of the proof: the values that matter, out of what its command printed. */
  readonly values: ReadonlyMap<number, readonly PictureValue[]>;
}

/**
 * Reaches the verdict of recorded evidence again. Nothing is asked of AWS, and nothing that the evidence says
 * of its own verdict is used: only the recorded answers, and over them what the commands of the proofs printed.
 * @throws Error when the check of today asks what was not recorded
 */
export async function judgeAgain(evidence: Evidence): Promise<JudgedAgain> {
  const { check: step, prefix, accountId, region } = evidence;
  const learner = { prefix, place: async () => ({ accountId, region }) };
  return forLearner(learner, async () => {
    const check = await loadCheck(await findStep(step));
    const observed = await replaying(asPrinted(evidence), check.observe);
    const inputs = check.proofs.map(
      ({ number, inputs: of }) => [number, of?.(observed) ?? {}] as const,
    );
    const values = evidence.proofs.flatMap(({ number, output }) => {
      const proof = check.proofs.find((one) => one.number === number);
      return proof === undefined ? [] : [[number, valuesOf(proof, output, observed)] as const];
    });
    return {
      result: judgeObserved(check, observed),
      inputs: new Map(inputs),
      values: new Map(values),
    };
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
