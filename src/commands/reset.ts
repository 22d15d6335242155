import { endDrill } from '../drills/end.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import {
  countOf,
  deleteExperimentLeftovers,
  deleteMapping,
  deleteRole,
} from '../experiments/delete-copies.ts';
import { observeMappings } from '../lab/aws/observe.ts';
import { waitUntilMappingIsGone } from '../lab/aws/clocks.ts';
import { listSteps, runStep } from '../judging/steps.ts';
import { sayNext } from '../lab/next.ts';
import { bold, green, say } from '../lab/terminal.ts';
import { restoreLab } from '../judging/restore.ts';

/**
 * `lab reset [--rebuild]`: from any state to a lab whose checks pass. Ends a drill, deletes what experiments have left,
 * and fixes what the checks find, with the commands of their hints. `--rebuild` deletes the lab first and builds it anew.
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
  say(bold('The lab is as it should be: every check passes.'));
  for (const line of did.length > 0 ? did : ['There was nothing to do.'])
    say(`  ${green('✓')} ${line}`);
  sayNext(lab, { command: 'npx lab drill', why: 'Breaks something, and you find out what.' });
  return 0;
}

/**
 * From any state to a lab whose checks pass; the commands are said as they are typed. The board does the same.
 * @returns what was done, a sentence each; empty: nothing was wrong
 * @throws LabError when the lab cannot be restored
 */
export async function resetLab(lab: Lab, { rebuild = false } = {}): Promise<readonly string[]> {
  await lab.session();
  const did: string[] = [];
  const drill = await endDrill(lab, 'given up');
  if (drill !== undefined) did.push(`The drill "${drill}" is given up.`);
  const left = countOf(await deleteExperimentLeftovers(lab));
  if (left > 0) did.push(`Deleted what experiments and drills had left: ${left} resources.`);
  if (rebuild) {
    await demolishLab(lab);
    did.push('Deleted the lab and built it anew.');
  }
  const rounds = await restoreLab(lab);
  if (!rebuild) did.push(...rounds.map(({ claim }) => `Fixed: ${claim}`));
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
