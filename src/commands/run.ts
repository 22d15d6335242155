import type { CheckResult } from '../judging/check.ts';
import { LabError } from '../lab/errors.ts';
import { pictureFolder } from '../evidence/proof-names.ts';
import type { Published } from '../evidence/publish.ts';
import { exitCodes, runCheck } from '../evidence/judge-and-keep.ts';
import { whatNext } from '../judging/what-next.ts';
import type { CheckRun } from '../evidence/judge-and-keep.ts';
import { publishedRun, sayTimeline } from './show-timeline.ts';
import { publishDocs } from './publish-docs.ts';
import { onInterrupt, unlessInterrupted } from '../lab/interrupt.ts';
import { ownLab } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import type { Target } from '../lab/session.ts';
import { pointingAt, sayNext } from '../lab/next.ts';
import { listSteps, loadCheck, runStep } from '../judging/steps.ts';
import type { StepEntry } from '../judging/steps.ts';
import { bold, dim, duration, green, say, yellow } from '../lab/terminal.ts';
import { commandTime, trace, waitTime } from '../lab/trace.ts';
import { isInNobodysWay, worst } from '../judging/judge.ts';
import { targetLabel } from '../lab/target-name.ts';

interface StepTime {
  readonly entry: StepEntry;
  readonly wholeMs: number;
  /** Inside the commands of the step and of its proofs. */
  readonly commandMs: number;
  /** Pauses while one of AWS's clocks runs. */
  readonly waitMs: number;
  readonly commands: number;
}

/** How often the lab goes back by itself when AWS's own choices leave a check unjudged. */
const mostRepetitions = 3;

function now() {
  return {
    wholeMs: performance.now(),
    commandMs: commandTime.milliseconds,
    waitMs: waitTime.milliseconds,
    commands: commandTime.count,
  };
}

/** The whole lab: every step and its check in order, then what was proved. Stops at the first that does not hold. */
export async function runLab({ options }: Lab): Promise<number> {
  const lab = ownLab(options, { exactMode: true });
  if (options.dryRun) {
    for (const command of pointingAt(lab)) say(command);
    for (const entry of await listSteps()) await runStep(entry, { lab, inWholeLab: true });
    return 0;
  }
  const { sandbox, target } = await lab.session();
  const start = performance.now();
  const skippedBefore = (await sandbox?.status())?.clock.skippedTotalMs ?? 0;
  const { runs, times, published } = await runAndPublish(lab);
  const skippedMs = ((await sandbox?.status())?.clock.skippedTotalMs ?? 0) - skippedBefore;
  const wholeMs = performance.now() - start;
  printSummary(lab, { runs, times, skippedMs, wholeMs, target, published });
  return exitCodes[worst(runs.map(({ result }) => result))];
}

/** Once, at the end: `docs/` shows what was proved so far, also when a check does not hold, or after Ctrl-C. */
async function runAndPublish(lab: Lab) {
  using _ = onInterrupt(() => publishDocs(lab));
  const steps = await runSteps(lab).catch(async (error: unknown) => {
    // The command under way got the same Ctrl-C: nobody need be told that it failed.
    await unlessInterrupted();
    await publishDocs(lab);
    throw error;
  });
  return { ...steps, published: await publishDocs(lab) };
}

/** @throws LabError when a check does not hold */
async function runSteps(lab: Lab): Promise<{ runs: CheckRun[]; times: StepTime[] }> {
  const runs: CheckRun[] = [];
  const times: StepTime[] = [];
  const steps = (await listSteps()).filter(({ cleansUp }) => !cleansUp || !lab.options.keep);
  let repetition = 0;
  for (let i = 0; i < steps.length; i += 1) {
    const entry = steps[i] as StepEntry;
    say(dim(`── ${i + 1} of ${steps.length} ${'─'.repeat(60)}`));
    const { run, time } = await runTimed(lab, entry);
    times.push(time);
    runs.push(run);
    if (isInNobodysWay(run.result)) continue;
    const from = steps.findIndex(({ number }) => number === repeatFrom(run.result));
    if (from < 0 || repetition === mostRepetitions) throw stopped(run.result, steps);
    repetition += 1;
    const number = Number(steps[from]?.number);
    say(
      yellow(
        `Nothing is wrong, but this run shows no proof. Going back to step ${number}, ${repetition} of at most ${mostRepetitions} times`,
      ),
    );
    say();
    i = from - 1;
  }
  return { runs, times };
}

