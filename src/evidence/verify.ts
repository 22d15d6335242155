import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readingReasonOf } from '../lab/errors.ts';
import type { Target } from '../lab/session.ts';
import { experimentProblems } from './judge-experiment.ts';
import type { Edition } from '../page/page-facts.ts';
import { contentOf, derive, judgeTargets, readSources } from './derive.ts';
import type { Derived, Finding } from './derive.ts';
import type { JudgedFile, JudgedTarget } from './judged-target.ts';
import { problemsOf } from './hold.ts';
import { judgeByAnswers } from './judge-recorded.ts';
import { compareFiles, foldersOf, isEvidencePath, readManifest, targetOf } from './manifest.ts';
import type { FileFindings } from './manifest.ts';
import { targetsIn } from './read-evidence.ts';
import { kitVersion } from './record.ts';
import { notOfThisLab } from './standing.ts';
import type { NotOfThisLab } from './standing.ts';
import { foreignImages, unexpectedIn } from './unexpected.ts';

export type { Finding } from './derive.ts';

/** How the files that the evidence gives are on the disk, byte by byte. */
export interface DerivedFindings {
  /** How many were made again and compared. */
  readonly compared: number;
  readonly differing: readonly string[];
  readonly missing: readonly string[];
}

export interface OtherFinding extends Finding {
  readonly kind: NotOfThisLab['kind'];
}

export interface Verification extends JudgedTarget {
  /** Every file against the manifest; `extra` is also what the manifest knows and no evidence gives. */
  readonly manifest: FileFindings;
  /** Why the manifest cannot be used; undefined when it can. */
  readonly manifestProblem: string | undefined;
  /** How many verdicts were reached again, and are the recorded ones. */
  readonly reached: number;
  /** Text twins and pictures against the evidence. */
  readonly derived: DerivedFindings;
  /** Paths of evidence that is the sample's, which ships with the kit: it is nobody's own. */
  readonly sample: readonly string[];
  /** Evidence that cannot be read, or that its recorded outputs and its check do not give. */
  readonly findings: readonly Finding[];
  /** Evidence that may be right in itself and is of another lab, or of an earlier clean-up. */
  readonly others: readonly OtherFinding[];
  /** Versions of the kit, other than this one, that recorded some of it. */
  readonly otherKits: readonly string[];
  /** Paths of evidence that they recorded: its words are held against nothing. */
  readonly wordsNotHeld: readonly string[];
}

export interface DocsVerification {
  readonly targets: readonly Verification[];
  /** Page, what was measured, and the picture of the architecture: made of all targets. */
  readonly shared: DerivedFindings & {
    readonly findings: readonly Finding[];
    /** What lies in `evidence/` and `screenshots/`, in no folder of a target. */
    readonly unexpected: readonly string[];
  };
}

export interface Verifying {
  readonly edition?: Edition;
  /** PNGs are held against the manifest alone: where nothing can draw them. */
  readonly withoutPng?: boolean;
}

/**
 * Makes everything in a `docs` folder again from its evidence, and holds against that what is on the disk; holds every
 * file against the manifest. Asks nothing of AWS and writes nothing.
 */
export async function verifyDocs(docs: string, how: Verifying = {}): Promise<DocsVerification> {
  const sources = await readSources(docs);
  const judged = await judgeTargets(sources);
  const derived = await derive(judged, { console: sources.console, edition: how.edition });
  return holdDocs(docs, { judged, derived, withoutPng: how.withoutPng });
}

/** What the evidence of a `docs` folder gives. */
export interface MadeAgain {
  readonly judged: readonly JudgedTarget[];
  readonly derived: Derived;
  readonly withoutPng?: boolean | undefined;
}

/** As `verifyDocs`, when everything has been derived already. */
export async function holdDocs(docs: string, made: MadeAgain): Promise<DocsVerification> {
  const { judged, derived } = made;
  const targets: Verification[] = [];
  for (const one of judged) targets.push(await holdTarget(docs, one, made));
  const shared = await compareDerived(docs, made, undefined);
  const findings = [
    ...derived.unmade.filter(({ path }) => targetOf(path) === undefined),
    ...(await foreignImages(docs)),
  ];
  const unexpected = await unexpectedIn(docs, await targetsIn(docs));
  return { targets, shared: { ...shared, findings, unexpected } };
}

/** Judges the evidence of one target and holds it against the manifest and itself, without drawing anything. */
export async function verifyEvidence(docs: string, target: Target): Promise<Verification> {
  const { targets } = await readSources(docs);
  const chosen = targets.filter((one) => one.target === target);
  const [judged] = await judgeTargets({ targets: chosen });
  if (judged === undefined) throw new Error(`there is no evidence of ${target}`);
  return holdTarget(docs, judged, undefined);
}

