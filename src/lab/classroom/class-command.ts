import { mkdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { worst } from '../judge.ts';
import { LabError } from '../errors.ts';
import { options } from '../options.ts';
import { exitCodes } from '../run-check.ts';
import { chosenTarget } from '../session.ts';
import type { Target } from '../session.ts';
import { labHome } from '../settings.ts';
import { findStep, listSteps, loadCheck } from '../steps.ts';
import { say } from '../terminal.ts';
import { writeWhole } from '../write-whole.ts';
import { accountsOf } from './accounts.ts';
import type { Account } from './accounts.ts';
import { judgeCollected, learnerFolders } from './collected.ts';
import { digestOfOwnWorker, judgeLearner, stepsOfClass } from './judge-learner.ts';
import type { Looked } from './judge-learner.ts';
import { makeReport } from './make-report.ts';
import { reportCsv } from './report-csv.ts';
import { reportHtml } from './report-html.ts';
import { reportText } from './report-text.ts';
import { readRoster } from './roster.ts';
import type { RosterRow } from './roster.ts';
import type { ClassReport } from './types.ts';
import { privacy } from './words.ts';
import { aFewAtATime } from './within.ts';

/** Learners who are looked at side by side: enough to be quick, too few to be throttled. */
const sideBySide = 6;

/**
 * `lab class roster.csv` looks at the labs of a class, `lab class --evidence DIR` at what was collected.
 * @returns exit code: 0 all done, 1 something fails, 2 somebody could not be judged
 */
export async function classCommand(words: readonly string[]): Promise<number> {
  const { evidence, json } = options();
  const [file, ...more] = words;
  if ((file === undefined) === (evidence === undefined) || more.length > 0) {
    throw new LabError('"class" takes a roster, or --evidence and a folder', {
      hint: 'npm run lab class roster.csv, or npm run lab class -- --evidence DIR',
      exitCode: 2,
    });
  }
  const report =
    file === undefined ? await reportOnEvidence(evidence ?? '') : await reportOnLabs(file);
  const folder = await writeReport(report);
  if (json) {
    say(JSON.stringify(report, null, 2));
  } else {
    say(reportText(report));
    say(`\nFull report: ${join(folder, 'report.html')} (also .csv and .json)\n${privacy}`);
  }
  return exitCodes[worst(report.learners.map((learner) => ({ outcome: outcomes[learner.state] })))];
}

const outcomes = {
  'at work': 'fail',
  'not started': 'fail',
  done: 'pass',
  'not judged': 'not judged',
  waiting: 'not judged',
} as const;

async function reportOnLabs(file: string): Promise<ClassReport> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new LabError(`The roster ${file} cannot be read`, {
      hint: 'It is a CSV file with the columns name, profile, region and prefix.',
      exitCode: 2,
      cause,
    });
  });
  const { rows, remarks } = readRoster(bytes);
  const target = chosenTarget();
  const open = accountsOf(target);
  const [accounts, digest] = await Promise.all([
    aFewAtATime(rows, sideBySide, ({ profile, region }) => open(profile, region)),
    digestOfOwnWorker(),
  ]);
  if (!options().json) announce(target, accounts);
  const places = rows.map((row, i) => ({ row, account: accounts[i] }));
  const looked = await aFewAtATime(places, sideBySide, async ({ row, account }) =>
    account !== undefined && 'session' in account
      ? judgeLearner(row, account.session, digest)
      : notReached(row, account),
  );
  return makeReport(looked, { ...(await about('labs', await stepsOfClass())), target, remarks });
}

/** Where will be looked, before it is done. Nothing is asked: nothing can be changed. */
function announce(target: Target, accounts: readonly Account[]): void {
  const where = target === 'aws' ? 'AWS' : 'SANDBOX';
  const lines = accounts.map((account) =>
    'session' in account
      ? `${where}  account ${account.session.accountId}, ${account.session.region}, profile ${account.profile}`
      : `${where}  not reached: ${account.reason}`,
  );
  for (const [line, same] of Map.groupBy(lines, (line) => line))
    console.error(`${line}  (${same.length} of ${lines.length}, read only)`);
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

async function reportOnEvidence(folder: string): Promise<ClassReport> {
  const { names, remarks } = await learnerFolders(folder);
  const steps = (await listSteps()).map(({ number }) => number);
  const all = await about('evidence', steps);
  const looked: Looked[] = [];
  for (const name of names) looked.push(await judgeCollected(folder, name, all.checks));
  return makeReport(looked, { ...all, target: undefined, remarks });
}

async function about(from: ClassReport['from'], steps: readonly string[]) {
  const checks = await Promise.all(steps.map(async (step) => loadCheck(await findStep(step))));
  const titles = checks.map(({ step, title }) => ({ step, title }));
  return { from, time: new Date().toISOString(), checks: titles };
}

/** Files that only their owner may read: they hold names. */
async function writeReport(report: ClassReport): Promise<string> {
  const stamp = report.time.slice(0, 19).replaceAll(':', '-');
  const folder = resolve(options().out ?? join(labHome, 'class', stamp));
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeWhole(join(folder, 'report.html'), reportHtml(report), 0o600);
    await writeWhole(join(folder, 'report.csv'), reportCsv(report), 0o600);
    await writeWhole(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`, 0o600);
  } catch (cause) {
    throw new LabError(`The report cannot be written to ${folder}: ${(cause as Error).message}`, {
      hint: 'Choose another folder: --out DIR',
      exitCode: 2,
      cause,
    });
  }
  return relative(process.cwd(), folder) || '.';
}
