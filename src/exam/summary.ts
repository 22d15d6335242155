import type { Inventory } from './inventory.ts';
import type { Exam, Rule } from './rules.ts';

/** Relative to `docs/`. */
export const summaryFile = 'exam-summary.md';

/** Every rule in a line with its number: one sheet of paper. */
export function summaryPage({ rules }: Pick<Inventory, 'rules'>): string {
  return [
    '# Exam summary',
    '',
    `SQS and Lambda for ${names}: ${rules.length} rules, a line each. Numbers are those of AWS's pages as of April to October 2026; reasons, skills and sources: [exam notes](exam-notes.md).`,
    '',
    ...rules.map(({ id, inALine }) => `- **${id}** ${inALine}`),
    '',
    'Made by `npx lab exam` from the notes. Printed at 70 % it is one page of A4.',
    '',
  ].join('\n');
}

const names = 'DVA-C03 (from 2026-12-01) and DVA-C02 (until 2026-11-30)';

/** Rules that carry a skill, in the order of the notes. */
export const carriers = (rules: readonly Rule[], exam: Exam, skill: string): readonly Rule[] =>
  rules.filter(({ skills }) => skills[exam].includes(skill));