async function runTimed(lab: Lab, entry: StepEntry) {
  const before = now();
  await runStep(entry, { lab, inWholeLab: true });
  const run = await runCheck(lab, await loadCheck(lab, entry));
  const after = now();
  const time: StepTime = {
    entry,
    wholeMs: after.wholeMs - before.wholeMs,
    commandMs: after.commandMs - before.commandMs,
    waitMs: after.waitMs - before.waitMs,
    commands: after.commands - before.commands,
  };
  trace({ step: entry.number, ...time, entry: undefined });
  return { run, time };
}

/** The step to go back to when all that is missing is what AWS alone decides: who shares a batch, what comes twice. */
function repeatFrom({ outcome, expectations }: CheckResult): string | undefined {
  if (outcome !== 'not judged') return undefined;
  return expectations.find((expectation) => expectation.repeatFrom !== undefined)?.repeatFrom;
}

function stopped(result: CheckResult, steps: readonly StepEntry[]): LabError {
  const { command, why } = whatNext([result], steps, result.step);
  return new LabError(`Check ${result.step} did not pass, so the lab stopped here`, {
    hint: `${command}${why === undefined ? '' : `   ${why}`}\n       Then the same command as now: it goes on with what is there.`,
    exitCode: exitCodes[result.outcome] === 2 ? 2 : 1,
  });
}

interface Summary {
  readonly runs: readonly CheckRun[];
  readonly times: readonly StepTime[];
  readonly skippedMs: number;
  readonly wholeMs: number;
  readonly target: Target;
  readonly published: Published | undefined;
}

/** Short: whoever has seen five hundred lines go by reads these. */
function printSummary(lab: Lab, summary: Summary): void {
  const { runs, times, skippedMs, wholeMs, target, published } = summary;
  const proofs = runs.flatMap((run) => run.proofs);
  const where = targetLabel(target);
  say(`${bold('What was proved')}  [${where}]`);
  for (const { number, title } of proofs.toSorted((a, b) => a.number - b.number)) {
    say(`  ${green('✓')} ${String(number).padStart(2)}  ${title}`);
  }
  say();
  say(bold('What happened'));
  const timeline = publishedRun(target, published);
  if (timeline !== undefined) {
    sayTimeline(timeline);
    say(`  The same as a picture: docs/${pictureFolder(target)}/timeline.svg`);
  }
  say(`  ${timeLine(times, wholeMs, skippedMs)}`);
  say(
    `  ${proofs.length} proofs in docs/evidence/${target}/. To read: docs/proofs.md. To publish: docs/index.html`,
  );
  say(`  ${lab.options.keep ? 'The lab is up.' : 'The lab is deleted again.'}`);
  say();
  sayWhatIsYours(lab);
}

function timeLine(times: readonly StepTime[], wholeMs: number, skippedMs: number): string {
  const commands = times.reduce((sum, time) => sum + time.commands, 0);
  const commandMs = times.reduce((sum, time) => sum + time.commandMs, 0);
  const inside = `${commands} commands took ${duration(commandMs)} of them`;
  const skipped = skippedMs > 0 ? `; the sandbox clock skipped ${duration(skippedMs)}` : '';
  return `${times.length} steps in ${duration(wholeMs)}: ${inside}${skipped}`;
}

/** A lab that was watched is not yet a lab that was done. */
function sayWhatIsYours(lab: Lab): void {
  if (lab.options.keep) {
    say(bold('Now look around in it:') + ' docs/manual/look-around.md');
    sayNext(lab, { command: 'npx lab step 11', why: 'Deletes the lab when you have seen enough.' });
    return;
  }
  say(bold('Now do it yourself: type the commands, and let the kit look.'));
  sayNext(lab, {
    command: 'npx lab watch',
    why: 'Shows each task and looks while you type in a second terminal. Without it: npx lab step 1, then npx lab check 1',
  });
}
