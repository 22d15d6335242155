import { coverOf } from './inventory.ts';
import type { Inventory } from './inventory.ts';
import { anchorOf, exams, inOrder } from './rules.ts';
import type { Exam, Rule } from './rules.ts';
import { carriers } from './summary.ts';

/** Relative to `docs/`. */
export const coverageFile = 'exam-coverage.md';

/**
 * The page that says what covers each skill and each rule, and what does not. The same inventory gives the same bytes.
 */
export function coveragePage(inventory: Inventory): string {
  return [
    '# Exam coverage',
    '',
    'Which skills of the exam guides this kit covers, and with what. Made by `npx lab exam` from the [exam notes](exam-notes.md), the experiments, the questions of the quiz and the drills; a test holds it to them.',
    'It lists the skills that the kit is about: SQS with Lambda and what surrounds them. Both exams ask about much more, such as API Gateway, DynamoDB, Cognito and deployment pipelines, and nothing here prepares you for that.',
    'What belongs to a rule counts for every skill of that rule: experiments, drills and questions alike.',
    '',
    'DVA-C03 is in use from 2026-12-01. DVA-C02 ends on 2026-11-30.',
    '',
    ...exams.flatMap((exam) => skillTable(exam, inventory)),
    ...ruleTable(inventory),
    ...gaps(inventory),
  ].join('\n');
}

function skillTable(exam: Exam, inventory: Inventory): string[] {
  const skills = [...new Set(inventory.topics.flatMap((one) => one.skills[exam]))].toSorted(
    inOrder,
  );
  return [
    `## Skills of DVA-${exam}`,
    '',
    '| Skill | Topic | Rules | Experiments | Drills | Questions |',
    '| --- | --- | --- | --- | --- | --- |',
    ...skills.map((skill) => skillRow(exam, skill, inventory)),
    '',
  ];
}

function skillRow(exam: Exam, skill: string, inventory: Inventory): string {
  const rules = carriers(inventory.rules, exam, skill);
  const covered = rules.map((rule) => coverOf(rule, inventory));
  const topics = inventory.topics.filter(({ skills }) => skills[exam].includes(skill));
  const experiments = [...new Set(covered.flatMap((one) => one.experiments))].toSorted();
  const questions = new Set(covered.flatMap((one) => one.questions));
  const drills = new Set(covered.flatMap((one) => one.drills));
  return row([
    skill,
    topics.map(({ topic }) => topic).join('; '),
    rules.map((rule) => ruleLink(rule)).join(', ') || 'none',
    listed(
      inventory.experiments,
      experiments.map((number) => pageLink(number, inventory)).join(', '),
    ),
    listed(inventory.drills, counted(drills.size)),
    listed(inventory.questions, counted(questions.size)),
  ]);
}

function ruleTable(inventory: Inventory): string[] {
  return [
    '## Rules',
    '',
    '| Rule | Experiments | Drills | Questions |',
    '| --- | --- | --- | --- |',
    ...inventory.rules.map((rule) => {
      const { drills, questions } = coverOf(rule, inventory);
      return row([
        `[${rule.id}](exam-notes.md#${anchorOf(rule)}) ${rule.title}`,
        experimentsCell(rule, inventory),
        listed(inventory.drills, drills.join(', ')),
        listed(inventory.questions, questions.join(', ')),
      ]);
    }),
    '',
  ];
}

/** Those that are there, then those that the rule names and that are not there yet. */
function experimentsCell(rule: Rule, inventory: Inventory): string {
  const { experiments } = coverOf(rule, inventory);
  const later = rule.experiments.filter((number) => !experiments.includes(number));
  return (
    [
      ...experiments.map((number) => pageLink(number, inventory)),
      ...later.map((number) => `${number} (not here)`),
    ].join(', ') || 'none'
  );
}

/** What is missing, in sentences. */
function gaps(inventory: Inventory): string[] {
  const { rules, experiments, notBuilt, questions, drills } = inventory;
  const covers = rules.map((rule) => ({ rule, ...coverOf(rule, inventory) }));
  const without = (kind: 'drills' | 'experiments' | 'questions') =>
    covers.filter((one) => one[kind].length === 0).map(({ rule }) => rule.id);
  const notThere = [
    ...absent(experiments, 'experiments'),
    ...absent(drills, 'drills'),
    ...absent(questions, 'questions'),
  ];
  return [
    '## Gaps',
    '',
    ...(notThere.length === 0
      ? []
      : [`- In this checkout there are no ${notThere.join(', no ')}.`]),
    ...(notBuilt.length === 0
      ? []
      : [`- Experiments that are not in this checkout yet: ${notBuilt.join(', ')}.`]),
    ...(experiments === undefined ? [] : unshown(inventory)),
    ...(drills === undefined ? [] : [missing('drill', without('drills'))]),
    ...(questions === undefined ? [] : [missing('question', without('questions'))]),
    '',
    'Rules without an experiment, and why:',
    '',
    ...rules
      .filter(({ noExperiment }) => noExperiment !== undefined)
      .map(({ id, title, noExperiment }) => `- ${id} ${title}: ${noExperiment}.`),
    '',
  ];
}

/** Skills that no experiment shows, so that only sources and questions support them. */
function unshown(inventory: Inventory): string[] {
  return exams.map((exam) => {
    const skills = new Set(inventory.topics.flatMap((one) => one.skills[exam]));
    const left = [...skills]
      .filter((skill) =>
        carriers(inventory.rules, exam, skill).every(
          (rule) => coverOf(rule, inventory).experiments.length === 0,
        ),
      )
      .toSorted(inOrder);
    return `- Skills of DVA-${exam} that no experiment shows: ${left.join(', ') || 'none'}.`;
  });
}

const absent = (list: readonly unknown[] | undefined, name: string) =>
  list === undefined ? [name] : [];

const missing = (kind: string, ids: readonly string[]) =>
  `- Rules without a ${kind}: ${ids.join(', ') || 'none'}.`;

const row = (cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;

/** A kind that the checkout does not have is "not here"; one that has nothing for this is "none". */
const listed = (kind: readonly unknown[] | undefined, text: string) =>
  kind === undefined ? 'not here' : text || 'none';

const counted = (count: number) => (count === 0 ? '' : String(count));

const ruleLink = (rule: Rule) => `[${rule.id}](exam-notes.md#${anchorOf(rule)})`;

function pageLink(number: string, { pages }: Inventory): string {
  const page = pages.find((name) => name.startsWith(`${number}-`));
  return page === undefined ? number : `[${number}](manual/${page})`;
}
