import type { CheckResult } from './judging/check.ts';
import { LabError } from './errors.ts';
import { options } from './options.ts';
import { exitCodes, runCheck } from './judging/run-check.ts';
import type { CheckRun } from './judging/run-check.ts';
import { renewPage } from './publish.ts';
import { session } from './session.ts';
import { running } from './step.ts';
import { listSteps, loadCheck, runStep } from './steps.ts';
import type { StepEntry } from './steps.ts';
import { bold, dim, duration, green, say, yellow } from './terminal.ts';
import { commandTime, trace, waitTime } from './trace.ts';

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
export async function runLab(): Promise<number> {
  running.wholeLab = true;
  if (options().dryRun) {
    for (const entry of await listSteps()) await runStep(entry);
    return 0;
  }
  const { sandbox, target } = await session({ exactMode: true });
  const start = performance.now();
  const skippedBefore = (await sandbox?.status())?.clock.skippedTotalMs ?? 0;
  const { runs, times } = await runAndPublish();
  const skippedMs = ((await sandbox?.status())?.clock.skippedTotalMs ?? 0) - skippedBefore;
  printSummary({ runs, times, skippedMs, wholeMs: performance.now() - start, target });
  return 0;
}

/** The page shows what was proved so far, also when a check does not hold. */
async function runAndPublish() {
  try {
    return await runSteps();
  } finally {
    await renewPage();
  }
}

/** @throws LabError when a check does not hold */
async function runSteps(): Promise<{ runs: CheckRun[]; times: StepTime[] }> {
  const runs: CheckRun[] = [];
  const times: StepTime[] = [];
  const steps = (await listSteps()).filter(({ number }) => number !== '11' || !options().keep);
  let repetition = 0;
  for (let i = 0; i < steps.length; i += 1) {
    const entry = steps[i] as StepEntry;
    say(dim(`── ${i + 1} of ${steps.length} ${'─'.repeat(60)}`));
    const { run, time } = await runTimed(entry, repetition);
    times.push(time);
    runs.push(run);
    if (run.result.outcome === 'pass') continue;
    const from = steps.findIndex(({ number }) => number === repeatFrom(run.result));
    if (from < 0 || repetition === mostRepetitions) throw stopped(run.result);
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

async function runTimed(entry: StepEntry, repetition: number) {
  const before = now();
  await runStep(entry, repetition);
  const run = await runCheck(await loadCheck(entry));
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

function stopped({ step, outcome }: CheckResult): LabError {
  return new LabError(`Check ${step} did not pass, so the lab stopped here`, {
    hint: `What to do: npm run lab hint. Then run the same command again (or npm run check ${Number(step)}).`,
    exitCode: exitCodes[outcome] === 2 ? 2 : 1,
  });
}

interface Summary {
  readonly runs: readonly CheckRun[];
  readonly times: readonly StepTime[];
  readonly skippedMs: number;
  readonly wholeMs: number;
  readonly target: 'aws' | 'sandbox';
}

function printSummary({ runs, times, skippedMs, wholeMs, target }: Summary): void {
  const proofs = runs.flatMap(({ proofs: list, evidenceFile }) =>
    list.map((proof) => ({ ...proof, evidenceFile })),
  );
  say(bold(`Proofs (${target === 'sandbox' ? 'SANDBOX' : 'AWS'})`));
  for (const { number, title, evidenceFile } of proofs.toSorted((a, b) => a.number - b.number)) {
    say(`  ${green('✓')} ${String(number).padStart(2)}  ${title}  ${dim(evidenceFile ?? '')}`);
  }
  say();
  say(bold('Time'));
  for (const { entry, wholeMs: whole, commandMs, commands } of times) {
    const inside = `${commands} commands, ${duration(commandMs)}`;
    say(
      `  ${entry.number}  ${entry.name.padEnd(30)} ${duration(whole).padStart(8)}  ${dim(inside)}`,
    );
  }
  say(`      ${'together'.padEnd(30)} ${duration(wholeMs).padStart(8)}`);
  if (skippedMs > 0)
    say(`      ${'skipped by the sandbox clock'.padEnd(30)} ${duration(skippedMs).padStart(8)}`);
  say();
  const up = options().keep
    ? 'The lab is up; "npm run step 11" deletes it.'
    : 'The lab is deleted again.';
  say(`${proofs.length} proofs in docs/evidence/${target}/. ${up}`);
  say(`Pictures: docs/screenshots/${target}/. A page to publish: docs/index.html`);
}
