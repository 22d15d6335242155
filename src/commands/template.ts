import { sayNext } from '../lab/next.ts';
import type { Lab } from '../lab/lab.ts';
import { targetName } from '../lab/target-name.ts';
import { bold, green, indent, printable, red, say, yellow } from '../lab/terminal.ts';
import { compareWithLab } from '../template/compare.ts';
import type { Row } from '../template/compare.ts';

/**
 * `lab template`: infra/template.yaml against the live lab, setting by setting. Reads only.
 * @returns 1 when a setting is different
 */
export async function templateCommand(lab: Lab): Promise<number> {
  const rows = await compareWithLab(lab);
  const isDifferent = rows.some(({ verdict }) => verdict === 'different');
  if (lab.options.json) say(JSON.stringify(await templateJson(lab, rows), undefined, 2));
  else {
    for (const line of rowLines(rows)) say(line);
    sayNext(lab, next(rows));
  }
  return isDifferent ? 1 : 0;
}

/** For programs: whole values, and where they were read. */
export async function templateJson(lab: Lab, rows: readonly Row[]) {
  const { accountId, region } = await lab.place();
  const target = targetName(lab.target());
  return { schema: 1, target, accountId, region, prefix: lab.prefix, settings: rows };
}

const signs: Readonly<Record<Row['verdict'], string>> = {
  same: green('same     '),
  different: red('DIFFERENT'),
  'not read': yellow('not read '),
};

/** One line for each setting, and both values where they differ; then how many there are of each. */
export function rowLines(rows: readonly Row[]): string[] {
  const resources = [...new Set(rows.map(({ resource }) => resource))];
  const width = Math.max(0, ...rows.map(({ setting }) => setting.length));
  const lines = resources.flatMap((resource) => [
    bold(resource),
    ...rows.filter((row) => row.resource === resource).map((row) => indent(rowText(row, width))),
    '',
  ]);
  const count = (verdict: Row['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  return [
    ...lines,
    `${rows.length} ${rows.length === 1 ? 'setting' : 'settings'}: ${count('same')} same, ${count('different')} different, ${count('not read')} not read`,
    ...(count('not read') > 0
      ? [
          '"not read": this profile may not look at it (the tags of a queue need sqs:ListQueueTags).',
        ]
      : []),
  ];
}

/** Of a value that is the same on both sides; `--json` has whole values. */
const widest = 80;

function rowText({ setting, template, live, verdict }: Row, width: number): string {
  if (verdict === 'same') {
    const value = live.length > widest ? `${live.slice(0, widest - 1)}…` : live;
    return `${signs.same}  ${setting.padEnd(width)}  ${printable(value)}`;
  }
  const values = [`template  ${template}`, `live      ${printable(live)}`].join('\n');
  return `${signs[verdict]}  ${printable(setting)}\n${indent(values, '             ')}`;
}

function next(rows: readonly Row[]) {
  const different = rows.filter(({ verdict }) => verdict === 'different');
  if (different.some(({ setting, live }) => setting === 'exists' && live === 'no'))
    return { command: 'npx lab run --keep', why: 'Builds the lab, or what is missing of it.' };
  return different.length > 0
    ? { command: 'npx lab check', why: 'Judges every setting of the lab, and says how to fix it.' }
    : { command: 'npx lab status', why: 'The template describes this lab.' };
}
