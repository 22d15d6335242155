import { lstat, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { workerDigest } from '../scripts/worker-zip.ts';
import { LabError } from '../lab/errors.ts';
import { labOf } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import type { Target } from '../lab/session.ts';
import { listSteps, loadCheck } from '../judging/steps.ts';
import type { Check } from '../judging/check.ts';
import { openAccounts } from './accounts.ts';
import type { Account } from './accounts.ts';
import { judgeCollected, learnerFolders, ownEvidence } from './collected.ts';
import { checksOfClass, judgeLearner } from './judge-learner.ts';
import type { Looked } from './judge-learner.ts';
import { judgeHandIn } from './handed-in.ts';
import { makeReport } from './make-report.ts';
import { readRoster } from './roster.ts';
import type { RosterRow } from './roster.ts';
import type { ClassReport } from './class-report.ts';
import { aFewAtATime } from './time-limit.ts';
import { complain } from '../lab/terminal.ts';
import { targetName } from '../lab/target-name.ts';

/** Learners who are judged at the same time: enough to be quick, too few to be throttled. */
const sideBySide = 6;

/**
 * Looks at the labs of all learners of a roster.
 * @throws LabError (exit code 2) when the roster cannot be read, or has no learner
 */
export async function reportOnLabs(lab: Lab, file: string): Promise<ClassReport> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new LabError(`Cannot read the roster ${file}`, {
      hint: 'It is a CSV file with the columns name, profile, region and prefix.',
      exitCode: 2,
      cause,
    });
  });
  const { rows, remarks } = readRoster(bytes);
  if (rows.length === 0) throw noLearner(file, remarks);
  const target = lab.target();
  const open = openAccounts(target, lab.options.profile);
  const [accounts, digest] = await Promise.all([
    aFewAtATime(rows, sideBySide, ({ profile, region }) => open(profile, region)),
    workerDigest(),
  ]);
  if (!lab.options.json) announce(target, accounts);
  const places = rows.map((row, i) => ({ row, account: accounts[i] }));
  const looked = await aFewAtATime(places, sideBySide, async ({ row, account }) =>
    account !== undefined && 'session' in account
      ? judgeLearner(row, account.session, digest)
      : notReached(row, account),
  );
  return makeReport(looked, { ...about('labs', await checksOfClass(anyLab)), target, remarks });
}

function noLearner(file: string, remarks: readonly string[]): LabError {
  return new LabError(`The roster has no learner: ${withRemarks(file, remarks)}`, {
    hint: 'Add a line for each learner below the header row, for example with its four columns: Ada Lovelace,,,ada-',
    exitCode: 2,
  });
}

function nothingCollected(folder: string, remarks: readonly string[]): LabError {
  return new LabError(`The folder has no learner: ${withRemarks(folder, remarks)}`, {
    hint: 'Put one file of "lab hand-in" for each learner into it, or one folder with that learner\'s "docs" folder in it.',
    exitCode: 2,
  });
}

const withRemarks = (path: string, remarks: readonly string[]): string =>
  [path, ...remarks.map((remark) => `  ${remark}`)].join('\n');

/** Names the accounts before they are read. Asks no question, because nothing can be changed. */
function announce(target: Target, accounts: readonly Account[]): void {
  const where = targetName(target);
  const opened = accounts.flatMap((account) => ('session' in account ? account.session : []));
  const lines = opened.map(
    ({ accountId, region, profile }) => `${accountId}, ${region}, profile ${profile}`,
  );
  for (const [line, same] of Map.groupBy(lines, (line) => line))
    complain(`${where}  account ${line}: ${same.length} of ${accounts.length}, read only`);
}

function notReached({ name, prefix, region }: RosterRow, account: Account | undefined): Looked {
  const reason = account !== undefined && 'reason' in account ? account.reason : 'not reached';
  const where = region === undefined ? {} : { region };
  const unjudged = { state: 'not judged', failing: 0, reason, remarks: [], checks: [] } as const;
  return {
    report: { name, prefix, ...where, ...(account && { profile: account.profile }), ...unjudged },
    observations: [],
  };
}

/**
 * Judges what was collected: each folder and each hand-in is of one learner.
 * @param folder of folders and hand-ins; or one hand-in
 * @throws LabError (exit code 2) when the folder cannot be read, or has no learner
 */
export async function reportOnEvidence(folder: string): Promise<ClassReport> {
  const isFile = await lstat(folder).then(
    (there) => there.isFile(),
    () => false,
  );
  const { names, files, remarks } = isFile
    ? { names: [], files: [basename(folder)], remarks: [] }
    : await learnerFolders(folder);
  if (names.length + files.length === 0) throw nothingCollected(folder, remarks);
  const place = isFile ? dirname(folder) : folder;
  const steps = await listSteps();
  const checks = await Promise.all(steps.map((entry) => loadCheck(anyLab, entry)));
  const all = about('evidence', checks);
  const looked: Looked[] = [];
  for (const name of names) looked.push(await judgeCollected(folder, name, all.checks));
  for (const file of files) looked.push(await judgeHandIn(join(place, file), all.checks));
  const { learners, twice } = namedApart(looked);
  const said = { ...all, target: undefined, remarks: [...remarks, ...twice] };
  return makeReport(learners, said, [await ownEvidence()]);
}

/** Two learners of one name are told apart by a number: the copies name them. */
function namedApart(looked: readonly Looked[]) {
  const seen = new Map<string, number>();
  const learners = looked.map((one): Looked => {
    const { name } = one.report;
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0
      ? one
      : { ...one, report: { ...one.report, name: `${name} (${before + 1})` } };
  });
  const twice = [...seen]
    .filter(([, count]) => count > 1)
    .map(([name, count]) => `${count} of them say that they are of ${name}`);
  return { learners, twice };
}

/** Titles are the same in every lab. */
const anyLab = labOf({ prefix: '', place: async () => ({ accountId: '', region: '' }) });

function about(from: ClassReport['from'], checks: readonly Check[]) {
  const titles = checks.map(({ step, kind, title }) => ({ step, kind, title }));
  return { from, time: new Date().toISOString(), checks: titles };
}
