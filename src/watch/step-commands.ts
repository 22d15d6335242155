import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { runInBash } from '../lab/command.ts';
import type { Lab } from '../lab/lab.ts';
import { targetOptions } from '../lab/next.ts';
import { root } from '../lab/settings.ts';

const run = promisify(execFile);

/** The commands of a step as the step itself would type them, with this learner's names. Runs none of them. */
export async function commandsOfStep(lab: Lab, number: string): Promise<string> {
  const words = ['src/cli.ts', 'step', number, '--dry-run', ...targetOptions(lab)];
  const { stdout } = await run(process.execPath, words, { cwd: root });
  return stdout.trimEnd();
}

/** Which of the clean-up's commands delete what a step has made. The steps that are missing make nothing to delete. */
const deletes: Readonly<Record<string, RegExp>> = {
  '01': /\bDLQ_URL\b/,
  '02': /\bQUEUE_URL\b/,
  // A role can only be deleted when its policies are gone.
  '03': /(detach|delete)-role/,
  '04': /(detach|delete)-role-policy/,
  '05': /^rm /,
  '06': /delete-function/,
  '07': /\bMAPPING_UUID\b/,
};

export async function resetCommands(lab: Lab, number: string): Promise<readonly string[]> {
  if (deletes[number] === undefined) return [];
  return deletionsOf(number, commandsOf(await commandsOfStep(lab, '11')));
}

/** Those of the clean-up's commands that delete what this step has made. */
export function deletionsOf(number: string, cleanUp: readonly string[]): readonly string[] {
  const pattern = deletes[number];
  return pattern === undefined ? [] : cleanUp.filter((command) => pattern.test(command));
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

/** What AWS says about something that is not there: after a reset that is as it should be. */
const gone = /NonExistentQueue|NoSuchEntity|ResourceNotFoundException/;

/**
 * Runs the commands in one shell.
 * @returns what went wrong, a line each; that something was not there is no fault
 */
export async function reset(lab: Lab, commands: readonly string[]): Promise<readonly string[]> {
  const { stderr } = await runInBash(await lab.session(), commands.join('\n'));
  return stderr.split('\n').filter((line) => line.trim() !== '' && !gone.test(line));
}
