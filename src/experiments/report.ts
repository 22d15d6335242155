import { batchesText } from './lists.ts';
import stringWidth from 'string-width';
import { bold, dim, green, labelled, printable, red, say, yellow } from '../lab/terminal.ts';
import type { MeasuredNumber } from '../lab/step.ts';
import type { Experiment } from './experiment.ts';
import { saidRight, valueText } from './judge.ts';
import type { Judgement, Row } from './judge.ts';
import { observedOf, wasSent } from './observed.ts';
import type { Observed, RecordedSide } from './observed.ts';

/** `deliveries  30  27  30  as predicted` */
export function tableLines(
  rows: readonly Row[],
  said: { readonly of: string; readonly text: string | undefined },
): string[] {
  const cells = [
    ['', 'predicted', ...(said.text === undefined ? [] : ['you said']), 'measured', 'rule', ''],
    ...rows.map((row) => [
      row.label,
      withUnit(valueText(row.predicted), row),
      ...(said.text === undefined ? [] : [row.id === said.of ? said.text : '']),
      row.measured === undefined ? 'nothing' : withUnit(String(row.measured), row),
      row.rule,
      verdictOf(row),
    ]),
  ];
  return aligned(cells).map((line, i) => (i === 0 ? bold(line) : line));
}

const verdictOf = ({ holds, open }: Row) =>
  holds ? (open ? 'not judged' : 'as predicted') : 'NOT as predicted';

/**
 * Why a number may differ, once for each reason.
 * @returns `Range    20 to 80 s, 40 to 140 s: Lambda asks at the latest 20 s after it is visible again.`
 */
export function rangeLines(rows: readonly Row[]): string[] {
  const ranges = rows.flatMap((row) =>
    typeof row.predicted === 'object'
      ? [{ because: row.predicted.because, text: withUnit(valueText(row.predicted), row) }]
      : [],
  );
  return [...Map.groupBy(ranges, ({ because }) => because)].map(([because, own]) => {
    const texts = new Set(own.map(({ text }) => text));
    return `${[...texts].join(', ')}: ${because}`;
  });
}

/** A row in words. @param said the learner's prediction of it */
export function shownRow(row: Row, said?: string): MeasuredNumber {
  const { id, label, holds, open } = row;
  return {
    id,
    label,
    predicted: withUnit(valueText(row.predicted), row),
    measured: row.measured === undefined ? 'nothing' : withUnit(String(row.measured), row),
    holds,
    open,
    ...(said === undefined ? {} : { said: { text: said, right: saidRight(said, row.predicted) } }),
  };
}

const withUnit = (text: string, { unit }: Row) => (unit === '' ? text : `${text} ${unit}`);

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell)))
      .join('  ')
      .trimEnd(),
  );
}

/** `sent 10 = deleted 9 + dead-lettered 1 + still there 0; lost 0` */
export function booksLine(observed: Observed): string {
  const { messages, deleted, deadLettered, stillThere, redriven, lost } = observed;
  const sent = messages.filter((message) => wasSent(message)).length;
  const made = redriven === 0 ? '' : `, and ${messages.length - sent} more by redrive`;
  const moved = redriven === 0 ? '' : ` + redriven ${redriven}`;
  const books = `sent ${sent}${made} = deleted ${deleted} + dead-lettered ${deadLettered} + still there ${stillThere}${moved}`;
  return `${books}; lost ${lost}`;
}

/** The books, the batches, and what "at least once" has brought. */
export function booksLines(observed: Observed): string[] {
  return [
    `${booksLine(observed)}; batches of ${batchesText(observed.batchSizes)}`,
    ...observed.duplicates.map(
      (name) => `${name} came once more after its deletion: at least once (G01), not counted`,
    ),
  ];
}

const signs = { OK: 'OK', FAILED: 'FAILED', unfinished: 'not finished' } as const;

/** What happened on one side, one line for each receive of messages that fared alike. */
export function timelineLines(observed: Observed): string[] {
  const { messages } = observed;
  const zero = Math.min(...messages.flatMap(({ deliveries }) => deliveries.map(({ at }) => at)));
  const alike = Map.groupBy(messages, ({ kind, fate, lost, deliveries }) =>
    JSON.stringify([
      kind,
      lost,
      fate,
      deliveries.map(({ at, outcome, receiveCount }) => [
        Math.round((at - zero) / 1000),
        outcome,
        receiveCount,
      ]),
    ]),
  );
  const rows = [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const names = group.length === 1 ? first.name : `${group.length} ${first.kind} messages`;
    const receives = first.deliveries
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, outcome }) => `${((at - zero) / 1000).toFixed(0)} s ${signs[outcome]}`);
    const unread = 'in no queue as far as they were read';
    const known = first.fate === 'unknown' ? unread : first.fate;
    const end = first.lost ? 'deleted, LOST' : known;
    // The books say that it was handled, and the log says nothing.
    const unseen =
      first.fate === 'deleted' && !first.lost ? 'handled, not in the log' : 'never delivered';
    return [[names, receives.join(' → ') || unseen, end]];
  });
  return aligned(rows);
}

/** Everything that a run says at its end. */
export function sayReport(
  experiment: Experiment,
  judgement: Judgement,
  recorded: Readonly<Record<string, RecordedSide>>,
  said: string | undefined,
): void {
  for (const [name, side] of Object.entries(recorded)) {
    const observed = observedOf(side);
    say(bold(`  ${experiment.sides[name]?.title ?? name}`));
    for (const line of timelineLines(observed)) say(`    ${printable(line)}`);
    for (const line of booksLines(observed)) say(dim(`    ${printable(line)}`));
  }
  say();
  for (const line of tableLines(judgement.rows, { of: experiment.question.of, text: said })) {
    say(`  ${line}`);
  }
  say();
  const asked = judgement.rows.find(({ id }) => id === experiment.question.of);
  if (said !== undefined && asked !== undefined) {
    const right = saidRight(said, asked.predicted);
    const answer = right ? 'right' : `AWS's rule says ${valueText(asked.predicted)}`;
    say(labelled('You said', ` ${said}: ${answer}`));
  }
  for (const line of rangeLines(judgement.rows)) say(labelled('Range', line));
  say(labelled('Rule', experiment.rule));
  say(labelled('Source', `${experiment.source.url} (${experiment.source.date})`));
  sayVerdict(judgement);
}

export function sayVerdict({ outcome, reasons, number }: Judgement): void {
  const words = {
    pass: green(`PASS  experiment ${number}: every number is as AWS's rule says`),
    fail: red(`FAIL  experiment ${number}`),
    'not judged': yellow(
      `NOT JUDGED  experiment ${number}: AWS chose other batches. Run it again: npx lab step ${number}`,
    ),
  };
  say(words[outcome]);
  for (const reason of reasons) say(`      ${printable(reason)}`);
}
