import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Check } from '../judging/check.ts';
import { listSteps } from '../judging/steps.ts';
import { runInBash } from '../lab/command.ts';
import type { Lab } from '../lab/lab.ts';
import { targetOptions } from '../lab/next.ts';
import { root } from '../lab/settings.ts';

const run = promisify(execFile);

/** The commands of a step as the step itself would type them, with this learner's names. Runs none of them. */
export async function commandsOfStep(lab: Lab, number: string): Promise<string> {
  const args = ['src/cli.ts', 'step', number, '--dry-run', ...targetOptions(lab)];
  const { stdout } = await run(process.execPath, args, { cwd: root });
  return stdout.trimEnd();
}

/** The commands that delete what the step of this check has made; none when it makes nothing. */
export async function resetCommands(
  lab: Lab,
  { undoneBy }: Pick<Check, 'undoneBy'>,
): Promise<readonly string[]> {
  if (undoneBy === undefined) return [];
  const cleanUp = (await listSteps()).find(({ cleansUp }) => cleansUp);
  if (cleanUp === undefined) return [];
  return deletionsOf(undoneBy, commandsOf(await commandsOfStep(lab, cleanUp.number)));
}

/** The commands of the clean-up that delete what a step has made. */
export function deletionsOf(undoneBy: RegExp, cleanUp: readonly string[]): readonly string[] {
  return cleanUp.filter((command) => undoneBy.test(command));
}

/** Splits a text into commands: a line that ends in `\` goes on in the next. */
export function commandsOf(text: string): readonly string[] {
  const commands: string[] = [];
  let goesOn = false;
  for (const line of text.split('\n')) {
    if (!goesOn && (line.trim() === '' || line.startsWith('#'))) continue;
    if (goesOn) commands.push(`${commands.pop()}\n${line}`);
    else commands.push(line);
    goesOn = line.endsWith('\\');
  }
  return commands;
}

/** Errors of AWS for a resource that does not exist: expected after a reset. */
const gone = /NonExistentQueue|NoSuchEntity|ResourceNotFoundException/;

/**
 * Runs the commands in one shell.
 * @returns one line for each error, except for resources that did not exist
 */
export async function reset(lab: Lab, commands: readonly string[]): Promise<readonly string[]> {
  const { stderr } = await runInBash(await lab.session(), commands.join('\n'));
  return stderr.split('\n').filter((line) => line.trim() !== '' && !gone.test(line));
}
