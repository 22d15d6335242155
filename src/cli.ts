/**
 * `lab`: the kit's own command. `npx lab` without arguments says what there is.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { asLabError, describeError, LabError } from './lab/errors.ts';
import { beforeLeaving } from './lab/interrupt.ts';
import { nearest } from './lab/nearest.ts';
import { optionTexts, readArguments, useOptions } from './lab/options.ts';

// Half of the time of a short command is reading and compiling modules, the same ones every time.
enableCompileCache(join(import.meta.dirname, '..', '.lab', 'compile-cache'));

const usage = `Usage: npx lab <command> [options]     in the checkout; with npm run, options stand after "--": npx lab step 1 --dry-run

  run                          the whole lab: every step and its check, 15 proofs, clean-up (npm start)
  step N                       one step, by number or name
  check [N]                    one check, or all of them
  hint [1|2|3]                 what to look at, what is wrong, the command: for the first thing that fails
  status                       where you are: target, steps done, what is next, proofs; starts nothing
  watch [N]                    you type the commands in another terminal; it looks, hints and turns green
  verify [DIR]                 hold every file in docs/ against its manifest and the evidence, and every verdict against its outputs
  pictures                     make everything in docs/ again from the recorded evidence
  class ROSTER.csv             the labs of a class, read only: a table, HTML, CSV and JSON
  class --evidence DIR         the same from collected evidence
  redaction [FILE]             what would be hidden in a file; without one: is anything secret in docs/?
  doctor                       versions, target, identity, port, write access; what to do when wrong
  env                          assignments for your own shell: eval "$(npx lab env)"
  sandbox start|stop|status|reset
  sandbox advance SECONDS      move the sandbox clock
  steps                        the list of steps

Options
  ${Object.values(optionTexts).join('\n  ')}

(*) "run" and "sandbox start" begin with exactly the mode that they are given, and without these options with
    the plain one. Everything else leaves the sandbox as it runs, or adds to its mode what it is given. A
    change starts the sandbox anew, with all that it holds; "sandbox status" shows the mode.

Variables: LAB_PREFIX (before every resource name), LAB_TARGET=aws, LAB_PORT, LAB_REGION (sandbox), LAB_AWS_CLI
`;

const commands: Record<string, (words: readonly string[]) => Promise<number>> = {
  run: async (words) => {
    noWords(words, 'run');
    return (await import('./commands/run.ts')).runLab();
  },
  step: async (words) => {
    const { findStep, runStep } = await import('./judging/steps.ts');
    await runStep(await findStep(oneWord(words, 'step', 'a number, for example: npx lab step 1')));
    return 0;
  },
  check: async (words) => (await import('./commands/check.ts')).runChecks(words),
  hint: async (words) => (await import('./commands/hint.ts')).hintCommand(words),
  redaction: async (words) => (await import('./commands/redaction.ts')).showRedaction(words),
  verify: async (words) => (await import('./commands/verify.ts')).verifyCommand(words),
  pictures: async (words) => (await import('./commands/pictures.ts')).picturesCommand(words),
  class: async (words) => (await import('./commands/class.ts')).classCommand(words),
  watch: async (words) => (await import('./commands/watch.ts')).runWatch(words),
  status: async (words) => {
    noWords(words, 'status');
    return (await import('./commands/status.ts')).statusCommand();
  },
  doctor: async (words) => {
    noWords(words, 'doctor');
    return (await import('./commands/doctor.ts')).doctor();
  },
  env: async (words) => {
    noWords(words, 'env');
    return (await import('./commands/env.ts')).printEnvironment();
  },
  sandbox: async (words) => (await import('./commands/sandbox.ts')).sandboxCommand(words),
  steps: async (words) => {
    noWords(words, 'steps');
    const { listSteps } = await import('./judging/steps.ts');
    for (const { number, name } of await listSteps()) process.stdout.write(`${number}  ${name}\n`);
    const { sayNext } = await import('./lab/next.ts');
    sayNext({ command: 'npx lab status', why: 'Says which of them are done.' });
    return 0;
  },
};

function oneWord(words: readonly string[], command: string, needs: string): string {
  const [word, ...more] = words;
  if (word === undefined || more.length > 0) {
    throw new LabError(`"${command}" needs ${needs}`, { hint: 'npx lab steps', exitCode: 2 });
  }
  return word;
}

function noWords([word]: readonly string[], command: string): void {
  if (word === undefined) return;
  throw new LabError(`"${command}" takes no arguments: "${word}"`, {
    hint: `npx lab ${command}`,
    exitCode: 2,
  });
}

/** An error names what to type next: that goes to where this command went, as far as it came to know that. */
async function sameTarget(text: string): Promise<string> {
  try {
    return (await import('./lab/next.ts')).sameTarget(text);
  } catch {
    return text;
  }
}

process.once('SIGINT', () => {
  process.stderr.write(
    '\nInterrupted. Nothing is lost: run the same command again and it goes on from here.\n',
  );
  void beforeLeaving().finally(() => process.exit(130));
});

// `lab … | head`: whoever read us has had enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  const { words, options: given, help } = readArguments(process.argv.slice(2));
  useOptions(given);
  const [name, ...rest] = words;
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (help || name === undefined) {
    process.stdout.write(usage);
  } else if (command === undefined) {
    const meant = nearest(name, Object.keys(commands));
    const guess =
      meant === undefined ? '' : `Did you mean "npx lab ${[meant, ...rest].join(' ')}"? `;
    throw new LabError(`There is no command "${name}"`, {
      hint: `${guess}All commands: npx lab`,
      exitCode: 2,
    });
  } else {
    process.exitCode = await command(rest);
  }
} catch (error) {
  if (process.argv.includes('--json'))
    process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`);
  process.stderr.write(`${await sameTarget(describeError(error))}\n`);
  process.exitCode = asLabError(error)?.exitCode ?? 1;
}
