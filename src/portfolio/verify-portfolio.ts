import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allProofs } from '../evidence/all-proofs.ts';
import type { RecordedProof } from '../evidence/evidence.ts';
import { verifyDocs } from '../evidence/verify.ts';
import type { DocsVerification, Finding, Verification } from '../evidence/verify.ts';
import { readingReasonOf } from '../lab/errors.ts';
import { root } from '../lab/settings.ts';
import { digestAt, filesIn, readSums, sumsFile } from './sums.ts';

/** Where the portfolio has the worker, as proof 11 shows it. */
export const workerPath = 'worker/worker.ts';

/** One thing that was looked at. */
export interface Held {
  /** What holds, or what was to hold. */
  readonly text: string;
  /** What does not, with its file. */
  readonly problems: readonly Finding[];
}

export interface PortfolioVerification {
  /** `SANDBOX`, `AWS`; `SAMPLE, SANDBOX` when it is the sample of the kit. */
  readonly label: string;
  readonly period: { readonly from: string; readonly to: string } | undefined;
  readonly held: readonly Held[];
  /** Files that the owner has added beside the export: nobody has looked at them. */
  readonly added: readonly string[];
}

/**
 * Holds an exported portfolio against its sums, its evidence and the checks of this kit. Asks nobody, writes nothing.
 * @param folder the portfolio
 */
export async function verifyPortfolio(folder: string): Promise<PortfolioVerification> {
  const { held, added } = await holdSums(folder);
  const verified = await verifyDocs(join(folder, 'docs'), {
    edition: 'portfolio',
    withoutPng: true,
  });
  const { targets } = verified;
  const evidence = targets.flatMap(({ files }) => files.flatMap((one) => one.evidence ?? []));
  const times = evidence.map(({ time }) => time).toSorted();
  const [from, to] = [times[0], times.at(-1)];
  const isSample = targets.some(({ sample }) => sample.length > 0);
  const names = targets.map(({ target }) => target.toUpperCase()).join(' and ');
  return {
    label: `${isSample ? 'SAMPLE, ' : ''}${names === '' ? 'nothing recorded' : names}`,
    period: from === undefined || to === undefined ? undefined : { from, to },
    held: [
      held,
      holdVerdicts(targets),
      await holdProofs(targets),
      holdDerived(verified),
      await holdWorker(folder, targets),
      await holdSettings(folder),
    ],
    added,
  };
}

/** Folders in which a reader takes everything for a part of the export. */
const exported = /^(?:\.github|docs|infra|worker)\//;

async function holdSums(folder: string): Promise<{ held: Held; added: string[] }> {
  const text = 'files are as they were exported';
  try {
    const sums = await readSums(folder);
    if (sums === undefined) throw new Error('it is missing, so no file can be held against it');
    const problems: Finding[] = [];
    for (const [path, digest] of sums) {
      const now = await digestAt(folder, path);
      if (now === undefined) problems.push({ path, problem: 'missing' });
      else if (now !== digest) problems.push({ path, problem: 'changed since the export' });
    }
    const whole = sums.size - problems.length;
    const more = (await filesIn(folder)).filter((path) => !sums.has(path) && path !== sumsFile);
    const extra = more.filter((path) => exported.test(path));
    problems.push(...extra.map((path) => ({ path, problem: 'not of the export' })));
    return {
      held: { text: `${whole} of ${sums.size} ${text}`, problems },
      added: more.filter((path) => !exported.test(path)),
    };
  } catch (error) {
    const problem = readingReasonOf(error);
    return { held: { text, problems: [{ path: sumsFile, problem }] }, added: [] };
  }
}

