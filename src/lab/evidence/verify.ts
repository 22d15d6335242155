import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Target } from '../session.ts';
import { judgeAgain } from './judge-again.ts';
import { compareFiles, manifestPath, readManifest } from './manifest.ts';
import type { FileFindings } from './manifest.ts';
import { readEvidence } from './read-evidence.ts';
import type { EvidenceFile } from './read-evidence.ts';
import type { Evidence } from './record.ts';
import { staleAmong } from './stale.ts';
import type { DatedInputs, StaleProof } from './stale.ts';

/** A file, and what is wrong with it. */
export interface Finding {
  readonly path: string;
  readonly problem: string;
}

export interface Verification {
  readonly target: Target;
  readonly evidence: readonly Evidence[];
  readonly files: FileFindings;
  /** How many verdicts were reached again. */
  readonly judged: number;
  /** Evidence that cannot be read, or whose verdict the recorded outputs do not give. */
  readonly findings: readonly Finding[];
  readonly proofs: readonly DatedInputs[];
  /** Proofs that another proof of the same folder contradicts. */
  readonly stale: readonly StaleProof[];
}

/** The targets that a `docs` folder has evidence of. */
export async function targetsIn(docs: string): Promise<Target[]> {
  const names: string[] = await readdir(join(docs, 'evidence')).catch(() => []);
  return (['aws', 'sandbox'] as const).filter((target) => names.includes(target));
}

/** Holds every file of a target against the manifest, and reaches every verdict again. Asks nothing of AWS. */
export async function verifyEvidence(docs: string, target: Target): Promise<Verification> {
  const findings: Finding[] = [];
  const files = await compareFiles(docs, target).catch((error: unknown) => {
    findings.push({ path: manifestPath(target), problem: String(error) });
    return { checked: 0, edited: [], missing: [], extra: [] };
  });
  if (files.checked === 0 && findings.length === 0) {
    const none = (await readManifest(docs, target)) === undefined;
    const problem = none ? 'there is no manifest: no file can be checked' : 'it names no file';
    findings.push({ path: manifestPath(target), problem });
  }
  const read = await readEvidence(docs, target);
  const proofs: DatedInputs[] = [];
  for (const file of read) {
    const { problems, dated } = await findingsOf(file, target);
    findings.push(...problems.map((problem) => ({ path: file.path, problem })));
    proofs.push(...dated);
  }
  const evidence = read.flatMap((file) => file.evidence ?? []);
  const judged = evidence.length;
  return { target, evidence, files, judged, findings, proofs, stale: staleAmong(proofs) };
}

async function findingsOf({ evidence, problem }: EvidenceFile, target: Target) {
  if (evidence === undefined)
    return { problems: [`it cannot be read: ${problem ?? ''}`], dated: [] };
  if (evidence.target.toLowerCase() !== target) {
    return { problems: [`it says ${evidence.target} in the folder of ${target}`], dated: [] };
  }
  try {
    const { result, inputs } = await judgeAgain(evidence);
    const recorded = new Map(evidence.expectations.map(({ id, outcome }) => [id, outcome]));
    const differing = result.expectations.filter(({ id, outcome }) => recorded.get(id) !== outcome);
    const problems = differing.map(
      ({ id, claim, outcome }) =>
        `"${claim}" was recorded as ${recorded.get(id) ?? 'nothing'}, and its outputs say ${outcome}`,
    );
    if (problems.length === 0 && evidence.verdict !== result.outcome) {
      problems.push(`it says ${evidence.verdict}, and its outputs say ${result.outcome}`);
    }
    const { time } = evidence;
    const dated = evidence.proofs.map(({ number, title }) => ({
      number,
      title,
      time,
      inputs: inputs.get(number) ?? {},
    }));
    return { problems, dated };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { problems: [`its verdict cannot be reached again: ${reason}`], dated: [] };
  }
}
