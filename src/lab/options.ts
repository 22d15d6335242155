import { parseArgs } from 'node:util';
import { LabError } from './errors.ts';
import { nearest } from './nearest.ts';

/** What the user asked for, the same for `lab …` and for a step or check run by itself. */
export interface Options {
  /** A profile of the user's own AWS configuration: run on that real account. */
  readonly profile: string | undefined;
  /** Address of an emulator on this machine: run on that. */
  readonly endpoint: string | undefined;
  /** A user of the sandbox: `lab-dev` (default), `instructor` or `admin`. */
  readonly as: string | undefined;
  readonly dryRun: boolean;
  readonly realTime: boolean;
  readonly realistic: boolean;
  readonly yes: boolean;
  readonly keep: boolean;
  readonly json: boolean;
  /** File for the results of `lab check` as JUnit XML. */
  readonly junit: string | undefined;
  /** `lab watch`: reads whole lines, and looks only when asked. */
  readonly manual: boolean;
  /** An experiment asks a person for a prediction. */
  readonly ask: boolean;
  /** `lab board`: no browser is opened. */
  readonly noOpen: boolean;
  /** Folder of collected evidence that a class is judged by. */
  readonly evidence: string | undefined;
  /** Folder for the report on a class, or for a hand-in. */
  readonly out: string | undefined;
  /** `lab quiz`: `C03` or `C02`. */
  readonly exam: string | undefined;
  /** `lab quiz`: questions of this domain of the exam. */
  readonly domain: string | undefined;
  /** `lab quiz`: questions of this rule, `G06`. */
  readonly rule: string | undefined;
  /** `lab quiz`: how many questions. */
  readonly count: string | undefined;
  /** `lab quiz`: timed, without feedback until the end. */
  readonly examMode: boolean;
  /** `lab quiz`: a file for the questions; its ending says the format. */
  readonly export: string | undefined;
  /** Of the learner who hands in. */
  readonly name: string | undefined;
  /** Options that only the named command takes: `{ 'batch-size': '4', fifo: true }`. */
  readonly own: Readonly<Record<string, string | true | undefined>>;
}

/** Options that only one command takes, by their name, with the line that explains each. */
export type OwnOptions = Readonly<
  Record<string, { readonly type: 'boolean' | 'string'; readonly text: string }>
>;

export const optionTexts = {
  profile: '--profile NAME    run on the real AWS account of this profile (default: the sandbox)',
  endpoint: '--endpoint URL    run on an AWS emulator on this machine: http://127.0.0.1:PORT',
  as: '--as NAME         act as this user of the sandbox: lab-dev, instructor or admin',
  'dry-run': '--dry-run         print the commands only, ready to paste',
  'real-time': '--real-time       sandbox: wait as long as AWS would, skip no waits (*)',
  realistic:
    '--realistic       sandbox: slow roles, duplicates, throttling and other faults of AWS (*)',
  yes: '--yes             use a real account without asking',
  keep: '--keep            keep the lab at the end of "lab run"',
  manual: '--manual          "lab watch": type a letter and Enter, where single keys do not work',
  'no-ask': '--no-ask          experiments: ask for no prediction',
  'no-open': '--no-open         "lab board": print the URL, open no browser',
  json: '--json            machine-readable output where a command has it',
  junit: '--junit FILE      check: the results as JUnit XML',
  evidence: '--evidence DIR    class: judge collected evidence, without AWS access',
  out: '--out DIR         class: folder of the report (default: .lab/class/<time>); hand-in: folder of the file (default: here)',
  name: '--name NAME       hand-in: your name, which the file gets, too',
  exam: '--exam C03|C02    quiz: the skills and domains of this exam (default: C03)',
  domain: '--domain N        quiz: only questions of this domain, 1 to 4',
  rule: '--rule G06        quiz: only questions of this rule of docs/exam-notes.md',
  count: '--count N         quiz: how many questions (default: 10; in exam mode 20)',
  'exam-mode':
    '--exam-mode       quiz: timed, no feedback until the end, a result by domain and by rule',
  export:
    '--export FILE     quiz: write the questions as Anki package (.apkg), Markdown (.md) or text to import (.txt)',
} as const;

