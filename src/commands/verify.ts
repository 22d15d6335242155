import { relative, resolve } from 'node:path';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { sayNext } from '../lab/next.ts';
import type { Next } from '../lab/next.ts';
import { findSandbox } from '../lab/sandbox/handle.ts';
import type { Target } from '../lab/session.ts';
import { ownDocs, sampleDocs } from '../lab/made-files.ts';
import { bold, dim, green, labelled, printable, red, say, yellow } from '../lab/terminal.ts';
import { isEvidencePath, manifestPath } from '../evidence/manifest.ts';
import { targetsIn } from '../evidence/read-evidence.ts';
import { liveInputs, staleAgainst } from '../evidence/stale.ts';
import type { StaleProof } from '../evidence/stale.ts';
import { isSampleRecord } from '../evidence/sample.ts';
import { verifyDocs } from '../evidence/verify.ts';
import type { DerivedFindings, DocsVerification, Verification } from '../evidence/verify.ts';
import { targetLabel } from '../lab/target-name.ts';

const cannotProve =
  'This detects accidental edits, not forgery: whoever can write these files can write a new manifest. It does not prove who ran the lab, or when. A commit that was pushed at the time, a look at the lab while it is up, or a run before witnesses does.';

/**
 * `lab verify [DIR]`: DIR is a `docs` folder, by default the one of this checkout, which is also held against the
 * lab as it is now, when one is up.
 * @returns 0 when all holds, 1 when something was edited, is missing, extra, stale, or has another verdict, 2 when there is
 *   nothing but the sample that ships with the kit, other than in docs/sample/, or when another version recorded some of it, whose words this one cannot judge
 */
export async function verifyCommand(lab: Lab, words: readonly string[]): Promise<number> {
  if (words.length > 1)
    throw new LabError('"verify" takes one folder, or none for docs/', {
      hint: 'npx lab verify, or: npx lab verify DIR',
      exitCode: 2,
    });
  const docs = resolve(words[0] ?? ownDocs);
  if ((await targetsIn(docs)).length === 0) throw nothingIn(docs, words.length === 0);
  const { targets: verified, shared } = await verifyDocs(docs);
  const reports: Report[] = [];
  for (const verification of verified) {
    const live = words.length === 0 ? await compareWithLab(lab, verification) : notCompared;
    reports.push({ verification, live });
  }
  // Of the sample in its own place nobody expects that it proves anything of theirs.
  const isSamplePlace = docs === sampleDocs;
  const onlySample =
    !isSamplePlace && verified.every(({ files, sample }) => sample.length === files.length);
  const holding = isWhole(shared) && reports.every((report) => holds(report));
  // Of what nobody has compared nobody can say that it holds.
  const isJudged = verified.every(({ wordsNotHeld }) => wordsNotHeld.length === 0);
  const good = holding && isJudged;
  if (lab.options.json) say(JSON.stringify(asJson(good, reports, shared), null, 2));
  else {
    for (const report of reports) print(report, docs);
    printShared(shared);
    say(labelled('Note', cannotProve));
    if (words.length === 0) sayNext(lab, nextAfter());
  }
  if (!holding) return 1;
  return onlySample || !isJudged ? 2 : 0;

  function nextAfter(): Next {
    if (!holding) return toMend(reports);
    if (!isJudged) return ofThisKit;
    return onlySample ? own : toPublish;
  }
}

function nothingIn(docs: string, isOwn: boolean): LabError {
  return isOwn
    ? new LabError('There is no evidence of yours in docs/evidence/ yet', {
        hint: 'npm start records a whole run. The sample run that ships with the kit: npx lab verify docs/sample',
        exitCode: 2,
      })
    : new LabError(`There is no evidence in ${docs}`, {
        hint: 'Name a folder that holds evidence/, such as docs.',
        exitCode: 2,
      });
}

interface Report {
  readonly verification: Verification;
  readonly live: Live;
}

type Shared = DocsVerification['shared'];

function asJson(good: boolean, reports: readonly Report[], shared: Shared) {
  const targets = reports.map(({ verification, live }) => {
    const { target, files, manifest, manifestProblem, reached, derived } = verification;
    const { experiments } = verification;
    const { sample, findings, others, otherKits, wordsNotHeld, stale } = verification;
    return {
      target,
      files: manifest,
      manifest: manifestProblem ?? 'as the kit wrote it',
      judged: reached,
      derived,
      sample,
      findings,
      others,
      otherKits,
      wordsNotHeld,
      stale,
      experiments: experiments.map(({ record, judgement }) => ({
        experiment: record?.experiment,
        time: record?.time,
        outcome: judgement?.outcome,
        sample: record !== undefined && isSampleRecord(record),
      })),
      evidence: files.flatMap(({ evidence }) =>
        evidence === undefined
          ? []
          : [{ check: evidence.check, time: evidence.time, region: evidence.region }],
      ),
      lab: live,
    };
  });
  return { schema: 2, good, targets, pages: shared };
}

