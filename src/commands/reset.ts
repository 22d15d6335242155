import { endDrill } from '../drills/end.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import {
  countOf,
  deleteExperimentLeftovers,
  deleteMapping,
  deleteRole,
} from '../experiments/delete-copies.ts';
import { refuseDuringTurn, takeTurn } from '../experiments/take-turn.ts';
import { observeMappings } from '../lab/aws/observe.ts';
import { waitUntilMappingIsGone } from '../lab/aws/clocks.ts';
import { listSteps, runStep } from '../judging/steps.ts';
import { paceText } from '../lab/sandbox/lab-clock.ts';
import { sayNext } from '../lab/next.ts';
import { bold, green, say } from '../lab/terminal.ts';
import { restoreAll } from '../template/restore-all.ts';

/**
 * `lab reset [--rebuild]`: from any state to a lab whose checks pass. Lets the sandbox clock skip again, ends a drill,
 * deletes what experiments have left, fixes what the checks find, with the commands of their hints, and brings back every
 * setting that infra/template.yaml names.
 * `--rebuild` deletes the lab first and builds it anew.
 * @returns exit code: 0 done, 1 a setting is not back
 */
export async function resetCommand(lab: Lab, args: readonly string[]): Promise<number> {
  if (args.length > 0)
    throw new LabError(`"reset" takes no arguments: "${args[0]}"`, {
      hint: 'npx lab reset',
      exitCode: 2,
    });
  if (lab.options.dryRun)
    throw new LabError('"reset" has no dry run: what it does depends on what it finds', {
      hint: 'npx lab check   says what is wrong, "npx lab hint 3" says the command for it',
      exitCode: 2,
    });
  const did = await resetLab(lab, { rebuild: lab.options.own['rebuild'] === true });
  say();
  say(
    bold(
      'The lab is as it should be: every check passes, and every setting is as in the template.',
    ),
  );
  for (const line of did.length > 0 ? did : ['There was nothing to do.'])
    say(`  ${green('✓')} ${line}`);
  sayNext(lab, { command: 'npx lab drill', why: 'Breaks something, and you find out what.' });
  return 0;
}

/**
 * A clock that somebody has paused would let nothing come to its end, this reset included.
 * @returns whether it ran otherwise; never with `--real-time`, and there is no such clock on AWS
 */
async function runClockAgain(lab: Lab): Promise<boolean> {
  const { sandbox } = await lab.session();
  if (sandbox === undefined || lab.options.realTime) return false;
  const { clock } = await sandbox.status();
  if (clock.pace === 'skipping') return false;
  await sandbox.setPace('skipping');
  say(`The sandbox clock was set to "${paceText(clock)}". It skips waits again.`);
  return true;
}

interface ResetOptions {
  readonly rebuild?: boolean;
  /** Folder of the lock that experiments take. Left out: that of this checkout. */
  readonly home?: string;
}

/**
 * From any state to a lab whose checks pass; the commands are said as they are typed. The board does the same.
 * @returns what was done, a sentence each; empty: nothing was wrong
 * @throws LabError when the lab cannot be restored, or an experiment runs: its copies would be deleted
 */
export async function resetLab(
  lab: Lab,
  { rebuild = false, home }: ResetOptions = {},
): Promise<readonly string[]> {
  refuseDuringTurn('The lab cannot be reset now', home);
  const release = await takeTurn('npx lab reset', home);
  try {
    return await restore(lab, rebuild);
  } finally {
    release();
  }
}

async function restore(lab: Lab, rebuild: boolean): Promise<readonly string[]> {
  const did: string[] = [];
  if (await runClockAgain(lab)) did.push('The sandbox clock skips waits again.');
  const drill = await endDrill(lab, 'given up');
  if (drill !== undefined) did.push(`The drill "${drill}" is given up.`);
  const deleted = countOf(await deleteExperimentLeftovers(lab));
  if (deleted > 0) did.push(`Deleted what experiments and drills had left: ${deleted} resources.`);
  if (rebuild) {
    await demolishLab(lab);
    did.push('Deleted the lab and built it anew.');
  }
  const { fixed, left } = await restoreAll(lab);
  if (left.length > 0)
    throw new LabError(
      `Every check passes, but not every setting is as in infra/template.yaml: ${left.join('; ')}`,
      { hint: 'npx lab reset --rebuild   deletes the lab and builds it anew' },
    );
  if (!rebuild) did.push(...fixed.map((what) => `Fixed: ${what}`));
  return did;
}

/** Deletes the lab, whatever has become of it: also mappings and policies that no step made. */
async function demolishLab(lab: Lab): Promise<void> {
  const { mappings } = await observeMappings(lab.look);
  const lasting = mappings.filter(({ State }) => State !== 'Deleting');
  for (const { UUID = '' } of lasting) await deleteMapping(lab, UUID);
  await waitUntilMappingIsGone(lab);
  await deleteRole(lab, lab.roleName);
  const [cleanUp] = (await listSteps()).filter(({ cleansUp }) => cleansUp);
  if (cleanUp !== undefined) await runStep(cleanUp, { lab, inWholeLab: true });
}
