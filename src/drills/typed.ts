import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { quote } from '../lab/quote.ts';
import { labHome } from '../lab/settings.ts';

/** There while a drill is open: a line for each `aws` command that the learner types, with the second and nothing else. */
const typedFile = join(labHome, 'drills', 'typed');

/**
 * A shell function for `lab env`: runs the AWS CLI as it is, and while a drill is open writes down that a command was typed, and
 * when. Works in sh, bash and zsh.
 */
export const countingFunction = (): string => {
  const file = quote(typedFile);
  return `aws() { [ ! -e ${file} ] || date +%s >> ${file}; command aws "$@"; }`;
};

/** Counts from now on. @returns how many were counted before, in drills of other labs that are still open */
export async function startCounting(file = typedFile): Promise<number> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, '', { flag: 'a', mode: 0o600 });
  return typedCommands(0, file);
}

export async function stopCounting(): Promise<void> {
  await rm(typedFile, { force: true });
}

/**
 * How many commands were typed, in terminals that got the function, after as many others. Counted by their place in the file and
 * not by their time: a clock may be set back meanwhile.
 */
export async function typedCommands(before: number, file = typedFile): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return Math.max(0, text.split('\n').filter((line) => line !== '').length - before);
}
