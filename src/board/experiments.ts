import { pathToFileURL } from 'node:url';
import { findExperiment, listExperiments, loadExperiment } from '../experiments/list.ts';
import { ownLab } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import { importStep } from '../lab/step.ts';
import type { MeasuredNumber } from '../lab/step.ts';

/** What the page shows of an experiment before it is played. */
export interface BoardExperiment {
  /** `20` */
  readonly number: string;
  readonly title: string;
  readonly why: string;
  /** Asked before anything runs. */
  readonly question: { readonly text: string; readonly choices?: readonly string[] };
}

export interface ExperimentEnd {
  readonly rule: string;
  /** What the rule says, where the learner has said a number. */
  readonly answer: string;
  readonly rows: readonly MeasuredNumber[];
}

/** On a real account an experiment has its cost and its waits: there the terminal runs it. */
export async function boardExperiments(lab: Lab): Promise<BoardExperiment[]> {
  if (lab.target() !== 'sandbox') return [];
  const all = (await listExperiments()).map((entry) => loadExperiment(lab, entry));
  return (await Promise.all(all)).map(({ number, title, why, question: { text, choices } }) => ({
    number,
    title,
    why,
    question: { text, ...(choices === undefined ? {} : { choices }) },
  }));
}

/**
 * Runs the step of an experiment: the terminal of the board shows its commands.
 * @throws LabError when there is none of this number, or it could not be run
 */
export async function playExperiment({ options }: Lab, number: string): Promise<ExperimentEnd> {
  const lab = ownLab({ ...options, ask: false });
  const entry = await findExperiment(number);
  const { rule, question } = await loadExperiment(lab, entry);
  const before = process.exitCode;
  let rows: readonly MeasuredNumber[] = [];
  const onOutcome = (_: string, numbers: readonly MeasuredNumber[] = []) => {
    if (numbers.length > 0) rows = numbers;
  };
  try {
    await importStep(pathToFileURL(entry.stepFile).href, { lab, inWholeLab: true, onOutcome });
  } finally {
    // Of the experiment, and not of the board.
    process.exitCode = before;
  }
  const answer = rows.find(({ id }) => id === question.of)?.predicted ?? '';
  return { rule, answer, rows };
}