const definitions = {
  profile: { type: 'string' },
  endpoint: { type: 'string' },
  as: { type: 'string' },
  'dry-run': { type: 'boolean' },
  'real-time': { type: 'boolean' },
  realistic: { type: 'boolean' },
  yes: { type: 'boolean' },
  keep: { type: 'boolean' },
  json: { type: 'boolean' },
  junit: { type: 'string' },
  manual: { type: 'boolean' },
  'no-ask': { type: 'boolean' },
  'no-open': { type: 'boolean' },
  evidence: { type: 'string' },
  out: { type: 'string' },
  exam: { type: 'string' },
  domain: { type: 'string' },
  rule: { type: 'string' },
  count: { type: 'string' },
  'exam-mode': { type: 'boolean' },
  export: { type: 'string' },
  name: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * Reads arguments and options.
 * @param ownOf the options of each command that has some of its own; nobody else may be given them
 * @throws LabError (exit code 2) that names the unknown option and lists the known ones
 */
export function readArguments(
  args: readonly string[],
  ownOf: Readonly<Record<string, OwnOptions>> = {},
): {
  words: string[];
  options: Options;
  help: boolean;
} {
  const marked = args.map((word) => (isNegative(word) ? `${mark}${word}` : word));
  const own = ownOptionsFor(marked, ownOf);
  try {
    const { values, positionals } = unmarked(
      parseArgs({
        args: marked,
        options: { ...typesOf(own), ...definitions },
        allowPositionals: true,
      }),
    );
    const texts = [
      'profile',
      'endpoint',
      'as',
      'junit',
      'evidence',
      'out',
      'name',
      'export',
    ] as const;
    for (const name of texts) {
      // From a variable that is not set; AWS CLI would take the default profile.
      if (values[name] === '') throw new Error(`Option '--${name}' has an empty value`);
    }
    const options = {
      profile: values.profile,
      endpoint: values.endpoint,
      as: values.as,
      dryRun: values['dry-run'] ?? false,
      realTime: values['real-time'] ?? false,
      realistic: values.realistic ?? false,
      yes: values.yes ?? false,
      keep: values.keep ?? false,
      json: values.json ?? false,
      junit: values.junit,
      manual: values.manual ?? false,
      ask: values['no-ask'] !== true,
      noOpen: values['no-open'] ?? false,
      evidence: values.evidence,
      out: values.out,
      exam: values.exam,
      domain: values.domain,
      rule: values.rule,
      count: values.count,
      examMode: values['exam-mode'] ?? false,
      export: values.export,
      name: values.name,
      own: ownValues(own, values),
    };
    return { words: positionals, options, help: values.help ?? false };
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('.')[0] ?? '') : String(cause);
    const lacking = /^Option '(?:-\w, )?--([\w-]+).*' argument (?:is ambiguous|missing)/.exec(
      reason,
    )?.[1];
    if (lacking !== undefined) {
      const { [lacking]: text } = { ...textsByName(own), ...optionTexts } as Record<string, string>;
      throw new LabError(`Option --${lacking} needs a value, and none stands behind it`, {
        hint: text ?? 'npx lab --help',
        exitCode: 2,
        cause,
      });
    }
    const unknown = /^Unknown option '--([\w-]+)/.exec(reason)?.[1];
    const known = [...Object.keys(definitions), ...Object.keys(own)];
    const meant = unknown === undefined ? undefined : nearest(unknown, known);
    const guess = meant === undefined ? '' : `Did you mean "--${meant}"? `;
    throw new LabError(reason, {
      // Whoever meant a known one need not read them all.
      hint: meant === undefined ? knownOptions(own) : guess.trim(),
      exitCode: 2,
      cause,
    });
  }
}

/** `two: 1 2`, of words that were too many. */
export const countedWords = (words: readonly string[]): string =>
  `${words.length === 2 ? 'two' : words.length}: ${words.join(' ')}`;

/** No argument of a process holds it. */
const mark = '\0';

/** `-5` is a number that somebody has typed, and no option. What is wrong with it only its command knows. */
const isNegative = (word: string): boolean => /^-\d/.test(word);

function unmarked<T extends { readonly values: object; readonly positionals: readonly string[] }>({
  values,
  positionals,
}: T): { readonly values: T['values']; readonly positionals: string[] } {
  const plain = (value: unknown) => (typeof value === 'string' ? value.replace(mark, '') : value);
  const entries = Object.entries(values).map(([name, value]) => [name, plain(value)]);
  return {
    values: Object.fromEntries(entries) as T['values'],
    positionals: positionals.map((word) => word.replace(mark, '')),
  };
}

/** Of a command that has options of its own only these: the others are in `npx lab --help`. */
function knownOptions(own: OwnOptions): string {
  const texts = textsOf(own);
  return texts.length === 0
    ? `Known options:\n  ${Object.values(optionTexts).join('\n  ')}`
    : `Options of this command:\n  ${texts.join('\n  ')}\nOptions of every command: npx lab --help`;
}

const textsByName = (own: OwnOptions) =>
  Object.fromEntries(Object.entries(own).map(([name, { text }]) => [name, text]));

/** The command is the first word that is neither an option nor an option's value. */
function ownOptionsFor(
  args: readonly string[],
  ownOf: Readonly<Record<string, OwnOptions>>,
): OwnOptions {
  const all = Object.assign({}, ...Object.values(ownOf).map(typesOf)) as object;
  const options = { ...all, ...definitions };
  const [command = ''] = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
  }).positionals;
  return Object.hasOwn(ownOf, command) ? (ownOf[command] ?? {}) : {};
}

const typesOf = (own: OwnOptions): Record<string, { type: 'boolean' | 'string' }> =>
  Object.fromEntries(Object.entries(own).map(([name, { type }]) => [name, { type }]));

/** The lines that explain them. */
export const textsOf = (own: OwnOptions): string[] => Object.values(own).map(({ text }) => text);

/** @throws Error when one has an empty value */
function ownValues(own: OwnOptions, values: Readonly<Record<string, unknown>>): Options['own'] {
  const given = Object.keys(own).flatMap((name): [string, string | true][] => {
    const value = values[name];
    if (value === '') throw new Error(`Option '--${name}' has an empty value`);
    return value === undefined || value === false ? [] : [[name, value as string | true]];
  });
  return Object.fromEntries(given);
}

/** Nothing was asked for: the lab-dev of the sandbox. */
export const plainOptions: Options = readArguments([]).options;

/** The options of a step or a check that is run by itself. */
export function ownOptions(): Options {
  return readArguments(argumentsOfScript(process.argv)).options;
}

/** `node zx steps/01-….ts --dry-run` and `node steps/01-….ts --dry-run` both give `['--dry-run']`. */
export function argumentsOfScript(argv: readonly string[]): string[] {
  const script = argv.findLastIndex((argument) => /\.m?[jt]s$/.test(argument));
  return argv.slice(script + 1);
}
