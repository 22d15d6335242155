import { options } from './options.ts';
import { quote } from './quote.ts';
import { chosenTarget } from './session.ts';
import type { Target } from './session.ts';
import { lab } from './settings.ts';
import { cyan, dim, say, wrapped } from './terminal.ts';

// What a command says last: what to type next, so that it goes where this command went.

/** The profile of a run on AWS when nobody names one. */
const defaultProfile = 'lab-dev';

interface Where {
  readonly target: Target;
  readonly profile: string;
}

/** Where this command goes, by its options and variables. Opens nothing. */
function here(): Where {
  const { profile, as } = options();
  const target = chosenTarget();
  return target === 'aws'
    ? { target, profile: profile ?? process.env['AWS_PROFILE'] ?? defaultProfile }
    : { target, profile: as ?? defaultProfile };
}

/** The options that lead another command of the kit to where this one went: `--profile ada`, `--as instructor`. */
export function targetOptions(): readonly string[] {
  const { target, profile } = here();
  if (target === 'aws') return ['--profile', profile];
  return profile === defaultProfile ? [] : ['--as', profile];
}

/** A command of the kit that goes to a target, and the options that stand behind it already. */
const kitCommand =
  /\bnpm (?:start|run (?:-s )?(?:step|check|lab (?:run|step|check|hint|watch|status|verify|doctor)))\b(?: \d+)?( -- --[a-z-]+)?/g;

/** A text in which every command of the kit goes to where this command went. */
export function sameTarget(text: string, more: readonly string[] = targetOptions()): string {
  if (more.length === 0) return text;
  const added = more.map(quote).join(' ');
  return text.replaceAll(kitCommand, (command: string, given?: string) => {
    if (given === undefined) return `${command} -- ${added}`;
    return /--(?:profile|as)$/.test(given) ? command : `${command} ${added}`;
  });
}

/** What to type next, and what it is good for. */
export interface Next {
  readonly command: string;
  readonly why?: string;
}

/** The end of a command: what to type next. The command is never broken, because it is there to be copied. */
export function sayNext(next: Next): void {
  for (const line of nextLines(next)) say(line);
}

export function nextLines({ command, why }: Next, more = targetOptions()): string[] {
  const typed = `${dim('Next'.padEnd(labelWidth))}${cyan(sameTarget(command, more))}`;
  if (why === undefined) return [typed];
  const text = sameTarget(why, more);
  return [typed, ...wrapped(text, 88).map((line) => dim(`${' '.repeat(labelWidth)}${line}`))];
}

/** As wide as the labels of a step: `Why`, `Now`, `Exam`. */
const labelWidth = 9;

/** Variables that change where or how the lab is built: a new terminal needs them before anything else. */
const ownVariables = ['LAB_REGION', 'LAB_BOUNDARY'] as const;

/**
 * What points another terminal at the same lab; in the sandbox as the user who may build it.
 * @param environment the variables of this process
 */
export function pointingCommands(
  { target, profile }: Where,
  prefix: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string[] {
  const own = [
    ...(prefix === '' ? [] : [`export LAB_PREFIX=${prefix}`]),
    ...ownVariables.flatMap((name) => {
      const value = environment[name] ?? '';
      return value === '' ? [] : [`export ${name}=${quote(value)}`];
    }),
  ];
  return target === 'aws'
    ? [...own, `eval "$(LAB_TARGET=aws npm run -s lab env -- --profile ${quote(profile)})"`]
    : [...own, 'eval "$(npm run -s lab env)"'];
}

/** What points another terminal at the lab of this command: it comes before commands that are to be pasted. */
export function pointingHere(): readonly string[] {
  return pointingCommands(here(), lab.prefix);
}

/** Whether a text is to be pasted into a terminal that points at the lab: it asks AWS, or uses a variable of `lab env`. */
export function needsPointing(text: string): boolean {
  return /^\s*aws |\$\(aws /m.test(text) || usesLabVariables(text);
}

/** Whether a text says something else in a terminal that does not point at the lab: it has variables of `lab env`. */
export function usesLabVariables(text: string): boolean {
  return /\$(?:LAB_INFRA|AWS_[A-Z_]+)\b/.test(text);
}
