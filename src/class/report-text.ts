import { bold, dim, green, red, wrapped, yellow } from '../lab/terminal.ts';
import { inPlaces, printable } from './printable.ts';
import type { ClassReport, LearnerReport } from './class-report.ts';
import {
  collectedLine,
  collectedWord,
  copyLines,
  countOfStates,
  minuteOf,
  outcomeOf,
  privacy,
  signs,
  standsAt,
  whatIsWrong,
  whoseCopy,
} from './report-wording.ts';
import { targetName } from '../lab/target-name.ts';

const width = 80;
const namePlaces = 20;
const evidencePlaces = 10;

/** For a terminal of 80 columns. Colour adds nothing to the signs. */
export function reportText(report: ClassReport): string {
  return [
    head(report),
    table(report),
    details(report),
    stuck(report),
    copies(report),
    remarks(report),
    indented(privacy, '').join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function head(report: ClassReport): string {
  const { from, target, time, learners } = report;
  const where = from === 'evidence' ? 'COLLECTED EVIDENCE' : targetName(target ?? 'sandbox');
  const learnersSaid = learners.length === 1 ? '1 learner' : `${learners.length} learners`;
  return `${bold(`Class of ${learnersSaid}`)}  [${where}]  ${minuteOf(time)}\n${countOfStates(report)}`;
}

function table({ checks, learners, copies: all, from }: ClassReport): string {
  const steps = checks.map(({ step }) => step);
  // Evidence has a column: how many proofs, and whose.
  const places = from === 'evidence' ? evidencePlaces + 2 : 0;
  const left = width - namePlaces - 3 * steps.length - 2 - places;
  const column = (text: string) => (places === 0 ? '' : `  ${inPlaces(text, evidencePlaces)}`);
  const rows = learners.map((learner) => {
    const cells = steps.map((step) => `  ${coloured(outcomeOf(learner, step))}`);
    const where = inPlaces(standsAt(learner), left).trimEnd();
    return `${inPlaces(learner.name, namePlaces)}${cells.join('')}${column(collectedWord(learner, all))}  ${where}`;
  });
  const header = `${inPlaces('check', namePlaces)} ${steps.join(' ')}${column('proofs')}`;
  return [dim(header.trimEnd()), ...rows].join('\n');
}

function coloured(outcome: keyof typeof signs): string {
  const colour = { pass: green, fail: red, 'not judged': yellow }[outcome];
  return colour(signs[outcome]);
}

function details({ learners, copies: all }: ClassReport): string {
  const blocks = learners.flatMap((learner) => {
    const lines = linesOf(learner, collectedLine(learner, all));
    return lines.length === 0
      ? []
      : [[inPlaces(learner.name, width).trimEnd(), ...lines].join('\n')];
  });
  return blocks.length === 0 ? '' : `${bold('Learner by learner')}\n${blocks.join('\n')}`;
}

function linesOf(learner: LearnerReport, evidence: string | undefined): string[] {
  const wrong = whatIsWrong(learner);
  const texts = [
    ...(evidence === undefined ? [] : [`Evidence: ${evidence}`]),
    ...(wrong === undefined ? [] : [wrong]),
    ...learner.remarks,
  ];
  return texts.flatMap((text) => indented(text, '  '));
}

function stuck({ stuck: all }: ClassReport): string {
  if (all.length === 0) return '';
  const lines = all
    .slice(0, 5)
    .flatMap(({ id, claim, learners }) => indented(`${learners.length} at ${id}: ${claim}`, '  '));
  return [bold('Where the class is stuck'), ...lines].join('\n');
}

function copies(report: ClassReport): string {
  const { copies: all } = report;
  if (all.length === 0) return '';
  const lines = copyLines(all).flatMap(({ learners, what }) =>
    indented(`${learners.join(', ')}: ${what}`, '  '),
  );
  const about = whoseCopy(report) === '' ? [] : indented(whoseCopy(report), '  ');
  return [bold('The same evidence from several learners'), ...lines, ...about].join('\n');
}

function remarks({ remarks: all, from }: ClassReport): string {
  if (all.length === 0) return '';
  const title = from === 'evidence' ? 'The folders' : 'The roster';
  return [bold(title), ...all.flatMap((remark) => indented(remark, '  '))].join('\n');
}

/** In lines of the terminal's width; a word that is longer than a line is cut up. */
const indented = (text: string, before: string): string[] =>
  wrapped(printable(text, 1000), width - before.length, { cut: true }).map((line) => before + line);