function holdVerdicts(targets: readonly Verification[]): Held {
  const files = targets.reduce((sum, one) => sum + one.files.length, 0);
  const reached = targets.reduce((sum, one) => sum + one.reached, 0);
  const problems = targets.flatMap(
    ({ findings, others, manifest, manifestProblem, sample, stale, target, wordsNotHeld }) => [
      ...findings,
      ...others,
      ...problemsAt(sample, 'it is of the sample that ships with the kit: nobody’s own'),
      ...problemsAt(manifest.edited, 'not as the kit recorded it (manifest)'),
      ...problemsAt(manifest.missing, 'missing (manifest)'),
      ...problemsAt(manifest.extra, 'the kit did not write it (manifest)'),
      ...problemsAt(wordsNotHeld, 'recorded by another version of the kit than this verify.mjs'),
      ...(manifestProblem === undefined
        ? []
        : [{ path: `evidence/${target}/manifest.json`, problem: manifestProblem }]),
      ...stale.map(({ number, changed }) => ({
        path: `proof ${number}`,
        problem: `another proof says otherwise: ${changed.join(', ')}`,
      })),
    ],
  );
  const text = `${reached} of ${files} verdicts are reached again from the recorded outputs`;
  if (reached < files && problems.length === 0)
    problems.push({ path: 'docs/evidence', problem: 'a verdict is not the recorded one' });
  return { text, problems: problems.map((one) => inDocs(one)) };
}

const problemsAt = (paths: readonly string[], problem: string): Finding[] =>
  paths.map((path) => ({ path, problem }));

const inDocs = ({ path, problem }: Finding): Finding =>
  /^(?:docs\/|proof )/.test(path) ? { path, problem } : { path: `docs/${path}`, problem };

/** The proofs of a whole run, by number. */
async function holdProofs(targets: readonly Verification[]): Promise<Held> {
  const known = await allProofs();
  const has = new Set(proofsOf(targets).map(({ number }) => number));
  const missing = known.filter(({ number }) => !has.has(number));
  return {
    text: `${known.length - missing.length} of ${known.length} proofs are there; every claim, command and value is what the recorded outputs give`,
    problems: missing.map(({ number, title }) => ({
      path: `proof ${number}`,
      problem: `missing: ${title}`,
    })),
  };
}

function proofsOf(targets: readonly Verification[]): readonly RecordedProof[] {
  return targets.flatMap(({ files }) => files.flatMap(({ evidence }) => evidence?.proofs ?? []));
}

function holdDerived({ targets, shared }: DocsVerification): Held {
  const all = [...targets.map(({ derived }) => derived), shared];
  const compared = all.reduce((sum, one) => sum + one.compared, 0);
  const [differing, missing] = [
    all.flatMap((one) => one.differing),
    all.flatMap((one) => one.missing),
  ];
  return {
    text: `${compared - differing.length - missing.length} of ${compared} pictures (SVG), texts and pages are what the evidence gives, made again`,
    problems: [
      ...problemsAt(differing, 'not what the evidence gives'),
      ...problemsAt(missing, 'missing'),
      ...problemsAt(shared.unexpected, 'the kit did not write it'),
      ...shared.findings,
    ].map((one) => inDocs(one)),
  };
}

const workerProof = 11;

/** The worker as proof 11 printed it; undefined when that proof is not there. */
export function workerIn(proofs: readonly RecordedProof[]): string | undefined {
  const output = proofs.find(({ number }) => number === workerProof)?.output;
  const end = output?.lastIndexOf('CodeSha256 ') ?? -1;
  return end <= 0 ? undefined : output?.slice(0, end);
}

async function holdWorker(folder: string, targets: readonly Verification[]): Promise<Held> {
  const shown = workerIn(proofsOf(targets));
  const there = await readFile(join(folder, workerPath), 'utf8').catch(() => undefined);
  const isSame = shown !== undefined && there === shown;
  return {
    text: `${workerPath} is the code that proof ${workerProof} shows`,
    problems: isSame
      ? []
      : [{ path: workerPath, problem: `not the code that proof ${workerProof} shows` }],
  };
}

/** The files of `infra/` that build the lab; the others are for instructors. */
export const settingsFiles = [
  'create-event-source-mapping.json',
  'create-function.json',
  'dead-letter-queue-attributes.json',
  'lambda-sqs-policy.json',
  'lambda-trust.json',
  'source-queue-attributes.json',
] as const;

/** The numbers that the checks judge by are these. */
async function holdSettings(folder: string): Promise<Held> {
  const problems: Finding[] = [];
  for (const name of settingsFiles) {
    const path = `infra/${name}`;
    const [own, there] = await Promise.all(
      [root, folder].map((place) => readFile(join(place, path), 'utf8').catch(() => undefined)),
    );
    if (own !== there)
      problems.push({ path, problem: 'not the settings that the checks judge by' });
  }
  return { text: 'infra/ holds the settings that the checks judge by', problems };
}
