/**
 * `lab`: the kit's own command. `npx lab` without arguments lists the commands.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { LabError } from './lab/errors.ts';
import { fail } from './lab/fail.ts';
import { isLeaving, leave, leaveOnInterrupt, unlessInterrupted } from './lab/interrupt.ts';
import { nearest } from './lab/nearest.ts';
import type { Lab } from './lab/lab.ts';
import { countedWords, optionTexts, plainOptions, readArguments, textsOf } from './lab/options.ts';
import { ownOptions } from './commands/own-options.ts';
import type { Options } from './lab/options.ts';

// A short command spends half of its time on reading and compiling the same modules.
enableCompileCache(join(import.meta.dirname, '..', '.lab', 'compile-cache'));

const usage = `Usage: npx lab <command> [options]     in the checkout; with npm run, options stand after "--": npx lab step 1 --dry-run

  run                          the whole lab: every step and its check, 15 proofs, clean-up (npm start)
  step N                       one step, by number or name
  check [N]                    one check, or all of them
  experiment N                 one experiment: predicts, runs, measures, restores (steps from 20 on; act 2: break it)
  experiments                  all experiments in a row
  what-if                      your own question: predicts what AWS's rules say of your settings, runs it, compares ("npx lab what-if --help")
  conformance                  the lab and all experiments: what of this target agrees with AWS's rules (--endpoint URL, --out FILE)
  hint [1|2|3]                 what to look at, what is wrong, the command: for the first thing that fails
  status                       where you are: target, steps done, what is next, proofs; starts nothing
  watch [N]                    you type the commands in another terminal; it checks, gives hints and turns green
  board                        a page on which every message moves: look, change a setting, read its command
  verify [DIR]                 hold every file in docs/ against its manifest and the evidence, and every verdict against its outputs
  pictures                     make everything in docs/ again from the recorded evidence
  portfolio DIR                export your own whole run as a repository to publish, which verifies itself without the kit
  hand-in                      pack your own evidence into one file for your instructor (--name NAME)
  class ROSTER.csv             judge the labs of a class, read only: a table, HTML, CSV and JSON
  class --evidence DIR         the same from collected evidence: folders, or files of "hand-in"
  exam                         write exam-coverage.md and exam-summary.md in docs/, and say what the exam notes lack
  template                     infra/template.yaml (AWS SAM) against the live lab, setting by setting
  redaction [FILE]             what redaction would hide in a file; without a file: look for secrets in docs/
  reset                        from any state to the good lab: ends a drill, deletes leftovers, fixes what the checks find
  drill [ID|random]            break the lab: see what a person on call sees, find the cause, repair it
  quiz                         questions as in the exam, with explanations, repeated until they stick; exam mode, Anki
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
    const word = oneArgument(args, 'step', 'a number, for example: npx lab step 1');
    const { experimentOf } = await import('./experiments/list.ts');
    if ((await experimentOf(word)) !== undefined)
      return (await import('./commands/experiment.ts')).experimentCommand(lab, word);
    const entry = await findStep(word);
    await runStep(entry, { lab, inWholeLab: false });
    return 0;
  },
  experiment: async (args, lab) => {
    const word = oneArgument(args, 'experiment', 'a number, for example: npx lab experiment 20');
    return (await import('./commands/experiment.ts')).experimentCommand(lab, word);
  },
  experiments: async (args, lab) => {
    refuseArguments(args, 'experiments');
    return (await import('./commands/experiment.ts')).experimentsCommand(lab);
  },
  conformance: async (args, lab) => {
    refuseArguments(args, 'conformance');
    return (await import('./commands/conformance.ts')).conformanceCommand(lab);
  },
  'what-if': async (args, lab) => {
    refuseArguments(args, 'what-if');
    return (await import('./commands/what-if.ts')).whatIfCommand(lab);
  },
  check: async (args, lab) => {
    const { experimentOf } = await import('./experiments/list.ts');
    const [word = '', ...more] = args;
    const entry = more.length > 0 ? undefined : await experimentOf(word);
    if (entry !== undefined)
      return (await import('./commands/experiment.ts')).checkExperiment(lab, entry);
    return (await import('./commands/check.ts')).runChecks(lab, args);
  },
  hint: async (args, lab) => (await import('./commands/hint.ts')).hintCommand(lab, args),
  redaction: async (args, lab) =>
    (await import('./commands/redaction.ts')).showRedaction(lab, args),
  verify: async (args, lab) => (await import('./commands/verify.ts')).verifyCommand(lab, args),
  exam: async (args, lab) => {
    refuseArguments(args, 'exam');
    return (await import('./commands/exam.ts')).examCommand(lab);
  },
  template: async (args, lab) => {
    refuseArguments(args, 'template');
    return (await import('./commands/template.ts')).templateCommand(lab);
  },
  pictures: async (args, lab) =>
    (await import('./commands/pictures.ts')).picturesCommand(lab, args),
  portfolio: async (args, lab) =>
    (await import('./commands/portfolio.ts')).portfolioCommand(lab, args),
  'hand-in': async (args, lab) => (await import('./commands/hand-in.ts')).handInCommand(lab, args),
  class: async (args, lab) => (await import('./commands/class.ts')).classCommand(lab, args),
  watch: async (args, lab) => (await import('./commands/watch.ts')).runWatch(lab, args),
  drill: async (args, lab) => (await import('./commands/drill.ts')).drillCommand(lab, args),
  reset: async (args, lab) => (await import('./commands/reset.ts')).resetCommand(lab, args),
  quiz: async (args, lab) => {
    refuseArguments(args, 'quiz');
    return (await import('./commands/quiz.ts')).quizCommand(lab);
  },
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
    await (await import('./commands/experiment.ts')).sayExperiments(lab);
    const { sayNext } = await import('./lab/next.ts');
    sayNext(lab, { command: 'npx lab status', why: 'Says which steps are done.' });
    return 0;
  },
};

function oneArgument(args: readonly string[], command: string, needs: string): string {
  const [argument, ...more] = args;
  if (argument === undefined)
    throw new LabError(`"${command}" needs ${needs}`, { hint: 'npx lab steps', exitCode: 2 });
  if (more.length > 0)
    throw new LabError(`"${command}" takes one number, and here are ${countedWords(args)}`, {
      hint: `npx lab ${command} ${argument}`,
      exitCode: 2,
    });
  return argument;
}

function refuseArguments([argument]: readonly string[], command: string): void {
  if (argument === undefined) return;
  throw new LabError(`"${command}" takes no arguments: "${argument}"`, {
    hint: `npx lab ${command}`,
    exitCode: 2,
  });
}

leaveOnInterrupt();

/** Their exit code is a verdict: they come to it also when nobody reads what they say any more. */
const judging = ['verify', 'check', 'class', 'redaction', 'exam', 'template'];

/** As a program that SIGPIPE has ended, in a shell. */
const brokenPipe = 141;

// `lab … | head`: the reader has closed the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (isLeaving()) return;
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
  const isJudging = process.argv.slice(2).some((word) => judging.includes(word));
  if (!isJudging) leave(Number(process.exitCode) || brokenPipe);
});

/** @throws LabError for what cannot be read, or done */
async function run({ words, options, help }: ReturnType<typeof readArguments>): Promise<number> {
  const [name, ...rest] = words;
  if (help && name !== undefined && Object.hasOwn(ownOptions, name)) {
    const own = textsOf(ownOptions[name] ?? {}).join('\n  ');
    process.stdout.write(`Usage: npx lab ${name} [options]\n\nOwn options\n  ${own}\n\n`);
    process.stdout.write(`Options of every command: npx lab --help\n`);
    return 0;
  }
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
  await unlessInterrupted();
  if (process.argv.includes('--json'))
    process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`);
  return fail(error, options);
}

try {
  const given = readArguments(process.argv.slice(2), ownOptions);
  process.exitCode = await run(given).catch((error: unknown) => tell(error, given.options));
} catch (error) {
  process.exitCode = await tell(error, plainOptions);
}
