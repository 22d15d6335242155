import { latestRun } from '../lab/aws/observe.ts';
import type { Delivery } from '../lab/aws/observe.ts';
import { pick, pickList, printedJson } from '../judging/printed.ts';
import { proofOfEnd, proofOfLog, showsProof } from './proof-names.ts';
import type { SeenThen } from './judge-recorded.ts';
import type { Evidence } from './evidence.ts';
import { findRun, runOf } from './timeline.ts';
import type { Run } from './timeline.ts';

/** What the recorded evidence of one target measured; what is not recorded is undefined. */
export interface Measured {
  readonly evidence: readonly Evidence[];
  /** A value out of what the command of a proof printed. */
  readonly printed: (proof: number, ...path: readonly (number | string)[]) => unknown;
  /** A fact of the learner's machine, as a check found it. */
  readonly fact: (name: string) => unknown;
  /** The worker's log lines of the latest run. */
  readonly deliveries: { readonly good: readonly Delivery[]; readonly poison: readonly Delivery[] };
  /** The latest run with its end; known when the poison was found in the dead-letter queue. */
  readonly run: Run | undefined;
  /** The message of the run in the dead-letter queue, as proof 15 printed it. */
  readonly deadLetter: unknown;
}

/** Evidence, and the run that it has seen. */
export interface Recorded {
  readonly evidence: Evidence;
  readonly seen: SeenThen;
}

const withProof = (recorded: readonly Recorded[], number: number) =>
  recorded.find(({ evidence }) => showsProof(evidence, number));

export function measuredIn(recorded: readonly Recorded[]): Measured {
  const evidence = recorded.map((one) => one.evidence);
  const proofs = evidence.flatMap((one) => one.proofs);
  const printed: Measured['printed'] = (number, ...path) =>
    pick(printedJson(proofs.find((proof) => proof.number === number)?.output ?? ''), ...path);
  const [log, end] = [withProof(recorded, proofOfLog), withProof(recorded, proofOfEnd)];
  const found = end === undefined ? undefined : findRun(end.evidence, end.seen);
  const deliveries = latestRun(log?.seen.deliveries ?? []);
  const poisonId = deliveries.poison[0]?.messageId;
  const facts = evidence.flatMap(({ observations }) => observations);
  return {
    evidence,
    printed,
    fact: (name) =>
      pick(
        facts.find((one) => 'fact' in one && one.fact === name),
        'value',
      ),
    deliveries,
    run: found === undefined ? undefined : runOf(found),
    deadLetter: pickList(printed(proofOfEnd, 'Messages')).find(
      (message) => poisonId !== undefined && pick(message, 'MessageId') === poisonId,
    ),
  };
}
