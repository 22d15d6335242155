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

export async function startCounting(): Promise<void> {
  await mkdir(dirname(typedFile), { recursive: true, mode: 0o700 });
  await writeFile(typedFile, '', { flag: 'a', mode: 0o600 });
}

export async function stopCounting(): Promise<void> {
  await rm(typedFile, { force: true });
}

/** How many commands were typed since then, in terminals that got the function. @param since ISO 8601 */
export async function typedCommands(since: string): Promise<number> {
  const text = await readFile(typedFile, 'utf8').catch(() => '');
  const from = Math.floor(Date.parse(since) / 1000);
  return text.split('\n').filter((line) => line !== '' && Number(line) >= from).length;
}
