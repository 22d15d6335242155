import type { Check, CheckResult, Outcome } from '../judging/check.ts';
import { keepEvidence } from './keep.ts';
import type { RecordedProof } from './evidence.ts';
import { judge } from '../judging/judge.ts';
import { printResult } from '../judging/report-terminal.ts';
import type { Lab } from '../lab/lab.ts';
import { dim, say } from '../lab/terminal.ts';

export interface CheckRun {
  readonly result: CheckResult;
  readonly proofs: readonly RecordedProof[];
  readonly evidenceFile: string | undefined;
}

/** 0: all hold. 1: something is wrong. 2: it could not be judged. */
export const exitCodes: Record<Outcome, number> = { pass: 0, fail: 1, 'not judged': 2 };

/** Judges the check of a step that has just been run, prints its result and, when it passed, records its evidence. */
export async function runCheck(lab: Lab, check: Check): Promise<CheckRun> {
  const judged = await judge(lab, check);
  const { result } = judged;
  printResult(result, (await lab.session()).target);
  if (result.outcome !== 'pass') return { result, proofs: [], evidenceFile: undefined };
  const { proofs, file } = await keepEvidence(lab, check, judged, { anew: true });
  if (file !== undefined) say(`  ${evidenceLine(file, proofs)}`);
  say();
  return { result, proofs, evidenceFile: file };
}

/** Where evidence went, and which proofs are in it. */
export function evidenceLine(file: string, proofs: readonly RecordedProof[]): string {
  const numbers = proofs.map(({ number }) => number).join(', ');
  return `${dim('evidence')} ${file}${numbers === '' ? '' : ` (proof ${numbers})`}`;
}
