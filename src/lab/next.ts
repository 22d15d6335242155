import type { Lab } from './lab.ts';
import { quote } from './quote.ts';
import type { Target } from './session.ts';
import { cyan, dim, say, wrapped } from './terminal.ts';

// What a command says last: what to type next, so that it goes where this command went.

/** What the kit writes where it does not know the target yet. */
const plainPoint = 'eval "$(npx lab env)"';

/** The profile of a run on AWS when nobody names one. */
const defaultProfile = 'lab-dev';

interface Where {
  readonly target: Target;
  readonly profile: string;
}

/** Where this command goes, by its options and variables. Opens nothing. */
function whereOf({ options, target: targetOf }: Lab): Where {
  const { profile, as } = options;
  const target = targetOf();
  return target === 'aws'
    ? { target, profile: profile ?? process.env['AWS_PROFILE'] ?? defaultProfile }
    : { target, profile: as ?? defaultProfile };
}

/** What leads another command of the kit to where this one went. */
export interface Way {
  /** Before it: `LAB_PREFIX=ada-`. Needless in a terminal that has exported it, and never wrong. */
  readonly variables: readonly string[];
  /** Behind it: `--profile ada`, `--as instructor`. */
  readonly options: readonly string[];
  /** What points a terminal there. */
  readonly point: string;
}

/** To the sandbox, where nobody has set anything. */
export const plainWay: Way = { variables: [], options: [], point: plainPoint };

export function wayTo(lab: Lab): Way {
  const where = whereOf(lab);
  const names = where.target === 'aws' ? ['LAB_PREFIX'] : ['LAB_PREFIX', 'LAB_REGION'];
  return {
    variables: assignments(names, process.env),
    options: optionsOf(where),
    point: pointOf(where),
  };
}

/** The options that lead another command of the kit to where this one went. */
export function targetOptions(lab: Lab): readonly string[] {
  return optionsOf(whereOf(lab));
}

function optionsOf({ target, profile }: Where): readonly string[] {
  if (target === 'aws') return ['--profile', profile];
  return profile === defaultProfile ? [] : ['--as', profile];
}

type Variables = Readonly<Record<string, string | undefined>>;

function assignments(names: readonly string[], variables: Variables): string[] {
  return names.flatMap((name) => {
    const value = variables[name] ?? '';
    return value === '' ? [] : [`${name}=${quote(value)}`];
  });
}

/** A command of the kit that goes to a target, and the option that stands behind it already. */
const kitCommand =
  /\b(?:npm start|npx lab (?:run|step|check|hint|watch|status|verify|doctor))\b(?: \d+)?( --[a-z-]+)?/g;

/** A text in which every command of the kit goes to where this command went. */
export function sameTarget(text: string, way: Way): string {
  return led(text, way, ' ');
}

/** @param space between the words of a command */
function led(text: string, way: Way, space: string): string {
  const before = way.variables.map((one) => `${one} `).join('');
  const added = way.options.map(quote).join(' ');
  return text
    .replaceAll(kitCommand, (command: string, given?: string) => {
      const isGiven = added === '' || /--(?:profile|as)$/.test(given ?? '');
      const whole = isGiven ? command : `${command.replace('npm start', 'npx lab run')} ${added}`;
      return `${before}${whole}`.replaceAll(' ', space);
    })
    .replaceAll(plainPoint, () => way.point);
}

/** What to type next, and what it is good for. */
export interface Next {
  readonly command: string;
  readonly why?: string;
}

/** Stands for a space at which no line is broken. */
const unbroken = '\u0000';

/** The end of a command: what to type next. No command is broken, because it is there to be copied. */
export function sayNext(lab: Lab, next: Next): void {
  for (const line of nextLines(next, wayTo(lab))) say(line);
}

export function nextLines({ command, why }: Next, way: Way): string[] {
  const typed = `${dim('Next'.padEnd(labelWidth))}${cyan(sameTarget(command, way))}`;
  if (why === undefined) return [typed];
  const lines = wrapped(led(why, way, unbroken), 88).map((line) => line.replaceAll(unbroken, ' '));
  return [typed, ...lines.map((line) => dim(`${' '.repeat(labelWidth)}${line}`))];
}

/** As wide as the labels of a step: `Why`, `Now`, `Exam`. */
const labelWidth = 9;

/**
 * What points another terminal at the same lab; in the sandbox as the user who may build it.
 * @param variables of this process: whoever builds the lab needs its own ones before anything else
 */
export function pointingCommands(
  where: Where,
  prefix: string,
  variables: Variables = process.env,
): string[] {
  const names = ['LAB_PREFIX', 'LAB_REGION', 'LAB_BOUNDARY'];
  const own = assignments(names, { ...variables, LAB_PREFIX: prefix });
  return [...own.map((one) => `export ${one}`), pointOf(where)];
}

function pointOf({ target, profile }: Where): string {
  return target === 'aws'
    ? `eval "$(LAB_TARGET=aws npx lab env --profile ${quote(profile)})"`
    : plainPoint;
}

/** What points another terminal at the lab of this command: it comes before commands that are to be pasted. */
export function pointingAt(lab: Lab): readonly string[] {
  return pointingCommands(whereOf(lab), lab.prefix);
}

/** Whether a text is to be pasted into a terminal that points at the lab: it asks AWS, or uses a variable of `lab env`. */
export function needsPointing(text: string): boolean {
  return /^\s*aws |\$\(aws /m.test(text) || usesLabVariables(text);
}

/** Whether a text says something else in a terminal that does not point at the lab: it has variables of `lab env`. */
export function usesLabVariables(text: string): boolean {
  return /\$(?:LAB_INFRA|AWS_[A-Z_]+)\b/.test(text);
}
