import { createInterface } from 'node:readline/promises';
import type { Lab } from '../lab/lab.ts';
import { bold, dim, say, sayFolded } from '../lab/terminal.ts';
import type { Experiment } from './experiment.ts';

/** Only a person at a terminal is asked: pipes and CI never are. */
export function mayAsk({ options }: Lab, environment = process.env): boolean {
  const terminal = process.stdin.isTTY && process.stdout.isTTY;
  return terminal && options.ask && environment['CI'] === undefined;
}

/**
 * Asks for a prediction. Enter skips it.
 * @returns what was said: a number as text, or one of the choices; undefined: nothing
 */
export async function askLearner({ question }: Experiment): Promise<string | undefined> {
  const { text, choices } = question;
  sayFolded(bold(`Your prediction: ${text}`));
  choices?.forEach((choice, i) => say(`  ${i + 1}  ${choice}`));
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // A terminal that is read line by line keeps Ctrl-C to itself; Ctrl-D ends it without an answer.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    for (;;) {
      const said = await Promise.race([terminal.question(dim('  (Enter skips) > ')), closed]);
      const answer = answerOf(said, choices);
      if (answer !== 'unclear') return answer.said;
      say(dim(choices === undefined ? '  A number, please.' : `  1 to ${choices.length}, please.`));
    }
  } finally {
    terminal.close();
    say();
  }
}

/** What a line means; nothing said: skipped. */
export function answerOf(
  line: string,
  choices: readonly string[] | undefined,
): { readonly said: string | undefined } | 'unclear' {
  const text = line.trim();
  if (text === '') return { said: undefined };
  if (choices === undefined)
    return Number.isFinite(Number(text)) ? { said: String(Number(text)) } : 'unclear';
  const said = choices[Number(text) - 1] ?? choices.find((choice) => choice === text);
  return said === undefined ? 'unclear' : { said };
}
