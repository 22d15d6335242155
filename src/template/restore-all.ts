import { observeMapping } from '../lab/aws/observe.ts';
import { waitFor } from '../lab/aws/wait.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { printable, say } from '../lab/terminal.ts';
import { restoreLab, runCommands } from '../judging/restore.ts';
import { compareWithLab } from './compare.ts';
import type { Row } from './compare.ts';
import { settingFixes } from './setting-fixes.ts';
import type { SettingFix } from './setting-fixes.ts';

/** What a restore did, and what it could not do. */
export interface Restored {
  /** In order: the claims of the checks, then the settings. */
  readonly fixed: readonly string[];
  /** Settings that are not as in the template although their commands were run. */
  readonly left: readonly string[];
}

/** The settings that a lab whose checks pass may still have otherwise than infra/template.yaml, with their commands. Reads only. */
export async function otherSettings(lab: Lab): Promise<readonly SettingFix[]> {
  const [rows, mapping, { accountId, region }] = await Promise.all([
    compareWithLab(lab),
    observeMapping(lab.look),
    lab.place(),
  ]);
  return settingFixes(rows, lab, {
    functionArn: `arn:aws:lambda:${region}:${accountId}:function:${lab.functionName}`,
    mappingId: mapping?.UUID ?? '',
  });
}

/**
 * Brings the lab from any state to one whose checks pass, and then every setting back to what infra/template.yaml says: the checks
 * take more than one value for some of them, and do not look at all.
 * @throws LabError as `restoreLab`, and when the template cannot be read
 */
export async function restoreAll(lab: Lab): Promise<Restored> {
  const rounds = await restoreLab(lab);
  const fixes = await otherSettings(lab);
  if (fixes.length === 0) return { fixed: rounds.map(({ claim }) => claim), left: [] };
  for (const { row } of fixes) say(`Not as in infra/template.yaml: ${rowText(row)}`);
  const commands = new Set(fixes.flatMap(({ commands: one }) => one.split('\n')));
  await runCommands(lab, [...commands].join('\n'));
  const left = (await untilBack(lab)).map(({ row }) => row);
  // A change of the mapping takes a moment, and the checks must pass after it.
  const more = await restoreLab(lab);
  const isLeft = ({ resource, setting }: Row) =>
    left.some((one) => one.resource === resource && one.setting === setting);
  const back = fixes.map(({ row }) => row).filter((row) => !isLeft(row));
  return {
    fixed: [
      ...[...rounds, ...more].map(({ claim }) => claim),
      ...back.map(({ resource, setting, template, live }) =>
        printable(`${resource}: ${setting} is ${template} again, it was ${live}`),
      ),
    ],
    left: left.map((row) => rowText(row)),
  };
}

const rowText = ({ resource, setting, template, live }: Row): string =>
  printable(`${resource}: ${setting} is ${live}, not ${template}`);

/** A queue attribute may take this long to show. */
const spreadSeconds = 60;

/** @returns what is still not back when the time is over */
async function untilBack(lab: Lab): Promise<readonly SettingFix[]> {
  let left: readonly SettingFix[] = [];
  await waitFor(lab, {
    what: 'the settings to be as in the template',
    clock: `a changed attribute may take ${spreadSeconds} s to show`,
    limitSeconds: spreadSeconds + 10,
    probe: async () => {
      left = await otherSettings(lab);
      return left.length === 0 ? true : undefined;
    },
  }).catch((error: unknown) => {
    if (!(error instanceof LabError)) throw error;
  });
  return left;
}
