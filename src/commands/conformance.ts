import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { runCheck } from '../evidence/judge-and-keep.ts';
import { kitVersion } from '../evidence/record.ts';
import { listExperiments, loadExperiment } from '../experiments/list.ts';
import { listSteps, loadCheck, runStep } from '../judging/steps.ts';
import { checkFileWritable } from './check-writable.ts';
import { LabError, reasonOf } from '../lab/errors.ts';
import { ownLab } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import { importStep } from '../lab/step.ts';
import type { MeasuredNumber, Outcome } from '../lab/step.ts';
import { targetLabel, targetName } from '../lab/target-name.ts';
import type { TargetName } from '../lab/target-name.ts';
import { bold, complain, green, printable, red, say, yellow } from '../lab/terminal.ts';

/** `not served`: a command was refused, or could not be run; `not reached`: something before it is missing, or it was not judged. */
export type Agreement = 'agrees' | 'differs' | 'not reached' | 'not served';

export interface ConformanceRow {
  /** Of the step or the experiment. */
  readonly number: string;
  readonly title: string;
  readonly agreement: Agreement;
  /** What differs, or why it did not run: one sentence each. */
  readonly reasons: readonly string[];
}

/** What one endpoint did with everything that this kit asks of AWS. */
export interface Conformance {
  readonly target: TargetName;
  readonly date: string;
  readonly kit: string;
  readonly rows: readonly ConformanceRow[];
}

/**
 * `lab conformance`: the lab and all experiments, whatever comes of them, and a table of what agrees with AWS's rules.
 * @returns 0 when everything agrees, 1 when not
 * @throws LabError when the target cannot be opened, or `--out` not be written
 */
export async function conformanceCommand({ options }: Lab): Promise<number> {
  await checkFileWritable(options.out, '--out');
  const lab = ownLab({ ...options, ask: false }, { exactMode: true });
  const { target } = await lab.session();
  const rows: ConformanceRow[] = [];
  for (const step of (await listSteps()).filter(({ cleansUp }) => !cleansUp)) {
    rows.push(await tried(step.number, step.name, () => stepRow(lab, step)));
  }
  for (const entry of await listExperiments()) {
    const { title } = await loadExperiment(lab, entry);
    rows.push(await tried(entry.number, title, () => experimentRow(lab, title, entry)));
  }
  for (const step of (await listSteps()).filter(({ cleansUp }) => cleansUp)) {
    rows.push(await tried(step.number, step.name, () => stepRow(lab, step)));
  }
  const conformance: Conformance = {
    target: targetName(target),
    date: new Date().toISOString().slice(0, 10),
    kit: await kitVersion(),
    rows,
  };
  sayRows(conformance, targetLabel(target));
  await writeIfAsked(options.out, conformance);
  return rows.every(({ agreement }) => agreement === 'agrees') ? 0 : 1;
}

/** An error of one row is its answer, and the others go on. */
async function tried(
  number: string,
  title: string,
  work: () => Promise<ConformanceRow>,
): Promise<ConformanceRow> {
  try {
    return await work();
  } catch (error) {
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n');
    complain(`${number}: ${printable(reason)}`);
    return { number, title, agreement: 'not served', reasons: [reason] };
  }
}

type Step = Awaited<ReturnType<typeof listSteps>>[number];

async function stepRow(lab: Lab, step: Step): Promise<ConformanceRow> {
  const { number } = step;
  await runStep(step, { lab, inWholeLab: true });
  const { result } = await runCheck(lab, await loadCheck(lab, step));
  const { title, expectations } = result;
  const failed = expectations.filter(({ outcome }) => outcome === 'fail');
  const open = expectations.filter(
    ({ outcome, cause }) => outcome === 'not judged' && cause !== 'not here',
  );
  const sentences = failed.map(
    ({ claim, expected, actual }) => `${claim}: AWS ${shown(expected)}, here ${shown(actual)}`,
  );
  if (failed.length > 0) return { number, title, agreement: 'differs', reasons: sentences };
  const reasons = open.map(({ claim, reason }) => `${claim}: ${reason ?? 'not judged'}`);
  return { number, title, agreement: open.length > 0 ? 'not reached' : 'agrees', reasons };
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');

async function experimentRow(
  lab: Lab,
  title: string,
  { number, stepFile }: { readonly number: string; readonly stepFile: string },
): Promise<ConformanceRow> {
  let outcome: Outcome = 'fail';
  let numbers: readonly MeasuredNumber[] = [];
  await importStep(pathToFileURL(stepFile).href, {
    lab,
    inWholeLab: true,
    onOutcome: (one, measured) => {
      outcome = one;
      numbers = measured ?? numbers;
    },
  });
  return { number, title, ...agreementOf(outcome, numbers) };
}

/** What the end of an experiment says of whoever answered. */
export function agreementOf(
  outcome: Outcome,
  numbers: readonly MeasuredNumber[],
): Pick<ConformanceRow, 'agreement' | 'reasons'> {
  if (outcome === 'pass') return { agreement: 'agrees', reasons: [] };
  const wrong = numbers.filter(({ holds }) => !holds);
  const reasons = wrong.map(
    ({ label, predicted, measured }) => `${label}: AWS ${predicted}, here ${measured}`,
  );
  const none = ['its numbers are as predicted, and its books or settings do not hold'];
  // AWS may spread messages over batches as it likes: that is no difference.
  if (outcome === 'not judged')
    return {
      agreement: 'not reached',
      reasons: ['other batches than it needs were chosen', ...reasons],
    };
  return { agreement: 'differs', reasons: reasons.length > 0 ? reasons : none };
}

function sayRows({ rows }: Conformance, label: string): void {
  const signs: Record<Agreement, string> = {
    agrees: green('✓ agrees     '),
    differs: red('✗ differs    '),
    'not reached': yellow('– not reached'),
    'not served': yellow('– not served '),
  };
  say(`${bold("What agrees with AWS's rules")}  [${label}]`);
  for (const { number, title, agreement, reasons } of rows) {
    say(`  ${signs[agreement]} ${number}  ${title}`);
    for (const reason of reasons) say(`                     ${printable(reason)}`);
  }
  const count = rows.filter(({ agreement }) => agreement === 'agrees').length;
  say(`  ${count} of ${rows.length} agree`);
}

async function writeIfAsked(file: string | undefined, conformance: Conformance): Promise<void> {
  if (file === undefined) return;
  await writeFile(file, `${JSON.stringify(conformance, null, 2)}\n`).catch((cause: unknown) => {
    throw new LabError(`The result could not be written to ${file}: ${reasonOf(cause)}`, {
      hint: 'Name a file in a folder that exists, for example: --out conformance.json',
      exitCode: 2,
      cause,
    });
  });
}
