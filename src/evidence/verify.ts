import { lstat, readdir } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import type { Target } from '../lab/session.ts';
import { derivedFrom, differingAmong } from './derived.ts';
import { judgeRecorded } from './judge-recorded.ts';
import type { JudgedAgain } from './judge-recorded.ts';
import { compareFiles, foldersOf, manifestPath, readManifest } from './manifest.ts';
import type { FileFindings } from './manifest.ts';
import { originProblems, timeProblems } from './origin.ts';
import { isSample } from './sample.ts';
import { readEvidence } from './read-evidence.ts';
import type { EvidenceText } from './draw.ts';
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
  /** How many verdicts were reached again, and are the recorded ones. */
  readonly judged: number;
  /** Files that the evidence gives: drawn again and compared. */
  readonly drawn: number;
  /** Of those, what is not as the evidence gives it. */
  readonly differing: readonly string[];
  /** Evidence that is the sample's, which ships with the kit: it is nobody's own. */
  readonly sample: readonly string[];
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

/**
 * Holds every file of a target against the manifest, and reaches every verdict again. Asks nothing of AWS.
 * @param options `draw`: also draws every picture again and compares; that takes a tenth of a second for each
 */
export async function verifyEvidence(
  docs: string,
  target: Target,
  { draw = false } = {},
): Promise<Verification> {
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
  findings.push(...(await linkProblems(docs, target)));
  const read = await readEvidence(docs, target);
  const proofs: DatedInputs[] = [];
  const [differing, sample]: [string[], string[]] = [[], []];
  let [judged, drawn] = [0, 0];
  for (const file of read) {
    const { problems, dated, again } = await findingsOf(file, target);
    if (again) judged += 1;
    if (file.evidence !== undefined) {
      if (isSample(file.evidence)) sample.push(file.path);
      if (draw) {
        const found = await drawnAgain(docs, { ...file, evidence: file.evidence });
        drawn += found.drawn;
        differing.push(...found.differing);
        problems.push(...found.problems);
      }
    }
    findings.push(...problems.map((problem) => ({ path: file.path, problem })));
    proofs.push(...dated);
  }
  const evidence = read.flatMap((file) => file.evidence ?? []);
  const stale = staleAmong(proofs);
  return { target, evidence, files, judged, drawn, differing, sample, findings, proofs, stale };
}

/** Proofs that another proof of the same evidence contradicts. What cannot be judged again contradicts nothing. */
export async function staleIn(
  files: readonly EvidenceFile[],
  target: Target,
): Promise<StaleProof[]> {
  const dated: DatedInputs[] = [];
  for (const file of files) dated.push(...(await findingsOf(file, target)).dated);
  return staleAmong(dated);
}

async function findingsOf({ evidence, problem }: EvidenceFile, target: Target) {
  if (evidence === undefined)
    return { problems: [`it cannot be read: ${problem ?? ''}`], dated: [], again: false };
  if (evidence.target.toLowerCase() !== target) {
    const problems = [`it says ${evidence.target} in the folder of ${target}`];
    return { problems, dated: [], again: false };
  }
  try {
    const { result, inputs, values } = await judgeRecorded(evidence);
    const recorded = new Map(evidence.expectations.map(({ id, outcome }) => [id, outcome]));
    const differing = result.expectations.filter(({ id, outcome }) => recorded.get(id) !== outcome);
    const problems = differing.map(
      ({ id, claim, outcome }) =>
        `"${claim}" was recorded as ${recorded.get(id) ?? 'nothing'}, and its outputs say ${outcome}`,
    );
    if (problems.length === 0 && evidence.verdict !== result.outcome) {
      problems.push(`it says ${evidence.verdict}, and its outputs say ${result.outcome}`);
    }
    const again = problems.length === 0;
    problems.push(
      ...originProblems(evidence),
      ...timeProblems(evidence),
      ...valueProblems(evidence, values),
    );
    const { time } = evidence;
    const dated = evidence.proofs.map(({ number, title }) => ({
      number,
      title,
      time,
      inputs: inputs.get(number) ?? {},
    }));
    return { problems, dated, again };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      problems: [`its verdict cannot be reached again: ${reason}`],
      dated: [],
      again: false,
    };
  }
}

/** What a picture and the page show must be what the commands printed. */
function valueProblems({ proofs }: Evidence, values: JudgedAgain['values']): string[] {
  return proofs.flatMap((proof) => {
    const printed = values.get(proof.number);
    return printed === undefined || isDeepStrictEqual(proof.values, printed)
      ? []
      : [`proof ${proof.number} shows other values than its command printed`];
  });
}

/** The kit makes folders; a link may lead to what somebody else recorded. */
async function linkProblems(docs: string, target: Target): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const path of ['evidence', 'screenshots', ...foldersOf(target)]) {
    const there = await lstat(join(docs, path)).catch(() => undefined);
    if (there?.isSymbolicLink() === true) found.push({ path, problem: 'it is a link' });
  }
  return found;
}

async function drawnAgain(docs: string, { path, text, evidence }: EvidenceFile & EvidenceText) {
  try {
    const derived = await derivedFrom({ evidence, text }, path);
    const differing = await differingAmong(docs, derived);
    return { drawn: derived.size, differing, problems: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { drawn: 0, differing: [], problems: [`it cannot be drawn again: ${reason}`] };
  }
}
