import type { ClassReport } from './class-report.ts';
import { collectedLine, copyLines, outcomeOf, whatIsWrong } from './report-wording.ts';

/** For a spreadsheet: one row a learner, UTF-8 with its mark, so that names keep their letters. */
export function reportCsv({ checks, learners, copies }: ClassReport): string {
  const steps = checks.map(({ step }) => step);
  const header = [
    'name',
    'state',
    'at',
    'what',
    'failing',
    ...steps.map((step) => `check ${step}`),
    'evidence',
    'copied',
    'remarks',
    'profile',
    'account',
    'region',
    'prefix',
  ];
  const shared = copyLines(copies);
  const rows = learners.map((learner) => [
    learner.name,
    learner.state,
    learner.at?.id ?? '',
    whatIsWrong(learner) ?? '',
    String(learner.failing),
    ...steps.map((step) => outcomeOf(learner, step)),
    collectedLine(learner, copies) ?? '',
    shared
      .filter((line) => line.learners.includes(learner.name))
      .map(
        (line) =>
          `${line.what} as ${line.learners.filter((name) => name !== learner.name).join(', ')}`,
      )
      .join('; '),
    learner.remarks.join('; '),
    learner.profile ?? '',
    learner.accountId ?? '',
    learner.region ?? '',
    learner.prefix ?? '',
  ]);
  const lines = [header, ...rows].map((cells) => cells.map(cellOf).join(','));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

/**
 * What a spreadsheet would take for a formula gets an apostrophe before it.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
function cellOf(text: string): string {
  const safe = /^[\s]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
