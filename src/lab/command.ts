import { $ as zx } from 'zx';
import { CommandError } from './errors.ts';
import type { Lab } from './lab.ts';
import { quote } from './quote.ts';
import type { Session } from './session.ts';
import { root } from './settings.ts';
import { cyan, dim, indent, printable, say, trimmed } from './terminal.ts';
import { commandTime, trace } from './trace.ts';
import { retryTransientErrors } from './aws/transient.ts';
import { skipInSandbox, waitFor } from './aws/wait.ts';

export interface CommandOptions {
  /** AWS error codes that are an answer here, not a failure: the resource is already there, or already gone. */
  readonly accept?: readonly string[];
  /** AWS says this while one of its clocks is still running: try again until the clock has run out. */
  readonly retryWhile?: {
    readonly says: RegExp;
    readonly clock: string;
    /** How far the sandbox clock is moved the first time, where it may skip. */
    readonly typicalSeconds: number;
    readonly limitSeconds: number;
  };
  /** Run and return, but show nothing. */
  readonly quiet?: boolean;
  /** Lines of the answer that are shown. */
  readonly show?: number;
  /** The last lines are shown when there are too many: of a log, whose newest lines matter. */
  readonly showLast?: boolean;
}

export interface CommandResult {
  readonly stdout: string;
  /** The accepted error code that AWS answered, if it did. */
  readonly code: string | undefined;
}

/** Variables that the commands of a step have set: `QUEUE_URL=$(aws …)`. */
type Variables = Record<string, string>;

type Tag = (pieces: TemplateStringsArray, ...values: (number | string)[]) => Promise<CommandResult>;

/** `$` of a step: types a command, with options or without. */
export type Typing = Tag & ((commandOptions: CommandOptions) => Tag);

/** What a command needs to run: its lab, and the variables that earlier commands have set. */
interface Terminal {
  readonly lab: Lab;
  readonly variables: Variables;
  readonly onTyped: (typed: string) => unknown;
}

/**
 * Opens a terminal for one step. Its `$` types a command: shows it exactly as a person would type it, runs it in bash with
 * zx, shows a trimmed answer. `NAME=$(aws …)` keeps the output for later commands as `"$NAME"`, as in a shell.
 * With `--dry-run` it prints and runs nothing. It throws CommandError with AWS's code and message.
 * @param variables that are kept already
 * @param onTyped told of every command that is run
 */
export function openTerminal(
  lab: Lab,
  variables: Variables = {},
  onTyped: (typed: string) => unknown = () => undefined,
): {
  readonly $: Typing;
  /** Whether a kept variable names something: commands that need it can run (or be shown). */
  readonly has: (name: string) => boolean;
} {
  const terminal: Terminal = { lab, variables: { ...variables }, onTyped };
  const $ = (first: CommandOptions | TemplateStringsArray, ...values: (number | string)[]) => {
    if ('raw' in first) return type(terminal, {}, first, values);
    return (pieces: TemplateStringsArray, ...inner: (number | string)[]) =>
      type(terminal, first, pieces, inner);
  };
  return {
    $: $ as Typing,
    has: (name) =>
      lab.options.dryRun || !['', 'None', 'null'].includes(terminal.variables[name] ?? ''),
  };
}

/** The text of a command: as typed (with its line breaks), values quoted for bash. */
export function commandText(
  pieces: readonly string[],
  values: readonly (number | string)[],
): string {
  return pieces
    .map((piece, i) => (i === 0 ? piece : quote(String(values[i - 1])) + piece))
    .join('');
}

async function type(
  terminal: Terminal,
  commandOptions: CommandOptions,
  pieces: TemplateStringsArray,
  values: readonly (number | string)[],
): Promise<CommandResult> {
  const typed = commandText(pieces.raw, values);
  if (terminal.lab.options.dryRun) {
    say(typed);
    return { stdout: '', code: undefined };
  }
  terminal.onTyped(typed);
  if (commandOptions.quiet !== true) say(indent(`${cyan('$')} ${typed}`));
  const result = await runWithRetries(terminal, typed, commandOptions);
  if (commandOptions.quiet !== true) {
    if (result.code !== undefined) say(indent(dim(`(${result.code}: expected here)`), '    '));
    if (result.stdout.trim() !== '') {
      const part = commandOptions.showLast === true ? 'last' : 'first';
      say(indent(dim(trimmed(printable(result.stdout), commandOptions.show, part)), '    '));
    }
  }
  return result;
}

async function runWithRetries(
  terminal: Terminal,
  typed: string,
  commandOptions: CommandOptions,
): Promise<CommandResult> {
  const { retryWhile, accept } = commandOptions;
  if (retryWhile === undefined) return runTyped(terminal, typed, accept);
  const { clock, typicalSeconds, limitSeconds, says } = retryWhile;
  let told = false;
  let skippedSeconds = 0;
  return waitFor(terminal.lab, {
    what: 'AWS to accept the command',
    clock,
    limitSeconds,
    probe: async () => {
      try {
        return await runTyped(terminal, typed, accept);
      } catch (error) {
        if (!(error instanceof CommandError) || !says.test(error.awsMessage)) throw error;
        // Skipped time counts as waited: the kit must not retry for minutes what AWS never grants.
        if (skippedSeconds >= limitSeconds) throw error;
        if (!told) say(indent(dim(`AWS says for now: ${printable(error.awsMessage)}`), '    '));
        told = true;
        // Twice as far each time: the limit is reached in a few tries.
        const skip = skippedSeconds + typicalSeconds;
        if (await skipInSandbox(terminal.lab, clock, skip)) skippedSeconds += skip;
        return undefined;
      }
    },
  });
}

