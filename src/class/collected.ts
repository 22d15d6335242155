import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckResult } from '../judging/check.ts';
import { LabError, readingReasonOf } from '../lab/errors.ts';
import { foldersOf, manifestPath } from '../evidence/manifest.ts';
import { verifyEvidence } from '../evidence/verify.ts';
import type { Verification } from '../evidence/verify.ts';
import { shapesOfRun } from '../evidence/intervals.ts';
import { unexpectedIn } from '../evidence/unexpected.ts';
import { readEvidence, targetsIn } from '../evidence/read-evidence.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { root } from '../lab/settings.ts';
import type { Owner } from './copies.ts';
import type { Looked } from './judge-learner.ts';
import { printable } from './printable.ts';
import { standingOf } from './standing.ts';
import type { ClassReport, Collected, LearnerReport } from './class-report.ts';
import { TooLateError, withTimeLimit } from './time-limit.ts';

/** Number, kind and title of each check, for those without evidence. */
export type Titles = ClassReport['checks'];

/** More than any run of the lab writes, but small enough to read. */
const limits = { files: 500, bytes: 100_000_000, mostMs: 30_000 };

/**
 * The learners of a folder of collected evidence: each subfolder is one learner, with its name, and each zip file is a
 * hand-in. Links are named in `remarks`.
 * @throws LabError (exit code 2) when the folder cannot be read
 */
export async function learnerFolders(folder: string): Promise<{
  readonly names: readonly string[];
  readonly files: readonly string[];
  readonly remarks: readonly string[];
}> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new LabError(`Cannot read the folder ${folder}`, {
      hint: 'It must contain one file of "lab hand-in" for each learner, or one folder with that learner\'s "docs" folder in it.',
      exitCode: 2,
      cause,
    });
  });
  const seen = entries.filter(({ name }) => !name.startsWith('.'));
  const folders = seen.filter((entry) => entry.isDirectory());
  const files = seen.filter((entry) => entry.isFile() && entry.name.toLowerCase().endsWith('.zip'));
  const links = entries.filter((entry) => entry.isSymbolicLink());
  return {
    names: folders.map(({ name }) => name).toSorted(),
    files: files.map(({ name }) => name).toSorted(),
    remarks: links.map(({ name }) => `${printable(name)} is a link and was not followed`),
  };
}

/**
 * Judges the collected evidence of one learner again, from its recorded answers. Asks AWS nothing, runs nothing
 * of it and follows no link. Never throws: evidence that cannot be read is "not judged".
 */
export async function judgeCollected(
  folder: string,
  name: string,
  titles: Titles,
): Promise<Looked> {
  try {
    return await withTimeLimit(limits.mostMs, () => judgeFolder(join(folder, name), name, titles));
  } catch (error) {
    const late = error instanceof TooLateError;
    return unread(
      name,
      late ? error.message : `the evidence cannot be judged: ${readingReasonOf(error)}`,
    );
  }
}

function unread(name: string, reason: string): Looked {
  const report = {
    name: printable(name),
    state: 'not judged',
    failing: 0,
    reason,
    remarks: [],
    checks: [],
  } as const;
  return { report, observations: [] };
}

async function judgeFolder(folder: string, name: string, titles: Titles): Promise<Looked> {
  const docs = await docsIn(folder);
  if (docs === undefined) return unread(name, 'the folder contains no evidence');
  const targets = await targetsIn(docs);
  // Evidence from AWS has priority over evidence from the sandbox.
  const [target] = targets;
  if (target === undefined) return unread(name, 'the folder contains no evidence');
  const problem = await problemIn(docs, foldersOf(target));
  if (problem !== undefined) return unread(name, problem);
  const verified = await verifyEvidence(docs, target);
  const own = verified.files.filter(
    ({ path, evidence }) => evidence !== undefined && !verified.sample.includes(path),
  );
  const others = new Set(verified.others.map(({ path }) => path));
  const judged = new Map<string, CheckResult>();
  for (const { path, again } of own) {
    if (again === undefined || others.has(path) || judged.has(again.result.step)) continue;
    judged.set(again.result.step, again.result);
  }
  const checks = titles.flatMap((about) => judged.get(about.step) ?? without(about));
  const evidence = own.flatMap((file) => file.evidence ?? []);
  const { prefix, region, accountId } = evidence[0] ?? {};
  const place = pickDefined({ prefix, region, accountId });
  const unexpected = await unexpectedIn(docs, targets);
  const remarks = remarksOn(verified, { both: targets.length > 1, unexpected });
  const standing = standingOfEvidence(verified, evidence, checks);
  const collected = collectedOf(verified, evidence);
  const report = { name: printable(name), ...place, ...standing, remarks, checks, collected };
  const observations = evidence.flatMap((one) => observationsOf(one));
  return { report, observations, rhythms: rhythmsOf(evidence) };
}

const onlySample =
  'the evidence is the sample that comes with the kit, not a run of the learner: it does not count';

function collectedOf(verified: Verification, own: readonly Evidence[]): Collected {
  const { sample, target } = verified;
  const times = own.map(({ time }) => time).toSorted();
  const [from, to] = [times[0], times.at(-1)];
  const numbers = new Set(own.flatMap(({ proofs }) => proofs.map(({ number }) => number)));
  return {
    proofs: numbers.size,
    target,
    whole: touchedIn(verified).length === 0,
    own: sample.length === 0 ? 'own' : own.length === 0 ? 'sample' : 'partly sample',
    ...pickDefined({ from, to }),
  };
}

