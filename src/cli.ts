/**
 * `lab`: the kit's own command. `npx lab` without arguments lists the commands.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { LabError } from './lab/errors.ts';
import { fail } from './lab/fail.ts';
import { beforeLeaving } from './lab/interrupt.ts';
import { nearest } from './lab/nearest.ts';
import type { Lab } from './lab/lab.ts';
import { optionTexts, plainOptions, readArguments } from './lab/options.ts';
import type { Options } from './lab/options.ts';

// A short command spends half of its time on reading and compiling the same modules.
enableCompileCache(join(import.meta.dirname, '..', '.lab', 'compile-cache'));

const usage = `Usage: npx lab <command> [options]     in the checkout; with npm run, options stand after "--": npx lab step 1 --dry-run

  run                          the whole lab: every step and its check, 15 proofs, clean-up (npm start)
  step N                       one step, by number or name
  check [N]                    one check, or all of them
  hint [1|2|3]                 what to look at, what is wrong, the command: for the first thing that fails
  status                       where you are: target, steps done, what is next, proofs; starts nothing
  watch [N]                    you type the commands in another terminal; it checks, gives hints and turns green
  board                        a page on which every message moves: look, change a setting, read its command
  verify [DIR]                 hold every file in docs/ against its manifest and the evidence, and every verdict against its outputs
  pictures                     make everything in docs/ again from the recorded evidence
  class ROSTER.csv             judge the labs of a class, read only: a table, HTML, CSV and JSON
  class --evidence DIR         the same from collected evidence
  redaction [FILE]             what redaction would hide in a file; without a file: look for secrets in docs/
  doctor                       check versions, target, identity, port and write access, and say what to fix
  env                          assignments for your own shell: eval "$(npx lab env)"
  sandbox start|stop|status|reset
  sandbox advance SECONDS      move the sandbox clock
  sandbox clock pause|step|tenfold|real-time|skip
  steps                        the list of steps

Options
  ${Object.values(optionTexts).join('\n  ')}

(*) "run" and "sandbox start" use exactly the mode of their options, and without these options
    the plain mode. Every other command keeps the mode of the sandbox, or adds its options to it. A
    change restarts the sandbox, which keeps its contents; "sandbox status" shows the mode.

Variables: LAB_PREFIX (before every resource name), LAB_TARGET=aws, LAB_PORT, LAB_REGION (sandbox), LAB_AWS_CLI
`;

const commands: Record<string, (args: readonly string[], lab: Lab) => Promise<number>> = {
  run: async (args, lab) => {
    refuseArguments(args, 'run');
    return (await import('./commands/run.ts')).runLab(lab);
  },
  step: async (args, lab) => {
    const { findStep, runStep } = await import('./judging/steps.ts');
    const entry = await findStep(
      oneArgument(args, 'step', 'a number, for example: npx lab step 1'),
    );
    await runStep(entry, { lab, inWholeLab: false });
    return 0;
  },
  check: async (args, lab) => (await import('./commands/check.ts')).runChecks(lab, args),
  hint: async (args, lab) => (await import('./commands/hint.ts')).hintCommand(lab, args),
  redaction: async (args, lab) =>
    (await import('./commands/redaction.ts')).showRedaction(lab, args),
  verify: async (args, lab) => (await import('./commands/verify.ts')).verifyCommand(lab, args),
  pictures: async (args, lab) =>
    (await import('./commands/pictures.ts')).picturesCommand(lab, args),
  class: async (args, lab) => (await import('./commands/class.ts')).classCommand(lab, args),
  watch: async (args, lab) => (await import('./commands/watch.ts')).runWatch(lab, args),
  status: async (args, lab) => {
    refuseArguments(args, 'status');
    return (await import('./commands/status.ts')).statusCommand(lab);
  },
  board: async (args, lab) => {
    refuseArguments(args, 'board');
    return (await import('./commands/board.ts')).boardCommand(lab);
  },
  doctor: async (args, lab) => {
    refuseArguments(args, 'doctor');
    return (await import('./commands/doctor.ts')).doctor(lab);
  },
  env: async (args, lab) => {
    refuseArguments(args, 'env');
    return (await import('./commands/env.ts')).printEnvironment(lab);
  },
  sandbox: async (args, lab) => (await import('./commands/sandbox.ts')).sandboxCommand(lab, args),
  steps: async (args, lab) => {
    refuseArguments(args, 'steps');
    const { listSteps } = await import('./judging/steps.ts');
    for (const { number, name } of await listSteps()) process.stdout.write(`${number}  ${name}\n`);
    const { sayNext } = await import('./lab/next.ts');
    sayNext(lab, { command: 'npx lab status', why: 'Says which steps are done.' });
    return 0;
  },
};

function oneArgument(args: readonly string[], command: string, needs: string): string {
  const [argument, ...more] = args;
  if (argument === undefined || more.length > 0) {
    throw new LabError(`"${command}" needs ${needs}`, { hint: 'npx lab steps', exitCode: 2 });
  }
  return argument;
}

function refuseArguments([argument]: readonly string[], command: string): void {
  if (argument === undefined) return;
  throw new LabError(`"${command}" takes no arguments: "${argument}"`, {
    hint: `npx lab ${command}`,
    exitCode: 2,
  });
}

process.once('SIGINT', () => {
  process.stderr.write(
    '\nInterrupted. Nothing is lost: run the same command again, and it continues from here.\n',
  );
  void beforeLeaving().finally(() => process.exit(130));
});

/** Their exit code is a verdict: they come to it also when nobody reads what they say any more. */
const judging = ['verify', 'check', 'class', 'redaction'];

/** As a program that SIGPIPE has ended, in a shell. */
const brokenPipe = 141;

// `lab … | head`: the reader has closed the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
  const isJudging = process.argv.slice(2).some((word) => judging.includes(word));
  if (!isJudging) process.exit(process.exitCode || brokenPipe);
});

/** @throws LabError for what cannot be read, or done */
async function run({ words, options, help }: ReturnType<typeof readArguments>): Promise<number> {
  const [name, ...rest] = words;
  if (help || name === undefined) {
    process.stdout.write(usage);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  // Loaded here: a file of infra/ that is missing or broken is said in a sentence.
  if (command !== undefined) return command(rest, (await import('./lab/lab.ts')).ownLab(options));
  const meant = nearest(name, Object.keys(commands));
  const guess = meant === undefined ? '' : `Did you mean "npx lab ${[meant, ...rest].join(' ')}"? `;
  throw new LabError(`There is no command "${name}"`, {
    hint: `${guess}All commands: npx lab`,
    exitCode: 2,
  });
}

/** Says an error, also to programs. @returns the exit code */
async function tell(error: unknown, options: Options): Promise<number> {
  if (process.argv.includes('--json'))
    process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`);
  return fail(error, options);
}

try {
  const given = readArguments(process.argv.slice(2));
  process.exitCode = await run(given).catch((error: unknown) => tell(error, given.options));
} catch (error) {
  process.exitCode = await tell(error, plainOptions);
}