async function holdTarget(
  docs: string,
  judged: JudgedTarget,
  made: Omit<MadeAgain, 'judged'> | undefined,
): Promise<Verification> {
  const derived = made?.derived;
  const { target, files, samples } = judged;
  const standard = { target, kit: await kitVersion(), now: Date.now(), judgeByAnswers };
  const findings = await linkProblems(docs, target);
  for (const file of files) {
    const problems = await problemsOf(file, standard);
    findings.push(...problems.map((problem) => ({ path: file.path, problem })));
  }
  for (const file of judged.experiments) {
    const problems = experimentProblems(file, standard.kit);
    findings.push(...problems.map((problem) => ({ path: file.path, problem })));
  }
  const unmade = derived?.unmade ?? [];
  const known = new Set(findings.map(({ path }) => path));
  findings.push(...unmade.filter(({ path }) => targetOf(path) === target && !known.has(path)));
  return {
    ...judged,
    ...(await againstManifest(docs, target, derived)),
    reached: files.filter((file) => isReached(file)).length,
    derived:
      made === undefined
        ? { compared: 0, differing: [], missing: [] }
        : await compareDerived(docs, made, target),
    sample: files.flatMap(({ path, evidence }) =>
      evidence !== undefined && samples.has(evidence) ? [path] : [],
    ),
    findings,
    others: othersAmong(judged),
    ...ofOtherKits(files, standard.kit),
  };
}

/** Its recorded outputs give the outcome of every rule, as recorded. */
function isReached({ evidence, again }: JudgedFile): boolean {
  if (evidence === undefined || again === undefined) return false;
  const recorded = new Map(evidence.expectations.map(({ id, outcome }) => [id, outcome]));
  const { outcome, expectations } = again.result;
  return (
    evidence.verdict === outcome &&
    expectations.every((one) => recorded.get(one.id) === one.outcome)
  );
}

function othersAmong({ counting }: JudgedTarget): OtherFinding[] {
  const judged = counting.flatMap(({ evidence, again }) =>
    evidence === undefined ? [] : [{ evidence, again }],
  );
  return notOfThisLab(judged).map((other) => {
    const path = counting.find((file) => file.evidence === other.evidence)?.path ?? '';
    return { path, kind: other.kind, problem: other.reason };
  });
}

function ofOtherKits(files: readonly JudgedFile[], kit: string) {
  const others = files.flatMap(({ path, evidence }) =>
    evidence === undefined || evidence.versions.kit === kit
      ? []
      : [{ path, version: evidence.versions.kit }],
  );
  return {
    otherKits: [...new Set(others.map(({ version }) => version))],
    wordsNotHeld: others.map(({ path }) => path),
  };
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

/** A file that the manifest knows and no evidence gives is too much all the same. */
async function againstManifest(docs: string, target: Target, derived: Derived | undefined) {
  const nothing = { checked: 0, edited: [], missing: [], extra: [] };
  try {
    const manifest = await readManifest(docs, target);
    const names = Object.keys(manifest?.files ?? {});
    if (names.length === 0) {
      const problem =
        manifest === undefined ? 'There is no manifest' : 'The manifest names no file';
      return { manifest: nothing, manifestProblem: problem };
    }
    const files = await compareFiles(docs, target);
    const extra = [...files.extra, ...names.filter((name) => isForeign(name, target, derived))];
    return { manifest: { ...files, extra }, manifestProblem: undefined };
  } catch (error) {
    const reason = readingReasonOf(error);
    return { manifest: nothing, manifestProblem: `The manifest cannot be used: ${reason}` };
  }
}

function isForeign(name: string, target: Target, derived: Derived | undefined): boolean {
  // What cannot be read or drawn gives nothing, and that is said of it already.
  const isWhole = derived?.unmade.every(({ path }) => targetOf(path) !== target) ?? false;
  return isWhole && !isEvidencePath(name) && derived?.files.has(name) === false;
}

async function compareDerived(
  docs: string,
  { derived, withoutPng = false }: Omit<MadeAgain, 'judged'>,
  target: Target | undefined,
): Promise<DerivedFindings> {
  const [differing, missing]: [string[], string[]] = [[], []];
  const own = [...derived.files].filter(
    ([path]) => targetOf(path) === target && !(withoutPng && path.endsWith('.png')),
  );
  for (const [path, file] of own) {
    const there = await readIfPlain(join(docs, path));
    if (there === undefined) missing.push(path);
    else if (there === 'not plain' || !there.equals(Buffer.from(contentOf(path, file))))
      differing.push(path);
  }
  return { compared: own.length, differing, missing };
}

/** Undefined: it is not there. */
async function readIfPlain(file: string): Promise<Buffer | 'not plain' | undefined> {
  const there = await lstat(file).catch(() => undefined);
  if (there === undefined) return undefined;
  return there.isFile() ? readFile(file) : 'not plain';
}
