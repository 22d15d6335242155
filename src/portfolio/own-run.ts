import { allProofs } from '../evidence/all-proofs.ts';
import { verifyDocs } from '../evidence/verify.ts';
import type { Verification } from '../evidence/verify.ts';
import { LabError } from '../lab/errors.ts';
import type { Target } from '../lab/session.ts';
import { targetsIn } from '../evidence/read-evidence.ts';

/** A whole run of one's own that verifies. */
export interface OwnRun {
  readonly target: Target;
  /** The files of it that count: paths relative to `docs/`. */
  readonly paths: readonly string[];
  /** Why the run of another target is not taken, a sentence each. */
  readonly remarks: readonly string[];
}

/**
 * The run that may be published as one's own: whole, verified, and nothing of it the sample's. AWS before the sandbox.
 * @param docs one's own `docs` folder
 * @throws LabError with the reason: exit code 2 when nothing is recorded, 1 when what is recorded may not be published
 */
export async function wholeOwnRun(docs: string): Promise<OwnRun> {
  if ((await targetsIn(docs)).length === 0) throw nothingRecorded();
  const { targets } = await verifyDocs(docs);
  const judged: { readonly one: Verification; readonly reasons: readonly string[] }[] = [];
  for (const one of targets) judged.push({ one, reasons: await whyNot(one) });
  const fit = judged.find(({ reasons }) => reasons.length === 0);
  if (fit === undefined) throw refused(judged.flatMap(({ reasons }) => reasons));
  const earlier = new Set(fit.one.others.map(({ path }) => path));
  return {
    target: fit.one.target,
    paths: fit.one.files.map(({ path }) => path).filter((path) => !earlier.has(path)),
    remarks: judged.flatMap(({ reasons }) => reasons),
  };
}

function nothingRecorded(): LabError {
  return new LabError('There is no run of yours to export in docs/evidence/', {
    hint: 'npm start records a whole run. The sample in docs/sample/ is nobody’s own and is never exported.',
    exitCode: 2,
  });
}

function refused(reasons: readonly string[]): LabError {
  return new LabError(
    `Nothing was exported: a portfolio shows one whole run of your own that verifies.\n  ${reasons.join('\n  ')}`,
    { hint: 'npm start records a whole run. What does not verify: npx lab verify', exitCode: 1 },
  );
}

/** Why a run may not be published as its owner's, a sentence each. */
async function whyNot(run: Verification): Promise<string[]> {
  const where = `docs/evidence/${run.target}`;
  const { sample, wordsNotHeld, otherKits, files } = run;
  if (sample.length > 0) {
    const part =
      sample.length === files.length ? 'It' : `${sample.length} of its ${files.length} files`;
    return [
      `${where}: ${part} is of the sample run that ships with the kit (also renamed or moved in time): ${some(sample)}`,
    ];
  }
  const missing = await missingIn(run);
  const broken = problemsOf(run);
  return [
    ...(missing.length === 0
      ? []
      : [`${where}: the run is not whole. Missing: ${missing.join('; ')}`]),
    ...(broken.length === 0 ? [] : [`${where}: it does not verify: ${some(broken)}`]),
    ...(wordsNotHeld.length === 0
      ? []
      : [
          `${where}: version ${otherKits.join(', ')} of the kit recorded ${wordsNotHeld.length} of its files, and this version cannot compare their words`,
        ]),
  ];
}

async function missingIn({ files, others }: Verification): Promise<string[]> {
  const left = new Set(others.map(({ path }) => path));
  const has = new Set(
    files
      .filter(({ path }) => !left.has(path))
      .flatMap(({ evidence }) => evidence?.proofs.map(({ number }) => number) ?? []),
  );
  return (await allProofs())
    .filter(({ number }) => !has.has(number))
    .map(
      ({ number, title, check }) => `proof ${number}, ${title} (npx lab check ${Number(check)})`,
    );
}

function problemsOf(run: Verification): string[] {
  const { manifest, manifestProblem, derived, findings, others, stale, reached, files } = run;
  const mixed = others.filter(({ kind }) => kind === 'another lab');
  const said = [
    ...(manifestProblem === undefined ? [] : [manifestProblem]),
    ...manifest.edited.map((path) => `${path} was edited`),
    ...[...manifest.missing, ...derived.missing].map((path) => `${path} is missing`),
    ...manifest.extra.map((path) => `the kit did not write ${path}`),
    ...derived.differing.map((path) => `${path} is not what the evidence gives`),
    ...[...findings, ...mixed].map(({ path, problem }) => `${path}: ${problem}`),
    ...stale.map(({ number, changed }) => `proof ${number} is stale: ${changed.join(', ')}`),
  ];
  const isUnreached = reached < files.length && said.length === 0;
  return isUnreached ? ['a verdict is not reached again'] : [...new Set(said)];
}

function some(list: readonly string[]): string {
  const shown = list.slice(0, 5).join('; ');
  return list.length > 5 ? `${shown}; and ${list.length - 5} more` : shown;
}