const own: Next = { command: 'npm start', why: 'Records a run of your own.' };

const ofThisKit: Next = {
  command: 'npx lab check',
  why: 'Records it with this version, while the lab is up. Without a lab: npm start',
};

const toPublish: Next = {
  command: 'npx lab redaction',
  why: 'Is anything secret left in docs/? Ask before you publish it.',
};

/** What brings everything in order again: the least that is enough. */
function toMend(reports: readonly Report[]): Next {
  const isRecordedWrong = reports.some(
    ({ verification: { findings, others, manifest, manifestProblem, stale }, live }) =>
      [findings, mixed(others), stale, live.stale].some((list) => list.length > 0) ||
      manifestProblem !== undefined ||
      [...manifest.edited, ...manifest.missing].some((path) => isEvidencePath(path)),
  );
  if (isRecordedWrong) {
    return {
      command: 'npx lab check',
      why: 'Records anew what passes, while the lab is up. Without a lab: npm start',
    };
  }
  return {
    command: 'npx lab pictures',
    why: 'Makes everything in docs/ again from the evidence. What is extra and not of the kit: move it away.',
  };
}

interface Live {
  readonly note: string;
  readonly stale: readonly StaleProof[];
}

const notCompared: Live = {
  note: 'not held against a lab: this folder is somebody else’s',
  stale: [],
};

/** A verification starts nothing: it looks at a sandbox that runs, or at the account that it was given. */
async function compareWithLab(lab: Lab, { target, counting, proofs }: Verification): Promise<Live> {
  const newest = counting
    .flatMap(({ evidence }) => evidence ?? [])
    .toSorted((one, other) => (one.time < other.time ? -1 : 1))
    .at(-1);
  if (newest === undefined) return { note: 'there is nothing to hold against a lab', stale: [] };
  const reachable: Record<Target, () => Promise<boolean>> = {
    aws: async () => lab.target() === 'aws',
    emulator: async () => lab.target() === 'emulator',
    sandbox: async () => lab.target() === 'sandbox' && (await findSandbox()) !== undefined,
  };
  if (!(await reachable[target]())) {
    const how = {
      aws: 'add --profile NAME to look',
      emulator: 'add --endpoint URL to look',
      sandbox: 'no sandbox runs',
    }[target];
    return { note: `not held against the lab as it is now: ${how}`, stale: [] };
  }
  const { region } = await lab.session();
  if (region !== newest.region) {
    const note = `not held against the lab as it is now: the evidence is of ${newest.region}, and this is ${region}`;
    return { note, stale: [] };
  }
  const live = await liveInputs(lab, newest.prefix);
  return live === undefined
    ? {
        note: 'the lab has been cleaned up: there is nothing to hold the proofs against',
        stale: [],
      }
    : { note: 'held against the lab as it is now', stale: staleAgainst(proofs, live) };
}

function holds({ verification, live }: Report): boolean {
  const { files, reached, manifest, manifestProblem, derived, findings, others, stale } =
    verification;
  const { edited, missing, extra } = manifest;
  const lists = [edited, missing, extra, derived.differing, derived.missing];
  return (
    manifestProblem === undefined &&
    reached === files.length &&
    [...lists, findings, mixed(others), stale, live.stale].every((list) => list.length === 0)
  );
}

/** What makes one folder the evidence of more than one lab. An earlier certificate does not. */
function mixed(others: Verification['others']): Verification['others'] {
  return others.filter(({ kind }) => kind === 'another lab');
}

function isWhole({ differing, missing, findings, unexpected }: Shared): boolean {
  return [differing, missing, findings, unexpected].every((list) => list.length === 0);
}

function print(report: Report, docs: string): void {
  const { target, files, sample } = report.verification;
  const label = `${sample.length > 0 && sample.length === files.length ? 'SAMPLE, ' : ''}${targetLabel(target)}`;
  const times = files.flatMap(({ evidence }) => evidence?.time ?? []).toSorted();
  const when = times.length === 0 ? '' : `  recorded ${times[0]} to ${times.at(-1)}`;
  const folder = relative(process.cwd(), docs) || '.';
  say(`${bold(`Evidence in ${oneLine(folder)}`)}  [${label}]${dim(when)}`);
  printManifest(report.verification);
  printDerived(report.verification.derived, 'pictures and text twins');
  printEvidence(report.verification);
  printStale(report);
  if (sample.length > 0) {
    const all = sample.length === files.length;
    const what = all ? 'This is' : `${sample.length} of ${files.length} files are of`;
    say(
      `  ${yellow('–')} SAMPLE: ${what} the sample run that ships with the kit: it proves nothing of yours`,
    );
  }
  say();
}

