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
  /** `lab board`: no browser is opened. */
  readonly noOpen: boolean;
  /** Folder of collected evidence that a class is judged by. */
  readonly evidence: string | undefined;
  /** Folder for the report on a class. */
  readonly out: string | undefined;
}

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
  'no-open': '--no-open         "lab board": print the URL, open no browser',
  json: '--json            machine-readable output where a command has it',
  junit: '--junit FILE      check: the results as JUnit XML',
  evidence: '--evidence DIR    class: judge collected evidence, without AWS access',
  out: '--out DIR         class: folder of the report (default: .lab/class/<time>)',
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
  'no-open': { type: 'boolean' },
  evidence: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * Reads arguments and options.
 * @throws LabError (exit code 2) that names the unknown option and lists the known ones
 */
export function readArguments(args: readonly string[]): {
  words: string[];
  options: Options;
  help: boolean;
} {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: definitions,
      allowPositionals: true,
    });
    for (const name of ['profile', 'endpoint', 'as', 'junit', 'evidence', 'out'] as const) {
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
      noOpen: values['no-open'] ?? false,
      evidence: values.evidence,
      out: values.out,
    };
    return { words: positionals, options, help: values.help ?? false };
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('.')[0] ?? '') : String(cause);
    const unknown = /^Unknown option '--([\w-]+)/.exec(reason)?.[1];
    const meant = unknown === undefined ? undefined : nearest(unknown, Object.keys(definitions));
    const guess = meant === undefined ? '' : `Did you mean "--${meant}"? `;
    throw new LabError(reason, {
      // Whoever meant a known one need not read them all.
      hint:
        meant === undefined
          ? `Known options:\n  ${Object.values(optionTexts).join('\n  ')}`
          : guess.trim(),
      exitCode: 2,
      cause,
    });
  }
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