/** The state by the results, unless the evidence is the kit's sample or was edited. */
function standingOfEvidence(
  verified: Verification,
  own: readonly Evidence[],
  checks: readonly CheckResult[],
): Standing {
  if (verified.files.some(({ evidence }) => evidence !== undefined) && own.length === 0) {
    return { state: 'not started', failing: 0, reason: onlySample };
  }
  return unlessTouched(standingOf(checks), touchedIn(verified));
}

function touchedIn({ target, manifest, manifestProblem, findings }: Verification): string[] {
  const touched = [
    ...(manifestProblem === undefined ? [] : [manifestPath(target)]),
    ...manifest.edited,
    ...manifest.missing,
    ...manifest.extra,
    ...findings.map(({ path }) => path),
  ];
  return [...new Set(touched)];
}

/** Who is done with files that are not as the kit wrote them is not done. */
export function unlessTouched(standing: Standing, touched: readonly string[]): Standing {
  if (touched.length === 0 || standing.state !== 'done') return standing;
  const reason = printable(`not as the kit recorded it: ${some(touched)}`);
  return { ...standing, state: 'edited', reason };
}

type Standing = Pick<LearnerReport, 'at' | 'failing' | 'reason' | 'state'>;

/** Learners hand in either the folder `docs` or its contents. */
async function docsIn(folder: string): Promise<string | undefined> {
  for (const docs of [folder, join(folder, 'docs')]) {
    // Follow no link, in no part of the path.
    const way = [docs, join(docs, 'evidence')].map((path) => lstat(path).catch(() => undefined));
    if ((await Promise.all(way)).every((there) => there?.isDirectory() === true)) return docs;
  }
  return undefined;
}

/** Before anything is opened: refuses links, devices and too many files. */
async function problemIn(docs: string, folders: readonly string[]): Promise<string | undefined> {
  let [files, bytes] = [0, 0];
  for (const folder of folders) {
    const top = await lstat(join(docs, folder)).catch(() => undefined);
    if (top?.isSymbolicLink() === true) return `${folder} is a link; it was not followed`;
    if (top === undefined) continue;
    for (const entry of await readdir(join(docs, folder), {
      recursive: true,
      withFileTypes: true,
    })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isDirectory()) continue;
      if (!entry.isFile())
        return `${printable(entry.name)} is not a plain file; the kit read nothing`;
      files += 1;
      bytes += (await lstat(path)).size;
      if (files > limits.files || bytes > limits.bytes)
        return `${folder} has more files than any run writes; the kit read nothing`;
    }
  }
  return undefined;
}

/** The evidence of the clean-up may be missing: the lab may still stand. */
function without({ step, kind, title }: Titles[number]): CheckResult | [] {
  if (kind === 'clean-up') return [];
  const missing = {
    id: 'evidence',
    claim: `There is evidence of check ${step}`,
    outcome: 'not judged',
    cause: 'not here',
    expected: 'evidence',
    actual: undefined,
    reason: `no evidence of check ${step} (${title}) that can be judged`,
    source: '',
  } as const;
  return { step, kind, title, outcome: 'not judged', expectations: [missing] };
}

function remarksOn(
  verified: Verification,
  { both, unexpected }: { both: boolean; unexpected: readonly string[] },
): string[] {
  const { sample, manifest, manifestProblem, findings, others, stale, target } = verified;
  const { files, otherKits, wordsNotHeld } = verified;
  const list = (what: string, paths: readonly string[]) =>
    paths.length === 0 ? [] : [`${what}: ${some(paths)}`];
  return [
    ...(sample.length > 0
      ? [`${sample.length} of its files are the sample that comes with the kit; they do not count`]
      : []),
    ...(wordsNotHeld.length > 0
      ? [
          `recorded with version ${otherKits.join(', ')} of the kit: the words of ${wordsNotHeld.length} of ${files.length} files were not compared`,
        ]
      : []),
    ...(both ? [`there is evidence of both targets; ${target} was judged`] : []),
    ...(manifestProblem === undefined ? [] : [`${manifestPath(target)}: ${manifestProblem}`]),
    ...list('edited since it was recorded', manifest.edited),
    ...list('missing', manifest.missing),
    ...list('unexpected', [...manifest.extra, ...unexpected]),
    ...stale.map(
      ({ number, changed }) => `proof ${number} is from another run: ${changed.join(', ')}`,
    ),
    ...[...others, ...findings].map(({ path, problem }) => `${path}: ${problem}`).slice(0, 10),
  ].map((remark) => printable(remark));
}

function some(paths: readonly string[]): string {
  const shown = paths.slice(0, 3).join(', ');
  return paths.length > 3 ? `${shown} and ${paths.length - 3} more` : shown;
}

/** The runs of this checkout, the instructor's own. The sample is known without them. */
export async function ownEvidence(): Promise<Owner> {
  const docs = join(root, 'docs');
  const read = await Promise.all(
    (await targetsIn(docs)).map((target) => readEvidence(docs, target)),
  );
  const evidence = read.flat().flatMap((file) => file.evidence ?? []);
  const observations = evidence.flatMap(observationsOf);
  return { name: 'docs/ of this kit', observations, rhythms: rhythmsOf(evidence) };
}

function rhythmsOf(evidence: readonly Evidence[]): string[] {
  return shapesOfRun(evidence.map((one) => ({ ...one, observations: observationsOf(one) })));
}

/** Collected evidence may have any shape. */
function observationsOf({ observations }: Evidence): Evidence['observations'] {
  return observations.filter((one) => typeof one === 'object' && one !== null);
}

function pickDefined<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