function printManifest({ target, manifest, manifestProblem }: Verification): void {
  if (manifestProblem !== undefined) {
    line(
      false,
      `${oneLine(manifestProblem)}: no file can be held against what the kit wrote (${manifestPath(target)})`,
    );
    return;
  }
  const { checked, edited, missing, extra } = manifest;
  const intact = checked - edited.length - missing.length;
  line(
    intact === checked && extra.length === 0,
    `${intact} of ${checked} files are as the kit wrote them`,
  );
  list({ edited, missing, extra });
}

function printDerived({ compared, differing, missing }: DerivedFindings, what: string): void {
  const same = compared - differing.length - missing.length;
  line(same === compared, `${same} of ${compared} ${what} are what the evidence gives, made again`);
  list({ differs: differing, missing });
}

function printEvidence(verification: Verification): void {
  const { files, reached, others } = verification;
  line(
    reached === files.length,
    `${reached} of ${files.length} verdicts reached again from the recorded outputs`,
  );
  printExperiments(verification);
  printWords(verification);
  if (mixed(others).length > 0) line(false, 'not all of it is of one lab:');
  listFindings(mixed(others));
  for (const { path, problem } of others.filter(({ kind }) => kind === 'earlier clean-up'))
    say(`  ${yellow('–')} ${oneLine(`${path} counts as nothing: ${problem}`)}`);
}

function printExperiments({ experiments }: Verification): void {
  if (experiments.length === 0) return;
  const passing = experiments.filter(({ judgement }) => judgement?.outcome === 'pass');
  line(
    passing.length === experiments.length,
    `${passing.length} of ${experiments.length} experiments predicted and measured again from the recorded outputs`,
  );
  const sample = experiments.filter(({ record }) => record !== undefined && isSampleRecord(record));
  if (sample.length > 0)
    say(
      `  ${yellow('–')} SAMPLE: ${sample.length} of ${experiments.length} experiments are of the sample run that ships with the kit: they prove nothing of yours`,
    );
}

/** Claims, commands and values: compared, or said not to be. */
function printWords({ files, findings, otherKits, wordsNotHeld }: Verification): void {
  const held = files.length - wordsNotHeld.length;
  if (findings.length > 0) line(false, 'the evidence does not hold:');
  else if (held > 0) {
    const whose = wordsNotHeld.length === 0 ? '' : ` in the other ${held} of ${files.length} files`;
    line(true, `every claim, command and value${whose} is what the recorded outputs give`);
  }
  listFindings(findings);
  if (wordsNotHeld.length === 0) return;
  const versions = `${otherKits.length === 1 ? 'version' : 'versions'} ${otherKits.join(', ')}`;
  const what = `the claims, commands and values of ${wordsNotHeld.length} of ${files.length} files were not compared`;
  const why = `${versions} of the kit recorded them, and other versions may use other words`;
  say(`  ${yellow('–')} ${oneLine(`${what}: ${why}`)}`);
}

function listFindings(findings: readonly { path: string; problem: string }[]): void {
  for (const { path, problem } of findings) say(`      ${oneLine(`${path}: ${problem}`)}`);
}

/** What evidence says takes one line, acts on no terminal, and cannot look like a line of this command. */
function oneLine(text: string): string {
  const said = printable(text)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', String.raw`\t`);
  return said.length > mostSigns ? `${said.slice(0, mostSigns - 1)}…` : said;
}

const mostSigns = 600;

function printStale({ verification, live }: Report): void {
  const stale = [
    ...new Map([...verification.stale, ...live.stale].map((one) => [one.number, one])).values(),
  ];
  line(
    stale.length === 0,
    `${counts[stale.length] ?? `${stale.length} proofs are`} stale ${dim(`(${oneLine(live.note)})`)}`,
  );
  for (const { number, title, changed } of stale.toSorted((a, b) => a.number - b.number)) {
    say(
      `      ${yellow('stale')}    ${oneLine(`proof ${number}, ${title}: changed since: ${changed.join(', ')}`)}`,
    );
  }
}

const counts = ['no proof is', '1 proof is'];

function printShared(shared: Shared): void {
  printDerived(shared, 'files (the pages, what was measured, the architecture picture)');
  listFindings(shared.findings);
  if (shared.unexpected.length > 0) {
    line(false, 'there is more in evidence/ and screenshots/ than the kit wrote:');
    list({ extra: shared.unexpected });
  }
  say();
}

/** Paths by what is wrong with them. */
function list(paths: Readonly<Record<string, readonly string[]>>): void {
  for (const [what, ones] of Object.entries(paths))
    for (const path of ones) say(`      ${what.padEnd(8)} ${oneLine(path)}`);
}

function line(good: boolean, text: string): void {
  say(`  ${good ? green('✓') : red('✗')} ${text}`);
}
