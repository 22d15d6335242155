import type { Lab } from './lab.ts';
import { quote } from './quote.ts';
import type { Target } from './session.ts';
import { cyan, dim, lineWidth, say, wrapped } from './terminal.ts';

// The last lines of a command: what to type next, with the options that lead to the same lab.

/** The command that points a terminal at the sandbox. Texts use it while the target is not known. */
const plainPoint = 'eval "$(npx lab env)"';

/** The profile of a run on AWS when nobody names one. */
const defaultProfile = 'lab-dev';

interface Where {
  readonly target: Target;
  readonly profile: string;
  /** Of an emulator. */
  readonly endpoint?: string | undefined;
}

/** The target of this command, by its options and variables. Opens nothing. */
function whereOf({ options, target: targetOf }: Lab): Where {
  const { profile, as, endpoint } = options;
  const target = targetOf();
  if (target === 'emulator') return { target, profile: defaultProfile, endpoint };
  return target === 'aws'
    ? { target, profile: profile ?? process.env['AWS_PROFILE'] ?? defaultProfile }
    : { target, profile: as ?? defaultProfile };
}

/** What another command of the kit needs to reach the same target. */
export interface Way {
  /** Before the command: `LAB_PREFIX=ada-`. In a terminal that has exported it this changes nothing. */
  readonly variables: readonly string[];
  /** After the command: `--profile ada`, `--as instructor`. */
  readonly options: readonly string[];
  /** The command that points a terminal at the target. */
  readonly point: string;
}

/** The way to the sandbox, without any variable or option. */
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

/** The options with which another command of the kit reaches the same target. */
export function targetOptions(lab: Lab): readonly string[] {
  return optionsOf(whereOf(lab));
}

function optionsOf({ target, profile, endpoint }: Where): readonly string[] {
  if (endpoint !== undefined) return ['--endpoint', endpoint];
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
  /\b(?:npm start|npx lab (?:run|step|experiment|check|hint|watch|status|verify|doctor|reset|drill))\b(?: \d+)?( --[a-z-]+)?/g;

/** The text, with every command of the kit led to the target of this command. */
export function sameTarget(text: string, way: Way): string {
  return led(text, way, ' ');
}

/** @param space between the words of a command */
function led(text: string, way: Way, space: string): string {
  const before = way.variables.map((one) => `${one} `).join('');
  const added = way.options.map(quote).join(' ');
  return text
    .replaceAll(kitCommand, (command: string, given?: string) => {
      const isGiven = added === '' || /--(?:profile|as|endpoint)$/.test(given ?? '');
      const whole = isGiven ? command : `${command.replace('npm start', 'npx lab run')} ${added}`;
      return `${before}${whole}`.replaceAll(' ', space);
    })
    .replaceAll(plainPoint, () => way.point);
}

/** What to type next, and what it does. */
export interface Next {
  readonly command: string;
  readonly why?: string;
}

/** Stands for a space at which no line is broken; as wide as one, so of the private use area. */
const unbroken = '\uE000';

/** Prints what to type next. A command is never wrapped, so that it can be copied. */
export function sayNext(lab: Lab, next: Next): void {
  for (const line of nextLines(next, wayTo(lab))) say(line);
}

export function nextLines({ command, why }: Next, way: Way): string[] {
  const typed = `${dim('Next'.padEnd(labelWidth))}${cyan(sameTarget(command, way))}`;
  if (why === undefined) return [typed];
  const lines = wrapped(led(why, way, unbroken), lineWidth() - labelWidth).map((line) =>
    line.replaceAll(unbroken, ' '),
  );
  return [typed, ...lines.map((line) => dim(`${' '.repeat(labelWidth)}${line}`))];
}

/** As wide as the labels of a step: `Why`, `Now`, `Exam`. */
const labelWidth = 9;

/**
 * The commands that point another terminal at the same lab; in the sandbox as the user who may build it.
 * @param variables of this process: the other terminal needs them before anything else
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

function pointOf({ target, profile, endpoint }: Where): string {
  if (endpoint !== undefined) return `eval "$(npx lab env --endpoint ${quote(endpoint)})"`;
  return target === 'aws'
    ? `eval "$(LAB_TARGET=aws npx lab env --profile ${quote(profile)})"`
    : plainPoint;
}

/** The commands that point another terminal at the lab of this command. They stand before commands to paste. */
export function pointingAt(lab: Lab): readonly string[] {
  return pointingCommands(whereOf(lab), lab.prefix);
}

/** Whether the terminal for this text must point at the lab: the text asks AWS, or uses a variable of `lab env`. */
export function needsPointing(text: string): boolean {
  return /^\s*aws |\$\(aws /m.test(text) || usesLabVariables(text);
}

/** Whether the text has variables of `lab env`, which another terminal does not have. */
export function usesLabVariables(text: string): boolean {
  return /\$(?:LAB_INFRA|AWS_[A-Z_]+)\b/.test(text);
}
