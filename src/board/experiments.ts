import { pathToFileURL } from 'node:url';
import { answerOf } from '../experiments/ask-learner.ts';
import { findExperiment, listExperiments, loadExperiment } from '../experiments/list.ts';
import { isTurnTaken } from '../experiments/take-turn.ts';
import { LabError } from '../lab/errors.ts';
import { ownLab } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import { importStep } from '../lab/step.ts';
import type { MeasuredNumber, Outcome } from '../lab/step.ts';

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
  readonly outcome: Outcome;
  readonly rule: string;
  /** What the rule says to the question. */
  readonly answer: string;
  /** What the learner has said to it; undefined: nothing. */
  readonly said: MeasuredNumber['said'];
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
 * @param prediction a number as text, or a choice; empty: the learner skips it
 * @throws LabError when there is none of this number, the prediction is none, or it could not be run
 */
export async function playExperiment(
  { options }: Lab,
  number: string,
  prediction: unknown,
): Promise<ExperimentEnd> {
  const lab = ownLab({ ...options, ask: false });
  const entry = await findExperiment(number);
  const { rule, question } = await loadExperiment(lab, entry);
  const asked = answerOf(typeof prediction === 'string' ? prediction : '', question.choices);
  if (asked === 'unclear')
    throw new LabError(
      question.choices === undefined
        ? 'A prediction is a number: write one, or nothing to skip it'
        : 'A prediction is one of the choices',
      { exitCode: 2 },
    );
  if (isTurnTaken())
    throw new LabError(
      'Another experiment runs in a terminal of this checkout, and only one runs at a time: wait for its end',
      { exitCode: 2 },
    );
  const before = process.exitCode;
  let rows: readonly MeasuredNumber[] = [];
  let outcome: Outcome = 'not judged';
  const onOutcome = (now: Outcome, numbers: readonly MeasuredNumber[] = []) => {
    outcome = now;
    if (numbers.length > 0) rows = numbers;
  };
  try {
    await importStep(pathToFileURL(entry.stepFile).href, {
      lab,
      inWholeLab: true,
      said: asked.said,
      onOutcome,
    });
  } finally {
    // Of the experiment, and not of the board.
    process.exitCode = before;
  }
  const row = rows.find(({ id }) => id === question.of);
  return { outcome, rule, answer: row?.predicted ?? '', said: row?.said, rows };
}
