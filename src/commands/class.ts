import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Outcome } from '../judging/check.ts';
import { checkFolderWritable } from './check-writable.ts';
import { LabError, reasonOf } from '../lab/errors.ts';
import { worst } from '../judging/judge.ts';
import type { Lab } from '../lab/lab.ts';
import { exitCodes } from '../evidence/judge-and-keep.ts';
import { labHome } from '../lab/settings.ts';
import { labelled, say } from '../lab/terminal.ts';
import { writeWhole } from '../lab/write-whole.ts';
import { reportOnEvidence, reportOnLabs } from '../class/look-at-class.ts';
import { reportCsv } from '../class/report-csv.ts';
import { reportHtml } from '../class/report-html.ts';
import { reportText } from '../class/report-text.ts';
import type { ClassReport } from '../class/class-report.ts';

/**
 * `lab class roster.csv` looks at the labs of a class, `lab class --evidence DIR` at what was collected.
 * @returns exit code: 0 all done, 1 something fails, 2 somebody could not be judged
 */
export async function classCommand(lab: Lab, args: readonly string[]): Promise<number> {
  const { evidence, json } = lab.options;
  const [file, ...more] = args;
  if ((file === undefined) === (evidence === undefined) || more.length > 0) {
    throw new LabError('"class" takes either a roster or --evidence with a folder', {
      hint: 'npx lab class roster.csv, or npx lab class --evidence DIR',
      exitCode: 2,
    });
  }
  if (lab.options.endpoint !== undefined) {
    throw new LabError('"class" looks at accounts or at the sandbox, not at an emulator', {
      hint: 'Collect the evidence of the learners, and use npx lab class --evidence DIR.',
      exitCode: 2,
    });
  }
  if (lab.options.out !== undefined) await checkFolderWritable(resolve(lab.options.out), '--out');
  const report =
    file === undefined ? await reportOnEvidence(evidence ?? '') : await reportOnLabs(lab, file);
  say(json ? JSON.stringify(report, null, 2) : reportText(report));
  // The report stands, also when it cannot be written.
  const folder = await writeReport(report, lab.options.out);
  if (!json) {
    say();
    say(labelled('Next', `Open ${join(folder, 'report.html')} in a browser (also .csv and .json)`));
  }
  return exitCodes[outcomeOfClass(report)];
}

function outcomeOfClass({ learners }: ClassReport): Outcome {
  if (learners.length === 0) return 'not judged';
  return worst(learners.map(({ state }) => ({ outcome: outcomes[state] })));
}

const outcomes = {
  'at work': 'fail',
  'not started': 'fail',
  done: 'pass',
  edited: 'fail',
  'not judged': 'not judged',
  waiting: 'not judged',
} as const;

/** Only their owner may read the files: they contain names. */
async function writeReport(report: ClassReport, out: string | undefined): Promise<string> {
  const stamp = report.time.slice(0, 19).replaceAll(':', '-');
  const folder = resolve(out ?? join(labHome, 'class', stamp));
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeWhole(join(folder, 'report.html'), reportHtml(report), 0o600);
    await writeWhole(join(folder, 'report.csv'), reportCsv(report), 0o600);
    await writeWhole(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`, 0o600);
  } catch (cause) {
    throw new LabError(`Cannot write the report to ${folder}: ${reasonOf(cause)}`, {
      hint: 'Choose another folder: --out DIR',
      exitCode: 2,
      cause,
    });
  }
  return relative(process.cwd(), folder) || '.';
}