const assignment = /^\s*([A-Z][A-Z0-9_]*)=\$\(([\s\S]*)\)\s*$/;

async function runTyped(
  { lab, variables }: Terminal,
  typed: string,
  accept: readonly string[] = [],
): Promise<CommandResult> {
  const [, variable, inner] = assignment.exec(typed) ?? [];
  try {
    const stdout = await runOrThrow(await lab.session(), inner ?? typed, variables);
    if (variable !== undefined) variables[variable] = stdout.trim();
    return { stdout, code: undefined };
  } catch (error) {
    if (!(error instanceof CommandError) || error.code === undefined) throw error;
    if (!accept.includes(error.code)) throw error;
    if (variable !== undefined) variables[variable] = '';
    return { stdout: '', code: error.code };
  }
}

/**
 * Runs a command text as `runInBash` does, and retries transient errors of AWS.
 * @returns its stdout
 * @throws CommandError
 */
export function runOrThrow(
  session: Session,
  text: string,
  variables: Readonly<Variables> = {},
): Promise<string> {
  return retryTransientErrors(async () => {
    const output = await runInBash(session, text, variables);
    if (output.exitCode !== 0) throw commandError(text, output);
    return output.stdout;
  });
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** Runs a command text in bash, in the checkout, with the session's environment and the variables of the step. */
export async function runInBash(
  { environment, checkout = root }: Pick<Session, 'checkout' | 'environment'>,
  text: string,
  variables: Readonly<Variables> = {},
): Promise<Output> {
  return commandTime.time(async () => {
    const output = await zx({
      env: { ...environment, ...variables },
      cwd: checkout,
      nothrow: true,
      quiet: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })(Object.assign([text], { raw: [text] }));
    trace({ command: text, exitCode: output.exitCode });
    return output;
  });
}

/** What the AWS CLI wrote on stderr, in either of its layouts (since 2.34.0 with a prefix and details). */
export function parseCliError(stderr: string): { code: string | undefined; message: string } {
  const service =
    /An error occurred \(([^)]+)\) when calling the \w+ operation(?: \([^)]*\))?: ([^\n]*)/.exec(
      stderr,
    );
  if (service !== null) return { code: service[1], message: service[2]?.trim() ?? '' };
  const line = stderr.split('\n').find((text) => text.trim() !== '') ?? 'no message';
  return { code: undefined, message: line.replace(/^aws: \[ERROR\]: /, '').trim() };
}

function commandError(text: string, { stderr, exitCode }: Output): CommandError {
  const { code, message } = parseCliError(stderr);
  const shown = text.replaceAll(/\s*\\\n\s*/g, ' ').trim();
  const what = code === undefined ? message : `${code}: ${message}`;
  const hint = hintFor(code, message);
  return new CommandError(`${what}\n       Command: ${shown} (exit code ${exitCode})`, {
    code,
    command: shown,
    awsMessage: message,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Hints for the errors that learners meet most. */
function hintFor(code: string | undefined, message: string): string | undefined {
  if (code === 'QueueAlreadyExists') {
    const attribute = /attribute (\w+)/.exec(message)?.[1] ?? 'one attribute';
    return (
      `A queue of this name exists with another ${attribute}; the command changed nothing. Correct it with ` +
      '"aws sqs set-queue-attributes", or delete it (npx lab step 11) and run this step again.'
    );
  }
  if (code === 'AccessDenied' || code === 'AccessDeniedException') {
    return 'The profile lacks this permission. Compare its policy with infra/learner-policy.json.';
  }
  if (/Dead letter target does not exist/.test(message)) {
    return 'Create the dead-letter queue first: npx lab step 1';
  }
  if (/Function does not exist/.test(message)) return 'Create the function first: npx lab step 6';
  if (
    /NonExistentQueue/.test(message) ||
    code === 'NoSuchEntity' ||
    code === 'ResourceNotFoundException' ||
    code?.endsWith('NonExistentQueue') === true
  ) {
    return 'An earlier step has not been run: "npx lab check" shows which one.';
  }
  if (/Could not connect to the endpoint URL/.test(message)) {
    if (!message.includes('127.0.0.1'))
      return 'Check the network, then run the same command again.';
    return 'The sandbox ended during the step. Run the same command again: it starts the sandbox again, with everything that it had acknowledged.';
  }
  if (/Unable to load paramfile|Error parsing parameter/.test(message)) {
    return 'A file of the command is missing: "npx lab step 5" makes the zip, and the JSON files come with the kit (git status).';
  }
  return undefined;
}
